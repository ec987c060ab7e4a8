"""A page of 100 proposals with their averages, of 20,000: as submitted and by total; the ranking; the board."""

import asyncio
from uuid import UUID

import httpx
import msgspec

from forms import Edition
from service import clock
from service.domain.actor import Role
from service.operations.calls import PublishedEdition
from service.store.database import execute, transaction
from service.store.editions import edition
from service.store.ids import uuid7
from service.store.tallied import counted
from tests.api.acting import good
from tests.api.people import client, token_of
from tests.bench.figure import Figure
from tests.bench.served import Load, copies, served
from tests.bench.submit import submitted
from tests.support.calls import fresh_call
from tests.support.people import person

MANY, TIMES = 20_000, 20


def measure(number: str = str(MANY)) -> Figure:
    """Processor time of web and database for each page, through the API."""
    return asyncio.run(_measured(int(number)))


async def _measured(number: int) -> Figure:
    async with served() as house:
        call = await fresh_call("ami-2025")
        first, *_ = await submitted(house.address, call, 1)
        await copies(house, UUID(first), number - 1)
        await reviewed(call, await edition(call.edition))
        officer = await person((Role.OFFICER, call.call))
        async with client(house.address, await token_of(officer)) as http:
            load, told = Load(house), {}
            for name, path, more in (
                ("list", "/api/proposals", {"call": call.slug, "limit": "100"}),
                ("by total", "/api/proposals", {"call": call.slug, "limit": "100", "sort": "-total"}),
                ("ranking", f"/api/calls/{call.slug}/ranking", {"limit": "100"}),
                ("board", f"/api/calls/{call.slug}/board", {"limit": "100"}),
            ):
                told[name] = await _spent(load, http, path, more)
    rest = "; ".join(f"{name}: web {web:.3g}, database {base:.3g}" for name, (web, base) in told.items())
    return Figure(sum(told["list"]), "ms CPU", "under 15 ms CPU", rest)


async def _spent(load: Load, http: httpx.AsyncClient, path: str, query: dict[str, str]) -> tuple[float, float]:
    good(await http.get(path, params=query))
    rounds = []
    for _ in range(3):
        load.begin()
        for _ in range(TIMES):
            good(await http.get(path, params=query))
        rounds.append(load.cpu_ms(TIMES))
    return sorted(rounds, key=sum)[1]


async def reviewed(call: PublishedEdition, content: Edition, seats: int = 2) -> None:
    """Reviews for each proposal, by twenty experts, as rows: what they come to is in its tally."""
    experts = [(await person((Role.EXPERT, call.call))).person for _ in range(20)]
    scores: dict[str, float | None] = {one.id: one.choices[1].value for one in content.grid.criteria}
    found, _ = counted(content.grid, [(uuid7(clock.now()), scores, "")] * seats)
    async with transaction():
        await execute(
            "UPDATE proposal SET stage = 'review', stage_kind = 'review', seen_seq = last_seq WHERE call = {}",
            call.call,
        )
        for seat in range(seats):
            await execute(
                "INSERT INTO assignment (id, proposal, expert, rank, seat, status, proposed_at, invited_at, ended_at)"
                " SELECT gen_random_uuid(), p.id, ({}::uuid[])[1 + (row_number() OVER () + {}) % {}], {}, {}, 'done',"
                " p.submitted_at, p.submitted_at, p.submitted_at FROM proposal p WHERE p.call = {}",
                *(experts, 10 * seat, len(experts), seat, seat, call.call),
            )
        await execute(
            "INSERT INTO review (id, proposal, assignment, expert) SELECT gen_random_uuid(), proposal, id, expert"
            " FROM assignment WHERE expert = ANY({})",
            experts,
        )
        await execute("UPDATE assignment a SET review = r.id FROM review r WHERE r.assignment = a.id")
        await execute(
            "UPDATE tally t SET stale = false, n = {}, total = 5 * random(), spread = random(), content = {}, reviews ="
            " (SELECT jsonb_agg(jsonb_build_object('review', r.id, 'total', 5 * random(), 'scores', {}::jsonb))"
            "  FROM review r WHERE r.proposal = t.proposal) WHERE t.call = {}",
            *(seats, msgspec.json.encode(found).decode(), msgspec.json.encode(scores).decode(), call.call),
        )
    await execute("VACUUM ANALYZE")
