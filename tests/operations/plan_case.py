"""A trial’s plans: asked for, made and applied as a worker does, in this process."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import msgspec
import pytest

from service import clock, planning
from service.domain import matching
from service.domain.actor import Actor
from service.domain.plans import Plan, Problem, Wanted
from service.operations import plans
from service.operations.plans import PinContent
from service.planning import Planning
from service.store.database import execute, rows, transaction
from service.store.ids import uuid7
from tests.process.call import Trial

START = datetime(2044, 5, 2, 8, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def here(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """The solver in this process, but for the test that looks at the program; the worker's clock stands at START."""

    async def solve(problem: Problem) -> Plan:
        return matching.make_plan(problem)

    if "program" not in request.keywords:
        monkeypatch.setattr(planning, "solve", solve)
    monkeypatch.setattr(clock, "now", lambda: START)


async def planned(trial: Trial, wanted: Wanted = Wanted()) -> int:  # noqa: B008  frozen
    """Have a plan made; its number."""
    asked = await plans.make_plan(trial.officer, trial.slug, wanted, now=START)
    while await Planning().make():
        pass
    return asked.number


async def applied(trial: Trial, number: int) -> None:
    await plans.apply_plan(trial.officer, trial.slug, number, now=START)
    while await Planning().apply():
        pass


async def lists(trial: Trial) -> dict[UUID, list[UUID]]:
    """The experts of each proposal's list, in order."""
    found = await rows(
        "SELECT p.id, array_remove(array_agg(a.expert ORDER BY a.rank, a.id), NULL) AS experts FROM proposal p"
        " LEFT JOIN assignment a ON a.proposal = p.id WHERE p.call = {} GROUP BY p.id",
        trial.call,
    )
    return {line["id"]: line["experts"] for line in found}


async def entries(proposal: UUID, kind: str) -> list[dict[str, Any]]:
    found = await rows(
        "SELECT data FROM entry WHERE stream = {} AND kind = {} ORDER BY seq", f"proposal:{proposal}", kind
    )
    return [msgspec.json.decode(line["data"]) for line in found]


async def conflict(proposal: UUID, expert: Actor) -> None:
    async with transaction():
        await execute(
            "INSERT INTO conflict (id, proposal, expert, origin, rule, reason, created_at)"
            " VALUES ({}, {}, {}, 'declared', 'declared', '', {})",
            *(uuid7(START), proposal, expert.account, START),
        )


async def kept(trial: Trial, proposal: UUID, taker: UUID, kind: Any) -> None:
    await plans.keep_pin(trial.officer, trial.slug, PinContent(proposal, taker, kind), now=START)
