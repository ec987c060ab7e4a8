"""Eligibility: an officer answers the checklist, or returns the proposal to its applicant."""

from workflows import activities as acts
from workflows.process import Process


async def eligibility(p: Process) -> None:
    """Eligible or not, as the officer answers; the stage's clock stands still while the applicant completes."""
    await p.together(p.answered(), completion(p))


async def completion(p: Process) -> None:
    """A returned proposal waits for its applicant until the date given; then it is the officers' again."""
    while True:
        await p.until(lambda s: s.completion_due is not None and not s.lapsed)
        if not await p.until(lambda s: s.completion_due is None or s.lapsed, lambda s: s.completion_due):
            await p.do(
                lambda s: s.completion_due is not None and not s.lapsed, acts.lapse_completion, lambda case: case
            )
