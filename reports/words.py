"""Dates, numbers and sizes in words, French ones unless told otherwise."""

import re
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel.dates import format_date
from babel.numbers import format_decimal

from reports.model import Mark

PARIS = ZoneInfo("Europe/Paris")
_NBSP = "\N{NO-BREAK SPACE}"
# Where French lets no line break: before high punctuation, percent and currency, inside « », between thousands, after
# n° and the letter of an article.
_GLUED = re.compile(r"(?<=\S) (?=[;:!?»%€])|(?<=«) (?=\S)|(?<=n°) (?=\S)|(?<=\d) (?=\d{3}(?!\d))|(?<=\b[LRD]\.) (?=\d)")
_MONTHS = "janvier|février|mars|avril|mai|juin|juillet|août|septembre|octobre|novembre|décembre"
_DATE = re.compile(rf"\b(1er|\d{{1,2}}) ({_MONTHS})\b( (?=\d{{4}}\b))?")

_FILES = {
    "application/pdf": "PDF",
    "application/zip": "archive ZIP",
    "application/json": "JSON",
    "application/msword": "document Word",
    "application/vnd.ms-excel": "classeur Excel",
    "application/vnd.oasis.opendocument.presentation": "présentation ODP",
    "application/vnd.oasis.opendocument.spreadsheet": "classeur ODS",
    "application/vnd.oasis.opendocument.text": "document ODT",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation": "présentation PowerPoint",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "classeur Excel",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "document Word",
    "image/gif": "image GIF",
    "image/jpeg": "image JPEG",
    "image/png": "image PNG",
    "image/svg+xml": "image SVG",
    "image/webp": "image WebP",
    "text/csv": "tableau CSV",
    "text/markdown": "texte Markdown",
    "text/plain": "texte brut",
    "video/mp4": "vidéo MP4",
}


@lru_cache(maxsize=4096)
def calendar_day(day: date, lang: str = "fr") -> str:
    """A day of the calendar: "1er juin 2025"."""
    if lang == "en":
        return str(format_date(day, "d MMMM y", locale="en"))
    number = "1er" if day.day == 1 else str(day.day)
    return glued(f"{number} {format_date(day, 'MMMM y', locale='fr')}")


def day(at: datetime) -> str:
    """The day in Paris: "1er juin 2025"."""
    return calendar_day(at.astimezone(PARIS).date())


def moment(at: datetime) -> str:
    """The day and the minute in Paris: "1er juin 2025 à 9 h 05"."""
    return f"{day(at)} à{_NBSP}{hour(at)}"


def hour(at: datetime) -> str:
    """The minute in Paris: "9 h 05"."""
    local = at.astimezone(PARIS)
    return f"{local.hour}{_NBSP}h{_NBSP}{local.minute:02d}"


def number(value: Decimal | float, digits: int = 2, lang: str = "fr") -> str:
    """A number with at most `digits` decimals: "12 500,5"."""
    pattern = "#,##0." + "#" * digits if digits else "#,##0"
    return str(format_decimal(value, format=pattern, locale="en" if lang == "en" else "fr"))


def mean(value: Decimal | float) -> str:
    """A mean, always with two decimals, so that means line up: "4,00"."""
    return str(format_decimal(value, format="#,##0.00", locale="fr"))


def marked(value: Decimal | None, marks: Sequence[Mark]) -> str:
    """A score as its scale writes it: "A", "Oui", or a number, "3,5"; a dash for none."""
    if value is None:
        return "–"
    return next((mark.text for mark in marks if mark.value == value), number(value))


def money(euros: Decimal, lang: str = "fr") -> str:
    """An amount, with its cents unless there are none: "12 500 €", "12 500,50 €"."""
    pattern = "#,##0" if euros == euros.to_integral_value() else "#,##0.00"
    written = format_decimal(euros, format=pattern, locale="en" if lang == "en" else "fr")
    return f"€{written}" if lang == "en" else f"{written}{_NBSP}€"


def duration(minutes: int) -> str:
    """How long something lasts: "3 h", "1 h 30", "45 minutes"."""
    hours, rest = divmod(minutes, 60)
    if not hours:
        return f"{minutes}{_NBSP}minute{'s' if minutes > 1 else ''}"
    return f"{hours}{_NBSP}h{_NBSP}{rest:02d}" if rest else f"{hours}{_NBSP}h"


def size(octets: int) -> str:
    """The size of a file: "1,2 Mo"."""
    value, unit = Decimal(octets), "octets" if octets > 1 else "octet"
    for larger in ("ko", "Mo", "Go"):
        if value < 1000:
            break
        value, unit = value / 1000, larger
    return f"{number(value, 1)}{_NBSP}{unit}"


def grouped(digest: str) -> str:
    """A digest in groups of eight characters, so that it can be compared by eye and broken at the end of a line."""
    return " ".join(digest[i : i + 8] for i in range(0, len(digest), 8))


def glued(text: str) -> str:
    """The same text, with no-break spaces where a typist put plain ones and French wants the line unbroken."""
    return _DATE.sub(lambda date: date[0].replace(" ", _NBSP), _GLUED.sub(_NBSP, text))


def media(media_type: str) -> str:
    """A type of file as people call it, the technical name where there is none."""
    return _FILES.get(media_type, media_type)
