"""Proposals in their review: experts are asked for their seats, each within their limits."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from service.domain.actor import Actor
from service.operations import process
from service.operations.eligibility import Verdict
from service.store.database import execute, rows
from tests.process.call import Trial
from workflows.messages import Case, Close, Look, OfSeat

START = datetime(2043, 4, 8, 8, 0, tzinfo=UTC)


DUE = START + timedelta(days=20)


async def limit(trial: Trial, expert: int, *, most: int | None = None, in_call: int | None = None) -> None:
    account = trial.experts[expert].account
    await execute(
        "INSERT INTO profile (account, most, saved_at) VALUES ({}, {}, {})"
        " ON CONFLICT (account) DO UPDATE SET most = excluded.most",
        *(account, most, START),
    )
    await execute("UPDATE role SET most = {} WHERE account = {} AND call = {}", in_call, account, trial.call)


async def case(proposal: UUID, now: datetime = START) -> Case:
    snapshot = (await process.look(Look(str(proposal), now))).snapshot
    return Case(str(proposal), snapshot.visit, snapshot.mark, now)


async def in_review(trial: Trial, number: int, experts: list[Actor] | None = None, now: datetime = START) -> list[UUID]:
    found = []
    for _ in range(number):
        proposal = await trial.submit(now)
        await trial.propose(proposal, experts or trial.experts, now)
        await trial.check(proposal, Verdict.ELIGIBLE, now)
        await process.close_stage(Close(await case(proposal, now), "eligible"))
        found.append(proposal)
    return found


async def fill(proposal: UUID, seat: int, now: datetime = START) -> bool:
    return (await process.fill_seat(OfSeat(await case(proposal, now), seat))).done


async def starved(proposals: list[UUID]) -> set[UUID]:
    return {line["id"] for line in await rows("SELECT id FROM proposal WHERE starved AND id = ANY({})", proposals)}
