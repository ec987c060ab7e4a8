"""Tables as files for a spreadsheet: UTF-8 with its mark, semicolons as in French ones, sent while they are made."""

import csv
import io
from collections.abc import AsyncIterator, Iterable, Sequence
from datetime import datetime

from litestar.response import Stream

from service.doors.downloads import disposition
from service.pages import french

Value = str | int | float | datetime | bool | None
# What a spreadsheet would run as a formula when a cell begins with it.
ACTIVE = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")


def cell(value: Value) -> str:
    """A value as French spreadsheets read it; a text that would be run as a formula begins with an apostrophe."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "oui" if value else "non"
    if isinstance(value, datetime):
        return f"{value.astimezone(french.PARIS):%d/%m/%Y %H:%M}"
    if isinstance(value, int | float):
        return f"{round(value, 4):g}".replace(".", ",") if isinstance(value, float) else str(value)
    return f"'{value}" if value.startswith(ACTIVE) else value


def _line(values: Iterable[Value]) -> bytes:
    written = io.StringIO()
    csv.writer(written, delimiter=";").writerow([cell(value) for value in values])
    return written.getvalue().encode()


def sheet(name: str, columns: Sequence[str], lines: AsyncIterator[Sequence[Value]]) -> Stream:
    """The whole table as a download of that name."""

    async def content() -> AsyncIterator[bytes]:
        yield b"\xef\xbb\xbf" + _line(columns)
        async for line in lines:
            yield _line(line)

    headers = {"Content-Disposition": disposition(name), "Cache-Control": "no-store"}
    return Stream(content(), headers=headers, media_type="text/csv; charset=utf-8")
