"""A plan through both doors: asked for, shown, fixed, applied; what an expert would like."""

from datetime import timedelta

import pytest

from service import clock, planning
from service.domain import matching
from service.domain.plans import Plan, Problem
from service.planning import Planning
from service.store.database import rows
from tests.api.acting import good
from tests.api.people import client, token_of
from tests.process.call import Trial


async def work() -> None:
    """What the worker does."""
    while await Planning().make() or await Planning().apply():
        pass


async def test_a_plan_on_pages_and_by_program(web: str, monkeypatch: pytest.MonkeyPatch) -> None:
    async def solve(problem: Problem) -> Plan:
        return matching.make_plan(problem)

    monkeypatch.setattr(planning, "solve", solve)
    opened = clock.now() - timedelta(hours=1)
    trial = await Trial.publish(opened, experts=3, edits=[("process.toml", "[[stages]]", "bids = true\n\n[[stages]]")])
    first, second = [await trial.submit(opened, title) for title in ("Le sol <vivant>", "La forêt")]
    base, api = f"/gestion/{trial.slug}/repartition", f"/api/calls/{trial.slug}/plan"
    one, two, three = [expert.person for expert in trial.experts]
    async with (
        client(web, await token_of(trial.officer)) as officer,
        client(web, await token_of(trial.experts[0])) as expert,
    ):
        prefer = f"/evaluations/preferences/{trial.slug}"
        assert prefer in (await expert.get("/evaluations")).text
        assert "Le sol &lt;vivant&gt;" in (await expert.get(prefer)).text
        sent = await expert.post(prefer, data={f"bid/{first}": "want", f"bid/{second}": "neutral", "bid/x": "want"})
        assert sent.headers["location"] == f"{prefer}?fait=preferences"
        bids = f"/api/calls/{trial.slug}/bids"
        assert good(await expert.put(f"{bids}/{second}", json={"bid": "not_for_me"})) == {
            "proposal": str(second),
            "bid": "not_for_me",
        }
        listed = good(await expert.get(bids))["items"]
        assert {line["id"]: line["bid"] for line in listed} == {str(first): "want", str(second): "not_for_me"}
        for path in (base, f"{base}/candidatures"):
            assert (await expert.get(path)).status_code == 404

        assert "Calculer une première répartition" in (await officer.get(base)).text
        assert (await officer.post(base, data={"reserves": "0", "balance": "x"})).headers["location"] == base
        waiting = await officer.get(base)
        assert ("se calcule" in waiting.text, waiting.headers["refresh"]) == (True, "2")
        await work()
        shown = (await officer.get(base)).text
        assert all(words in shown for words in ("Appliquer cette répartition", "Charges", "Recalculer"))
        told = good(await officer.get(api))
        assert (told["state"], told["proposals"], told["seats"], told["wanted"]["reserves"]) == ("done", 2, 4, 0)
        items = good(await officer.get(f"{api}/proposals"))["items"]
        assert {item["proposal"]["id"] for item in items} == {str(first), str(second)}
        assert (await officer.get(f"{api}/proposals", params={"only": "x"})).status_code == 422

        chosen = {"proposal": str(second), "taker": str(one), "_suite": "fixe", "retour": "q=sol&x=1"}
        there = f"{base}/candidatures?q=sol&fait=choix-fixe#c-{second}"
        assert (await officer.post(f"{base}/choix", data=chosen)).headers["location"] == there
        assert (await officer.post(f"{base}/choix", data={**chosen, "taker": "x"})).status_code == 404
        page = (await officer.get(f"{base}/candidatures", params={"q": "forêt"})).text
        assert all(words in page for words in ("Fixé", "Laisser libre", "pas pour moi"))
        refused = await officer.post(f"{base}/application", data={"number": "1"})
        assert (refused.status_code, "Recalculez-la avant de" in refused.text) == (409, True)
        assert (await officer.post(f"{api}/application", json={"number": 1})).json()["code"] == "plan_outdated"

        banned = {"proposal": str(first), "taker": str(two), "kind": "ban"}
        assert good(await officer.post(f"{api}/pins", json=banned)) == banned
        assert (await officer.post(api, json={"reserves": 1})).status_code == 202
        await work()
        assert (await officer.post(f"{base}/application", data={"number": "2"})).headers["location"] == base
        assert "s’applique" in (await officer.get(base)).text
        await work()
        assert "Répartition appliquée" in (await officer.get(base)).text
    found = await rows(
        "SELECT proposal, expert FROM assignment WHERE proposal = ANY({}) ORDER BY rank", [first, second]
    )
    lists = {one: [line["expert"] for line in found if line["proposal"] == one] for one in (first, second)}
    assert lists[first] == [one, three]
    assert lists[second][0] == one
