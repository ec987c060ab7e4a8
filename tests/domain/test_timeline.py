"""What a call does by itself, day by day: each step once, in order, whatever was missed or put off."""

from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms import Calendar
from forms.clocks import PARIS, local_day, works
from service.domain.timeline import Facts, Step, ends_soon, next_step, sitting_at_notice


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=PARIS)


OPENS, CLOSES = at("2042-04-07 10:00"), at("2042-05-05 12:00")
WEEK_BEFORE, DAY_BEFORE = Step(at("2042-04-28 12:00"), "drafts"), Step(at("2042-05-04 12:00"), "drafts")
OPENED, CLOSED = Step(OPENS, "opened"), Step(CLOSES, "closed")
OPEN = Facts(OPENS, CLOSES, CLOSES, at_work=False, done=frozenset())


def told(day: str) -> Step:
    return Step(at(f"{day} 08:00"), "morning")


@pytest.mark.parametrize(
    ("changes", "now", "expected"),
    [
        ({}, "2042-04-01 00:00", OPENED),
        ({"done": {OPENED}}, "2042-04-07 10:00", WEEK_BEFORE),
        ({"done": {OPENED}}, "2042-04-29 11:00", WEEK_BEFORE),  # missed: made up for
        ({"done": {OPENED}}, "2042-05-01 00:00", DAY_BEFORE),  # by nobody any more
        ({"done": {OPENED}}, "2042-05-04 13:00", DAY_BEFORE),
        ({"done": {OPENED, WEEK_BEFORE, DAY_BEFORE}}, "2042-05-04 13:00", CLOSED),
        ({"done": {OPENED}}, "2042-05-05 12:00", CLOSED),  # nobody is reminded of what is over
        ({"done": {OPENED, CLOSED}}, "2042-05-06 12:00", None),
        # More time: it closes again, and reminds of the new date alone.
        (
            {"done": {OPENED, WEEK_BEFORE, DAY_BEFORE, CLOSED}, "closes_at": at("2042-05-20 12:00")},
            "2042-05-06 12:00",
            Step(at("2042-05-13 12:00"), "drafts"),
        ),
        ({"done": {OPENED, CLOSED}, "closes_at": None, "until": None}, "2042-05-06 12:00", None),
        # Easter Monday is 7 April; the first of May is a Thursday.
        ({"done": {OPENED}, "at_work": True}, "2042-04-07 11:00", told("2042-04-08")),
        ({"done": {OPENED, WEEK_BEFORE}, "at_work": True}, "2042-05-01 07:00", told("2042-05-02")),
        ({"done": {OPENED, WEEK_BEFORE}, "at_work": True}, "2042-04-30 11:59", told("2042-04-30")),
        ({"done": {OPENED, WEEK_BEFORE}, "at_work": True}, "2042-04-30 12:01", told("2042-05-02")),
        ({"done": {OPENED, WEEK_BEFORE, told("2042-04-30")}, "at_work": True}, "2042-04-30 09:00", told("2042-05-02")),
        # What waits for the committee has a sitting prepared on the next working morning, whenever that is noticed.
        ({"done": {OPENED}, "at_work": True, "waits": at("2042-04-08 17:00")}, "2042-04-09 07:00", told("2042-04-09")),
        (
            {"done": {OPENED, told("2042-04-09")}, "at_work": True, "waits": at("2042-04-08 17:00")},
            "2042-04-09 19:00",
            Step(at("2042-04-09 08:00"), "sitting"),
        ),
        (
            {"done": {OPENED, told("2042-04-11")}, "at_work": True, "waits": at("2042-04-11 08:00")},
            "2042-04-11 09:00",
            told("2042-04-14"),
        ),
        (
            {
                "done": {OPENED, Step(at("2042-04-09 08:00"), "sitting")},
                "at_work": True,
                "waits": at("2042-04-09 07:59"),
            },
            "2042-04-09 13:00",
            told("2042-04-10"),
        ),
    ],
)
def test_what_comes_next(changes: dict[str, object], now: str, expected: Step | None) -> None:
    plain = {**changes, "done": frozenset(changes.get("done", ()))}  # type: ignore[call-overload]
    if "closes_at" in plain:
        plain["until"] = plain["closes_at"]
    assert next_step(msgspec.structs.replace(OPEN, **plain), at(now)) == expected


@pytest.mark.parametrize(
    ("morning", "until"),
    [
        ("2042-04-22 08:00", "2042-04-24 08:00"),
        ("2042-04-24 08:00", "2042-04-28 08:00"),  # over a week-end
        ("2042-04-25 08:00", "2042-04-29 08:00"),
        ("2042-04-30 09:30", "2042-05-05 08:00"),  # the first of May
    ],
)
def test_what_ends_on_the_next_working_day_ends_soon(morning: str, until: str) -> None:
    assert ends_soon(at(morning), Calendar()) == at(until)


@pytest.mark.parametrize(
    ("notice", "begins"),
    [
        ("P5D", "2042-05-05 14:00"),  # convened on Tuesday 29 April at the latest; 4 May is a Sunday
        ("1wd", "2042-04-30 14:00"),
        ("2wd", "2042-05-02 14:00"),
        ("P2D", "2042-05-02 14:00"),  # the first of May
    ],
)
def test_a_sitting_begins_at_the_notice_of_its_rules(notice: str, begins: str) -> None:
    assert sitting_at_notice(at("2042-04-28 08:00"), notice, Calendar(), 14) == at(begins)


@given(st.lists(st.integers(1, 200), min_size=1, max_size=12), st.booleans())
def test_steps_are_taken_once_and_in_order(hours: list[int], at_work: bool) -> None:  # noqa: FBT001  drawn
    """Whoever looks at any instants, and takes what is due: a step is due once, and never before what came first."""
    facts, now, taken = msgspec.structs.replace(OPEN, at_work=at_work), OPENS - timedelta(hours=20), []
    for pause in hours:
        now += timedelta(hours=pause)
        while (step := next_step(facts, now)) is not None and step.at <= now:
            taken.append(step)
            facts = msgspec.structs.replace(facts, done=facts.done | {step})
        following = next_step(facts, now)
        assert following is None or following.at > now
    assert len(taken) == len(set(taken))
    assert [step for step in taken if step.kind != "morning"] == sorted(
        step for step in taken if step.kind != "morning"
    )
    mornings = [local_day(step.at) for step in taken if step.kind == "morning"]
    assert all(works(day, facts.calendar) for day in mornings)
    assert (OPENED in taken) == (now >= OPENS)
    assert (CLOSED in taken) == (now >= CLOSES)
    assert now.astimezone(UTC) >= max((step.at for step in taken), default=OPENS - timedelta(days=1))
