"""When what is told together leaves: soon on a quiet day, once a working day, before any deadline."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms import Calendar
from forms.clocks import PARIS, works
from service.domain.gathering import COUNTED, LONGEST, NOTICE, QUIET, Gathered, due
from service.domain.timeline import at_morning

START = datetime(2042, 4, 7, 6, tzinfo=PARIS)  # Easter Monday
ARRIVALS = st.lists(st.integers(0, 60 * 24 * 21), min_size=1, max_size=60).map(
    lambda minutes: [START + timedelta(minutes=minute) for minute in sorted(minutes)]
)
INSTANTS = st.integers(-60 * 24 * 30, 60 * 24 * 30).map(lambda minute: START + timedelta(minutes=minute))


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=PARIS)


@pytest.mark.parametrize(
    ("waiting", "expected"),
    [
        (("2042-04-08 09:00", "2042-04-08 09:00"), "2042-04-08 09:10"),  # the first on a quiet day
        (("2042-04-08 09:00", "2042-04-08 09:08"), "2042-04-08 09:18"),  # a burst
        (("2042-04-08 09:00", "2042-04-08 09:59"), "2042-04-08 10:00"),  # without end
        (("2042-04-08 09:30", "2042-04-08 09:30", "", "2042-04-08 09:10"), "2042-04-09 08:15"),  # told today
        (("2042-04-11 09:30", "2042-04-11 09:30", "", "2042-04-11 08:15"), "2042-04-14 08:15"),  # a Friday
        (("2042-04-30 09:30", "2042-04-30 09:30", "", "2042-04-30 08:15"), "2042-05-02 08:15"),  # the first of May
        (("2042-04-08 17:00", "2042-04-09 08:00", "", "2042-04-08 08:15"), "2042-04-09 08:15"),  # with the morning
        (("2042-04-09 08:00", "2042-04-09 08:00", "", "2042-04-07 10:00"), "2042-04-09 08:10"),
        (("2042-04-09 14:00", "2042-04-09 14:00", "", "2042-04-08 14:00"), "2042-04-09 14:10"),
        # Before a deadline: a day, then at once as soon as it is quiet, then at once.
        (("2042-04-11 09:30", "2042-04-11 09:30", "2042-04-13 12:00", "2042-04-11 08:15"), "2042-04-12 12:00"),
        (("2042-04-11 09:30", "2042-04-11 09:30", "2042-04-11 23:59", "2042-04-11 08:15"), "2042-04-11 09:40"),
        (("2042-04-11 09:30", "2042-04-11 09:30", "2042-04-11 09:35", "2042-04-11 08:15"), "2042-04-11 09:30"),
        (("2042-04-11 09:30", "2042-04-11 09:30", "2042-06-01 12:00", ""), "2042-04-11 09:40"),
    ],
)
def test_when_it_leaves(waiting: tuple[str, ...], expected: str) -> None:
    first, last, until, told = (at(one) if one else None for one in (*waiting, "", "")[:4])
    assert first is not None
    assert last is not None
    assert due(Gathered(first, last, until, told_at=told)) == at(expected)


def test_what_somebody_presses_leaves_the_same_day() -> None:
    queued, told = at("2042-04-08 14:00"), at("2042-04-08 09:10")
    assert due(Gathered(queued, queued, pressing=True, told_at=told)) == queued + QUIET


@given(
    first=INSTANTS,
    spread=st.timedeltas(timedelta(0), timedelta(days=3)),
    until=st.none() | INSTANTS,
    told=st.none() | INSTANTS,
    pressing=st.booleans(),
)
def test_it_is_never_late(
    *, first: datetime, spread: timedelta, until: datetime | None, told: datetime | None, pressing: bool
) -> None:
    """Not before it is known; a quiet person within the hour; a day before a deadline, or as soon as it is quiet; and
    what waits longest, over the longest weekend of Easter, Christmas or May."""
    last = first + spread
    at = due(Gathered(first, last, until, pressing, told))
    settled = min(last + QUIET, first + LONGEST)
    assert first <= at
    assert at <= max(settled, told or first) + timedelta(days=5)
    if told is None or pressing:
        assert at <= settled
    if until is not None:
        assert at <= max(settled, until - NOTICE)
        assert at <= max(first, until)


@given(ARRIVALS)
def test_one_mail_a_working_day(arrivals: list[datetime]) -> None:
    """However things come, what is not pressing makes one mail between two working mornings, and nothing is lost."""
    sent: list[datetime] = []
    told = 0
    while told < len(arrivals):
        waiting = [arrivals[told]]
        for one in arrivals[told + 1 :]:
            if one > due(Gathered(waiting[0], waiting[-1], told_at=sent[-1] if sent else None)):
                break
            waiting.append(one)
        sent.append(due(Gathered(waiting[0], waiting[-1], told_at=sent[-1] if sent else None)))
        told += len(waiting)
    days = [_working_day(one) for one in sent]
    assert len(days) == len(set(days))
    assert sent == sorted(sent)


def _working_day(instant: datetime) -> datetime:
    day = instant.astimezone(PARIS).date()
    while not works(day, Calendar()) or at_morning(day) > instant:
        day -= timedelta(days=1)
    return at_morning(day)


def test_the_mornings_counts_come_before_what_waits_for_the_morning() -> None:
    assert QUIET < COUNTED < LONGEST
