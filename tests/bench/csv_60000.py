"""All reviews of 20,000 proposals, three each, as CSV: processor time of web and database together."""

import asyncio
from uuid import UUID

import msgspec

from forms import Edition
from service import clock
from service.domain.actor import Role
from service.operations.calls import PublishedEdition
from service.store.database import execute, rows
from service.store.editions import edition
from service.store.ids import uuid7
from service.store.tallied import counted
from tests.api.people import client, token_of
from tests.bench.figure import Figure
from tests.bench.served import Load, at_once, copies, served
from tests.bench.submit import submitted
from tests.support.calls import fresh_call
from tests.support.people import person

MANY, SEATS, TIMES = 20_000, 3, 3
COMMENT = "Le besoin est décrit avec précision ; l’indicateur d’impact reste à fixer avec le partenaire. " * 2


def measure(number: str = str(MANY)) -> Figure:
    """Milliseconds for the whole file, the median of three."""
    return asyncio.run(_measured(int(number)))


async def _measured(number: int) -> Figure:
    async with served() as house:
        call = await fresh_call("ami-2025")
        first, *_ = await submitted(house.address, call, 1)
        await copies(house, UUID(first), number - 1)
        content = await edition(call.edition)
        await _reviewed(call, content, SEATS)
        said = {
            "scores": {one.id: one.choices[1].value for one in content.grid.criteria},
            "comments": {"": COMMENT, **{one.id: COMMENT for one in content.grid.criteria}},
        }
        await execute(
            "INSERT INTO revision (id, proposal, subject, subject_id, number, seq, content, salt, digest, author, at)"
            " SELECT gen_random_uuid(), r.proposal, 'review', r.id, 1, 1, {}, decode(md5(random()::text), 'hex'), '',"
            " r.expert, now() FROM review r JOIN proposal p ON p.id = r.proposal WHERE p.call = {}",
            *(msgspec.json.encode(said).decode(), call.call),
        )
        await execute("VACUUM ANALYZE")
        officer = await person((Role.OFFICER, call.call))
        async with client(house.address, await token_of(officer)) as http:
            path, load, rounds = f"/appels/{call.slug}/tables/evaluations/fichier", Load(house), []
            for _ in range(TIMES):
                load.begin()
                answer = await http.get(path, timeout=120)
                rounds.append(load.cpu_ms(1))
            lines = answer.text.count("\r\n") - 1
            assert lines == number * SEATS
    web, database = sorted(rounds, key=sum)[TIMES // 2]
    size = len(answer.content) / 1_000_000
    return Figure(
        web + database, "ms CPU", "under 800 ms CPU", f"web {web:.0f}, database {database:.0f}; {size:.1f} MB"
    )


async def _reviewed(call: PublishedEdition, content: Edition, seats: int) -> None:
    """Reviews for each proposal, by twenty experts, as rows: what they come to is in its tally."""
    experts = [(await person((Role.EXPERT, call.call))).person for _ in range(20)]
    scores: dict[str, float | None] = {one.id: one.choices[1].value for one in content.grid.criteria}
    found, _ = counted(content.grid, [(uuid7(clock.now()), scores, "")] * seats)
    proposals = [line["id"] for line in await rows("SELECT id FROM proposal WHERE call = {}", call.call)]
    async with at_once(proposals):
        await execute(
            "UPDATE proposal SET stage = 'review', stage_kind = 'review', seen_seq = last_seq WHERE call = {}",
            call.call,
        )
        for seat in range(seats):
            await execute(
                "INSERT INTO assignment (id, proposal, expert, rank, seat, status, proposed_at, invited_at, ended_at)"
                " SELECT gen_random_uuid(), p.id, ({}::uuid[])[1 + (row_number() OVER () + {}) % {}], {}, {}, 'done',"
                " p.submitted_at, p.submitted_at, p.submitted_at FROM proposal p WHERE p.call = {}",
                *(experts, 7 * seat, len(experts), seat, seat, call.call),
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
