"""Dates, numbers and sizes in French words."""

from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from babel.dates import format_date
from babel.numbers import format_decimal

PARIS = ZoneInfo("Europe/Paris")


def day(at: datetime) -> str:
    """The day in Paris: "1er juin 2025"."""
    local = at.astimezone(PARIS)
    number = "1er" if local.day == 1 else str(local.day)
    return f"{number} {format_date(local, 'MMMM y', locale='fr')}".replace(" ", "\N{NO-BREAK SPACE}", 1)


def moment(at: datetime) -> str:
    """The day and the minute in Paris: "1er juin 2025 à 9 h 05"."""
    local = at.astimezone(PARIS)
    return f"{day(at)} à {local.hour}\N{NO-BREAK SPACE}h\N{NO-BREAK SPACE}{local.minute:02d}"


def number(value: Decimal | int, digits: int = 2) -> str:
    """A number with at most `digits` decimals: "12 500,5"."""
    return str(format_decimal(value, format="#,##0." + "#" * digits, locale="fr"))


def size(octets: int) -> str:
    """The size of a file: "1,2 Mo"."""
    value, unit = Decimal(octets), "octets" if octets > 1 else "octet"
    for larger in ("ko", "Mo", "Go"):
        if value < 1000:
            break
        value, unit = value / 1000, larger
    return f"{number(value, 1)}\N{NO-BREAK SPACE}{unit}"


def grouped(digest: str) -> str:
    """A digest in groups of eight characters, so that it can be compared by eye and broken at the end of a line."""
    return " ".join(digest[i : i + 8] for i in range(0, len(digest), 8))
