"""Until when a draft may be submitted: the call's closing, its grace, and what an officer has granted."""

from datetime import datetime
from uuid import UUID

import msgspec

from forms import Edition, due


class Closing(msgspec.Struct, frozen=True):
    """`closes_at`: of the call, None for one that stays open. `until`: the last instant at which the draft is accepted.
    `extended`: an officer gave this draft more time than the call and its grace do."""

    closes_at: datetime | None
    until: datetime | None
    extended: bool = False


def closing(closes_at: datetime | None, edition: Edition, granted: datetime | None) -> Closing:
    """For a draft on this edition. `closes_at`: the call's own row, which moves when everybody is given more time;
    `granted`: to this draft alone."""
    if closes_at is None:
        return Closing(None, None)
    grace = edition.call.grace
    until = closes_at if grace is None else due(closes_at, grace, edition.process.calendar)
    if granted is not None and granted > until:
        return Closing(closes_at, granted, extended=True)
    return Closing(closes_at, until)


def code_of(draft: UUID) -> str:
    """What an applicant tells an officer to name a draft that nobody else sees: the random end of its id."""
    tail = draft.hex[-12:].upper()
    return f"{tail[:4]}-{tail[4:8]}-{tail[8:]}"


def tail_of(code: str) -> str:
    """The end of the id that a code stands for, as the id is written; "" for what is no code."""
    tail = "".join(code.split()).replace("-", "").lower()
    return tail if len(tail) == 12 and all(one in "0123456789abcdef" for one in tail) else ""
