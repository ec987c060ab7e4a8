"""Review: experts are invited to the seats of a proposal, and give their scores."""

from datetime import datetime

from workflows import activities as acts
from workflows.messages import Case, OfSeat, Remind, Snapshot
from workflows.process import Instant, Process, Test

ANEW = "a ladder put in place of another is climbed from its foot"


async def review(p: Process) -> None:
    """Every seat has its ladder. Closes when all have reviewed; at the deadline when enough have."""
    await p.together(closing(p), *(seat(p, n) for n in range(len(p.s.seats))))


async def closing(p: Process) -> None:
    """Complete, or partial at the deadline; into conciliation, or one expert more, where the reviews disagree. Too few
    reviews at the deadline: the officers are told, and the stage stays open."""

    def complete(s: Snapshot) -> bool:
        return all(seat.reviewed for seat in s.seats)

    while True:  # left by Moved
        if await p.until(complete, lambda s: s.deadline if s.enough or not s.overdue else None):
            await p.close("disagreed" if p.s.disagreed else "complete")
        elif p.s.enough:
            await p.close("disagreed" if p.s.disagreed else "partial")
        else:
            await p.tell_overdue()


async def seat(p: Process, n: int) -> None:
    """Invite; remind as often as the edition says; release who stays silent; invite the next."""

    def vacant(s: Snapshot) -> bool:
        return not s.seats[n].taken and not s.seats[n].reviewed

    def held(s: Snapshot) -> bool:
        return s.seats[n].taken

    def left(s: Snapshot) -> bool:
        return not held(s)

    def over(s: Snapshot) -> datetime | None:
        return None if s.paused else s.seats[n].due_at

    while True:  # a review given may still be withdrawn by a conflict declared late
        await p.until(lambda s: vacant(s) or held(s))
        await p.do(vacant, acts.fill_seat, lambda case: OfSeat(case, n))
        if not await reminders(p, n, left, over):
            await p.do(lambda s: held(s) and p.passed(over(s)), acts.release_seat, lambda case: OfSeat(case, n))


async def reminders(p: Process, n: int, left: Test, over: Instant) -> bool:
    """One after the other, while the holder neither answers nor leaves: whether they did (True), or all their time went
    by (False). Another ladder under the seat (more time, a place handed on) is climbed from its foot.

    A run that began when that was not looked at goes on as it did.
    """
    number, rungs, anew = 1, p.s.seats[n].rungs, p.begun_with(ANEW)

    def other(s: Snapshot) -> bool:
        return anew and s.seats[n].rungs != rungs

    def due(s: Snapshot) -> datetime | None:
        return None if s.paused else s.seats[n].reminder(number)

    def reminder(case: Case) -> Remind:
        return Remind(case, n, number)

    while not left(p.s):
        if other(p.s):
            number, rungs = 1, p.s.seats[n].rungs
        reminded = p.s.seats[n].reminder(number) is None
        if await p.until(lambda s: left(s) or other(s), over if reminded else due):
            continue
        if reminded:
            return False
        if await p.do(lambda s: not left(s) and p.passed(due(s)), acts.remind, reminder):
            number += 1
    return True
