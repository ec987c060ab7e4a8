"""Conditions: small expression trees over other answers, the same data here and in the page.

A missing answer makes every comparison false; `not` turns that around.
"""

from collections.abc import Iterator, Mapping
from typing import Any, TypeAlias

import msgspec


class _Node(msgspec.Struct, frozen=True, tag_field="op", forbid_unknown_fields=True):
    pass


class Equals(_Node, frozen=True, tag="equals"):
    """The answer is this value; for a choice, this option ("other" for a free text)."""

    field: str
    value: str | int | float | bool


class Among(_Node, frozen=True, tag="among"):
    """The answer is one of these values."""

    field: str
    values: tuple[str | int | float | bool, ...]


class Contains(_Node, frozen=True, tag="contains"):
    """This option is one of those chosen."""

    field: str
    value: str


class Filled(_Node, frozen=True, tag="filled"):
    """There is an answer that says something."""

    field: str


class AtLeast(_Node, frozen=True, tag="at_least"):
    """The answer is a number, and this or more."""

    field: str
    value: int | float


class AtMost(_Node, frozen=True, tag="at_most"):
    """The answer is a number, and this or less."""

    field: str
    value: int | float


class AllOf(_Node, frozen=True, tag="all"):
    """Every one of these holds."""

    of: tuple["Condition", ...]


class AnyOf(_Node, frozen=True, tag="any"):
    """One of these holds."""

    of: tuple["Condition", ...]


class Not(_Node, frozen=True, tag="not"):
    """This does not hold."""

    of: "Condition"


Condition: TypeAlias = Equals | Among | Contains | Filled | AtLeast | AtMost | AllOf | AnyOf | Not


def holds(condition: Condition, answers: Mapping[str, Any]) -> bool:
    """Whether a condition holds for these answers."""
    match condition:
        case AllOf(of=parts):
            return all(holds(part, answers) for part in parts)
        case AnyOf(of=parts):
            return any(holds(part, answers) for part in parts)
        case Not(of=part):
            return not holds(part, answers)
        case _:
            return _compare(condition, answers.get(condition.field))


def _compare(leaf: Equals | Among | Contains | Filled | AtLeast | AtMost, answer: Any) -> bool:
    value = _choice(answer)
    match leaf:
        case Equals(value=wanted):
            return _same(value, wanted)
        case Among(values=wanted_values):
            return any(_same(value, wanted) for wanted in wanted_values)
        case Contains(value=option):
            return isinstance(value, list) and any(_choice(one) == option for one in value)
        case Filled():
            return not blank(answer)
        case AtLeast(value=least):
            return _number(value) and value >= least
        case AtMost(value=most):
            return _number(value) and value <= most


def _choice(answer: Any) -> Any:
    return "other" if isinstance(answer, Mapping) and set(answer) == {"other"} else answer


def _same(value: Any, wanted: Any) -> bool:
    # In Python true equals 1; in the page it does not.
    return isinstance(value, bool) == isinstance(wanted, bool) and bool(value == wanted)


def _number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def blank(value: Any) -> bool:
    """Whether a value says nothing: null, spaces, an empty list or object, or only such things inside.

    False and 0 are answers.
    """
    if value is None:
        return True
    if isinstance(value, str):
        return not value.strip()
    if isinstance(value, Mapping):
        return all(blank(part) for part in value.values())
    if isinstance(value, list | tuple):
        return all(blank(part) for part in value)
    return False


def leaves(condition: Condition) -> Iterator[Equals | Among | Contains | Filled | AtLeast | AtMost]:
    """The comparisons of a condition, from left to right."""
    match condition:
        case AllOf(of=parts) | AnyOf(of=parts):
            for part in parts:
                yield from leaves(part)
        case Not(of=part):
            yield from leaves(part)
        case _:
            yield condition
