"""A page of 100 proposals with their averages, of 20,000 being examined: every order, late ones, the ranking."""

import asyncio

import httpx

from tests.bench.examined import office
from tests.bench.figure import Figure
from tests.bench.served import Load

MANY, TIMES = 20_000, 20
ORDERS = ("-submitted", "due", "-due", "-total", "-spread", "title", "reference")


def measure(number: str = str(MANY)) -> Figure:
    """Processor time of web and database for each page, through the API."""
    return asyncio.run(_measured(int(number)))


async def _measured(number: int) -> Figure:
    async with office(number) as (house, call, http):
        load, told = Load(house), {}
        for order in ORDERS:
            query = {"call": call.slug, "limit": "100", "sort": order}
            told[order] = await spent(load, http, "/api/proposals", query)
        late = {"call": call.slug, "limit": "100", "late": "true"}
        told["late"] = await spent(load, http, "/api/proposals", late)
        told["ranking"] = await spent(load, http, f"/api/calls/{call.slug}/ranking", {"limit": "100"})
    return Figure(sum(told["-submitted"]), "ms CPU", "under 15 ms CPU", told_of(told))


def told_of(spent: dict[str, tuple[float, float]]) -> str:
    """What each page took."""
    return "; ".join(f"{name}: web {web:.3g}, database {base:.3g}" for name, (web, base) in spent.items())


async def spent(load: Load, http: httpx.AsyncClient, path: str, query: dict[str, str]) -> tuple[float, float]:
    """Milliseconds of web and of database for one page: the median of three rounds."""
    rounds = []
    for number in range(4):  # the first one is not counted
        load.begin()
        for _ in range(TIMES):
            answer = await http.get(path, params=query)
            if answer.status_code != httpx.codes.OK:
                raise AssertionError(f"{path}: {answer.status_code} {answer.text[:300]}")
        if number:
            rounds.append(load.cpu_ms(TIMES))
    return sorted(rounds, key=sum)[1]
