"""Conflicts of interest of a whole call looked at again: 1,000 experts, 200 proposals; then one proposal, one person.

Wall-clock time: it is the database that works. Organisations, past ones and names in the answers meet now and then.
"""

import asyncio
import os
import statistics
import time
from collections.abc import Awaitable, Callable
from uuid import UUID

from service import clock
from service.domain.actor import PROCESS
from service.operations import rechecking
from service.operations.holding import held
from service.settings import Settings
from service.store.conflicts import untraced
from service.store.database import DB, execute, rows, transaction, value
from tests.bench.figure import Figure
from tests.process.call import Trial
from tests.support.servers import borrow

TIMES = 5
_EXPERTS = (
    "INSERT INTO account (id, email, name, organisation, created_at, confirmed_at, salt) SELECT gen_random_uuid(),"
    " 'e' || i || '@org' || i % 400 || '.example', 'Experte Numéro ' || i, 'Organisme ' || i % 400, {}, {}, ''::bytea"
    " FROM generate_series(1, {}) i"
)
_PAST = (
    "INSERT INTO affiliation (id, account, organisation, until) SELECT gen_random_uuid(), account,"
    " 'Ancien organisme ' || row_number() OVER () % 300, {} FROM role WHERE call = {} AND role = 'expert'"
)
_ANSWERS = (
    "INSERT INTO revision (id, proposal, subject, subject_id, number, seq, content, salt, digest, author, at)"
    " SELECT gen_random_uuid(), p.id, 'answers', p.id, 1, 1, jsonb_set(r.content, ARRAY['answers'],"
    " jsonb_build_object('title', 'Un titre', 'organisation', 'Organisme ' || substr(p.reference, 3)::int % 250 ||"
    " ' avec Ancien organisme ' || substr(p.reference, 3)::int % 250)), r.salt, r.digest, r.author, r.at"
    " FROM revision r, proposal p WHERE r.subject_id = {} AND p.reference LIKE 'Z-%'"
)


def measure(experts: str = "1000", proposals: str = "200") -> Figure:
    """Milliseconds of the whole call."""
    with borrow("main", f"conflicts{os.getpid()}") as environ:
        return asyncio.run(_measure(Settings.read(environ), int(experts), int(proposals)))


async def _measure(settings: Settings, experts: int, proposals: int) -> Figure:
    await DB.connect(settings.database_url)
    try:
        call, proposal, expert = await _filled(experts, proposals)
        began = time.monotonic()
        await rechecking.recheck_untraced(await untraced("true"), clock.now())
        first = time.monotonic() - began
        found = await value("SELECT count(*) FROM conflict")
        whole = await _median(lambda: rechecking.recheck_call(PROCESS, call, clock.now()))
        one = await _median(lambda: _proposal(proposal))
        person = await _median(lambda: _person(expert))
    finally:
        await DB.disconnect()
    more = f"{found} conflicts; one proposal {one:.0f} ms, one person {person:.0f} ms; all keys made {first:.1f} s"
    return Figure(whole, "ms", "under 1000 ms", more)


async def _filled(experts: int, proposals: int) -> tuple[UUID, UUID, UUID]:
    now = clock.now()
    trial = await Trial.publish(now, experts=1)
    first = await trial.submit(now)
    await execute(_EXPERTS, now, now, experts)
    await execute(
        "INSERT INTO role (id, account, call, role, granted_at) SELECT gen_random_uuid(), id, {}, 'expert', {}"
        " FROM account WHERE email LIKE '%.example'",
        *(trial.call, now),
    )
    await execute(_PAST, now.date().replace(year=now.year - 1), trial.call)
    found = await rows(
        "SELECT column_name AS name FROM information_schema.columns WHERE table_name = 'proposal'"
        " AND is_generated = 'NEVER'"
    )
    own = {"id": "gen_random_uuid()", "reference": "'Z-' || i"}
    names = [line["name"] for line in found]
    await execute(
        f"INSERT INTO proposal ({', '.join(names)}) SELECT {', '.join(own.get(name, f'p.{name}') for name in names)}"  # noqa: S608
        " FROM proposal p, generate_series(1, {}) i WHERE p.id = {}",
        *(proposals, first),
    )
    await execute(_ANSWERS, first)
    await execute("ANALYZE")
    return trial.call, first, await value("SELECT id FROM account WHERE email LIKE 'e7@%'")


async def _median(act: Callable[[], Awaitable[object]]) -> float:
    spent = []
    for _ in range(TIMES):
        began = time.monotonic()
        async with transaction():
            await act()
        spent.append(1000 * (time.monotonic() - began))
    return statistics.median(spent)


async def _proposal(proposal: UUID) -> None:
    await rechecking.recheck(await held(PROCESS, proposal, clock.now()))


async def _person(account: UUID) -> None:
    holding = await rechecking.locked_person(PROCESS, account, clock.now())
    await rechecking.recheck_person(account, holding, clock.now())
