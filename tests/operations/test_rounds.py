"""Between two rounds of a call: what a past one came to stands, and the next part comes in time or not at all."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from service.demo.advancing import advance
from service.operations import amendments, assignments, drafts, reviews, submissions
from service.operations.eligibility import Verdict
from service.problems import Conflict, NotFound
from service.store.database import rows, value
from service.views import proposals
from tests.process.call import TWO_ROUNDS, Trial, kinds, standing

START = datetime(2042, 4, 8, 8, 0, tzinfo=UTC)
DUE = START + timedelta(days=45)
AMENDABLE = ("process.toml", 'kind = "eligibility"', 'kind = "eligibility"\namend = true')
FEEDBACK = (
    ("grid.toml", "general_comment = false", 'general_comment = false\ncomments = "committee"'),
    ("grid.toml", "weight = 1", 'weight = 1\ncomments = "applicant"'),
)
pytestmark = pytest.mark.usefixtures("database")


async def preselected(*, amended: bool = False) -> tuple[Trial, UUID]:
    """A proposal that the first committee invited to go on, at START; with an amendment that was never submitted."""
    trial = await Trial.publish(START, variant=TWO_ROUNDS, edits=(AMENDABLE, *FEEDBACK))
    proposal = await trial.submit(START)
    if amended:
        await amendments.begin_amendment(trial.applicant, proposal, now=START)
        changed = {"title": drafts.Change("Un autre titre", 1)}
        await drafts.save_answers(trial.applicant, proposal, changed, now=START)
    expert = trial.experts[0]
    await trial.propose(proposal, [expert], START)
    await trial.check(proposal, Verdict.ELIGIBLE, START)
    await advance(proposal, START)
    await trial.accept(proposal, expert, START)
    said = {"impact": "Un effet mesuré.", "": "Pour le comité seul."}
    content = reviews.ReviewContent({"impact": 5}, said)
    await trial.review(proposal, expert, START, content)
    await advance(proposal, START)
    await trial.decide(proposal, "invited", START)
    await trial.publish_decisions(START)
    await advance(proposal, START)
    assert await standing(proposal) == ("in_progress", "full")
    return trial, proposal


async def test_what_a_past_round_came_to_stands() -> None:
    """An expert of both rounds leaves the second one, by an assignment of the second one."""
    trial, proposal = await preselected()
    expert = trial.experts[0]
    past = await trial.assignment(proposal, expert)
    await trial.propose(proposal, [expert], START)
    await trial.hand_in(proposal, START)
    await advance(proposal, START)
    await trial.accept(proposal, expert, START)
    for act in (
        assignments.accept_assignment(expert, past, now=START),
        assignments.decline_assignment(expert, past, "", now=START),
        assignments.declare_conflict(expert, past, "Un proche.", now=START),
    ):
        with pytest.raises(NotFound):
            await act
    await trial.declare(proposal, expert, START)
    found = await rows("SELECT round, status FROM assignment WHERE proposal = {} ORDER BY round", proposal)
    assert [(line["round"], line["status"]) for line in found] == [(1, "done"), (2, "declined")]


@pytest.mark.parametrize(("late", "accepted"), [(timedelta(0), True), (timedelta(seconds=1), False)])
async def test_the_next_part_is_accepted_until_its_deadline(late: timedelta, accepted: bool) -> None:  # noqa: FBT001
    """Also while no workflow is there to close the stage."""
    trial, proposal = await preselected()
    if accepted:
        await trial.hand_in(proposal, DUE + late)
    else:
        with pytest.raises(Conflict, match="Le délai est passé") as refused:
            await trial.hand_in(proposal, DUE + late)
        assert refused.value.code == "too_late"
    assert ("part_submitted" in await kinds(proposal)) == accepted


async def test_the_next_part_sent_twice_is_submitted_once() -> None:
    trial, proposal = await preselected()
    await trial.hand_in(proposal, START)
    again = [await submissions.submit_proposal(trial.applicant, proposal, now=START) for _ in range(2)]
    assert again[0] == again[1]
    assert again[0].revision == 2
    assert (await kinds(proposal)).count("part_submitted") == 1


async def test_an_amendment_left_unsubmitted_goes_with_the_next_part() -> None:
    trial, proposal = await preselected(amended=True)
    await trial.hand_in(proposal, START)
    found = await proposals.proposal(trial.applicant, proposal)
    assert (found.title, found.unsubmitted) == ("Un autre titre", False)
    assert await value("SELECT count(*) FROM amendment WHERE proposal = {}", proposal) == 0


async def test_the_comments_of_a_round_are_read_in_the_next_one() -> None:
    """By the applicant those alone that are for them."""
    trial, proposal = await preselected()
    told = [(await proposals.proposal(trial.applicant, proposal)).feedback]
    await trial.hand_in(proposal, START)
    told.append((await proposals.proposal(trial.applicant, proposal)).feedback)
    assert [[one.comments for one in feedback] for feedback in told] == [[{"impact": "Un effet mesuré."}]] * 2
