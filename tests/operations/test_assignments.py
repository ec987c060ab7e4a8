"""Who may be put on a proposal's list; invitations taken."""

from datetime import UTC, datetime
from uuid import UUID

import pytest

from service import clock
from service.domain.actor import PROCESS, Actor
from service.operations import accepting, accounts, assignments
from service.problems import Invalid, NotFound
from service.store.database import rows, value
from tests.operations.review_case import fill, in_review
from tests.process.call import Trial

START = datetime(2043, 4, 8, 8, 0, tzinfo=UTC)


async def test_a_closed_account_is_never_put_on_a_list(database: None) -> None:
    """The process would never invite it, and the seat would wait without a word."""
    trial = await Trial.publish(clock.now(), experts=2)
    proposal = await trial.submit(clock.now())
    gone, steady = trial.experts
    await accounts.disable_account(PROCESS, gone.person, now=clock.now())
    with pytest.raises(NotFound):
        await trial.propose(proposal, [steady, gone], clock.now())
    assert await value("SELECT count(*) FROM assignment WHERE proposal = {}", proposal) == 0
    await trial.propose(proposal, [steady], clock.now())
    assert await value("SELECT expert FROM assignment WHERE proposal = {}", proposal) == steady.person


async def test_many_invitations_are_taken_at_once_and_one_that_cannot_keeps_no_other(database: None) -> None:
    """Taken already is taken; declined, somebody else's and unknown are told apart from what was taken."""
    trial = await Trial.publish(START, experts=2)
    mine, other = trial.experts
    asked = [await assigned(trial, mine) for _ in range(3)]
    foreign = await assigned(trial, other)
    await assignments.decline_assignment(mine, asked[1], "Indisponible.", now=START)
    await assignments.accept_assignment(mine, asked[2], now=START)
    chosen = (*asked, foreign, UUID(int=7))
    done = await accepting.accept_assignments(mine, chosen, now=START)
    found = await rows("SELECT id, review FROM assignment WHERE id = ANY({})", asked)
    taken = {line["id"]: line["review"] for line in found}
    assert {one.id: (one.status, one.review) for one in done.accepted} == {
        one: ("accepted", taken[one]) for one in (asked[0], asked[2])
    }
    assert done.refused == {asked[1]: "not_found", foreign: "not_found", UUID(int=7): "not_found"}
    assert await value("SELECT status FROM assignment WHERE id = {}", foreign) == "invited"
    with pytest.raises(Invalid):
        await accepting.accept_assignments(mine, (UUID(int=7),) * 101, now=START)


async def assigned(trial: Trial, expert: Actor) -> UUID:
    """An invitation of a proposal of its own."""
    (proposal,) = await in_review(trial, 1, [expert])
    assert await fill(proposal, 0)
    return await trial.assignment(proposal, expert)
