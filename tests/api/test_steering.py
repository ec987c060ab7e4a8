"""The officer's hand through its doors: JSON, and forms that need no script; what is typed wrongly is kept."""

from uuid import UUID

import httpx

from service import clock
from service.domain.actor import Role
from service.operations import batches
from service.operations.calls import PublishedEdition
from tests.api.acting import good, scene
from tests.api.people import signed_in

WHY = "Le comité est avancé."


async def test_by_the_api(web: str, call: PublishedEdition) -> None:
    async with scene(web, call) as s:
        await s.to_review()
        hand = f"{s.path}/steering"
        shown = good(await s.officer.get(hand))
        assert (shown["stage"], [way["id"] for way in shown["back"]]) == ("review", ["eligibility", "review"])
        back = {"stage": "review", "to": "eligibility", "reason": WHY}
        assert good(await s.officer.post(f"{hand}/back", json=back))["stage"] == "eligibility"
        stale = await s.officer.post(f"{hand}/back", json=back)
        assert (stale.status_code, stale.json()["code"]) == (409, "stage_left")
        skip = {"stage": "eligibility", "outcome": "eligible", "reason": WHY}
        assert good(await s.officer.post(f"{hand}/skip", json=skip))["stage"] == "review"
        until = {"stage": "review", "until": "2031-01-01T12:00:00Z", "reason": WHY}
        far = await s.officer.post(f"{hand}/extend", json=until)
        assert (far.status_code, far.json()["errors"][0]["code"]) == (422, "too_late")
        experts = good(await s.officer.get(s.path))["assignments"]
        assert {one["status"] for one in experts} == {"proposed"}  # on the list again, though they were dismissed
        swap = {"reason": WHY, "release": [experts[0]["id"]], "experts": []}
        good(await s.officer.post(f"{hand}/reassign", json=swap))
        stop = {"stage": "review", "status": "declined", "reason": WHY}
        assert good(await s.officer.post(f"{hand}/stop", json=stop))["status"] == "declined"
        assert good(await s.officer.post(f"{hand}/reopen", json={"to": "review", "reason": WHY}))["stage"] == "review"
        read = good(await s.auditor.get(hand))
        assert ([act["act"] for act in read["acts"]], read["back"]) == (
            ["reopen", "stop", "reassign", "skip", "go_back"], [],
        )  # fmt: skip
        mine = good(await s.applicant.get(s.path))["reasons"]
        assert [(line["act"], line["reason"]) for line in mine] == [("reopen", WHY), ("stop", WHY)]


def moved(answer: httpx.Response) -> str:
    """Where a form led."""
    assert answer.status_code == 303, answer.text[:500]
    return str(answer.headers["Location"])


async def test_by_forms(web: str, call: PublishedEdition) -> None:
    async with scene(web, call) as s:
        await s.to_review()
        page = f"/gestion/{call.slug}/{s.id}/conduite"
        sent = {"stage": "review", "to": "eligibility", "reason": "Un motif <assez> long"}
        wrong = await s.officer.post(f"{page}/revenir", data=sent)
        assert wrong.status_code == 422
        assert "Cochez la case pour confirmer." in wrong.text
        assert "Un motif &lt;assez&gt; long" in wrong.text
        assert (await s.stranger.post(f"{page}/revenir", data={**sent, "confirm": "oui"})).status_code == 404
        assert (await s.officer.post(f"{page}/danser", data={**sent, "confirm": "oui"})).status_code == 404
        assert moved(await s.officer.post(f"{page}/revenir", data={**sent, "confirm": "oui"})).startswith(
            f"/gestion/{call.slug}/{s.id}"
        )
        assert (await s.officer.get(page)).text.count("Un motif &lt;assez&gt; long") == 1
        many = f"/gestion/{call.slug}/lots"
        reference = good(await s.officer.get(s.path))["reference"]
        order = {"outcome": "eligibility/eligible", "references": f" {reference.lower()};", "reason": WHY}
        looked = await s.officer.post(f"{many}/passer", data=order)
        unticked = await s.officer.post(f"{many}/passer", data={**order, "_suite": "ordonner"})
        changed = await s.officer.post(f"{many}/passer", data={**order, "_suite": "modifier"})
        stale = await s.officer.post(f"{many}/passer", data={**order, "confirm": "oui", "mark": "f" * 32})
        texts = [answer.text.replace("\u00a0", " ") for answer in (looked, unticked, changed, stale)]
        assert [answer.status_code for answer in (looked, unticked, changed, stale)] == [200, 422, 200, 409]
        assert ["1 candidature changera" in text for text in texts] == [True, True, False, True]
        assert "Cochez la case pour confirmer." in texts[1]
        assert "ont changé depuis l’aperçu" in texts[3]
        assert good(await s.officer.get(f"/api/calls/{call.slug}/batches"))["items"] == []
        address = moved(await s.officer.post(f"{many}/passer", data={**order, "confirm": "oui"}))
        assert await batches.carry_on(UUID(address.rpartition("/")[2]), clock.now()) == 0
        shown = (await s.officer.get(address)).text
        assert reference in shown
        assert "1 faite" in shown.replace("\u00a0", " ")
        nobody = {"to": "review", "reason": WHY, "confirm": "oui"}
        assert (await s.officer.post(f"{many}/rouvrir", data=nobody)).status_code == 422
        assert good(await s.officer.get(s.path))["stage"] == "review"


async def test_whoever_watches_the_service_reads_numbers_and_nobody_else(web: str) -> None:
    for roles, status in ((((Role.ADMIN, None),), 200), (((Role.AUDITOR, None),), 200), ((), 404)):
        async with signed_in(web, *roles) as somebody:
            answer = await somebody.get("/api/metrics")
            assert answer.status_code == status
            if status == 200:
                assert answer.headers["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8"
                lines = [line for line in answer.text.splitlines() if not line.startswith("#")]
                assert all(line.rpartition(" ")[2].isdigit() for line in lines)
                assert any(line.startswith("alliance_proposals_stuck ") for line in lines)


async def test_a_review_that_is_asked_for_again_is_confirmed_by_one_button(web: str, call: PublishedEdition) -> None:
    async with scene(web, call) as s:
        await s.to_synthesis()
        back = {"stage": "synthesis", "to": "review", "reason": WHY}
        assert good(await s.officer.post(f"{s.path}/steering/back", json=back))["stage"] == "review"
        expert, other = s.experts
        [mine] = good(await expert.get("/api/reviews"))["items"]
        address, button = f"/evaluations/{mine['review']}", "Confirmer sans changement"
        assert mine["again"]
        assert [button in (await expert.get(page)).text for page in ("/evaluations", address)] == [True, True]
        assert (await other.post(f"{address}/confirmer")).status_code == 404
        assert moved(await expert.post(f"{address}/confirmer")).startswith("/evaluations?")
        assert [button in (await expert.get(page)).text for page in ("/evaluations", address)] == [False, False]
        entries = good(await s.auditor.get(f"{s.path}/journal"))["entries"]
        assert [entry["kind"] for entry in entries][-1] == "review_confirmed"
