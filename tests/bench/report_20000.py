"""The report of a call of 20,000 proposals: its figures counted for the first time, and asked for again."""

import asyncio

from tests.bench.examined import office
from tests.bench.figure import Figure
from tests.bench.served import Load

MANY, TIMES = 20_000, 5


def measure(number: str = str(MANY)) -> Figure:
    """Processor time of web and database for the first one."""
    return asyncio.run(_measured(int(number)))


async def _measured(number: int) -> Figure:
    async with office(number) as (house, call, http):
        load, path = Load(house), f"/api/calls/{call.slug}/report"
        load.begin()
        first = await http.get(path, timeout=120)
        web, database = load.cpu_ms(1)
        assert first.json()["funnel"][1]["count"] >= number
        load.begin()
        for _ in range(TIMES):
            await http.get(path, timeout=120)
        again = sum(load.cpu_ms(TIMES))
    told = f"web {web:.0f}, database {database:.0f}; again {again:.0f}"
    return Figure(web + database, "ms CPU", "under 5,000 ms CPU, again under 500", told)
