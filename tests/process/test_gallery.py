"""The calls of the gallery with the workers and the relay of production; tests/api has them without."""

import pytest

from service.settings import Settings
from tests.api.travelling import european, monthly, travel
from tests.process.real import relays, workers
from tests.support.web import serving

pytestmark = [pytest.mark.long, pytest.mark.usefixtures("database")]


async def test_both_with_real_workflows(settings: Settings) -> None:
    async with serving(settings) as web, workers(settings), relays(settings, documents=True):
        async with travel(web, "monthly-committee", 1) as one:
            proposal = await monthly(one)
            await one.decide({proposal: "rework"})
            await one.reach(proposal, "")
            assert await one.told(proposal) == ("reserve", "rework")
        async with travel(web, "european-research", 6) as one:
            passes, misses = await european(one)
            await one.decide({passes: "funded", misses: "rejected"})
            await one.reach(passes, "grant")
            await one.reach(misses, "")
            told = [await one.told(proposal) for proposal in (passes, misses)]
            assert told == [("accepted", "funded"), ("declined", "rejected")]
