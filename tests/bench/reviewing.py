"""A service in which an expert has 70 proposals to review, among 200 and among 20,000, each with other experts."""

import itertools
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import NamedTuple
from uuid import UUID

import httpx

from service.domain.actor import Actor, Role
from service.operations.calls import PublishedEdition
from service.store.database import execute, rows, value
from tests.api.people import client, token_of
from tests.bench.figure import Figure
from tests.bench.served import Load, at_once, copies, served
from tests.bench.submit import FEW, MANY, submitted
from tests.support.calls import fresh_call
from tests.support.people import person

OWN, FEWEST = 70, 20  # reviews of an expert; other experts
SEATS = 2
TIMES, ROUNDS = 40, 3


class Desk(NamedTuple):
    """The expert at work: their client, and their reviews."""

    http: httpx.AsyncClient
    reviews: list[UUID]


Act = Callable[[Desk, UUID], Awaitable[object]]


async def measured(act: Act, goal: str) -> Figure:
    """What `act` takes of web and database at both sizes, one review of the expert after the other."""
    async with served() as house:
        call = await fresh_call("ami-2025")
        first, *_ = await submitted(house.address, call, 1)
        load, spent = Load(house), []
        for number, before in ((FEW, 1), (MANY, FEW)):
            await copies(house, UUID(first), number - before)
            async with _desk(house.address, call) as desk:
                spent.append(await _spent(load, desk, act))
    few, many = spent
    told = f"web {many[0]:.3g}, database {many[1]:.3g} at {MANY}; web {few[0]:.3g}, database {few[1]:.3g} at {FEW}"
    return Figure(sum(many), "ms CPU", f"under {goal} CPU, the same at {FEW}", told)


async def _spent(load: Load, desk: Desk, act: Act) -> tuple[float, float]:
    turns = itertools.cycle(desk.reviews)
    rounds = []
    for number in range(ROUNDS + 1):  # the first one is not counted
        load.begin()
        for review in itertools.islice(turns, TIMES):
            await act(desk, review)
        if number:
            rounds.append(load.cpu_ms(TIMES))
    return sorted(rounds, key=sum)[ROUNDS // 2]


@asynccontextmanager
async def _desk(address: str, call: PublishedEdition) -> AsyncIterator[Desk]:
    expert = await person((Role.EXPERT, call.call))
    await _assigned(call, expert)
    found = await rows("SELECT id FROM review WHERE expert = {}", expert.person)
    async with client(address, await token_of(expert)) as http:
        yield Desk(http, [line["id"] for line in found])


async def _assigned(call: PublishedEdition, expert: Actor) -> None:
    """Two reviews done by others, of whom none has more than this expert, for each proposal that has none yet; the
    first ones are this expert's too."""
    found = await rows("SELECT id FROM proposal WHERE call = {} AND reference IS NOT NULL", call.call)
    many = max(FEWEST, -(-SEATS * len(found) // OWN))
    others = [(await person((Role.EXPERT, call.call))).person for _ in range(many)]
    taken = (
        "INSERT INTO assignment (id, proposal, expert, rank, seat, status, proposed_at, invited_at, due_at)"
        " SELECT gen_random_uuid(), p.id, ({}::uuid[])[1 + (row_number() OVER () + {}) % {}], {}, {}, {},"
        " p.submitted_at, p.submitted_at, p.submitted_at + interval '60 days' FROM proposal p WHERE p.call = {}"
        " AND p.reference IS NOT NULL AND NOT EXISTS (SELECT FROM assignment a WHERE a.proposal = p.id AND a.seat = {})"
        " ORDER BY p.id LIMIT {}"
    )
    async with at_once([line["id"] for line in found]):
        await execute(
            "UPDATE proposal SET stage = 'review', stage_kind = 'review', seen_seq = last_seq"
            " WHERE call = {} AND reference IS NOT NULL",
            call.call,
        )
        for seat in range(SEATS):
            half = seat * many // SEATS
            await execute(taken, others, half, many, seat, seat, "done", call.call, seat, MANY)
        last = await value("SELECT coalesce(max(seat), 0) FROM assignment") + 1
        await execute(taken, [expert.person], 0, 1, last, last, "accepted", call.call, last, OWN)
        await execute(
            "INSERT INTO review (id, proposal, assignment, expert) SELECT gen_random_uuid(), a.proposal, a.id, a.expert"
            " FROM assignment a WHERE a.review IS NULL"
        )
        await execute(
            "UPDATE assignment a SET review = r.id FROM review r WHERE r.assignment = a.id AND a.review IS NULL"
        )
    await execute("VACUUM ANALYZE")
