"""Conflicts of interest on a proposal of a trial: what stands, and who is on its list."""

from uuid import UUID

from service import clock
from service.domain.actor import PROCESS, Actor, Role
from service.operations import process, rechecking
from service.operations.eligibility import Verdict
from service.operations.holding import held
from service.store.database import rows, transaction
from tests.process.call import Trial
from tests.support.people import person
from workflows.messages import Case, Close, Look, OfSeat


async def colleague(trial: Trial, organisation: str = "Un organisme") -> Actor:
    """An expert of the call who works where the applicant does."""
    return await person((Role.EXPERT, trial.call), organisation=organisation)


async def standing(proposal: UUID) -> set[tuple[UUID, str, str]]:
    found = await rows("SELECT expert, rule, strength FROM conflict WHERE proposal = {} AND stands", proposal)
    return {(line["expert"], line["rule"], line["strength"]) for line in found}


async def invited(trial: Trial, proposal: UUID, experts: list[Actor]) -> None:
    """The officer finds it eligible and puts them on the list; the process invites the first ones."""
    now = clock.now()
    await trial.check(proposal, Verdict.ELIGIBLE, now)
    await trial.propose(proposal, experts, now)

    async def case() -> Case:
        seen = (await process.look(Look(str(proposal), now))).snapshot
        return Case(str(proposal), seen.visit, seen.mark, now)

    await process.close_stage(Close(await case(), "eligible"))
    for seat in range(2):
        await process.fill_seat(OfSeat(await case(), seat))


async def statuses(proposal: UUID) -> dict[UUID, str]:
    found = await rows("SELECT expert, status FROM assignment WHERE proposal = {}", proposal)
    return {line["expert"]: line["status"] for line in found}


async def trial_recheck(proposal: UUID) -> None:
    async with transaction():
        await rechecking.recheck(await held(PROCESS, proposal, clock.now()))
