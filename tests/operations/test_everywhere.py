"""One expert, wherever a review of theirs is awaited: replaced, given more time, or no expert any more."""

from datetime import timedelta
from uuid import UUID

import pytest

from service.domain.actor import PROCESS, Role
from service.operations import accounts, batches
from service.operations.batches import NewBatch
from service.problems import Invalid
from service.store.database import rows, value
from tests.operations.review_case import START, fill, in_review
from tests.process.call import Trial

WHY = "Congé de longue durée."
UNTIL = START + timedelta(days=60)


async def test_an_expert_is_replaced_or_given_time_wherever_they_are_awaited(database: None) -> None:
    """By a named one or the next of each list; what they gave counts still; nothing is left to do then."""
    trial = await Trial.publish(START, experts=3)
    leaving, steady, called = trial.experts
    first, second, given = await in_review(trial, 3, [leaving, steady])
    for proposal in (first, second, given):
        assert await fill(proposal, 0)
    await trial.accept(given, leaving, START)
    await trial.review(given, leaving, START)
    more = NewBatch("extend_expert", WHY, expert=leaving.account, until=UNTIL)
    assert await carried(trial, more) == {first: "done", second: "done"}
    dues = "SELECT due_at FROM assignment WHERE expert = {} AND status = 'invited'"
    assert [line["due_at"] for line in await rows(dues, leaving.account)] == [UNTIL, UNTIL]
    only = (await value("SELECT reference FROM proposal WHERE id = {}", first),)
    named = NewBatch("replace_expert", WHY, references=only, expert=leaving.account, by=called.account)
    assert await carried(trial, named) == {first: "done"}
    assert await carried(trial, NewBatch("replace_expert", WHY, expert=leaving.account)) == {second: "done"}
    for proposal, expert in ((first, called), (second, steady)):
        assert await fill(proposal, 0)
        held = "SELECT expert FROM assignment WHERE proposal = {} AND status = 'invited'"
        assert await rows(held, proposal) == [{"expert": expert.account}]
    assert await value("SELECT count(*) FROM assignment WHERE proposal = {} AND status = 'done'", given) == 1
    for wrong in (
        NewBatch("replace_expert", WHY, expert=leaving.account),
        NewBatch("replace_expert", WHY),
        NewBatch("replace_expert", WHY, expert=steady.account, by=steady.account),
        NewBatch("extend_expert", WHY, expert=steady.account),
    ):
        with pytest.raises(Invalid):
            await batches.begin_batch(trial.officer, trial.slug, wrong, now=START)


async def carried(trial: Trial, new: NewBatch) -> dict[UUID, str]:
    """What each proposal of a batch came to."""
    begun = await batches.begin_batch(trial.officer, trial.slug, new, now=START)
    assert await batches.carry_on(begun.id, START) == 0
    found = await rows("SELECT proposal, state FROM batch_item WHERE batch = {}", begun.id)
    return {line["proposal"]: line["state"] for line in found}


async def test_whoever_is_no_expert_any_more_leaves_their_places_to_others(database: None) -> None:
    """By the end of their role, or account; what they gave stays, and with their role they may be asked again."""
    trial = await Trial.publish(START, experts=3)
    gone, closed, _ = trial.experts
    asked, given = await in_review(trial, 2)
    for proposal, seat in ((asked, 0), (asked, 1), (given, 0)):
        assert await fill(proposal, seat)
    await trial.accept(given, gone, START)
    await trial.review(given, gone, START)
    await accounts.revoke_role(PROCESS, gone.person, Role.EXPERT, trial.slug, now=START)
    await accounts.disable_account(PROCESS, closed.person, now=START)
    assert await standing(asked, trial) == ["released", "released", "proposed"]
    assert await standing(given, trial) == ["done", "released", "proposed"]
    assert await fill(asked, 0)
    assert not await fill(asked, 1)
    assert await standing(asked, trial) == ["released", "released", "invited"]
    await accounts.grant_role(PROCESS, gone.person, Role.EXPERT, trial.slug, now=START)
    await trial.propose(asked, [gone], START)
    assert await fill(asked, 1)
    assert await standing(asked, trial) == ["invited", "released", "invited"]


async def standing(proposal: UUID, trial: Trial) -> list[str]:
    """How each expert of the trial stands on it."""
    found = await rows(
        "SELECT status FROM assignment WHERE proposal = {} ORDER BY array_position({}, expert)",
        *(proposal, [one.account for one in trial.experts]),
    )
    return [line["status"] for line in found]
