"""CSV: as RFC 4180 has it, for programs; or as French spreadsheets open it with a double click."""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import cast

from reports.tables.model import ACTIVE, Batch, Kind, Table, Value, flag, moment

MARK = "\ufeff"  # by which spreadsheets know UTF-8
Writer = Callable[[Sequence[Value]], list[str]]  # of a column


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
        return (MARK if self._french else "").encode() + self._lines([[name] for name in _texts(names)])

    def rows(self, batch: Batch) -> bytes:
        """Some more lines: column by column, which takes a third of the time of value by value."""
        if not batch:
            return b""
        columns = [write(column) for write, column in zip(self._writers, batch, strict=True)]
        if len(columns) == 1:
            columns = [[one or '""' for one in columns[0]]]  # an empty line is none
        return self._lines(columns)

    def _lines(self, columns: Sequence[Sequence[str]]) -> bytes:
        lines = map((";" if self._french else ",").join, zip(*columns, strict=True))
        return ("\r\n".join(lines) + "\r\n").encode()


def _texts(column: Sequence[Value]) -> list[str]:
    return _once(column, lambda one: _text(one if isinstance(one, str) else str(one)))


def _once(column: Sequence[Value], write: Callable[[Value], str]) -> list[str]:
    """Each that is there is written once: a batch has a title for each review, a name for each proposal, few scores."""
    said = {one: "" if one is None else write(one) for one in set(column)}
    return list(map(said.__getitem__, column))


def _text(value: str) -> str:
    """A text that a spreadsheet would run begins with an apostrophe. What would be taken for more than one cell stands
    between quotes (RFC 4180): by hand, as the library's writer looks at every letter and takes three times as long."""
    said = f"'{value}" if value[:1] in ACTIVE else value
    if ";" in said or "," in said or '"' in said or "\n" in said or "\r" in said:
        return '"' + said.replace('"', '""') + '"'
    return said


def _lists(column: Sequence[Value]) -> list[str]:
    return _texts(
        [one if one is None or isinstance(one, str) else "; ".join(cast(Sequence[str], one)) for one in column]
    )


def _each(write: Callable[[Value], str]) -> Writer:
    """By what writes one value."""
    return lambda column: _once(column, write)


def _number(value: Value) -> str:
    return f"{value:.10g}" if isinstance(value, float) else str(value)


def _french_number(value: Value) -> str:
    return f"{value:.4f}".rstrip("0").rstrip(".").replace(".", ",") if isinstance(value, float) else str(value)


def _day(value: Value) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)


def _french_day(value: Value) -> str:
    return f"{value:%d/%m/%Y}" if isinstance(value, date) else str(value)


def _moment(value: Value) -> str:
    return value.isoformat(timespec="seconds") if isinstance(value, datetime) else str(value)


def _french_moment(value: Value) -> str:
    if not isinstance(value, datetime):
        return str(value)
    at = moment(value)
    return f"{at.day:02}/{at.month:02}/{at.year} {at.hour:02}:{at.minute:02}"


_PLAIN: dict[Kind, Writer] = {
    Kind.TEXT: _texts,
    Kind.LIST: _lists,
    Kind.NUMBER: _each(_number),
    Kind.FLAG: _each(lambda value: "true" if value else "false"),
    Kind.DAY: _each(_day),
    Kind.MOMENT: _each(_moment),
}
_FRENCH: dict[Kind, Writer] = {
    Kind.TEXT: _texts,
    Kind.LIST: _lists,
    Kind.NUMBER: _each(_french_number),
    Kind.FLAG: _each(flag),
    Kind.DAY: _each(_french_day),
    Kind.MOMENT: _each(_french_moment),
}
