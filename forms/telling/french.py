"""Words of French sentences: numbers, nouns with their number, lists, quotations, durations."""

import re
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from functools import lru_cache

from babel.dates import format_date
from babel.numbers import format_decimal

NBSP, THIN = "\u00a0", "\u202f"
WEEKDAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
_BYDAY = ("MO", "TU", "WE", "TH", "FR")
_RULES = (
    (r"(\d+)wd", "jour ouvré", "jours ouvrés"),
    (r"P(\d+)D", "jour", "jours"),
    (r"P(\d+)W", "semaine", "semaines"),
    (r"P(\d+)M", "mois", "mois"),
    (r"P(\d+)Y", "an", "ans"),
    (r"PT(\d+)H", "heure", "heures"),
    (r"PT(\d+)M", "minute", "minutes"),
    (r"PT(\d+)S", "seconde", "secondes"),
)


@lru_cache(maxsize=4096, typed=True)
def number(content: float | Decimal, digits: int | None = None) -> str:
    """« 1 234,5 »; `digits` fixes the decimals."""
    pattern = "#,##0.###" if digits is None else "#,##0" + ("." + "0" * digits if digits else "")
    return str(format_decimal(content, format=pattern, locale="fr_FR"))


def plural(count: float, one: str, many: str) -> str:
    """« 0 dossier », « 1,5 point », « 2 dossiers »: the number with its noun, which French has plural from two on."""
    return f"{number(count)}{NBSP}{one if abs(count) < 2 else many}"


def calendar_day(day: date) -> str:
    """« 1er juin 2026 »."""
    return f"{'1er' if day.day == 1 else day.day}{NBSP}{format_date(day, 'MMMM y', locale='fr')}"


def quoted(text: str) -> str:
    """A label in guillemets, without the punctuation it ends with unless that is a question mark."""
    return f"«{NBSP}{text.rstrip().rstrip('.:').rstrip()}{NBSP}»"


def listed(parts: Sequence[str], last: str = "et") -> str:
    """« a, b et c »."""
    return f" {last} ".join(filter(None, (", ".join(parts[:-1]), *parts[-1:])))


def sentence(text: str) -> str:
    """A clause with its capital and its full stop."""
    return f"{text[:1].upper()}{text[1:]}{'' if text.endswith(('.', '?')) else '.'}"


def size(count: int) -> str:
    """Bytes as « 12 ko », « 3,4 Mo » (decimal units, as the State's guides write them)."""
    if count < 1000:
        return plural(count, "octet", "octets")
    if count < 1_000_000:
        return f"{number(round(count / 1000))}{NBSP}ko"
    return f"{number(round(count / 1_000_000, 1))}{NBSP}Mo"


def duration(rule: str) -> str:
    """A duration as the edition writes it: `10wd` is « 10 jours ouvrés », `monthly:2TU` « le 2ᵉ mardi du mois »,
    `on:2025-07-11` « jusqu’au 11 juillet 2025 »."""
    if rule.startswith("on:"):
        return f"jusqu’au {calendar_day(date.fromisoformat(rule.removeprefix('on:')))}"
    monthly = re.fullmatch(r"monthly:(-?\d)(\w\w)(?:/(\d+)wd)?", rule)
    if monthly:
        nth = {"1": "le premier", "-1": "le dernier"}.get(monthly[1], f"le {monthly[1]}ᵉ")
        notice = f", au plus tôt après {plural(int(monthly[3]), 'jour ouvré', 'jours ouvrés')}" if monthly[3] else ""
        return f"{nth} {WEEKDAYS[_BYDAY.index(monthly[2])]} du mois{notice}"
    for pattern, one, many in _RULES:
        found = re.fullmatch(pattern, rule)
        if found:
            return plural(int(found[1]), one, many)
    return rule
