"""More time, and other experts, by the officer's hand."""

import msgspec
import pytest

from service.operations import extending, process, reassigning
from service.operations.eligibility import Verdict
from service.operations.extending import Extend, ExtendExpert
from service.operations.reassigning import Reassign
from service.problems import Conflict, NotFound
from service.store.database import value
from service.views import proposals
from tests.operations.course import DAY, START, WHY, Course, course

__all__ = ["course"]  # fixture


async def test_more_time(course: Course) -> None:
    """Overdue, then in time again; the applicant's own time is told to them."""
    await course.trial.check(course.id, Verdict.RETURNED, course.later())
    until = START + 40 * DAY
    await course.as_officer(extending.extend_stage, Extend("eligibility", until, "Congés.", "completion"))
    seen = (await course.look()).snapshot
    assert (seen.completion_due, seen.deadline) == (until, None)
    (running, paused) = (await proposals.proposal(course.trial.officer, course.id)).deadlines
    if running.kind != "completion":
        running, paused = paused, running
    assert (running.due_at, running.then, paused.paused) == (until, "L’examen reprend sur ce qui a été déposé.", True)
    assert [(more.until, more.reason) for more in running.extended] == [(until, "Congés.")]
    assert [line.reason for line in (await proposals.proposal(course.trial.applicant, course.id)).reasons] == [
        "Congés."
    ]
    await course.trial.complete(course.id, course.later())
    due = (await course.look()).snapshot.deadline
    assert due is not None
    course.now = due + DAY
    await process.mark_overdue(await course.case())
    assert (await course.look()).snapshot.overdue
    await course.as_officer(extending.extend_stage, Extend("eligibility", due + 10 * DAY, WHY))
    seen = (await course.look()).snapshot
    assert (seen.deadline, seen.overdue) == (due + 10 * DAY, False)
    # What passes again is told again.
    course.now = due + 11 * DAY
    await process.mark_overdue(await course.case())
    told = "SELECT count(*) FROM outbox WHERE about = {} AND template = 'officer_overdue'"
    assert await value(told, course.id) == 2


async def test_experts_are_replaced_and_given_time(course: Course) -> None:
    await course.to("review")
    silent, steady, waiting, called = course.trial.experts
    leaving = await course.trial.assignment(course.id, silent)
    await course.as_officer(reassigning.reassign, Reassign(WHY, (leaving,), (called.person,)))
    assert [seat.taken for seat in (await course.look()).snapshot.seats] == [False, True]
    with pytest.raises(NotFound):
        await course.trial.accept(course.id, silent, course.later())
    await course.seats()
    assert await value("SELECT status FROM assignment WHERE expert = {}", called.account) == "invited"
    assert await value("SELECT status FROM assignment WHERE expert = {}", waiting.account) == "proposed"
    theirs = await course.trial.assignment(course.id, steady)
    until = START + 50 * DAY
    await extending.extend_expert(course.trial.officer, theirs, ExtendExpert(until, WHY), now=course.later())
    seat = (await course.look()).snapshot.seats[1]
    assert (seat.due_at, seat.reminder(1)) == (until, course.now + (until - course.now) / 2)
    clocks = (await proposals.proposal(course.trial.officer, course.id)).deadlines
    assert {clock.whose for clock in clocks if clock.kind == "invitation"} == {steady.name, called.name}
    assert (
        not msgspec.json.encode(await proposals.proposal(course.trial.applicant, course.id)).decode().count(steady.name)
    )
    with pytest.raises(Conflict):
        await extending.extend_expert(course.trial.officer, leaving, ExtendExpert(until, WHY), now=course.later())
