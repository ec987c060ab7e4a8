"""French as the pages write it: dates of Paris, numbers, plurals, no-break spaces."""

import re
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel.numbers import format_decimal

from forms.telling.french import NBSP, THIN, WEEKDAYS, duration, number, plural, size

__all__ = [
    "MONTHS",
    "NBSP",
    "PARIS",
    "THIN",
    "WEEKDAYS",
    "day",
    "deadline",
    "decimals",
    "duration",
    "hour",
    "left",
    "moment",
    "number",
    "plural",
    "remaining",
    "short_day",
    "siret",
    "size",
    "typography",
]

PARIS = ZoneInfo("Europe/Paris")
MONTHS = (
    *("janvier", "février", "mars", "avril", "mai", "juin", "juillet"),
    *("août", "septembre", "octobre", "novembre", "décembre"),
)

_high = re.compile(r"[ \u00a0](?=[;?!](?:\s|$|<|\)|»|\u00a0))")
_colon = re.compile(r" (?=:(?:\s|$|<))")
_open, _close = re.compile(r"«[ \u00a0]?"), re.compile(r"[ \u00a0]?»")
_numbered = re.compile(r"(?<=n°) |(?<=\b[LRD]\.) (?=\d)")
_units = re.compile(r"(?<=\d) (?=(?:\d{3}\b|%|€|Mo\b|ko\b|h\b|jours?\b|heures?\b))")


def typography(text: str) -> str:
    """No-break spaces where French wants them: before ; : ? ! », after « and n°, between a number and its unit."""
    text = _high.sub(THIN, text)
    text = _colon.sub(NBSP, text)
    text = _open.sub("«" + NBSP, text)
    text = _close.sub(NBSP + "»", text)
    text = _numbered.sub(NBSP, text)
    return _units.sub(NBSP, text)


def day(at: datetime | date, *, weekday: bool = False) -> str:
    """« 1er juin 2026 », as Paris counts days."""
    local = at.astimezone(PARIS).date() if isinstance(at, datetime) else at
    number = "1er" if local.day == 1 else str(local.day)
    name = f"{WEEKDAYS[local.weekday()]} " if weekday else ""
    return f"{name}{number}{NBSP}{MONTHS[local.month - 1]} {local.year}"


def hour(at: datetime) -> str:
    """« 14 h 05 », at Paris."""
    local = at.astimezone(PARIS)
    return f"{local.hour}{NBSP}h{NBSP}{local.minute:02d}"


def moment(at: datetime) -> str:
    """« 1er juin 2026 à 14 h 05 »."""
    return f"{day(at)} à {hour(at)}"


def short_day(at: datetime | date) -> str:
    """« 01/06/2026 », for tables."""
    local = at.astimezone(PARIS).date() if isinstance(at, datetime) else at
    return f"{local:%d/%m/%Y}"


@lru_cache(maxsize=4096, typed=True)
def decimals(content: float, least: int, most: int) -> str:
    """« 1 234,5 », with so many decimals at least and at most."""
    return format_decimal(Decimal(repr(content)), format="#,##0." + "0" * least + "#" * (most - least), locale="fr_FR")


def siret(digits: str) -> str:
    """« 123 456 789 00012 », as the register writes it, SIREN numbers too; anything else stays as it is."""
    if not re.fullmatch(r"\d{9}(\d{5})?", digits):
        return digits
    return NBSP.join(filter(None, (digits[:3], digits[3:6], digits[6:9], digits[9:])))


def left(due: datetime, now: datetime) -> str:
    """What is left until an instant: « 3 jours », « 5 heures », « moins d’une heure », « échéance dépassée »."""
    span = due - now
    if span <= timedelta(0):
        return "échéance dépassée"
    if span < timedelta(hours=1):
        return "moins d’une heure"
    if span < timedelta(days=2):
        return plural(int(span / timedelta(hours=1)), "heure", "heures")
    return plural(span.days, "jour", "jours")


def remaining(due: datetime, now: datetime) -> str:
    """The same to the minute: « 2 jours et 3 heures », « 5 heures et 12 minutes », « moins d’une minute »."""
    seconds = int((due - now).total_seconds())
    days, hours, minutes = seconds // 86_400, seconds % 86_400 // 3600, seconds % 3600 // 60
    if seconds < 60:
        return "moins d’une minute"
    parts = [(days, "jour", "jours"), (hours, "heure", "heures"), (minutes, "minute", "minutes")]
    while not parts[0][0]:
        parts.pop(0)
    return " et ".join(plural(*part) for part in parts[:2] if part[0])


def deadline(at: datetime) -> str:
    """The last instant of something: the day alone where it is the end of that day."""
    local = at.astimezone(PARIS)
    return f"{day(at)} inclus" if (local.hour, local.minute) == (23, 59) else moment(at)
