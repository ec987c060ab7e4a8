"""Dates as mails say them, at Paris."""

from datetime import datetime
from zoneinfo import ZoneInfo

from babel.dates import format_date

PARIS = ZoneInfo("Europe/Paris")


def day(at: datetime) -> str:
    """« mardi 1er juin 2027 », as Paris counts days."""
    local = at.astimezone(PARIS).date()
    pattern = "EEEE d'er' MMMM y" if local.day == 1 else "EEEE d MMMM y"
    return format_date(local, pattern, locale="fr")


def moment(at: datetime) -> str:
    """« mardi 1er juin 2027 à 14 h 05 », at Paris."""
    local = at.astimezone(PARIS)
    return f"{day(at)} à {local.hour}\u00a0h\u00a0{local.minute:02d}"


def by(due: datetime) -> str:
    """A deadline: the day alone where it is the end of that day."""
    local = due.astimezone(PARIS)
    return day(due) if (local.hour, local.minute) == (23, 59) else moment(due)
