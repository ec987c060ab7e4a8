"""Committee: the authority decides after the committee's opinion; decisions are published together."""

from workflows.process import Process


async def committee(p: Process) -> None:
    """The stage ends when the decision on this proposal has been published."""
    await p.answered()
