"""What a call does by itself, and when. Pure: from the facts to the next step.

It opens, reminds whoever has not submitted, closes, and tells its officers each working morning what waits for them,
and applicants what they owe.
Where its committee sits on a day of each month, it prepares each sitting as soon as the one before is over; elsewhere
one as soon as something waits for its committee and no sitting is planned. Members are reminded of every sitting a day
before it.
"""

from datetime import UTC, date, datetime, time, timedelta
from typing import Literal

import msgspec

from forms import Calendar
from forms.clocks import PARIS, day_after, due, works

Kind = Literal["opened", "drafts", "closed", "morning", "sitting", "recall"]

BEFORE_CLOSING = (timedelta(days=7), timedelta(days=1))  # when drafts are reminded
MORNING = time(8)
BEFORE_SITTING = timedelta(days=1)  # when its members are reminded
LATE = timedelta(days=1)  # a reminder that was missed for longer is not made up for
STALE = timedelta(hours=4)  # a morning that was missed is told before noon, or not any more


class Step(msgspec.Struct, frozen=True, order=True):
    """Something that a call does at an instant."""

    at: datetime
    kind: Kind


class Facts(msgspec.Struct, frozen=True):
    """What the steps of a call depend on. `until`: the last instant at which a draft is accepted, grace included; None,
    as `closes_at`, for a call that stays open. `at_work`: a proposal of it is in a stage. `done`: the steps taken.
    `sits`: the rule of `forms.due` that says on which day of each month its committee sits, "" for none; `waits`: since
    when something has waited for a committee of no such rule, without a sitting. `sittings`: when those begin that were
    convened more than a day before."""

    opens_at: datetime
    closes_at: datetime | None
    until: datetime | None
    at_work: bool
    done: frozenset[Step]
    calendar: Calendar = Calendar()
    sits: str = ""
    waits: datetime | None = None
    sittings: tuple[datetime, ...] = ()


def next_step(facts: Facts, now: datetime) -> Step | None:
    """The first step not taken yet; it is due where its instant has come. None: nothing happens any more by itself.

    A closing that was put off is another one. A reminder that was missed is made up for within a day.
    """
    steps = [Step(facts.opens_at, "opened")]
    if facts.until is not None and facts.closes_at is not None:
        steps += [*_reminders(facts, now), Step(facts.until, "closed")]
    if facts.at_work and now >= facts.opens_at:
        steps.append(_morning(facts, now))
        if facts.sits:
            steps += _sittings(facts, now)
        elif facts.waits is not None:
            steps.append(Step(_morning_after(facts.waits, facts.calendar), "sitting"))
    steps += [Step(at - BEFORE_SITTING, "recall") for at in facts.sittings if at > now]
    return min((step for step in steps if step not in facts.done), default=None)


def _reminders(facts: Facts, now: datetime) -> list[Step]:
    assert facts.closes_at is not None  # noqa: S101  asked by the caller
    if now >= facts.closes_at:
        return []
    instants = [at for ahead in BEFORE_CLOSING if (at := facts.closes_at - ahead) > facts.opens_at]
    passed = [at for at in instants if now - LATE < at <= now]
    return [Step(at, "drafts") for at in (*passed[-1:], *(at for at in instants if at > now))]


def _morning(facts: Facts, now: datetime) -> Step:
    """The present working morning where it has not been told and is not long past, else the next one."""
    day = now.astimezone(PARIS).date()
    while True:
        step = Step(at_morning(day), "morning")
        if works(day, facts.calendar) and step.at > now - STALE and step not in facts.done:
            return step
        day += timedelta(days=1)


def ends_soon(at: datetime, calendar: Calendar) -> datetime:
    """Until when what ends is told of beforehand, on a working morning: as long as the next working day lasts, up to
    the morning after it."""
    return _morning_after(_morning_after(at, calendar), calendar)


def _morning_after(at: datetime, calendar: Calendar) -> datetime:
    """The next working morning: until then an officer may have planned it themselves."""
    day = at.astimezone(PARIS).date()
    while not works(day, calendar) or at_morning(day) <= at:
        day += timedelta(days=1)
    return at_morning(day)


def at_morning(day: date) -> datetime:
    """When a day begins."""
    return datetime.combine(day, MORNING, PARIS).astimezone(UTC)


def _sittings(facts: Facts, now: datetime) -> list[Step]:
    """A sitting is prepared when the day of the last one is over, the first when the call opens."""
    bare = facts.sits.partition("/")[0]
    last, following = now, due(now - timedelta(days=100), bare, facts.calendar)
    while following <= now:
        last, following = following, due(following, bare, facts.calendar)
    return [Step(max(facts.opens_at, last), "sitting"), Step(following, "sitting")]


def sitting_after(at: datetime, sits: str, calendar: Calendar, hour: int) -> datetime:
    """When the first sitting after an instant begins: at that hour, at Paris, of the day that the rule says."""
    day = due(at, sits, calendar).astimezone(PARIS).date()
    return datetime.combine(day, time(hour), PARIS).astimezone(UTC)


def sitting_at_notice(at: datetime, notice: str, calendar: Calendar, hour: int) -> datetime:
    """When a sitting that is prepared at an instant begins: on the first working day for which it may be convened until
    the end of the next one, so that its officers have a day to do that."""
    convened = due(at, "1wd", calendar)
    day = day_after(convened, notice, calendar)
    while not works(day, calendar):
        day += timedelta(days=1)
    return datetime.combine(day, time(hour), PARIS).astimezone(UTC)
