"""The pages of the officer's board, as HTML, of 20,000 proposals that are being examined by 1,000 experts."""

import asyncio

from tests.bench.examined import office
from tests.bench.figure import Figure
from tests.bench.list import MANY, spent, told_of
from tests.bench.served import Load


def measure(number: str = str(MANY)) -> Figure:
    """Processor time of web and database for each page."""
    return asyncio.run(_measured(int(number)))


async def _measured(number: int) -> Figure:
    async with office(number) as (house, call, http):
        load, told, base = Load(house), {}, f"/gestion/{call.slug}/tableau"
        for name, path, query in (
            ("awaited", "", {}),
            ("of whom", "", {"attente": "liste"}),
            ("late", "", {"retard": "oui"}),
            ("words", "", {"q": "1999"}),
            ("experts", "/evaluateurs", {}),
            ("reviews", "/evaluations", {}),
            ("reviews missing", "/evaluations", {"manque": "oui"}),
        ):
            told[name] = await spent(load, http, base + path, query)
    return Figure(sum(told["awaited"]), "ms CPU", "under 30 ms CPU", told_of(told))
