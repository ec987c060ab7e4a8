"""Nobody is asked for more than they take, whatever happens at once; and whoever has time again is asked."""

import asyncio
from datetime import datetime, timedelta
from uuid import UUID

import pytest

from service.operations import process
from service.store import backlog
from service.store.database import execute, row, rows, value
from service.store.seats import loads
from service.views.awaited import Wanted, awaited
from service.views.proposals import proposal as proposal_view
from tests.operations.review_case import DUE, START, case, fill, in_review, limit, starved
from tests.process.call import Trial, kinds
from workflows.messages import Look, OfSeat

TODAY = START.date()
pytestmark = pytest.mark.usefixtures("database")


async def fed(now: datetime = START) -> set[UUID]:
    return set(await backlog.fed(now.date(), 100_000))


async def test_proposals_that_ask_the_same_experts_at_once_never_pass_a_limit() -> None:
    trial = await Trial.publish(START, experts=3)
    proposals = await in_review(trial, 5)
    await limit(trial, 0, most=2)
    await limit(trial, 1, in_call=1)
    await limit(trial, 2, most=4, in_call=3)
    filled = await asyncio.gather(*(fill(proposal, seat) for proposal in proposals for seat in (0, 1)))
    accounts = [one.person for one in trial.experts]
    found = await loads(trial.call, accounts, TODAY)
    assert [(found[one].open, found[one].room) for one in accounts] == [(2, 0), (1, 0), (3, 0)]
    assert sum(filled) == 6
    hungry = await starved(proposals)
    seats = await rows(
        "SELECT proposal, count(seat) AS taken FROM assignment WHERE proposal = ANY({}) GROUP BY proposal", proposals
    )
    assert hungry == {line["proposal"] for line in seats if line["taken"] < 2}
    assert not hungry & await fed()


async def test_whoever_has_time_again_is_asked_and_no_sooner() -> None:
    trial = await Trial.publish(START, experts=1)
    first, second = await in_review(trial, 2)
    await limit(trial, 0, most=1)
    assert await fill(first, 0)
    assert not await fill(second, 0)
    assert second in await starved([second])
    assert second not in await fed()
    assert (await proposal_view(trial.officer, second)).starved
    assert not (await proposal_view(trial.applicant, second)).starved
    assert await said_to_officers(trial, second) == ("list", True, 1)
    await trial.decline(first, trial.experts[0], START)
    assert second in await fed()
    await execute(
        "INSERT INTO absence (id, account, starts, ends) VALUES (gen_random_uuid(), {}, {}, {})",
        *(trial.experts[0].account, TODAY, TODAY + timedelta(days=1)),
    )
    assert second not in await fed()
    assert not await fill(second, 0)
    assert second in await fed(START + timedelta(days=2))
    assert await fill(second, 0, START + timedelta(days=2))
    assert await starved([second]) == set()
    assert await said_to_officers(trial, second) == ("list", False, 1)  # for the other seat
    assert (await kinds(second)).count("expert_invited") == 1


async def said_to_officers(trial: Trial, proposal: UUID) -> tuple[str, bool, int]:
    """Whom the board says that a proposal waits for, whether for want of time alone; how many mails said so."""
    [line] = [one for one in (await awaited(trial.officer, trial.slug, Wanted())).items if one.id == proposal]
    mails: int = await value(
        "SELECT count(*) FROM outbox WHERE template = 'officer_nobody_left' AND data ->> 'proposal' = {}", str(proposal)
    )
    return line.whom, line.starved, mails


async def test_a_review_given_late_is_beyond_any_limit() -> None:
    trial = await Trial.publish(START, experts=1)
    first, second = await in_review(trial, 2)
    await limit(trial, 0, most=1, in_call=1)
    expert = trial.experts[0]
    assert await fill(first, 0)
    await trial.accept(first, expert, START)
    await process.release_seat(OfSeat(await case(first, DUE), 0))
    assert await fill(second, 0, DUE)
    await trial.review(first, expert, DUE)
    found = await loads(trial.call, [expert.person], TODAY)
    assert (found[expert.person].open, found[expert.person].given, found[expert.person].over) == (1, 1, False)


async def test_a_review_counts_late_while_nobody_took_the_place() -> None:
    """Whoever accepted writes on, whoever did not may still accept; the place taken by another ends it."""
    trial = await Trial.publish(START, experts=3)
    (proposal,) = await in_review(trial, 1)
    accepted, silent, other = trial.experts
    assert await fill(proposal, 0)
    assert await fill(proposal, 1)
    await trial.accept(proposal, accepted, START)
    for seat in (0, 1):
        await process.release_seat(OfSeat(await case(proposal, DUE), seat))
    await trial.accept(proposal, silent, DUE)
    assert await value("SELECT status FROM assignment WHERE expert = {}", silent.account) == "released"
    await trial.review(proposal, accepted, DUE)
    snapshot = (await process.look(Look(str(proposal), DUE))).snapshot
    assert [(seat.taken, seat.reviewed) for seat in snapshot.seats] == [(False, True), (False, False)]
    assert snapshot.enough
    assert await fill(proposal, 1, DUE)
    assert await value("SELECT status FROM assignment WHERE expert = {}", other.account) == "invited"
    with pytest.raises(Exception, match="accessible"):
        await trial.review(proposal, silent, DUE)
    await trial.decline(proposal, other, DUE)
    await trial.review(proposal, silent, DUE)
    line = await row("SELECT status, released_at, seat FROM assignment WHERE expert = {}", silent.account)
    assert line == {"status": "done", "released_at": DUE, "seat": 1}
    assert (await process.look(Look(str(proposal), DUE))).snapshot.outcome == "complete"
