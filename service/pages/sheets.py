"""Tables as CSV files that a spreadsheet opens with a double click: UTF-8 with its mark, semicolons."""

import csv
import io
from collections.abc import AsyncIterator, Iterable, Sequence

CSV = "text/csv"
_ACTIVE = ("=", "+", "-", "@", "\t", "\r")


def cell(value: object) -> str:
    """A value as text that no spreadsheet runs: what would begin a formula has an apostrophe before it."""
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(_ACTIVE) and not isinstance(value, int | float) else text


def _lines(table: Iterable[Sequence[object]]) -> str:
    out = io.StringIO()
    csv.writer(out, delimiter=";", lineterminator="\r\n").writerows([cell(one) for one in line] for line in table)
    return out.getvalue()


async def sheet(head: Sequence[str], pages: AsyncIterator[Iterable[Sequence[object]]]) -> AsyncIterator[bytes]:
    """The bytes of a table that is read page by page, never whole in memory."""
    yield ("\ufeff" + _lines([head])).encode()
    async for page in pages:
        yield _lines(page).encode()
