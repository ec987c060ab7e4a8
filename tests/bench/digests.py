"""Mails that wait to be told together: a round that finds none of 20,000 due, those that gather them all, and the words
of a digest of seventy lines.

Wall-clock time: it is the database that works.
"""

import asyncio
import os
import statistics
import time
from collections.abc import Awaitable, Callable
from datetime import timedelta

from service import clock
from service.notify.digests import compose_digest
from service.notify.gathering import gather
from service.notify.mails import Mail
from service.settings import Settings
from service.store.database import DB, execute, row
from tests.accounts.room import Room
from tests.bench.figure import Figure
from tests.support.servers import borrow

TIMES = 7
_PEOPLE = (
    "INSERT INTO account (id, email, name, organisation, created_at, confirmed_at, salt) SELECT gen_random_uuid(),"
    " 'd' || i || '@org.example', 'Personne ' || i, '', {}, {}, ''::bytea FROM generate_series(1, {}) i"
)
_HELD = (
    "INSERT INTO outbox (id, message_id, account, email, template, data, created_at, held) SELECT gen_random_uuid(),"
    " gen_random_uuid()::text, a.id, a.email, 'officer_amended', jsonb_build_object('proposal', p), {}, true"
    " FROM account a, unnest({}::uuid[]) p WHERE a.email LIKE 'd%@org.example'"
)


def measure(people: str = "1000", each: str = "20") -> Figure:
    """Milliseconds of a round in which nothing is due."""
    with borrow("main", f"digests{os.getpid()}") as environ:
        return asyncio.run(_measure(Settings.read(environ), int(people), int(each)))


async def _measure(settings: Settings, people: int, each: int) -> Figure:
    await DB.connect(settings.database_url)
    try:
        now = clock.now()
        room = await Room.of(70, now)
        for which in range(70):
            await room.tell(Mail.EXPERT_INVITED, which, now)
        await execute(_PEOPLE, now, now, people)
        await execute(_HELD, now, room.proposals[:each])
        idle = await _median(lambda: gather(now))
        began = time.monotonic()
        made = 0
        while some := await gather(now + timedelta(hours=1)):
            made += some
        all_at_once = (time.monotonic() - began) * 1000
        digest = await row("SELECT * FROM outbox WHERE email = {} AND template = 'digest'", room.expert.email)
        assert digest is not None
        words = await _median(lambda: compose_digest(settings, digest, now + timedelta(hours=1)))
    finally:
        await DB.disconnect()
    more = f"{people * each} wait; gathered into {made} mails {all_at_once:.0f} ms; words of 70 lines {words:.0f} ms"
    return Figure(idle, "ms", "under 200 ms, every ten seconds", more)


async def _median(act: Callable[[], Awaitable[object]]) -> float:
    times = []
    for _ in range(TIMES):
        began = time.monotonic()
        await act()
        times.append(time.monotonic() - began)
    return statistics.median(times) * 1000
