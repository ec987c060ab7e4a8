"""Plans as a worker makes them: by the program, again where it could not, once for a call that closes."""

from datetime import datetime, timedelta

import msgspec
import pytest

from service import planning, solving
from service.domain import matching
from service.domain.actor import PROCESS
from service.domain.plans import Plan, Problem, Wanted
from service.operations import listing, plans
from service.operations.plans import AskedPlan
from service.planning import Planning
from service.store import matched
from service.store.database import transaction
from service.views import plans as views
from tests.operations.plan_case import START, here, planned
from tests.process.call import Trial

__all__ = ["here"]  # fixture
pytestmark = pytest.mark.usefixtures("database")


@pytest.mark.program
async def test_the_program_makes_the_same_plan() -> None:
    problem = Problem((), ())
    assert await solving.solve(problem) == matching.make_plan(problem)


async def test_a_plan_that_cannot_be_made_fails_and_another_may_be_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    trial = await Trial.publish(START, experts=1)
    await trial.submit(START)

    async def die(problem: Problem) -> Plan:
        raise solving.SolvingError("the program ended with 9")

    monkeypatch.setattr(planning, "solve", die)
    number = await planned(trial)
    shown = await views.plan(trial.officer, trial.slug)
    assert (shown.state, shown.error, shown.number) == ("failed", plans.FAILED, number)

    async def away(problem: Problem) -> Plan:
        raise ConnectionError

    monkeypatch.setattr(planning, "solve", away)
    asked = await plans.make_plan(PROCESS, trial.slug, Wanted(), now=START)
    with pytest.raises(ConnectionError):
        await Planning().make()
    assert (await plans.make_plan(trial.officer, trial.slug, Wanted(), now=START)) == msgspec.structs.replace(
        asked, status="queued"
    )


async def test_the_process_has_a_plan_made_once_a_call_has_closed() -> None:
    closes = START + timedelta(days=1)
    late = closes + timedelta(minutes=1)

    async def closed(trial: Trial, now: datetime = late) -> AskedPlan | None:
        async with transaction():
            return await plans.plan_at_closing(trial.call, closes, now=now)

    nobody, trial = await Trial.publish(START, experts=0), await Trial.publish(START, experts=2)
    await nobody.submit(START)
    assert await closed(nobody) is None
    assert await closed(trial) is None  # no proposal wants an expert
    await trial.submit(START)
    before = await planned(trial, Wanted(reserves=1))
    asked = await closed(trial)
    assert asked is not None
    assert (asked.number, asked.status) == (before + 1, "queued")
    while await Planning().make():
        pass
    assert await closed(trial, late + timedelta(hours=1)) == msgspec.structs.replace(asked, status="done")
    assert (await views.plan(trial.officer, trial.slug)).wanted.reserves == 1


async def test_what_a_killed_worker_was_at_is_taken_over() -> None:
    trial = await Trial.publish(START, experts=2)
    proposal = await trial.submit(START)
    await plans.make_plan(trial.officer, trial.slug, Wanted(), now=START)
    killed = await plans.claim_plan(now=START)
    assert killed is not None
    assert await plans.claim_plan(now=START + plans.LEASE) is None
    await plans.renew(killed.id, now=START + plans.LEASE)
    assert await plans.claim_plan(now=START + plans.LEASE + timedelta(seconds=1)) is None
    taken = await plans.claim_plan(now=START + 3 * plans.LEASE)
    assert taken == msgspec.structs.replace(killed, tries=2)
    found = await matched.problem(taken.call, taken.wanted, START.date())
    made = matching.make_plan(found.problem)
    await plans.record_plan(taken.id, made, found, now=START)
    await plans.record_plan(taken.id, made, found, now=START)  # the killed one comes back
    await plans.apply_plan(trial.officer, trial.slug, 1, now=START)
    assert await plans.claim_application(now=START) == taken.id
    assert await plans.claim_application(now=START + plans.LEASE) is None
    await listing.list_planned(taken.id, proposal, now=START)
    assert await plans.claim_application(now=START + 2 * plans.LEASE) == taken.id
    assert await listing.left_to_list(taken.id) == []
