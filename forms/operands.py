"""What a comparison has on either side: an answer, the sum of a column, a sum, the day it is; or a value as it stands.

Numbers are exact decimals, so that 0.1 + 0.2 is 0.3 here and in the page. A missing part makes the whole missing.
"""

import calendar
import re
from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Context, Decimal
from typing import Any, TypeAlias

import msgspec

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
# What a JSON number of Python and of the page are the same number up to; and digits enough to add such numbers exactly.
_LARGEST = 2**53
_EXACT = Context(prec=2000)
ROW_ID = "@id"
"""In a row of a block, what tells it from others: no answer."""


class _Operand(msgspec.Struct, frozen=True, tag_field="get", forbid_unknown_fields=True):
    pass


class Answer(_Operand, frozen=True, tag="answer"):
    """The answer to a field; inside `where`, the row's cell."""

    field: str


class Total(_Operand, frozen=True, tag="total"):
    """The sum of a column of numbers over the rows of a table; cells that are no number count for nothing."""

    field: str
    column: str


class Sum(_Operand, frozen=True, tag="sum"):
    """All of these numbers together."""

    of: tuple["Operand", ...]


class Today(_Operand, frozen=True, tag="today"):
    """The day it is at Paris, moved by months (to the month's last day at most), then by days; both may be negative."""

    months: int = 0
    days: int = 0


Operand: TypeAlias = int | float | str | Answer | Total | Sum | Today
Scalar: TypeAlias = Decimal | str | bool | None
"""What a comparison compares; None: missing. A day is its text, `2025-04-07`."""


def worth(operand: Operand, answers: Mapping[str, Any], today: date) -> Scalar:
    """What an operand comes to with these answers, on this day."""
    match operand:
        case Answer(field=field):
            return scalar(answers.get(field))
        case Total(field=field, column=column):
            rows = said_rows(answers.get(field))
            cells = [scalar(row.get(column)) for row in rows]
            return added([cell for cell in cells if isinstance(cell, Decimal)]) if rows else None
        case Sum(of=parts):
            return added([worth(part, answers, today) for part in parts])
        case Today(months=months, days=days):
            return moved(today, months, days)
        case _:
            return scalar(operand)


def added(parts: list[Scalar]) -> Scalar:
    """The sum of numbers, exactly; None where a part is none."""
    total = Decimal(0)
    for part in parts:
        if not isinstance(part, Decimal):
            return None
        total = _EXACT.add(total, part)
    return total


def scalar(value: Any) -> Scalar:
    """A value as it is compared: numbers exactly, texts without the spaces around them; lists and objects never."""
    if isinstance(value, bool):
        return value
    if isinstance(value, int | float):
        # Not a number compares false with everything.
        return Decimal(repr(value)) if abs(value) <= _LARGEST else None
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
        case Answer(field=field) | Total(field=field):
            return {field}
        case Sum(of=parts):
            return {field for part in parts for field in fields_of(part)}
        case _:
            return set()
