"""CSV: as RFC 4180 has it, for programs; or as French spreadsheets open it with a double click."""

import csv
import io
from collections.abc import Callable, Sequence
from datetime import date, datetime

from reports.tables.model import ACTIVE, Kind, Row, Table, Value, flag, moment

MARK = "\ufeff"  # by which spreadsheets know UTF-8
Writer = Callable[[Value], str]


class Separated:
    """One file in the making; each method gives the bytes that it adds."""

    def __init__(self, table: Table, *, french: bool) -> None:
        self._table = table
        self._french = french
        written = _FRENCH if french else _PLAIN
        self._writers: list[Writer] = [written[column.kind] for column in table.columns]

    def head(self) -> bytes:
        """The first line: titles for readers, ids for programs."""
        names = [column.title if self._french else column.id for column in self._table.columns]
        return ((MARK if self._french else "") + self._lines([[_text(name) for name in names]])).encode()

    def rows(self, batch: Sequence[Row]) -> bytes:
        """Some more lines."""
        return self._lines(
            [
                ["" if one is None else write(one) for write, one in zip(self._writers, row, strict=True)]
                for row in batch
            ]
        ).encode()

    def _lines(self, lines: Sequence[Sequence[str]]) -> str:
        out = io.StringIO()
        csv.writer(out, delimiter=";" if self._french else ",", lineterminator="\r\n").writerows(lines)
        return out.getvalue()


def _text(value: Value) -> str:
    """A text that a spreadsheet would run begins with an apostrophe."""
    text = str(value)
    return f"'{text}" if text.startswith(ACTIVE) else text


def _list(value: Value) -> str:
    return _text("; ".join(value) if isinstance(value, Sequence) and not isinstance(value, str) else value)


def _number(value: Value) -> str:
    return f"{value:.10g}" if isinstance(value, float) else str(value)


def _french_number(value: Value) -> str:
    return f"{value:.4f}".rstrip("0").rstrip(".").replace(".", ",") if isinstance(value, float) else str(value)


def _day(value: Value) -> str:
    return f"{value:%Y-%m-%d}" if isinstance(value, date) else str(value)


def _french_day(value: Value) -> str:
    return f"{value:%d/%m/%Y}" if isinstance(value, date) else str(value)


def _moment(value: Value) -> str:
    return value.isoformat(timespec="seconds") if isinstance(value, datetime) else str(value)


def _french_moment(value: Value) -> str:
    return f"{moment(value):%d/%m/%Y %H:%M}" if isinstance(value, datetime) else str(value)


_PLAIN: dict[Kind, Writer] = {
    Kind.TEXT: _text,
    Kind.LIST: _list,
    Kind.NUMBER: _number,
    Kind.FLAG: lambda value: "true" if value else "false",
    Kind.DAY: _day,
    Kind.MOMENT: _moment,
}
_FRENCH: dict[Kind, Writer] = {
    Kind.TEXT: _text,
    Kind.LIST: _list,
    Kind.NUMBER: _french_number,
    Kind.FLAG: flag,
    Kind.DAY: _french_day,
    Kind.MOMENT: _french_moment,
}
