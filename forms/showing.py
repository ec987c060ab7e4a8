"""Which of some fields conditions show, and what then counts: the fields of a form, or the cells of a row.

A hidden answer counts as missing for the conditions and computations of others, and so does a choice that is not
offered, so fields are settled after those that they look at.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import date
from graphlib import TopologicalSorter
from types import MappingProxyType
from typing import Any, NamedTuple, TypeAlias

from forms.conditions import Condition, asked, holds
from forms.operands import Operand, fields_of, rounded, worth

Conditions: TypeAlias = tuple[Condition, ...]
Counting: TypeAlias = Callable[[Any, date, Mapping[str, Any]], Any]
"""Takes a value of rows, the day, and the answers outside them that count; gives what of the value counts."""
OUTSIDE = "../"
"""How, in a row, the name of a field of the form begins: `../country`."""
Offers: TypeAlias = Mapping[str, Condition]
"""What must hold for choices to be offered, by `Field.offers`."""


class Formula(NamedTuple):
    """What a computed field comes to, and its decimals."""

    value: Operand
    decimals: int


class Step(NamedTuple):
    """A field that may be hidden, is computed, offers some of its choices on conditions, or whose rows look outside."""

    field: str
    conditions: Conditions
    formula: Formula | None
    offers: Offers
    counting: Counting | None


class Outlook(NamedTuple):
    """The fields that rows look at outside them, and how these rows count beside their answers."""

    fields: frozenset[str]
    counting: Counting


NOWHERE: Mapping[str, Outlook] = MappingProxyType({})


def beside(row: Mapping[str, Any], answers: Mapping[str, Any], fields: Iterable[str]) -> dict[str, Any]:
    """A row with the answers to these fields outside it, each by its name there."""
    return {**row, **{f"{OUTSIDE}{field}": answers[field] for field in fields if field in answers}}


def outside(names: Iterable[str]) -> frozenset[str]:
    """Of the names that something in a row looks at, the fields outside it."""
    return frozenset(name.removeprefix(OUTSIDE) for name in names if name.startswith(OUTSIDE))


def in_order(
    wanted: Mapping[str, Conditions],
    formulas: Mapping[str, Formula],
    offers: Mapping[str, Offers],
    outlooks: Mapping[str, Outlook] = NOWHERE,
) -> tuple[Step, ...]:
    """For each field that may be hidden, what must hold for it to be shown, for each computed one its formula, what
    must hold for choices to be offered, and what rows look at; each after those that it looks at."""
    ahead = {field: set().union(*map(asked, conditions)) for field, conditions in wanted.items()}
    for field, formula in formulas.items():
        ahead[field] = ahead.get(field, set()) | fields_of(formula.value)
    for field, own in offers.items():
        ahead[field] = ahead.get(field, set()).union(*map(asked, own.values()))
    for field, outlook in outlooks.items():
        ahead[field] = ahead.get(field, set()) | outlook.fields
    counting = {field: outlook.counting for field, outlook in outlooks.items()}
    return tuple(
        Step(field, wanted.get(field, ()), formulas.get(field), offers.get(field, {}), counting.get(field))
        for field in TopologicalSorter(ahead).static_order()
        if field in ahead
    )


def settle(
    steps: Iterable[Step], fields: Iterable[str], answers: Mapping[str, Any], today: date
) -> tuple[set[str], dict[str, Any]]:
    """The ids of the fields that are shown, and the answers that count: computed ones too, without hidden ones and
    without choices that are not offered."""
    shown, seen = set(fields), dict(answers)
    for step in steps:
        value = None
        if not all(holds(one, seen, today) for one in step.conditions):
            shown.discard(step.field)
        elif step.formula is not None:
            value = rounded(worth(step.formula.value, seen, today), step.formula.decimals)
        else:
            value = _left(seen.get(step.field), withheld(step.offers, seen, today))
            if step.counting is not None:
                value = step.counting(value, today, seen)
        if value is None:
            seen.pop(step.field, None)
        else:
            seen[step.field] = value
    return shown, seen


def withheld(offers: Offers, answers: Mapping[str, Any], today: date) -> frozenset[str]:
    """The choices that are not offered beside these answers, which are those that count."""
    return frozenset(choice for choice, condition in offers.items() if not holds(condition, answers, today))


def _left(value: Any, gone: Collection[str]) -> Any:
    """What an answer still says without the choices that are gone; None where that is nothing."""
    if not gone:
        return value
    if isinstance(value, str | int):
        return None if str(value) in gone else value
    if isinstance(value, list):
        return [one for one in value if not (isinstance(one, str) and one in gone)] or None
    if isinstance(value, Mapping) and f"first/{value.get('first')}" in gone:
        return None
    if isinstance(value, Mapping) and f"second/{value.get('second')}" in gone:
        return {part: said for part, said in value.items() if part != "second"}
    return value
