"""Time that runs out, and time that stands still: a review that was begun is not lost; nobody pays for a question."""

from datetime import timedelta
from uuid import UUID

import pytest

from service import invariants
from service.operations import assignments, chasing, process, reassigning, reviews
from service.operations.assignments import AnsweredAssignment, SuggestedExpert
from service.operations.reassigning import Reassign
from service.operations.rechecking import hold_listed
from service.operations.reviews import ReviewContent
from service.problems import Conflict, NotFound
from service.store import backlog
from service.store.database import row, transaction, value
from service.store.seats import BEYOND
from service.views import mailbox, seats
from service.views.awaited import Wanted, awaited
from service.views.heat import heat
from service.views.proposals import proposal as proposal_view
from service.views.reviews import my_reviews
from service.views.reviews import review as review_view
from tests.operations.review_case import DUE, START, case, fill, in_review
from tests.process.call import Trial, kinds
from workflows.messages import Look, OfSeat, Remind

DAY = timedelta(days=1)
pytestmark = pytest.mark.usefixtures("database")


async def begun(trial: Trial, proposal: UUID, which: int) -> UUID:
    """The review of an expert who has taken the proposal and saved a draft."""
    await trial.accept(proposal, trial.experts[which], START)
    found: UUID = await value("SELECT review FROM assignment WHERE expert = {}", trial.experts[which].account)
    await reviews.save_review(trial.experts[which], found, ReviewContent({"impact": 5}, {}), 0, now=START)
    return found


async def keeps_every_promise(trial: Trial, proposal: UUID) -> None:
    reference = await value("SELECT reference FROM proposal WHERE id = {}", proposal)
    of = [reference, *(str(one.person) for one in trial.experts)]
    assert await invariants.broken(*invariants.PROMISES, of=of) == {}


async def test_a_review_that_was_begun_counts_late_though_somebody_has_the_place() -> None:
    """Beyond the seats: it takes nobody's place, is enough for the deadline, and completes nothing."""
    trial = await Trial.publish(START, experts=4)
    (proposal,) = await in_review(trial, 1)
    late, empty, *others = trial.experts
    for seat in (0, 1):
        assert await fill(proposal, seat)
    review = await begun(trial, proposal, 0)
    await trial.accept(proposal, empty, START)
    for seat in (0, 1):
        await process.release_seat(OfSeat(await case(proposal, DUE), seat))
        assert await fill(proposal, seat, DUE)
    assert [task.status for task in (await my_reviews(late)).items] == ["accepted"]
    assert (await review_view(late, review)).scores == {"impact": 5}
    assert (await my_reviews(empty)).items == ()  # nothing was written: the place is lost
    await reviews.submit_review(late, review, 1, now=DUE)
    seen = (await process.look(Look(str(proposal), DUE))).snapshot
    assert ([(one.taken, one.reviewed) for one in seen.seats], seen.enough, seen.outcome) == (
        [(True, False), (True, False)], True, "",
    )  # fmt: skip
    assert await value("SELECT seat FROM assignment WHERE expert = {}", late.account) == BEYOND
    await keeps_every_promise(trial, proposal)
    [line] = (await heat(trial.officer, trial.slug)).items
    assert [[cell.seat.expert for cell in cells] for cells in line.cells] == [
        [others[0].account], [others[1].account], [late.account],
    ]  # fmt: skip
    for other in others:
        await trial.accept(proposal, other, DUE)
        await trial.review(proposal, other, DUE)
    assert (await process.look(Look(str(proposal), DUE))).snapshot.outcome == "complete"
    await keeps_every_promise(trial, proposal)


@pytest.mark.parametrize("begun_first", [False, True])
async def test_whoever_is_late_may_still_say_no(*, begun_first: bool) -> None:
    """For as long as they may answer, or write: with their reason and whom they suggest. Not where the place, of which
    they wrote nothing, is somebody else's by now."""
    trial = await Trial.publish(START, experts=3)
    (proposal,) = await in_review(trial, 1)
    late, lost, _ = trial.experts
    for seat in (0, 1):
        assert await fill(proposal, seat)
    if begun_first:
        await begun(trial, proposal, 0)
    for seat in (0, 1):
        await process.release_seat(OfSeat(await case(proposal, DUE), seat))
    assert await fill(proposal, 1, DUE)
    mine, other = await trial.assignment(proposal, late), await trial.assignment(proposal, lost)
    with pytest.raises(Conflict):
        await assignments.decline_assignment(lost, other, "Trop tard.", now=DUE)
    assert [task.assignment for task in (await my_reviews(late)).items] == [mine]
    suggested = SuggestedExpert("Ysaline Corvec")
    for _ in range(2):  # asked twice, done once
        done = await assignments.decline_assignment(late, mine, "Souffrant.", suggestion=suggested, now=DUE)
        assert done == AnsweredAssignment(mine, "declined")
    assert (await my_reviews(late)).items == ()
    assert await row("SELECT status, reason FROM assignment WHERE id = {}", mine) == {
        "status": "declined", "reason": "Souffrant.",
    }  # fmt: skip
    assert [one.name for one in (await proposal_view(trial.officer, proposal)).suggestions] == ["Ysaline Corvec"]
    assert (await kinds(proposal)).count("assignment_declined") == 1
    await keeps_every_promise(trial, proposal)


async def test_an_officer_ends_what_somebody_late_has_begun() -> None:
    trial = await Trial.publish(START, experts=1)
    (proposal,) = await in_review(trial, 1)
    assert await fill(proposal, 0)
    review = await begun(trial, proposal, 0)
    await process.release_seat(OfSeat(await case(proposal, DUE), 0))
    leaving = await trial.assignment(proposal, trial.experts[0])
    await reassigning.reassign(trial.officer, proposal, Reassign("Départ.", (leaving,)), now=DUE)
    assert (await my_reviews(trial.experts[0])).items == ()
    with pytest.raises(NotFound):
        await reviews.submit_review(trial.experts[0], review, 1, now=DUE)


async def test_a_reminder_that_had_not_left_waits_for_the_applicant() -> None:
    """Neither the process nor an officer's hand reminds while the clock stands still; what was queued leaves after."""
    trial = await Trial.publish(START, experts=1)
    (proposal,) = await in_review(trial, 1)
    assert await fill(proposal, 0)
    due = (await process.look(Look(str(proposal), START))).snapshot.seats[0].reminder(1)
    assert due is not None
    assert (await process.remind(Remind(await case(proposal, due), 0, 1))).done
    assignment = await trial.assignment(proposal, trial.experts[0])

    async def waits() -> list[tuple[bool, bool]]:
        page = await mailbox.of_call(trial.officer, trial.slug)
        return [(one.gathered, one.stopped) for one in page.items if one.mail == "expert_reminded"]

    seen = [await waits()]
    await trial.ask(proposal, due + DAY / 1440)
    seen.append(await waits())
    with pytest.raises(Conflict, match="suspendu"):
        await chasing.remind_expert(trial.officer, assignment, now=due + 5 * DAY)
    (line,) = (await seats.seats_of([proposal], due + 5 * DAY))[proposal]
    assert (line.pace, line.remind_from) == ("paused", None)
    await trial.reply(proposal, due + 10 * DAY)
    seen.append(await waits())
    assert seen == [[(True, False)], [(True, True)], [(True, False)]]
    assert (await process.remind(Remind(await case(proposal, due + 10 * DAY), 0, 1))).done
    assert len(await waits()) == 1  # the process has reminded of it already
    await chasing.remind_expert(trial.officer, assignment, now=due + 11 * DAY)


async def test_experts_do_not_pay_for_the_time_that_the_applicant_takes() -> None:
    """Asked on the fifth day, answered on the fifteenth: what was left is left, reminders included; nothing happens
    meanwhile, though the twentieth day passes."""
    trial = await Trial.publish(START, experts=2)
    (proposal,) = await in_review(trial, 1)
    assert await fill(proposal, 0)
    await trial.ask(proposal, START + 5 * DAY)
    assert await fill(proposal, 1, START + 7 * DAY)  # asked while the clock stands still
    seen = (await process.look(Look(str(proposal), START + 7 * DAY))).snapshot
    assert (seen.paused, seen.deadline) == (True, None)
    stands = START + 21 * DAY
    for act in (
        process.remind(Remind(await case(proposal, stands), 0, 1)),
        process.release_seat(OfSeat(await case(proposal, stands), 0)),
    ):
        assert not (await act).done
    [line] = (await awaited(trial.officer, trial.slug, Wanted())).items
    assert (line.whom, line.due_at, line.paused) == ("applicant", None, True)
    assert [task.paused for task in (await my_reviews(trial.experts[0])).items] == [True]
    assert await backlog.next_timer(proposal) is None
    assert proposal not in [one["id"] for one in await backlog.missed(stands, 100_000)]
    await trial.reply(proposal, START + 15 * DAY)
    seen = (await process.look(Look(str(proposal), START + 15 * DAY))).snapshot
    assert not seen.paused
    assert [(one.due_at, one.reminder(1)) for one in seen.seats] == [
        (START + 30 * DAY, START + 20 * DAY),
        (START + 35 * DAY, START + 25 * DAY),
    ]
    assert await row("SELECT reminded, status FROM assignment WHERE expert = {}", trial.experts[0].account) == {
        "reminded": 0, "status": "invited",
    }  # fmt: skip
    await keeps_every_promise(trial, proposal)


async def test_a_conflict_that_is_looked_for_waits_for_whoever_is_late() -> None:
    """What they give would count: it and a conflict that is found meanwhile meet at the proposal's lock."""
    trial = await Trial.publish(START, experts=1)
    (proposal,) = await in_review(trial, 1)
    assert await fill(proposal, 0)
    await begun(trial, proposal, 0)
    await process.release_seat(OfSeat(await case(proposal, DUE), 0))
    late = trial.experts[0]
    assert await value("SELECT status FROM assignment WHERE expert = {}", late.account) == "released"
    async with transaction():
        assert set(await hold_listed(late, late.person, DUE)) == {proposal}
