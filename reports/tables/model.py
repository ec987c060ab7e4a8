"""A table: its columns, and the values that its rows have."""

from collections.abc import Sequence
from datetime import date, datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

import msgspec

PARIS = ZoneInfo("Europe/Paris")
Value = str | int | float | bool | date | datetime | Sequence[str] | None
Row = Sequence[Value]
Batch = Sequence[Sequence[Value]]  # some rows, column by column; none of no rows
# What a spreadsheet would run as a formula when a text begins with it.
ACTIVE = frozenset("=+-@\t\r\n\uff1d\uff0b\uff0d\uff20")


class Kind(StrEnum):
    """What a column holds. `LIST`: some texts; `MOMENT`: an instant, told in the time of Paris."""

    TEXT = "text"
    NUMBER = "number"
    FLAG = "flag"
    DAY = "day"
    MOMENT = "moment"
    LIST = "list"


class Format(StrEnum):
    """How it is written. `CSV`: RFC 4180, dates of ISO 8601, for programs; `CSV_FR`: as French spreadsheets read it."""

    XLSX = "xlsx"
    ODS = "ods"
    CSV = "csv"
    CSV_FR = "csv-fr"
    JSON = "json"


MEDIA_TYPES = {
    Format.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    Format.ODS: "application/vnd.oasis.opendocument.spreadsheet",
    Format.CSV: "text/csv",
    Format.CSV_FR: "text/csv",
    Format.JSON: "application/json",
}


class Column(msgspec.Struct, frozen=True):
    """`id` for programs, `title` for readers; `asked`: only there for whoever asks for it; `group`: under which title
    it is offered, "" for none."""

    id: str
    title: str
    kind: Kind = Kind.TEXT
    asked: bool = False
    group: str = ""


class Table(msgspec.Struct, frozen=True):
    """What is written: `name` for programs, `title` for readers, and the columns in order."""

    name: str
    title: str
    columns: tuple[Column, ...]


def moment(value: datetime) -> datetime:
    """The same instant by the clocks of Paris, to the second and without its zone: spreadsheets know none."""
    return value.astimezone(PARIS).replace(tzinfo=None, microsecond=0)


def flag(value: object) -> str:
    """Yes or no, for readers."""
    return "oui" if value else "non"


def by_column(rows: Sequence[Row]) -> Batch:
    """Some rows as a batch."""
    return list(zip(*rows, strict=True))


def by_row(batch: Batch) -> list[Row]:
    """The rows of a batch."""
    return list(zip(*batch, strict=True))
