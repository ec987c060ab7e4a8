"""Invented answers that keep a form's rules: what a broken rule points to is answered again."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from forms.answers import broken_rules
from forms.base import Field
from forms.form import Form
from forms.kinds import Computed
from forms.operands import fields_of

_TRIES = 100


def mend(form: Form, answers: dict[str, Any], today: date, answer: Callable[[Field], Any]) -> None:
    """Answer again what broken rules point to, until none is broken; one that luck never meets stays so."""
    for _ in range(_TRIES):
        broken = broken_rules(form, answers, today)
        paths = {path for one in broken for told in one.paths for path in _typed(form.index, told)}
        if not paths:
            return
        for path in sorted(paths):
            name, *rest = path.split("/")
            field = form.index[name]
            if rest and name not in paths:
                cells = {cell.id: cell for cell in field.cells}
                row = answers[name]["rows"][int(rest[1])]
                row |= {one: answer(cells[one]) for one in sorted(_typed(cells, rest[-1]))}
            elif not rest:
                answers[name] = answer(field)


def _typed(scope: Mapping[str, Field], path: str) -> set[str]:
    """The answers that a path is about: of a computed field, those that it is worked out of."""
    field = scope.get(path)
    if not isinstance(field, Computed):
        return {path}
    return {one for looked in fields_of(field.value) for one in _typed(scope, looked)}
