"""A condition as a French clause, to be said after « si »: « la réponse à « Pays » est « France » »."""

from collections.abc import Callable, Mapping
from typing import Any

from forms.base import Field
from forms.conditions import (
    AllOf,
    AllRows,
    Among,
    AnyOf,
    AnyRow,
    AtLeast,
    AtMost,
    Compare,
    Condition,
    Contains,
    Count,
    Equals,
    Filled,
    Not,
    asked,
)
from forms.kinds.choices import EU
from forms.telling.french import listed, plural
from forms.telling.operands import Names, said

_NUMBERS = {
    "equal": ("est égal à", "n’est pas égal à"),
    "at_least": ("est au moins égal à", "est inférieur à"),
    "at_most": ("est au plus égal à", "est supérieur à"),
}
_DAYS = {
    "equal": ("est égal à", "n’est pas égal à"),
    "at_least": ("n’est pas avant", "est avant"),
    "at_most": ("n’est pas après", "est après"),
    "before": ("est avant", "n’est pas avant"),
    "after": ("est après", "n’est pas après"),
}


def told(condition: Condition, fields: Mapping[str, Field]) -> str:
    """The clause of a condition over these fields, by id."""
    return _clause(condition, Names(fields))


def _clause(condition: Condition, names: Names, *, negated: bool = False, inner: bool = False) -> str:
    match condition:
        case Not(of=part):
            return _clause(part, names, negated=not negated, inner=inner)
        case AllOf() | AnyOf():
            every = isinstance(condition, AllOf) is not negated
            parts = _parts(condition, negated=negated)
            clauses = [_clause(part, names, negated=turned, inner=True) for part, turned in parts]
            if len(clauses) == 1:
                return clauses[0]
            if every:
                return f"{'à la fois ' if inner else ''}{listed(clauses)}"
            return ", ".join(f"soit {one}" for one in clauses)
    return LEAVES[type(condition)](condition, names, negated)


def _parts(condition: Condition, *, negated: bool) -> list[tuple[Condition, bool]]:
    """What `condition` joins, each with whether it is turned around: parts that join in the same way are taken in, and
    « a une réponse » is left out beside what says more of that answer."""
    every = isinstance(condition, AllOf) is not negated
    found: list[tuple[Condition, bool]] = []
    for part in condition.of if isinstance(condition, AllOf | AnyOf) else ():
        bare, turned = part, negated
        while isinstance(bare, Not):
            bare, turned = bare.of, not turned
        if isinstance(bare, AllOf | AnyOf) and (isinstance(bare, AllOf) is not turned) is every:
            found += _parts(bare, negated=turned)
        else:
            found.append((bare, turned))

    def implied(one: Condition, turned: bool) -> bool:  # noqa: FBT001  a pair of `found`
        others = (other for other, _ in found if other is not one and not isinstance(other, Filled | AllOf | AnyOf))
        return every and isinstance(one, Filled) and not turned and any(asked(other) == {one.field} for other in others)

    return [pair for pair in found if not implied(*pair)]


def _equals(leaf: Equals, names: Names, negated: bool) -> str:  # noqa: FBT001  one shape for all leaves
    field = names.field(leaf.field)
    if field is not None and field.kind == "declaration" and isinstance(leaf.value, bool):
        return f"la case {names.label(leaf.field)} {'est' if leaf.value is not negated else 'n’est pas'} cochée"
    verb = "n’est pas" if negated else "est"
    return f"la réponse à {names.label(leaf.field)} {verb} {names.value(leaf.field, leaf.value)}"


def _among(leaf: Among, names: Names, negated: bool) -> str:  # noqa: FBT001
    label, field = names.label(leaf.field), names.field(leaf.field)
    if field is not None and field.kind == "country" and set(leaf.values) == set(EU):
        return f"{label} {'n’est pas' if negated else 'est'} un État membre de l’Union européenne"
    values = [names.value(leaf.field, one) for one in leaf.values]
    if negated:
        return f"la réponse à {label} n’est {' '.join(f'ni {one}' for one in values)}"
    return f"la réponse à {label} est {listed(values, 'ou')}"


def _contains(leaf: Contains, names: Names, negated: bool) -> str:  # noqa: FBT001
    verb = "ne comprend pas" if negated else "comprend"
    return f"la réponse à {names.label(leaf.field)} {verb} {names.value(leaf.field, leaf.value)}"


def _filled(leaf: Filled, names: Names, negated: bool) -> str:  # noqa: FBT001
    return f"{names.label(leaf.field)} {'est sans réponse' if negated else 'a une réponse'}"


def _at_least(leaf: AtLeast, names: Names, negated: bool) -> str:  # noqa: FBT001
    value = names.value(leaf.field, leaf.value)
    state = f"est inférieure à {value} ou manque" if negated else f"est d’au moins {value}"
    return f"la réponse à {names.label(leaf.field)} {state}"


def _at_most(leaf: AtMost, names: Names, negated: bool) -> str:  # noqa: FBT001
    value = names.value(leaf.field, leaf.value)
    state = f"est supérieure à {value} ou manque" if negated else f"est d’au plus {value}"
    return f"la réponse à {names.label(leaf.field)} {state}"


def _compare(leaf: Compare, names: Names, negated: bool) -> str:  # noqa: FBT001
    days = names.is_day(leaf.left) or names.is_day(leaf.right)
    verb = (_DAYS if days or leaf.relation not in _NUMBERS else _NUMBERS)[leaf.relation][negated]
    left, right = said(leaf.left, names, leaf.right), said(leaf.right, names, leaf.left)
    return f"{left} {verb} {right}".replace("à le ", "au ")


def _count(leaf: Count, names: Names, negated: bool) -> str:  # noqa: FBT001
    field = names.field(leaf.field)
    rows = field is not None and bool(field.cells)
    one, many = ("ligne remplie", "lignes remplies") if rows else ("choix", "choix")
    least, most = leaf.at_least, leaf.at_most
    bounds = [
        *([f"au moins {plural(least, one, many)}"] if least is not None else []),
        *([f"au plus {plural(most, one, many)}"] if most is not None else []),
    ]
    verb = "n’a pas" if negated else "a"
    where = f" où {_clause(leaf.where, names.rows(leaf.field))}" if leaf.where is not None else ""
    return f"{names.label(leaf.field)} {verb} {listed(bounds) or plural(1, one, many)}{where}"


def _any_row(leaf: AnyRow, names: Names, negated: bool) -> str:  # noqa: FBT001
    among = "aucune ligne n’est telle que" if negated else "une ligne au moins est telle que"
    return f"dans {names.label(leaf.field)}, {among} {_clause(leaf.where, names.rows(leaf.field))}"


def _all_rows(leaf: AllRows, names: Names, negated: bool) -> str:  # noqa: FBT001
    clause = _clause(leaf.where, names.rows(leaf.field), negated=negated)
    return f"dans {'une ligne au moins' if negated else 'chaque ligne'} de {names.label(leaf.field)}, {clause}"


LEAVES: Mapping[type, Callable[[Any, Names, bool], str]] = {
    Equals: _equals,
    Among: _among,
    Contains: _contains,
    Filled: _filled,
    AtLeast: _at_least,
    AtMost: _at_most,
    Compare: _compare,
    Count: _count,
    AnyRow: _any_row,
    AllRows: _all_rows,
}
"""What each comparison says, by its class. A test fails for one that has no words."""
