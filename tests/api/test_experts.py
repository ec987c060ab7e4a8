"""The directory by both doors: a profile with its version, limits, teams, a list from a file, the same as CSV."""

import asyncio
import uuid

from service import clock
from service.domain.actor import Role
from service.operations.calls import PublishedEdition
from service.operations.rosters import apply_begun
from tests.api.acting import good
from tests.api.people import client, signed_in, token_of
from tests.support.people import person


async def test_officers_and_experts_keep_the_directory(web: str, call: PublishedEdition) -> None:
    here = f"/api/calls/{call.slug}"
    expert, other = [await person((Role.EXPERT, call.call)) for _ in range(2)]
    async with (
        signed_in(web, (Role.OFFICER, call.call)) as officer,
        client(web, await token_of(expert)) as own,
        client(web, await token_of(other)) as colleague,
    ):
        address = f"/api/experts/{expert.account}/profile"
        first = await own.get(address)
        assert (first.headers["etag"], first.json()["version"]) == ('"0"', 0)
        content = {
            "headline": "Chercheuse",
            "keywords": ["éthique"],
            "absences": [{"starts": "2026-01-02", "ends": "2026-01-01"}],
        }
        refused = await own.put(address, json=content, headers={"If-Match": '"0"'})
        assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/absences/0/ends")
        content["absences"] = [{"starts": "2026-01-02", "ends": "2026-01-03"}]
        saved = await own.put(address, json=content, headers={"If-Match": '"0"'})
        assert (saved.status_code, saved.headers["etag"]) == (200, '"1"')
        assert (await officer.put(address, json=content, headers={"If-Match": '"0"'})).status_code == 412
        assert (await colleague.get(address)).status_code == 404
        assert good(await officer.put(f"{here}/experts/{expert.account}/limit", json={"most": 3}))["most"] == 3
        assert (await own.put(f"{here}/experts/{expert.account}/limit", json={"most": 9})).status_code == 403
        pair = {"name": f"Binôme {uuid.uuid4().hex}", "members": [str(expert.account), str(other.account)]}
        team = good(await officer.post(f"{here}/teams", json=pair))["id"]
        listed = good(await officer.get(f"{here}/experts", params={"keyword": "ÉTHIQUE", "q": expert.email}))["items"]
        assert [(one["email"], one["load"]["most_in_call"], one["teams"]) for one in listed] == [
            (expert.email, 3, [pair["name"]])
        ]
        assert good(await officer.request("DELETE", f"/api/teams/{team}"))["ended"]
        assert good(await officer.get(f"{here}/experts/{expert.account}/reviews")) == {"items": [], "next": None}
        listing = (await officer.get(f"/gestion/{call.slug}/experts", params={"langue": "de", "q": expert.email})).text
        assert ("Aucun évaluateur ne correspond" in listing, 'value="de" selected' in listing) == (True, True)
        assert (await officer.get(f"/gestion/{call.slug}/experts/{expert.account}")).status_code == 200
        table = await officer.get(f"/appels/{call.slug}/tables/evaluateurs/fichier", params={"q": expert.email})
        assert table.headers["content-type"].startswith("text/csv")
        assert [line.split(";")[1] for line in table.text.splitlines()] == ["Adresse électronique", expert.email]
        assert (await own.get(f"/appels/{call.slug}/tables/evaluateurs/fichier")).status_code == 404


async def test_a_list_is_read_seen_and_applied(web: str, call: PublishedEdition) -> None:
    fresh = f"{uuid.uuid4().hex}@institut.test"
    async with signed_in(web, (Role.OFFICER, call.call)) as officer, signed_in(web) as stranger:
        sent = f"Courriel;Nom\n{fresh};Alix Exemple\nnulle part;\n".encode()
        form = f"/gestion/{call.slug}/experts/import"
        page = await officer.post(form, files={"fichier": ("liste.csv", sent, "text/csv")})
        assert page.status_code == 303
        seen = (await officer.get(page.headers["location"])).text
        assert fresh in seen
        assert "nulle part" in seen
        assert "Invitation à rejoindre AllIAnce" in seen
        assert (await officer.post(form, files={"fichier": ("a.xlsx", b"PK\x03\x04", "")})).status_code == 422
        read = good(await officer.post(f"/api/calls/{call.slug}/experts/import?name=liste.csv", content=sent))
        assert (read["lines"], read["faulty"], read["ignored"]) == (2, 1, [])
        address = f"/api/experts/imports/{read['id']}"
        foreseen = good(await officer.get(address))
        assert (foreseen["counts"], foreseen["mailed"]) == ({"new": 1, "fault": 1}, 1)
        assert (await stranger.get(address)).status_code == 404
        good(await officer.post(f"{address}/apply"))
        await asyncio.gather(*(apply_begun(clock.now()) for _ in range(2)))
        done = good(await officer.get(address))
        assert (done["applied"], [line["number"] for line in done["lines"]]) == (2, [3])
        found = good(await officer.get(f"/api/calls/{call.slug}/experts", params={"q": fresh}))["items"]
        assert [(one["name"], one["active"]) for one in found] == [("Alix Exemple", False)]
