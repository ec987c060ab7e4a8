"""Submission: the applicant is asked for the next part of the form."""

from workflows.process import Process


async def submission(p: Process) -> None:
    """The stage ends when the applicant submits, which is an act of theirs; or at its deadline, by `lapsed`."""
    while True:  # left by Moved
        if not await p.until(lambda _: False, lambda s: s.deadline):
            await p.close("lapsed")
