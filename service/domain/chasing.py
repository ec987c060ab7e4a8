"""Chasing: how late an expert is, what the process does next about it, and how often an officer may remind by hand."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Literal

import msgspec

PAUSE = timedelta(days=1)
MOST = 5
Pace = Literal["done", "on_time", "pressed", "silent", "late", "paused"]
Escalates = Callable[[int], bool]


class Next(msgspec.Struct, frozen=True):
    """What happens by itself, and when: `remind`, the reminder at the rung of that number; `escalate`, the officers are
    told instead of the expert; `release`, the seat is taken back and the next expert invited."""

    what: Literal["remind", "escalate", "release"]
    at: datetime
    number: int = 0


def nobody(_: int) -> bool:
    """No rung is told to the officers: there is no stage any more that says which."""
    return False


def following(rungs: Sequence[datetime], due: datetime | None, now: datetime, escalates: Escalates) -> Next | None:
    """What the process does next with whoever holds a seat; `escalates`: at which of its rungs officers are told. None
    once their time is over: it is being done."""
    for number, at in enumerate(rungs, start=1):
        if at > now:
            return Next("escalate" if escalates(number) else "remind", at, number)
    return Next("release", due) if due is not None and due > now else None


def pace(status: str, reminders: Sequence[datetime], due: datetime | None, now: datetime) -> Pace:
    """How the holder of a seat stands: `silent`, no answer to the invitation though a reminder has gone; `pressed`, at
    work and past the last reminder; `late`, time is over and nobody else was asked yet. (`paused` is for the caller to
    say: the applicant owes an answer, and nobody else is late meanwhile.)"""
    if status == "done":
        return "done"
    if due is not None and due <= now:
        return "late"
    if status == "invited" and reminders and reminders[0] <= now:
        return "silent"
    return "pressed" if reminders and reminders[-1] <= now else "on_time"


def may_remind_at(
    rungs: Sequence[datetime], chased_at: datetime | None, now: datetime, escalates: Escalates
) -> datetime:
    """From when on an officer may remind by hand: a day after the last reminder, whoever sent it. That they were told
    themselves was none."""
    sent = [at for number, at in enumerate(rungs, start=1) if at <= now and not escalates(number)]
    if chased_at is not None:
        sent.append(chased_at)
    return max(sent) + PAUSE if sent else now
