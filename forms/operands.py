"""Expressions: what a comparison has on either side, and what a computed field comes to. An answer, what is worked out
of others or over the rows of a table or block, the day it is; or a value as it stands.

Numbers are exact fractions, so that 0.1 + 0.2 is 0.3 and a third times three is one, here and in static/operands.js. A
missing part makes the whole missing, and so does what has no answer, such as a division by zero.
"""

import calendar
import re
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from fractions import Fraction
from functools import reduce
from typing import Any, TypeAlias

import msgspec

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
# What a JSON number of Python and of the page are the same number up to.
_LARGEST = 2**53
ROW_ID = "@id"
"""In a row of a block, what tells it from others: no answer."""


class _Operand(msgspec.Struct, frozen=True, tag_field="get", forbid_unknown_fields=True):
    pass


class Answer(_Operand, frozen=True, tag="answer"):
    """The answer to a field; inside `where`, the row's cell. `part`: of an answer that has several, such as the `start`
    of a period."""

    field: str
    part: str | None = None


class Total(_Operand, frozen=True, tag="total"):
    """The sum of a column of numbers over the rows that say something; cells that are no number count for nothing."""

    field: str
    column: str


class Rows(_Operand, frozen=True, tag="rows"):
    """How many rows say something."""

    field: str


class Lowest(_Operand, frozen=True, tag="lowest"):
    """The lowest number, or the first day, of a column; cells that are neither are passed over."""

    field: str
    column: str


class Highest(_Operand, frozen=True, tag="highest"):
    """The highest number, or the last day, of a column; cells that are neither are passed over."""

    field: str
    column: str


class Sum(_Operand, frozen=True, tag="sum"):
    """All of these numbers together."""

    of: tuple["Operand", ...]


class Difference(_Operand, frozen=True, tag="difference"):
    """The first number, less all the others."""

    of: tuple["Operand", ...]


class Product(_Operand, frozen=True, tag="product"):
    """All of these numbers multiplied."""

    of: tuple["Operand", ...]


class Ratio(_Operand, frozen=True, tag="ratio"):
    """One number divided by another: `of` so many, `to` so many."""

    of: "Operand"
    to: "Operand"


class Least(_Operand, frozen=True, tag="least"):
    """The lowest of these numbers, or the first of these days."""

    of: tuple["Operand", ...]


class Most(_Operand, frozen=True, tag="most"):
    """The highest of these numbers, or the last of these days."""

    of: tuple["Operand", ...]


class Days(_Operand, frozen=True, tag="days"):
    """How many days lie between two days: 1 from one day to the next, negative backwards."""

    since: "Operand"
    until: "Operand"


class Today(_Operand, frozen=True, tag="today"):
    """The day it is at Paris, moved by months (to the month's last day at most), then by days; both may be negative."""

    months: int = 0
    days: int = 0


OverRows: TypeAlias = Total | Lowest | Highest
Several: TypeAlias = Sum | Difference | Product | Least | Most
Operand: TypeAlias = (
    int
    | float
    | str
    | Answer
    | Total
    | Rows
    | Lowest
    | Highest
    | Sum
    | Difference
    | Product
    | Ratio
    | Least
    | Most
    | Days
    | Today
)
Scalar: TypeAlias = Fraction | str | bool | None
"""What a comparison compares; None: missing. A day is its text, `2025-04-07`."""


def worth(operand: Operand, answers: Mapping[str, Any], today: date) -> Scalar:  # noqa: PLR0911  one case for each
    """What an operand comes to with these answers, on this day."""
    match operand:
        case Answer(field=field, part=part):
            answer = answers.get(field)
            return scalar(answer if part is None else answer.get(part) if isinstance(answer, Mapping) else None)
        case Total() | Lowest() | Highest():
            return _column(operand, said_rows(answers.get(operand.field)))
        case Rows(field=field):
            return Fraction(len(rows)) if (rows := said_rows(answers.get(field))) else None
        case Sum(of=parts) | Difference(of=parts) | Product(of=parts) | Least(of=parts) | Most(of=parts):
            return _worked(operand, [worth(part, answers, today) for part in parts])
        case Ratio(of=one, to=other):
            above, below = worth(one, answers, today), worth(other, answers, today)
            return above / below if isinstance(above, Fraction) and isinstance(below, Fraction) and below else None
        case Days(since=since, until=until):
            return _days(worth(since, answers, today), worth(until, answers, today))
        case Today(months=months, days=days):
            return moved(today, months, days)
        case _:
            return scalar(operand)


def _column(operand: OverRows, rows: list[Mapping[str, Any]]) -> Scalar:
    cells = [scalar(row.get(operand.column)) for row in rows]
    numbers = [cell for cell in cells if isinstance(cell, Fraction)]
    if isinstance(operand, Total):
        return sum(numbers, Fraction(0)) if rows else None
    days = [cell for cell in cells if isinstance(cell, str) and is_day(cell)]
    if numbers:
        return min(numbers) if isinstance(operand, Lowest) else max(numbers)
    return (min(days) if isinstance(operand, Lowest) else max(days)) if days else None


_NUMBERS: dict[type, Callable[[Fraction, Fraction], Fraction]] = {
    Sum: lambda one, other: one + other,
    Difference: lambda one, other: one - other,
    Product: lambda one, other: one * other,
    Least: min,
    Most: max,
}


def _worked(operand: Several, parts: list[Scalar]) -> Scalar:
    numbers = [part for part in parts if isinstance(part, Fraction)]
    if not parts:
        return Fraction(0) if isinstance(operand, Sum) else None
    if len(numbers) == len(parts):
        return reduce(_NUMBERS[type(operand)], numbers)
    days = [part for part in parts if isinstance(part, str) and is_day(part)]
    if isinstance(operand, Least | Most) and len(days) == len(parts):
        return min(days) if isinstance(operand, Least) else max(days)
    return None


def _days(since: Scalar, until: Scalar) -> Scalar:
    if isinstance(since, str) and isinstance(until, str) and is_day(since) and is_day(until):
        return Fraction((date.fromisoformat(until) - date.fromisoformat(since)).days)
    return None


def rounded(value: Scalar, decimals: int) -> int | float | None:
    """A number with so many decimals, a half away from zero, as JSON has it; None for what is none, or too large to be
    the same in Python and in the page."""
    if not isinstance(value, Fraction):
        return None
    units, rest = divmod(abs(value.numerator) * 10**decimals, value.denominator)
    units += 2 * rest >= value.denominator
    exact = Fraction(units if value > 0 else -units, 10**decimals)
    if abs(exact) > _LARGEST:
        return None
    return int(exact) if exact.denominator == 1 else float(exact)


def scalar(value: Any) -> Scalar:
    """A value as it is compared: numbers exactly, texts without the spaces around them; lists and objects never."""
    if isinstance(value, bool):
        return value
    if isinstance(value, int | float):
        # Not a number compares false with everything.
        return Fraction(repr(value)) if abs(value) <= _LARGEST else None
    return (value.strip() or None) if isinstance(value, str) else None


def said_rows(value: Any) -> list[Mapping[str, Any]]:
    """The rows of a table's or a block's value that say something."""
    rows = value.get("rows") if isinstance(value, Mapping) else None
    return [row for row in rows if isinstance(row, Mapping) and not blank(row)] if isinstance(rows, list) else []


def blank(value: Any) -> bool:
    """Whether a value says nothing: null, spaces, an empty list or object, or only such things inside.

    False and 0 are answers; a row's identity is none.
    """
    if value is None:
        return True
    if isinstance(value, str):
        return not value.strip()
    if isinstance(value, Mapping):
        return all(key == ROW_ID or blank(part) for key, part in value.items())
    if isinstance(value, list | tuple):
        return all(blank(part) for part in value)
    return False


def is_day(text: str) -> bool:
    """Whether a text is a day that exists, written `2025-04-07`."""
    try:
        return _DAY.fullmatch(text) is not None and bool(date.fromisoformat(text))
    except ValueError:
        return False


def moved(day: date, months: int, days: int) -> Scalar:
    """A day so many months, then days, from this one; None beyond the calendar."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    try:
        last = calendar.monthrange(year, month + 1)[1]
        return (date(year, month + 1, min(day.day, last)) + timedelta(days)).isoformat()
    except (ValueError, OverflowError):
        return None


def fields_of(operand: Operand) -> set[str]:
    """The fields whose answers an operand looks at."""
    match operand:
        case Answer(field=field) | Rows(field=field) | Total(field=field) | Lowest(field=field) | Highest(field=field):
            return {field}
        case Sum(of=parts) | Difference(of=parts) | Product(of=parts) | Least(of=parts) | Most(of=parts):
            return {field for part in parts for field in fields_of(part)}
        case Ratio(of=one, to=other) | Days(since=one, until=other):
            return fields_of(one) | fields_of(other)
        case _:
            return set()
