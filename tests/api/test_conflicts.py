"""Conflicts of interest through the API and through the pages' forms: the same acts, the same answers."""

import re
from uuid import uuid4

from service import clock
from service.operations.calls import PublishedEdition
from service.store.database import execute
from tests.api.acting import good, scene


async def test_an_expert_declares_an_organisation_and_the_officer_reads_why_they_are_gone(
    web: str, call: PublishedEdition
) -> None:
    async with scene(web, call) as s:
        await s.to_review()
        named = good(await s.officer.get(s.path))["organisation"]
        expert, other = s.experts
        interest = {"kind": "organisation", "name": f"  {named.upper()} ", "reason": "Un ancien client."}
        declared = good(await expert.post("/api/interests", json=interest))
        assert good(await expert.post("/api/interests", json=interest))["id"] == declared["id"]
        assert good(await expert.get("/api/reviews"))["items"] == []
        assert (await expert.get(s.path)).status_code == 404
        [found] = good(await s.officer.get(f"{s.path}/conflicts"))["items"]
        assert (found["rule"], found["strength"], found["stands"], found["reason"], found["listed"]) == (
            *("interest", "certain", True, "Un ancien client."),
            "released",
        )
        refused = await s.officer.post(f"{s.path}/conflicts/{found['id']}/dismiss", json={"reason": "Non."})
        assert (refused.status_code, refused.json()["code"]) == (409, "conflict_beyond_doubt")
        for stranger in (s.applicant, expert, other, s.chair, s.stranger):
            assert (await stranger.get(f"{s.path}/conflicts")).status_code == 404
        assert good(await s.auditor.get(f"{s.path}/conflicts"))["items"] == [found]
        good(await expert.delete(f"/api/interests/{declared['id']}"))
        assert good(await s.officer.get(f"{s.path}/conflicts"))["items"] == []
        statuses = [one["status"] for one in good(await s.officer.get(s.path))["assignments"]]
        assert sorted(statuses) == ["accepted", "proposed"]


async def test_the_same_by_forms_without_a_script(web: str, call: PublishedEdition) -> None:
    async with scene(web, call) as s:
        await s.submit()
        shown = good(await s.officer.get(s.path))
        page = f"/gestion/{call.slug}/{s.id}"
        expert = s.experts[0]
        asked = {"kind": "organisation", "name": "", "identifier": "", "reason": ""}
        wrong = await expert.post("/evaluations/liens", data=asked)
        assert wrong.status_code == 422
        assert "Indiquez le nom de l’organisme." in wrong.text
        done = await expert.post("/evaluations/liens", data={**asked, "name": shown["organisation"]})
        assert done.status_code == 303, done.text
        [declared] = good(await expert.get("/api/interests"))["items"]
        assert shown["organisation"] in (await expert.get("/evaluations/liens")).text
        good(await s.officer.post(f"{s.path}/assignments", json={"experts": s.expert_ids[1:]}))  # looked at by now
        told = (await s.officer.get(page)).text
        assert "Lien d’intérêts déclaré par l’évaluateur" in told
        assert s.expert_ids[0] not in re.findall(r'name="experts" value="([^"]+)"', told)
        assert (await expert.post(f"/evaluations/liens/{declared['id']}/terminer")).status_code == 303
        # What is likely is dismissed and taken up again on the proposal's page.
        conflict = uuid4()
        await execute(
            "INSERT INTO conflict (id, proposal, expert, origin, rule, strength, value, reason, created_at)"
            " VALUES ({}, {}, {}, 'found', 'namesake', 'likely', 'martin zoe', '', {})",
            *(conflict, s.id, s.expert_ids[1], clock.now()),
        )
        address = f"{page}/conflits/{conflict}"
        missing = await s.officer.post(f"{address}/ecarter", data={"reason": " "})
        assert missing.status_code == 422
        assert "Dites pourquoi ce lien ne fait pas obstacle" in missing.text
        for act, dismissed in (("ecarter", True), ("ecarter", True), ("retablir", False), ("retablir", False)):
            assert (await s.officer.post(f"{address}/{act}", data={"reason": "Un homonyme."})).status_code == 303
            [found] = good(await s.officer.get(f"{s.path}/conflicts"))["items"]
            assert (found["id"], found["dismissal"] == "Un homonyme.", found["stands"]) == (
                *(str(conflict), dismissed),
                not dismissed,
            )
            assert ("Un homonyme." in (await s.officer.get(page)).text) is dismissed
        # A hint stops nobody until an officer confirms it, and is dismissed afterwards as any other.
        await execute("UPDATE conflict SET strength = 'weak' WHERE id = {}", conflict)
        for act, stands in (("", False), ("confirmer", True), ("confirmer", True), ("ecarter", False)):
            if act:
                assert (await s.officer.post(f"{address}/{act}", data={"reason": "Un homonyme."})).status_code == 303
            [found] = good(await s.officer.get(f"{s.path}/conflicts"))["items"]
            assert (found["stands"], found["confirmed_at"] is not None) == (stands, stands)
            assert ("Confirmer le conflit" in (await s.officer.get(page)).text) is (act == "")
