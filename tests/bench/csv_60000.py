"""All reviews of 20,000 proposals, three each, as CSV: processor time of web and database together."""

import asyncio
from uuid import UUID

import msgspec

from service.domain.actor import Role
from service.store.database import execute
from service.store.editions import edition
from tests.api.people import client, token_of
from tests.bench.figure import Figure
from tests.bench.list import reviewed
from tests.bench.served import Load, copies, served
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
        await reviewed(call, content, SEATS)
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
