"""How late an expert is, what comes next by itself, and when an officer may remind."""

from datetime import UTC, datetime, timedelta

import pytest

from service.domain.chasing import Next, following, may_remind_at, pace

START = datetime(2026, 3, 2, 9, tzinfo=UTC)


def day(number: float) -> datetime:
    return START + timedelta(days=number)


RUNGS, DUE = (day(5), day(8), day(9)), day(10)


def officers(number: int) -> bool:
    """The last rung is told to the officers."""
    return number == len(RUNGS)


@pytest.mark.parametrize(
    ("status", "now", "stands", "then"),
    [
        ("invited", 1, "on_time", Next("remind", day(5), 1)),
        ("accepted", 1, "on_time", Next("remind", day(5), 1)),
        ("invited", 6, "silent", Next("remind", day(8), 2)),
        ("accepted", 6, "on_time", Next("remind", day(8), 2)),
        ("accepted", 8, "on_time", Next("escalate", day(9), 3)),
        ("accepted", 9, "pressed", Next("release", day(10))),
        ("invited", 9, "silent", Next("release", day(10))),
        ("accepted", 10, "late", None),
        ("invited", 12, "late", None),
        ("done", 12, "done", None),
    ],
)
def test_the_pace_of_an_expert(status: str, now: int, stands: str, then: Next | None) -> None:
    assert (pace(status, RUNGS, DUE, day(now)), following(RUNGS, DUE, day(now), officers)) == (stands, then)


@pytest.mark.parametrize(
    ("chased", "now", "expected"),
    [(None, 1, 1), (None, 5.5, 6), (None, 8.5, 9), (None, 9.5, 9), (0.5, 1, 1.5), (6, 6.5, 7), (6, 8.5, 9)],
)
def test_a_day_lies_between_two_reminders_whatever_the_officers_were_told(
    chased: float | None, now: float, expected: float
) -> None:
    assert may_remind_at(RUNGS, None if chased is None else day(chased), day(now), officers) == day(expected)
