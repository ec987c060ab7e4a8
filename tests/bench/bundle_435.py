"""The bundle of a call of 435 proposals, from the request to the last byte: the wait, and the memory it takes."""

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
from tests.support.people import person

MANY = 435
MEGABYTE = 1_000_000


def measure(number: str = str(MANY)) -> Figure:
    """Seconds of processor time of the web process; beside them the wait for the first byte, and the most memory above
    what it had before."""
    return asyncio.run(_measured(int(number)))


async def _measured(number: int) -> Figure:
    async with served() as house:
        call = await fresh_call("ami-2025")
        first, *_ = await submitted(house.address, call, 1)
        await copies(house, UUID(first), number - 1)
        officer = await person((Role.OFFICER, call.call))
        async with client(house.address, await token_of(officer)) as http:
            web = psutil.Process(house.pid("web"))
            before, spent = web.memory_info().rss, sum(web.cpu_times()[:2])
            most, began = before, time.monotonic()
            getting = asyncio.create_task(_get(http, f"/api/calls/{call.slug}/bundle.zip"))
            while not getting.done():
                await asyncio.sleep(0.05)
                most = max(most, web.memory_info().rss)
            waited, size = await getting
            seconds = sum(web.cpu_times()[:2]) - spent
    memory = (most - before) / MEGABYTE
    told = f"first byte after {waited - began:.1f} s, {size / MEGABYTE:.1f} MB; memory {memory:.0f} MB above before"
    return Figure(seconds, "s of CPU", "flat memory", told)


async def _get(http: httpx.AsyncClient, path: str) -> tuple[float, int]:
    size, first = 0, 0.0
    async with http.stream("GET", path, timeout=600) as answer:
        assert answer.status_code == 200
        async for part in answer.aiter_bytes():
            first = first or time.monotonic()
            size += len(part)
    return first, size
