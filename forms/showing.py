"""Which of some fields conditions show, and what then counts: the fields of a form, or the cells of a row.

A hidden answer counts as missing for the conditions and computations of others, so fields are settled after those that
they look at.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from graphlib import TopologicalSorter
from typing import Any, NamedTuple, TypeAlias

from forms.conditions import Condition, asked, holds
from forms.operands import Operand, fields_of, rounded, worth

Conditions: TypeAlias = tuple[Condition, ...]


class Formula(NamedTuple):
    """What a computed field comes to, and its decimals."""

    value: Operand
    decimals: int


class Step(NamedTuple):
    """A field that may be hidden, or is computed."""

    field: str
    conditions: Conditions
    formula: Formula | None


def in_order(wanted: Mapping[str, Conditions], formulas: Mapping[str, Formula] | None = None) -> tuple[Step, ...]:
    """For each field that may be hidden, what must hold for it to be shown, and for each computed one its formula; each
    after those that it looks at."""
    formulas = formulas or {}
    ahead = {field: set().union(*map(asked, conditions)) for field, conditions in wanted.items()}
    for field, formula in formulas.items():
        ahead[field] = ahead.get(field, set()) | fields_of(formula.value)
    return tuple(
        Step(field, wanted.get(field, ()), formulas.get(field))
        for field in TopologicalSorter(ahead).static_order()
        if field in ahead
    )


def settle(
    steps: Iterable[Step], fields: Iterable[str], answers: Mapping[str, Any], today: date
) -> tuple[set[str], dict[str, Any]]:
    """The ids of the fields that are shown, and the answers that count: computed ones too, without hidden ones."""
    shown, seen = set(fields), dict(answers)
    for field, conditions, formula in steps:
        holding = all(holds(one, seen, today) for one in conditions)
        if not holding:
            shown.discard(field)
        if not holding or formula is not None:
            seen.pop(field, None)
        if holding and formula is not None:
            value = rounded(worth(formula.value, seen, today), formula.decimals)
            if value is not None:
                seen[field] = value
    return shown, seen
