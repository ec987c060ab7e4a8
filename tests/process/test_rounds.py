"""A call in two rounds: an outline is preselected, then a full proposal is reviewed, by others on more criteria."""

from datetime import timedelta
from functools import partial

import pytest

from service.domain.policy import Action
from service.operations import decisions, reviews
from service.problems import NotFound
from service.store import journal
from service.store.database import rows, value
from service.views import proposals, ranking
from service.views import reviews as review_views
from service.views.documents import dossier, letter
from tests.process.ahead import Ahead
from tests.process.call import kinds, standing, told
from tests.process.scenarios import preselected


async def test_two_rounds(ahead: Ahead) -> None:
    trial, proposal = await preselected(ahead)
    first, second = trial.experts[:2]
    assert await standing(proposal) == ("in_progress", "full")
    early = await value("SELECT id FROM review WHERE proposal = {}", proposal)

    # The first round's expert has no part in what follows; the applicant reads the decision, and is asked for more.
    with pytest.raises(NotFound):
        await proposals.proposal(first, proposal)
    mine = await proposals.proposal(trial.applicant, proposal)
    assert mine.decision is not None
    assert (mine.part, mine.round, mine.decision.outcome, mine.decision.round) == ("full", 2, "invited", 1)
    assert Action.PROPOSAL_SUBMIT in mine.may
    assert [f"{deadline.due_at:%Y-%m-%d}" for deadline in mine.deadlines] == ["2042-05-23"]

    await ahead.do(trial.propose, proposal, [second, first])
    await ahead.do(trial.hand_in, proposal)
    await ahead.happened(proposal, "expert_invited", times=2)
    await ahead.do(trial.accept, proposal, second)
    with pytest.raises(NotFound):
        await review_views.review(first, early)
    with pytest.raises(NotFound):
        await reviews.save_review(first, early, reviews.ReviewContent({"impact": 0}), 1, now=await ahead.now())
    await ahead.do(
        partial(trial.review, content=reviews.ReviewContent({"impact": 5, "means": 5})),
        proposal,
        second,
        sees="stage_closed",
    )
    await ahead.do(trial.sum_up, proposal, sees="stage_closed")
    await ahead.do(trial.decide, proposal, "retained")
    pending = await ranking.ranking(trial.chair, trial.slug)
    await trial.publish_decisions(await ahead.now())
    await ahead.poke(proposal)
    await ahead.happened(proposal, "stage_closed", times=7)

    assert await standing(proposal) == ("accepted", "pilot")
    assert await journal.verify(f"proposal:{proposal}") == []
    assert [kind for kind in await kinds(proposal) if kind in ("proposal_submitted", "part_submitted")] == [
        *("proposal_submitted", "part_submitted")
    ]
    outline = await ranking.ranking(trial.chair, trial.slug, 1)
    shown = [
        (one.round, one.rounds, [c.id for c in one.grid.criteria], [(o, n) for o, _, n in one.outcomes], one.pending)
        for one in (outline, pending)
    ]
    assert shown == [
        (1, 2, ["impact"], [("invited", 1), ("set_aside", 0)], 0),
        (2, 2, ["impact", "means"], [("retained", 1), ("declined", 0)], 1),
    ]
    assert [[one.id for one in line.summary.criteria] for line in (*outline.lines, *pending.lines)] == [
        ["impact"],
        ["impact", "means"],
    ]


async def test_documents_tell_their_own_round(ahead: Ahead) -> None:
    trial, proposal = await preselected(ahead)
    letters = await positions(proposal)
    # A position after the first round has nothing of it but the answers; the letter of its end has its decision.
    assert (await letter(proposal, letters[0])).outcome == "Présélectionnée"
    late = await value("SELECT last_seq FROM proposal WHERE id = {}", proposal)
    await ahead.do(trial.propose, proposal, trial.experts[1:2])
    await ahead.do(trial.hand_in, proposal)
    now = await value("SELECT last_seq FROM proposal WHERE id = {}", proposal)
    drawn = [await dossier(proposal, at) for at in (late, now)]
    assert [(one.decision is not None, len(one.reviews), len(one.criteria)) for one in drawn] == [
        (True, 1, 1),
        (False, 0, 2),
    ]
    assert [[section.title for section in one.answers] for one in drawn] == [
        ["Projet"],
        ["Projet", "Programme de travail"],
    ]


async def test_a_part_that_never_comes_ends_the_proposal(ahead: Ahead) -> None:
    trial, proposal = await preselected(ahead)
    began = await ahead.now()
    await ahead.environment.sleep(timedelta(days=46))
    await ahead.happened(proposal, "stage_closed", times=4)
    assert await standing(proposal) == ("declined", "")
    await ahead.ended(proposal)
    closed = (await told(proposal))[-1]
    assert closed == (f"{(began + timedelta(days=45)).astimezone():%Y-%m-%d}" + closed[0][10:], "stage_closed")
    found = await letter(proposal, (await positions(proposal))[-1])
    assert (found.outcome, found.reasons, found.body) == (
        *("Non déposé dans le délai", "", "Aucun dossier complet n’a été déposé dans le délai."),
    )
    with pytest.raises(NotFound):
        await decisions.take_decision(
            trial.experts[0], proposal, decisions.DecisionContent("retained", "Non.", "Rien"), 0, now=await ahead.now()
        )


async def positions(proposal: object) -> list[int]:
    """The entries that letters were called for by."""
    found = await rows("SELECT position FROM job WHERE proposal = {} AND kind = 'letter' ORDER BY position", proposal)
    return [line["position"] for line in found]
