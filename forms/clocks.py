"""Deadlines: working days and ISO 8601 durations. Instants are aware datetimes; results are in UTC.

`10wd`: Monday to Friday less the calendar's holidays; the starting day does not count; ends at 23:59:59 Europe/Paris.
`P14D`, `PT20S`: weeks and days by the clock on the wall in Paris, hours to seconds by time elapsed.
`monthly:2TU`, `monthly:-1FR`: the end of the next second Tuesday, or last Friday, of a month, as BYDAY of RFC 5545
(section 3.3.10) writes it; a day off is moved to the next working day. `monthly:2TU/5wd`: five working days later at
the earliest.
`on:2025-07-11`: the end of that day; of the next working day where the clock starts on that day or later.
"""

import calendar as months
import re
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Literal
from zoneinfo import ZoneInfo

import holidays
import msgspec

PARIS = ZoneInfo("Europe/Paris")
_MONTHS = re.compile(r"P([1-9]\d{0,2})M")
_WORKING = re.compile(r"([1-9]\d{0,3})wd")
_MONTHLY = re.compile(r"monthly:([1-4]|-1)(MO|TU|WE|TH|FR)(?:/([1-9]\d?)wd)?")
_FIXED = re.compile(r"on:(\d{4}-\d\d-\d\d)")
_DAYS = ("MO", "TU", "WE", "TH", "FR")
_ISO = re.compile(r"P(?=.)(?:(\d{1,4})W)?(?:(\d{1,5})D)?(?:T(?=.)(?:(\d{1,6})H)?(?:(\d{1,6})M)?(?:(\d{1,8})S)?)?")


class Calendar(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Days off beside Saturdays and Sundays: the public holidays of a country (metropolitan France, or none), and days
    when the service is closed."""

    holidays: Literal["FR", "none"] = "FR"
    closed: tuple[date, ...] = ()


class BadRuleError(ValueError):
    """A text that is no duration."""

    def __init__(self, rule: str) -> None:
        super().__init__(f"{rule!r} is no duration: write 10wd (working days), P14D, PT20S, monthly:2TU, on:2025-07-11")


def check_rule(rule: str) -> None:
    """Raise BadRuleError where a text is neither working days (1 to 9999), nor a monthly day, nor a day of a calendar,
    nor an ISO 8601 duration above zero."""
    if _fixed(rule) is None and _WORKING.fullmatch(rule) is None and _MONTHLY.fullmatch(rule) is None:
        _iso(rule)


def check_day_rule(rule: str) -> None:
    """Raise BadRuleError where a text is neither whole months (`P2M`) nor a duration of `check_rule`."""
    if _MONTHS.fullmatch(rule) is None:
        check_rule(rule)


def day_after(start: datetime, rule: str, calendar: Calendar) -> date:
    """The day in Paris on which a time counted from `start` is over: whole months (`P2M`) run from one day of a month
    to the same day of another, or to its last where it has none; other rules are those of `due`."""
    found = _MONTHS.fullmatch(rule)
    if found is None:
        return local_day(due(start, rule, calendar))
    first = local_day(start)
    year, month = divmod(first.year * 12 + first.month - 1 + int(found[1]), 12)
    return date(year, month + 1, min(first.day, months.monthrange(year, month + 1)[1]))


def due(start: datetime, rule: str, calendar: Calendar) -> datetime:
    """When a clock started at `start` ends."""
    found = _WORKING.fullmatch(rule)
    if found is not None:
        return _end_of(_later(local_day(start), int(found[1]), calendar))
    monthly = _MONTHLY.fullmatch(rule)
    if monthly is not None:
        return _end_of(_next_monthly(local_day(start), monthly, calendar))
    fixed = _fixed(rule)
    if fixed is not None:
        first = local_day(start)
        return _end_of(fixed if fixed > first else _later(first, 1, calendar))
    days, elapsed = _iso(rule)
    return (start.astimezone(PARIS) + days).astimezone(UTC) + elapsed


def resumed_due(due_at: datetime, paused_at: datetime, now: datetime, rule: str, calendar: Calendar) -> datetime:
    """When a clock that stood still from `paused_at` ends, going on at `now` with what was left of it.

    A monthly day is that one still, or the next; so is a fixed day. In working days for a rule in working days: those
    after the day of the pause up to the day it was due; where only the rest of the last day was left, the end of this
    working day or of the next. Where nothing was left, it is over.
    """
    if _MONTHLY.fullmatch(rule) is not None or _fixed(rule) is not None:  # neither a sitting nor a date waits
        return due_at if now <= due_at else due(now, rule, calendar)
    if paused_at >= due_at:
        return now.astimezone(UTC)
    if _WORKING.fullmatch(rule) is None:
        return (now + (due_at - paused_at)).astimezone(UTC)
    today = local_day(now)
    left = _count(local_day(paused_at), local_day(due_at), calendar)
    if left:
        return _end_of(_later(today, left, calendar))
    return _end_of(today if works(today, calendar) else _later(today, 1, calendar))


def portion(start: datetime, end: datetime, fraction: float) -> datetime:
    """The instant when this fraction (0 to 1) of the time from `start` to `end` has elapsed, to the microsecond."""
    return start + (end - start) * fraction


def works(day: date, calendar: Calendar) -> bool:
    """Whether a day is a working day."""
    return day.weekday() < 5 and day not in calendar.closed and not _holiday(day, calendar.holidays)


@lru_cache(maxsize=4096)
def _holiday(day: date, country: str) -> bool:
    return country != "none" and day in _holidays(country)


@lru_cache(maxsize=4)
def _holidays(country: str) -> holidays.HolidayBase:
    return holidays.country_holidays(country)


def _later(day: date, count: int, calendar: Calendar) -> date:
    while count:
        day += timedelta(days=1)
        count -= works(day, calendar)
    return day


def _count(after: date, until: date, calendar: Calendar) -> int:
    days = (after + timedelta(days=one + 1) for one in range((until - after).days))
    return sum(works(day, calendar) for day in days)


def local_day(instant: datetime) -> date:
    """The day that it is in Paris at an instant: what « today » means in an edition."""
    return instant.astimezone(PARIS).date()


def _end_of(day: date) -> datetime:
    return datetime.combine(day, time(23, 59, 59), PARIS).astimezone(UTC)


def _next_monthly(after: date, rule: re.Match[str], calendar: Calendar) -> date:
    """The first such day after `after`, and not before the working days of notice that the rule asks."""
    earliest = _later(after, int(rule[3]), calendar) if rule[3] else after + timedelta(days=1)
    month = after.replace(day=1)
    while True:
        day = _in_month(month, int(rule[1]), _DAYS.index(rule[2]))
        day = day if works(day, calendar) else _later(day, 1, calendar)
        if day >= earliest:
            return day
        month = (month + timedelta(days=32)).replace(day=1)


def _in_month(month: date, nth: int, weekday: int) -> date:
    """The nth such weekday (-1: the last) of the month that begins on `month`."""
    if nth > 0:
        return month + timedelta(days=(weekday - month.weekday()) % 7 + 7 * (nth - 1))
    last = (month + timedelta(days=32)).replace(day=1) - timedelta(days=1)
    return last - timedelta(days=(last.weekday() - weekday) % 7)


def _fixed(rule: str) -> date | None:
    found = _FIXED.fullmatch(rule)
    try:
        return date.fromisoformat(found[1]) if found else None
    except ValueError:
        return None


def _iso(rule: str) -> tuple[timedelta, timedelta]:
    found = _ISO.fullmatch(rule)
    if found is None:
        raise BadRuleError(rule)
    weeks, days, hours, minutes, seconds = (int(part or 0) for part in found.groups())
    on_the_wall, elapsed = timedelta(weeks=weeks, days=days), timedelta(hours=hours, minutes=minutes, seconds=seconds)
    if not on_the_wall + elapsed:
        raise BadRuleError(rule)
    return on_the_wall, elapsed
