"""Saving one field of a draft, 20 times a second: processor time of web and database together, and the wait."""

import asyncio
import itertools

from tests.api.acting import EDITION, good
from tests.bench.figure import Figure
from tests.bench.served import Load, Waits, crowd, paced, served
from tests.support.calls import fresh_call

PEOPLE, RATE, SECONDS = 20, 20, 30
FIELD = EDITION.form.title_field


def measure() -> Figure:
    """A whole service on this machine; 20 people type in drafts of their own."""
    return asyncio.run(_measured())


async def _measured() -> Figure:
    async with served() as house:
        call = await fresh_call("ami-2025")
        async with crowd(house.address, PEOPLE) as people:
            drafts = [good(await one.post(f"/api/calls/{call.slug}/proposals"))["id"] for one in people]
            versions = [itertools.count() for _ in drafts]
            turns = [asyncio.Lock() for _ in drafts]  # a page sends one save at a time
            load, waits = Load(house), Waits()

            async def save(number: int) -> None:
                who = number % PEOPLE
                async with turns[who]:
                    await one(number, who)

            async def one(number: int, who: int) -> None:
                change = {FIELD: {"value": f"Projet {number}", "based_on": next(versions[who])}}
                saved = people[who].patch(f"/api/proposals/{drafts[who]}/answers", json=change)
                if good(await waits.timed(saved))["clashes"]:
                    raise AssertionError("a save was taken for another person's")

            await paced(save, [number / RATE for number in range(2 * RATE)])
            load.begin()
            waits.seconds.clear()
            instants = [number / RATE for number in range(SECONDS * RATE)]
            await paced(save, instants)
            web, database = load.cpu_ms(len(instants))
    more = f"web {web:.3g}, database {database:.3g}; p95 {waits.p95_ms():.0f} ms at {RATE} saves/s, goal under 50 ms"
    return Figure(web + database, "ms CPU", "under 5 ms CPU", more)
