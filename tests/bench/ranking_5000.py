"""The committee's ranking as a page of HTML, of 5,000 proposals; and the same by another rule, with 200 draws."""

import asyncio
import time

from tests.bench.examined import office
from tests.bench.figure import Figure
from tests.bench.list import spent, told_of
from tests.bench.served import Load

MANY = 5000


def measure(number: str = str(MANY)) -> Figure:
    """Processor time of web and database for each page."""
    return asyncio.run(_measured(int(number)))


async def _measured(number: int) -> Figure:
    async with office(number) as (house, call, http):
        load, told, base = Load(house), {}, f"/comite/{call.slug}"
        for name, path, query in (
            ("ranking", base, {}),
            ("corrected", base, {"tri": "corrige"}),
            ("what if, again", f"{base}/et-si", {"places": "400", "poids-impact": "1"}),
        ):
            told[name] = await spent(load, http, path, query)
        load.begin()
        began = time.perf_counter()
        for places in range(401, 406):  # each is another try
            answer = await http.get(f"{base}/et-si", params={"places": str(places), "poids-impact": "1"})
            answer.raise_for_status()
        told["what if, first"] = load.cpu_ms(5)
        waited = (time.perf_counter() - began) / 5
    return Figure(sum(told["ranking"]), "ms CPU", "under 15 ms CPU", f"{told_of(told)}; a first try in {waited:.2f} s")
