"""What the workflow of a proposal would do at an instant, done at once: for tales of the past, which need no worker."""

from datetime import datetime
from uuid import UUID

from service.operations import process
from workflows.messages import Case, Close, Look, OfSeat


async def advance(proposal: UUID, now: datetime) -> None:
    """Fill empty seats, and leave a stage that is answered, as long as there is one."""
    while True:
        seen = (await process.look(Look(str(proposal), now))).snapshot
        case = Case(str(proposal), seen.visit, seen.mark, now)
        for number, seat in enumerate(seen.seats):
            if not seat.taken and not seat.reviewed and seen.candidates:
                await process.fill_seat(OfSeat(case, number))
        if not seen.outcome:
            return
        await process.close_stage(Close(case, seen.outcome))
