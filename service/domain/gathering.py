"""When what is told together leaves: one mail a working day and person, not one an event. Pure.

What is gathered for a person waits until ten minutes have brought nothing more, so that a burst is one mail. Where that
person was told something since the last working morning, it waits for the next one. No deadline passes meanwhile.
"""

from datetime import datetime, timedelta

import msgspec

from forms import Calendar
from forms.clocks import local_day, works
from service.domain.timeline import at_morning

QUIET = timedelta(minutes=10)  # without anything new: the burst is over
LONGEST = timedelta(hours=1)  # a burst without end is not waited for
COUNTED = timedelta(minutes=15)  # after which every call has said what waits this morning
NOTICE = timedelta(days=1)  # before a deadline, for whoever has to act by it


class Gathered(msgspec.Struct, frozen=True):
    """What waits to be told to one person. `first`, `last`: when the oldest and the newest were queued. `until`: the
    nearest deadline of what is asked of them. `pressing`: somebody wants it told today. `told_at`: when something
    gathered left for them last."""

    first: datetime
    last: datetime
    until: datetime | None = None
    pressing: bool = False
    told_at: datetime | None = None


def due(waiting: Gathered) -> datetime:
    """When it leaves."""
    settled = min(waiting.last + QUIET, waiting.first + LONGEST)
    at = settled
    if waiting.told_at is not None and not waiting.pressing:
        at = max(settled, _morning_after(waiting.told_at) + COUNTED)
    if waiting.until is not None:
        at = min(at, max(settled, waiting.until - NOTICE))
        if waiting.until <= at:  # even minutes are too long
            return waiting.first
    return at


def _morning_after(instant: datetime) -> datetime:
    """The first working morning after an instant, as the calendar of most calls counts."""
    day = local_day(instant)
    while not works(day, Calendar()) or at_morning(day) <= instant:
        day += timedelta(days=1)
    return at_morning(day)
