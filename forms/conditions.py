"""Conditions: small expression trees over other answers, the same data here and in static/conditions.js.

A missing answer makes every comparison false, be it of a value, a count or rows; `not` turns that around. "Today" is
handed in by whoever asks: the day it is for a draft, the day of its submission for what was submitted.
"""

import operator
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from fractions import Fraction
from typing import Any, Literal, TypeAlias

import msgspec

from forms.operands import Operand, Scalar, blank, fields_of, is_day, said_rows, worth


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


class Compare(_Node, frozen=True, tag="compare"):
    """Two values side by side, at least one of them an answer: numbers, days or texts, of the same sort.

    `at_least` and `at_most` are for numbers and days, `before` and `after` (which the same day is not) for days.
    """

    left: Operand
    relation: Literal["equal", "at_least", "at_most", "before", "after"] = msgspec.field(name="is")
    right: Operand


class Count(_Node, frozen=True, tag="count"):
    """So many options are chosen; or so many rows say something, and fulfil `where` by their cells."""

    field: str
    at_least: int | None = None
    at_most: int | None = None
    where: "Condition | None" = None


class AnyRow(_Node, frozen=True, tag="any_row"):
    """One of the rows that say something fulfils this by its cells."""

    field: str
    where: "Condition"


class AllRows(_Node, frozen=True, tag="all_rows"):
    """Every row that says something fulfils this by its cells; and there is one."""

    field: str
    where: "Condition"


class AllOf(_Node, frozen=True, tag="all"):
    """Every one of these holds."""

    of: tuple["Condition", ...]


class AnyOf(_Node, frozen=True, tag="any"):
    """One of these holds."""

    of: tuple["Condition", ...]


class Not(_Node, frozen=True, tag="not"):
    """This does not hold."""

    of: "Condition"


Leaf: TypeAlias = Equals | Among | Contains | Filled | AtLeast | AtMost | Compare | Count | AnyRow | AllRows
Condition: TypeAlias = (
    Equals | Among | Contains | Filled | AtLeast | AtMost | Compare | Count | AnyRow | AllRows | AllOf | AnyOf | Not
)


def holds(condition: Condition, answers: Mapping[str, Any], today: date) -> bool:
    """Whether a condition holds for these answers on this day."""
    match condition:
        case AllOf(of=parts):
            return all(holds(part, answers, today) for part in parts)
        case AnyOf(of=parts):
            return any(holds(part, answers, today) for part in parts)
        case Not(of=part):
            return not holds(part, answers, today)
        case Compare(left=left, relation=relation, right=right):
            return _related(worth(left, answers, today), relation, worth(right, answers, today))
        case Count() | AnyRow() | AllRows():
            return _rows(condition, answers.get(condition.field), today)
        case _:
            return _single(condition, answers.get(condition.field))


def _single(leaf: Equals | Among | Contains | Filled | AtLeast | AtMost, answer: Any) -> bool:
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


def _related(left: Scalar, relation: str, right: Scalar) -> bool:
    if left is None or right is None or type(left) is not type(right):
        return False
    if relation == "equal":
        return left == right
    return _ORDERS[relation](left, right) if _ordered(left) and _ordered(right) else False


def _ordered(value: Scalar) -> bool:
    return isinstance(value, Fraction) or (isinstance(value, str) and is_day(value))


# Days written as they are stand in the order of their texts.
_ORDERS: dict[str, Callable[[Any, Any], bool]] = {
    "at_least": operator.ge,
    "at_most": operator.le,
    "before": operator.lt,
    "after": operator.gt,
}


def _rows(leaf: Count | AnyRow | AllRows, answer: Any, today: date) -> bool:
    if blank(answer):
        return False
    entries = [one for one in answer if not blank(one)] if isinstance(answer, list) else said_rows(answer)
    fulfil = [leaf.where is None or (isinstance(one, Mapping) and holds(leaf.where, one, today)) for one in entries]
    match leaf:
        case AnyRow():
            return any(fulfil)
        case AllRows():
            return bool(fulfil) and all(fulfil)
        case Count(at_least=least, at_most=most):
            return (least is None or sum(fulfil) >= least) and (most is None or sum(fulfil) <= most)


def _choice(answer: Any) -> Any:
    return "other" if isinstance(answer, Mapping) and set(answer) == {"other"} else answer


def _same(value: Any, wanted: Any) -> bool:
    # In Python true equals 1; in the page it does not.
    return isinstance(value, bool) == isinstance(wanted, bool) and bool(value == wanted)


def _number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def leaves(condition: Condition) -> Iterator[Leaf]:
    """The comparisons of a condition, from left to right; those over the cells of rows are parts of theirs."""
    match condition:
        case AllOf(of=parts) | AnyOf(of=parts):
            for part in parts:
                yield from leaves(part)
        case Not(of=part):
            yield from leaves(part)
        case _:
            yield condition


def asked(condition: Condition) -> set[str]:
    """The fields whose answers a condition looks at."""
    found: set[str] = set()
    for leaf in leaves(condition):
        found |= fields_of(leaf.left) | fields_of(leaf.right) if isinstance(leaf, Compare) else {leaf.field}
    return found
