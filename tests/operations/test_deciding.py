"""The authority decides on many proposals at once, as the committee thought: on each as by itself, and on no other."""

from collections.abc import Sequence
from uuid import UUID

import pytest

from service.invariants import PROMISES, broken
from service.operations import conducting, deciding, decisions, recusals, steering, votes, voting
from service.operations.conducting import Attendance, There
from service.operations.deciding import LeftOut, TakenDecisions
from service.operations.decisions import DecisionContent
from service.operations.recusals import Recusal
from service.operations.steering import GoBack
from service.operations.votes import NewVote
from service.operations.voting import Ballot
from service.problems import Conflict, Forbidden, Invalid, NotFound
from service.store import journal
from service.store.database import rows
from service.views import deciding as views
from tests.operations.sitting_case import DAY, SITS, Committee
from tests.support.people import person

pytestmark = pytest.mark.usefixtures("database")

RETAINED = DecisionContent("retained", "Un projet mûr.", "Présidente", "Arrêté du 3 mars 2044")


async def opined(case: Committee, sitting: UUID, items: Sequence[UUID], outcome: str) -> None:
    """The chair alone votes, on all at once, which carries it."""
    vote = await votes.open_vote(case.chair, sitting, NewVote(outcome, tuple(items)), now=case.now)
    await voting.cast_ballot(case.chair, vote.id, Ballot("for"), now=case.now)
    assert (await votes.close_vote(case.chair, vote.id, now=case.now)).carried


async def begun(case: Committee, at: int = 0) -> UUID:
    """A sitting on what waits, with everybody there."""
    sitting = (await case.convened(SITS + at * DAY)).id
    await conducting.begin_sitting(case.officer, sitting, now=case.now)
    there = Attendance(tuple(There(one.person, "room") for one in case.members))
    await conducting.keep_attendance(case.officer, sitting, there, now=case.now)
    return sitting


async def taken(case: Committee) -> dict[UUID, tuple[str, str, int, UUID | None]]:
    found = await rows(
        "SELECT d.* FROM decision d JOIN proposal p ON p.id = d.proposal WHERE p.call = {}", case.trial.call
    )
    return {line["proposal"]: (line["outcome"], line["reasons"], line["version"], line["sitting"]) for line in found}


async def test_each_is_decided_once_as_the_committee_thought_and_what_stands_otherwise_is_left_and_told() -> None:
    case = await Committee.gather(7)
    first, second, own, moved, back, declined, recused = case.proposals
    sitting = await begun(case)
    await opined(case, sitting, (first, second, own, moved, back, recused), "retained")
    await opined(case, sitting, (declined,), "declined")
    with pytest.raises(Conflict):
        await deciding.take_decisions(case.chair, sitting, RETAINED, now=case.now)
    await conducting.close_sitting(case.officer, sitting, now=case.now)

    mine = DecisionContent("declined", "Un autre avis.", "Présidente")
    await decisions.take_decision(case.chair, own, mine, 0, now=case.now)
    await case.trial.withdraw(moved, case.now)
    await steering.go_back(case.officer, back, GoBack("committee", "committee", "Une pièce."), now=case.now)
    await recusals.recuse(case.chair, recused, Recusal("Un proche."), now=case.now)

    for actor, kind in (
        (await person(), NotFound),
        (case.trial.applicant, NotFound),
        (case.members[1], Forbidden),
        (case.officer, Forbidden),
    ):
        with pytest.raises(kind):
            await deciding.take_decisions(actor, sitting, RETAINED, now=case.now)
    for content, faults in (
        (DecisionContent("", "", ""), ["outcome", "reasons", "capacity"]),
        (DecisionContent("invented", "Motif.", "Présidente"), ["outcome"]),
        (DecisionContent("retained", "é" * 20_001, "Présidente", "é" * 301), ["reasons", "delegation"]),
    ):
        with pytest.raises(Invalid) as refused:
            await deciding.take_decisions(case.chair, sitting, content, now=case.now)
        assert [one.path for one in refused.value.errors] == faults
    before = {own: ("declined", "Un autre avis.", 1, sitting)}
    assert await taken(case) == before

    told = await views.to_decide(case.chair, sitting)
    assert [(one.outcome, len(one.waiting), one.decided) for one in told.outcomes] == [
        ("retained", 2, 1),
        ("declined", 1, 0),
    ]
    assert {one.proposal for one in told.outcomes[0].waiting} == {first, second}
    assert (told.hidden, told.capacity, told.delegation) == (1, "Présidente", "")
    with pytest.raises(NotFound):
        await views.to_decide(case.members[1], sitting)

    left = {LeftOut(moved, "not_before_committee"), LeftOut(back, "other_opinion")}
    answered = await deciding.take_decisions(case.chair, sitting, RETAINED, now=case.now)
    assert set(answered.left_out) == left
    assert (answered.count, answered.decided, answered.recused, answered.remaining) == (2, 1, 1, 0)
    done = ("retained", "Un projet mûr.", 1, sitting)
    assert await taken(case) == before | {first: done, second: done}
    again = await deciding.take_decisions(case.chair, sitting, RETAINED, now=case.now)
    assert again == TakenDecisions(0, 3, 1, answered.left_out, 0)
    assert await taken(case) == before | {first: done, second: done}
    for proposal in (first, second):
        assert await journal.verify(f"proposal:{proposal}") == []
        found = await rows(
            "SELECT r.content::text AS content, e.kind FROM revision r JOIN entry e ON e.seq = r.seq"
            " AND e.stream = 'proposal:' || r.proposal WHERE r.proposal = {} AND r.subject = 'decision'",
            proposal,
        )
        assert [("Arrêté du 3 mars 2044" in one["content"], one["kind"]) for one in found] == [(True, "decision_taken")]

    # One of them is changed afterwards, as by itself; what came back is decided after its next sitting.
    await decisions.take_decision(case.chair, first, mine, 1, now=case.now)
    later = await begun(case, 30)
    await opined(case, later, (back,), "retained")
    await conducting.close_sitting(case.officer, later, now=case.now)
    assert (await deciding.take_decisions(case.chair, later, RETAINED, now=case.now)).count == 1
    assert (await taken(case))[back] == ("retained", "Un projet mûr.", 1, later)
    references = [
        one["reference"] for one in await rows("SELECT reference FROM proposal WHERE call = {}", case.trial.call)
    ]
    kept = [one for one in PROMISES if one.id != "clocks"]  # they came before the committee by a shortcut
    assert await broken(*kept, of=references) == {}


async def test_what_is_beyond_one_transaction_is_told_and_taken_by_doing_it_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    case = await Committee.gather(3)
    sitting = await begun(case)
    await opined(case, sitting, case.proposals, "retained")
    await conducting.close_sitting(case.officer, sitting, now=case.now)
    monkeypatch.setattr(deciding, "AT_ONCE", 2)
    came = [await deciding.take_decisions(case.chair, sitting, RETAINED, now=case.now) for _ in range(3)]
    assert [(one.count, one.decided, one.remaining) for one in came] == [(2, 0, 1), (1, 2, 0), (0, 3, 0)]
    assert set(await taken(case)) == set(case.proposals)
