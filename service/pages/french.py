"""French as the pages write it: dates of Paris, numbers, plurals, no-break spaces."""

import re
from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from babel.numbers import format_decimal

PARIS = ZoneInfo("Europe/Paris")
MONTHS = (
    *("janvier", "février", "mars", "avril", "mai", "juin", "juillet"),
    *("août", "septembre", "octobre", "novembre", "décembre"),
)
WEEKDAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
_BYDAY = ("MO", "TU", "WE", "TH", "FR")
NBSP, THIN = "\u00a0", "\u202f"

_high = re.compile(r"[ \u00a0](?=[;?!](?:\s|$|<|\)|»|\u00a0))")
_colon = re.compile(r" (?=:(?:\s|$|<))")
_open, _close = re.compile(r"« ?"), re.compile(r"[ \u00a0]?»")
_units = re.compile(r"(?<=\d) (?=(?:\d{3}\b|%|€|Mo\b|ko\b|h\b|jours?\b|heures?\b))")


def typography(text: str) -> str:
    """No-break spaces where French wants them: before ; : ? ! », after «, between a number and its unit."""
    text = _high.sub(THIN, text)
    text = _colon.sub(NBSP, text)
    text = _open.sub("«" + NBSP, text)
    text = _close.sub(NBSP + "»", text)
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


def plural(count: int, one: str, many: str) -> str:
    """« 0 dossier », « 1 dossier », « 2 dossiers »: the number with its noun; French counts zero as singular."""
    return f"{number(count)}{NBSP}{one if abs(count) < 2 else many}"


def number(content: float | Decimal, digits: int | None = None) -> str:
    """« 1 234,5 »; `digits` fixes the decimals."""
    pattern = "#,##0.###" if digits is None else "#,##0" + ("." + "0" * digits if digits else "")
    return format_decimal(content, format=pattern, locale="fr_FR")


def decimals(content: float, least: int, most: int) -> str:
    """« 1 234,5 », with so many decimals at least and at most."""
    return format_decimal(Decimal(repr(content)), format="#,##0." + "0" * least + "#" * (most - least), locale="fr_FR")


def size(count: int) -> str:
    """Bytes as « 12 ko », « 3,4 Mo » (decimal units, as the State's guides write them)."""
    if count < 1000:
        return plural(count, "octet", "octets")
    if count < 1_000_000:
        return f"{number(round(count / 1000))}{NBSP}ko"
    return f"{number(round(count / 1_000_000, 1))}{NBSP}Mo"


def siret(digits: str) -> str:
    """« 123 456 789 00012 », as the register writes it; anything else stays as it is."""
    if not re.fullmatch(r"\d{14}", digits):
        return digits
    return NBSP.join((digits[:3], digits[3:6], digits[6:9], digits[9:]))


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


def duration(rule: str) -> str:
    """A duration as the edition writes it: `10wd` is « 10 jours ouvrés », `monthly:2TU` « le 2ᵉ mardi du mois »."""
    monthly = re.fullmatch(r"monthly:(-?\d)(\w\w)(?:/(\d+)wd)?", rule)
    if monthly:
        nth = {"1": "le premier", "-1": "le dernier"}.get(monthly[1], f"le {monthly[1]}ᵉ")
        notice = f", au plus tôt après {plural(int(monthly[3]), 'jour ouvré', 'jours ouvrés')}" if monthly[3] else ""
        return f"{nth} {WEEKDAYS[_BYDAY.index(monthly[2])]} du mois{notice}"
    for pattern, one, many in (
        (r"(\d+)wd", "jour ouvré", "jours ouvrés"),
        (r"P(\d+)D", "jour", "jours"),
        (r"P(\d+)W", "semaine", "semaines"),
        (r"P(\d+)M", "mois", "mois"),
        (r"PT(\d+)H", "heure", "heures"),
        (r"PT(\d+)M", "minute", "minutes"),
        (r"PT(\d+)S", "seconde", "secondes"),
    ):
        found = re.fullmatch(pattern, rule)
        if found:
            return plural(int(found[1]), one, many)
    return rule
