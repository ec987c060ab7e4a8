"""Deadlines against the calendar of metropolitan France."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

import forms
from forms.clocks import PARIS, BadRuleError, Calendar, check_rule, works
from forms.telling.french import duration

FR = Calendar()
NONE = Calendar(holidays="none")


def paris(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=PARIS)


@pytest.mark.parametrize(
    ("start", "rule", "end"),
    [
        ("2025-05-19 09:00", "8wd", "2025-05-30 23:59:59"),  # the 29th is Ascension Day
        ("2025-05-19 09:00", "9wd", "2025-06-02 23:59:59"),
        ("2025-05-19 00:00", "1wd", "2025-05-20 23:59:59"),  # the starting day does not count
        ("2025-05-19 23:59", "1wd", "2025-05-20 23:59:59"),
        ("2025-05-17 12:00", "1wd", "2025-05-19 23:59:59"),  # from a Saturday
        ("2025-12-24 12:00", "2wd", "2025-12-29 23:59:59"),  # Christmas, then a weekend
        ("2025-12-31 12:00", "1wd", "2026-01-02 23:59:59"),
        ("2025-07-11 12:00", "1wd", "2025-07-15 23:59:59"),  # Bastille Day is a Monday
        ("2025-04-01 10:00", "P14D", "2025-04-15 10:00:00"),
        ("2025-03-28 10:00", "P14D", "2025-04-11 10:00:00"),  # clocks go forward: the hour on the wall stays
        ("2025-03-29 10:00", "PT24H", "2025-03-30 11:00:00"),  # and hours are hours
        ("2025-04-01 10:00", "PT20S", "2025-04-01 10:00:20"),
        ("2025-04-01 10:00", "P1W", "2025-04-08 10:00:00"),
        ("2025-04-01 10:00", "P1DT1H30M", "2025-04-02 11:30:00"),
        ("2025-05-01 10:00", "monthly:2TU", "2025-05-13 23:59:59"),
        ("2025-05-12 23:59", "monthly:2TU", "2025-05-13 23:59:59"),
        ("2025-05-13 00:00", "monthly:2TU", "2025-06-10 23:59:59"),  # a sitting of the same day is too late
        ("2025-05-05 10:00", "monthly:2TU/5wd", "2025-05-13 23:59:59"),  # the 8th is Victory Day
        ("2025-05-06 10:00", "monthly:2TU/5wd", "2025-06-10 23:59:59"),
        ("2025-12-20 10:00", "monthly:1TH", "2026-01-02 23:59:59"),  # New Year's Day is a Thursday
        ("2025-05-01 10:00", "monthly:-1FR", "2025-05-30 23:59:59"),
        ("2025-05-31 10:00", "monthly:-1FR", "2025-06-27 23:59:59"),
        ("2025-05-19 09:00", "on:2025-07-14", "2025-07-14 23:59:59"),  # a day off that an edition names is that day
        ("2025-07-10 23:59", "on:2025-07-11", "2025-07-11 23:59:59"),
        ("2025-07-11 00:00", "on:2025-07-11", "2025-07-15 23:59:59"),  # too late for it: the next working day
        ("2025-09-01 09:00", "on:2025-07-11", "2025-09-02 23:59:59"),
    ],
)
def test_due(start: str, rule: str, end: str) -> None:
    assert forms.due(paris(start), rule, FR) == paris(end)


def test_due_is_in_utc_and_counts_paris_days() -> None:
    # Half past ten in the evening of the 19th in UTC is already the 20th in Paris.
    found = forms.due(datetime(2025, 5, 19, 22, 30, tzinfo=UTC), "1wd", FR)
    assert found == datetime(2025, 5, 21, 21, 59, 59, tzinfo=UTC)
    assert found.tzinfo is UTC


def test_calendars() -> None:
    start = paris("2025-05-28 12:00")
    assert forms.due(start, "1wd", FR) == paris("2025-05-30 23:59:59")
    assert forms.due(start, "1wd", NONE) == paris("2025-05-29 23:59:59")
    closed = Calendar(closed=(date(2025, 5, 30),))
    assert forms.due(start, "1wd", closed) == paris("2025-06-02 23:59:59")


@pytest.mark.parametrize(
    "rule",
    [
        "",
        "wd",
        "0wd",
        "10 wd",
        "10WD",
        "-1wd",
        "P",
        "PT",
        "P0D",
        "P1M",
        "P1Y",
        "1D",
        "PT1",
        "monthly:5TU",
        "monthly:2SA",
        "monthly:2TU/0wd",
        "on:2025-02-30",
        "on:11/07/2025",
    ],
)
def test_no_duration(rule: str) -> None:
    with pytest.raises(BadRuleError):
        check_rule(rule)


@pytest.mark.parametrize(
    ("rule", "due", "paused", "now", "resumed"),
    [
        # 5 working days left on Monday; Ascension Day on the way.
        ("8wd", "2025-05-26 23:59:59", "2025-05-19 10:00", "2025-05-23 10:00", "2025-06-02 23:59:59"),
        # Resumed on the day of the pause: nothing changes.
        ("8wd", "2025-05-30 23:59:59", "2025-05-21 10:00", "2025-05-21 18:00", "2025-05-30 23:59:59"),
        # Only the rest of the last day was left.
        ("8wd", "2025-05-30 23:59:59", "2025-05-30 10:00", "2025-06-03 10:00", "2025-06-03 23:59:59"),
        ("8wd", "2025-05-30 23:59:59", "2025-05-30 10:00", "2025-06-07 10:00", "2025-06-10 23:59:59"),  # Whit Monday
        # Nothing was left.
        ("8wd", "2025-05-30 23:59:59", "2025-06-02 10:00", "2025-06-03 10:00", "2025-06-03 10:00"),
        ("P14D", "2025-05-30 10:00", "2025-05-29 09:00", "2025-06-03 10:00", "2025-06-04 11:00"),
        # A sitting does not wait for anybody: it is that one still, or the next.
        ("monthly:2TU", "2025-05-13 23:59:59", "2025-05-05 10:00", "2025-05-12 10:00", "2025-05-13 23:59:59"),
        ("monthly:2TU", "2025-05-13 23:59:59", "2025-05-05 10:00", "2025-05-20 10:00", "2025-06-10 23:59:59"),
        ("monthly:2TU", "2025-05-13 23:59:59", "2025-05-14 10:00", "2025-05-15 10:00", "2025-06-10 23:59:59"),
        # Nor does a date, until it has passed.
        ("on:2025-07-11", "2025-07-11 23:59:59", "2025-05-05 10:00", "2025-07-11 10:00", "2025-07-11 23:59:59"),
        ("on:2025-07-11", "2025-07-11 23:59:59", "2025-05-05 10:00", "2025-07-12 10:00", "2025-07-15 23:59:59"),
        ("PT20S", "2025-05-30 10:00:20", "2025-05-30 10:00:05", "2025-05-30 10:01:00", "2025-05-30 10:01:15"),
    ],
)
def test_resumed_due(rule: str, due: str, paused: str, now: str, resumed: str) -> None:
    assert forms.resumed_due(paris(due), paris(paused), paris(now), rule, FR) == paris(resumed)


BOUNDS = (datetime(2024, 1, 1), datetime(2027, 12, 31))  # noqa: DTZ001  the strategy adds the zone
INSTANTS = st.datetimes(*BOUNDS, timezones=st.just(UTC))


@given(start=INSTANTS, days=st.integers(1, 60))
def test_due_counts_working_days(start: datetime, days: int) -> None:
    end = forms.due(start, f"{days}wd", FR).astimezone(PARIS)
    first = start.astimezone(PARIS).date()
    after = [first + timedelta(days=one) for one in range(1, (end.date() - first).days + 1)]
    assert sum(works(day, FR) for day in after) == days
    assert works(end.date(), FR)
    assert (end.hour, end.minute, end.second, end.microsecond) == (23, 59, 59, 0)


@given(start=INSTANTS, days=st.integers(1, 30), paused=st.integers(0, 60 * 24 * 20), away=st.integers(0, 60 * 24 * 90))
def test_a_pause_keeps_what_was_left(start: datetime, days: int, paused: int, away: int) -> None:
    """Working days from pause to end are the same before and after it, and a pause never brings the end forward."""
    due = forms.due(start, f"{days}wd", FR)
    paused_at = start + timedelta(minutes=paused)
    if paused_at >= due:
        return
    now = paused_at + timedelta(minutes=away)
    resumed = forms.resumed_due(due, paused_at, now, f"{days}wd", FR)
    assert resumed >= due
    assert resumed >= now or not works(now.astimezone(PARIS).date(), FR)

    def left(since: datetime, until: datetime) -> int:
        first, last = since.astimezone(PARIS).date(), until.astimezone(PARIS).date()
        return sum(works(first + timedelta(days=one), FR) for one in range(1, (last - first).days + 1))

    if left(paused_at, due):
        assert left(now, resumed) == left(paused_at, due)


def test_portion() -> None:
    start, end = paris("2025-05-19 00:00"), paris("2025-05-29 00:00")
    assert forms.portion(start, end, 0.5) == paris("2025-05-24 00:00")
    assert forms.portion(start, end, 0.8) == paris("2025-05-27 00:00")


@pytest.mark.parametrize(
    ("start", "rule", "day"),
    [
        ("2026-03-15 10:00", "P2M", "2026-05-15"),
        ("2025-12-31 10:00", "P2M", "2026-02-28"),  # no 31st: the last day
        ("2027-12-31 10:00", "P2M", "2028-02-29"),
        ("2026-11-30 23:59", "P4M", "2027-03-30"),
        ("2026-12-31 23:30", "P12M", "2027-12-31"),
        ("2026-03-15 10:00", "P60D", "2026-05-14"),
        ("2025-05-19 10:00", "9wd", "2025-06-02"),
    ],
)
def test_a_day_counted_from_another(start: str, rule: str, day: str) -> None:
    assert forms.day_after(paris(start), rule, FR) == date.fromisoformat(day)


def test_a_fixed_day_in_words() -> None:
    assert duration("on:2026-06-01") == "jusqu’au 1er\u00a0juin 2026"
