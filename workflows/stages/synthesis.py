"""Synthesis: the officer sums up the reviews for the committee."""

from workflows.process import Process


async def synthesis(p: Process) -> None:
    """The stage ends when the officer submits the synthesis."""
    await p.answered()
