"""Pilot: an accepted proposal is tried in the field, from one go / no-go review to the next."""

from workflows.process import Process


async def pilot(p: Process) -> None:
    """The stage ends when the pilot's outcome is recorded. Its deadline is that of the next review: past it, the
    review is convened; once it is held, the snapshot has another deadline, and it goes on."""
    await p.answered()
