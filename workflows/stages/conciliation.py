"""Conciliation: experts whose reviews lie too far apart read each other's, talk, and confirm or revise their own."""

from workflows.messages import Snapshot
from workflows.process import Process
from workflows.stages.review import reminders


async def conciliation(p: Process) -> None:
    """Every expert is waited for, and reminded. Closes when each has confirmed or revised; else at the deadline."""
    await p.together(closing(p), *(expert(p, n) for n in range(len(p.s.seats))))


async def closing(p: Process) -> None:
    """Settled, or unsettled at the deadline: the reviews of those who stayed silent stand as they are."""
    while True:  # left by Moved
        if await p.until(lambda s: s.outcome == "settled", lambda s: s.deadline):
            await p.close("settled")
        else:
            await p.close("unsettled")


async def expert(p: Process, n: int) -> None:
    """Remind, as often as the edition says, while the expert has not answered."""

    def waited_for(s: Snapshot) -> bool:
        return s.seats[n].taken

    def answered(s: Snapshot) -> bool:
        return not waited_for(s)

    def never(_: Snapshot) -> None:
        return None

    while True:  # ends with the stage: who has answered may be asked again only by another visit
        await p.until(waited_for)
        await reminders(p, n, answered, never)
