"""Plans are made and applied by a worker. The rows say what is still to be done, so that nothing is lost with a worker,
and any number of them may look.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from uuid import UUID

import forms
from service import clock, logs
from service.domain.plans import Plan
from service.operations import listing, plans
from service.solving import SolvingError, solve
from service.store import database, matched

log = logs.logger(__name__)

RENEWED = 15.0  # seconds, a quarter of the lease
PAUSE = 1.0  # seconds between two looks at the rows
SLOWEST = 30.0


class Planning:
    """One worker's part."""

    async def run(self) -> None:
        """Until cancelled."""
        async with asyncio.TaskGroup() as group:
            group.create_task(_forever(self.make))
            group.create_task(_forever(self.apply))

    async def make(self) -> bool:
        """Make one plan; False where none waits. Raises what keeps the database from answering: it is tried again."""
        claimed = await plans.claim_plan(now=clock.now())
        if claimed is None:
            return False
        about = {"plan": str(claimed.id), "call": str(claimed.call)}
        try:
            async with _held(claimed.id):
                made = await _made(claimed)
        except database.OUTAGES:
            await plans.put_back_plan(claimed.id)
            raise
        except Exception as error:
            log.exception("plan_failed", error=type(error).__name__, **about)
            await plans.fail_plan(claimed.id, now=clock.now())
            return True
        log.info("plan_made", lines=len(made.lines), missing=sum(one.missing for one in made.missing), **about)
        return True

    async def apply(self) -> bool:
        """Put the experts of one plan on their lists; False where none waits."""
        plan = await plans.claim_application(now=clock.now())
        if plan is None:
            return False
        async with _held(plan):
            for proposal in await listing.left_to_list(plan):
                await listing.list_planned(plan, proposal, now=clock.now())
            await listing.finish_application(plan, now=clock.now())
        log.info("plan_applied", plan=str(plan))
        return True


async def _made(claimed: plans.Claimed) -> Plan:
    if claimed.tries > plans.MOST_TRIES:  # it may have taken its worker down
        raise SolvingError("tried too often")
    found = await matched.problem(claimed.call, claimed.wanted, forms.local_day(clock.now()))
    plan = await solve(found.problem)
    await plans.record_plan(claimed.id, plan, found, now=clock.now())
    return plan


@asynccontextmanager
async def _held(plan: UUID) -> AsyncIterator[None]:
    """A claim that lasts as long as the work: a killed worker's plan is taken over within a minute."""

    async def renew() -> None:
        while True:
            await asyncio.sleep(RENEWED)
            with suppress(*database.OUTAGES):
                await plans.renew(plan, now=clock.now())

    renewing = asyncio.create_task(renew())
    try:
        yield
    finally:
        renewing.cancel()
        with suppress(asyncio.CancelledError):
            await renewing


async def _forever(act: Callable[[], Awaitable[bool]]) -> None:
    """One thing after the other; more rarely while something is down."""
    wait = PAUSE
    while True:
        try:
            again = await act()
            wait = PAUSE
            if again:
                continue
        except Exception as error:
            wait = min(2 * wait, SLOWEST)
            known = isinstance(error, database.OUTAGES)
            log.warning("planning_failed", act=act.__name__, error=type(error).__name__, again=wait, exc_info=not known)
        await asyncio.sleep(wait)
