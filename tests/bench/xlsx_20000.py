"""The table of 20,000 proposals as XLSX, from the request to the last byte: the wait, and the memory it takes."""

import asyncio
import time
from uuid import UUID

import httpx
import psutil

from service.domain.actor import Role
from tests.api.people import client, token_of
from tests.bench.figure import Figure
from tests.bench.served import copies, served
from tests.bench.submit import submitted
from tests.support.calls import fresh_call
from tests.support.house import House
from tests.support.people import person

MANY = 20_000
MEGABYTE = 1_000_000


def measure(number: str = str(MANY)) -> Figure:
    """Seconds, through the page; beside them the most memory that the web process and its program took meanwhile."""
    return asyncio.run(_measured(int(number)))


async def _measured(number: int) -> Figure:
    async with served() as house:
        call = await fresh_call("ami-2025")
        first, *_ = await submitted(house.address, call, 1)
        await copies(house, UUID(first), number - 1)
        officer = await person((Role.OFFICER, call.call))
        async with client(house.address, await token_of(officer)) as http:
            path = f"/appels/{call.slug}/tables/candidatures/fichier"
            before = _memory(house)
            began = time.monotonic()
            getting = asyncio.create_task(_get(http, path))
            most = before
            while not getting.done():
                await asyncio.sleep(0.05)
                most = max(most, _memory(house))
            size = await getting
            seconds = time.monotonic() - began
    told = f"{size / MEGABYTE:.1f} MB; memory of web and program {(most - before) / MEGABYTE:.0f} MB above before"
    return Figure(seconds, "s", "under 10 s, flat memory", told)


async def _get(http: httpx.AsyncClient, path: str) -> int:
    size = 0
    async with http.stream("GET", path, params={"format": "xlsx"}, timeout=120) as answer:
        assert answer.status_code == 200
        async for part in answer.aiter_bytes():
            size += len(part)
    return size


def _memory(house: House) -> int:
    web = psutil.Process(house.pid("web"))
    found = 0
    for one in (web, *web.children(recursive=True)):
        try:
            found += one.memory_info().rss
        except psutil.NoSuchProcess:
            continue
    return found
