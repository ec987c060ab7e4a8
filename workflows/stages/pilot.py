"""Pilot: an accepted proposal is tried in the field."""

from workflows.process import Process


async def pilot(p: Process) -> None:
    """The stage ends when the pilot's outcome is recorded."""
    await p.answered()
