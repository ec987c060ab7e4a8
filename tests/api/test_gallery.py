"""The calls of the gallery, each from draft to published decision: data alone makes them work."""

from datetime import datetime

import forms
from tests.api.acting import good
from tests.api.travelling import european, monthly, process_of, travel


async def test_a_committee_every_month(web: str) -> None:
    async with travel(web, "monthly-committee", 1) as one, process_of(one.call.call):
        proposal = await monthly(one)
        entries = good(await one.officer.get(f"/api/proposals/{proposal}/journal"))["entries"]
        entered = next(entry["at"] for entry in entries if entry["data"].get("next") == "committee")
        sitting = forms.due(datetime.fromisoformat(entered), "monthly:2TU/5wd", one.edition.process.calendar)
        assert [
            (clock["rule"], datetime.fromisoformat(clock["due_at"]))
            for clock in (await one.shown(proposal))["deadlines"]
        ] == [("monthly:2TU/5wd", sitting)]
        assert await one.ranked(1) == [(proposal, 11, True)]
        await one.decide({proposal: "funded"})
        await one.reach(proposal, "follow_up")
        assert await one.told(proposal) == ("accepted", "funded")


async def test_a_european_call_in_two_stages(web: str) -> None:
    async with travel(web, "european-research", 6) as one, process_of(one.call.call):
        passes, misses = await european(one)
        assert await one.ranked(1) == [(passes, 8.5, True), (misses, 8.5, True)]
        assert await one.ranked(2) == [(passes, 12, True), (misses, 11.5, False)]
        sent = (await one.shown(passes))["answers"]
        partners = sent["partners"]["value"]["rows"]
        asked = sent["own_contribution"]["value"] + sum(row["contribution"] for row in partners)
        assert [sent[name]["value"] for name in ("requested", "entities")] == [asked, len(partners) + 1]
        await one.decide({passes: "funded", misses: "rejected"})
        await one.reach(passes, "grant")
        await one.reach(misses, "")
        told = [await one.told(proposal) for proposal in (passes, misses)]
        assert told == [("accepted", "funded"), ("declined", "rejected")]
