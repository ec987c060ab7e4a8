"""Dossiers for each audience, of any entry, and the page that tells whether one is ours."""

import re
from io import BytesIO
from typing import Any
from uuid import UUID

import httpx
import msgspec
from pypdf import PdfReader

from reports.packing import render_pack
from service.domain.documents import Job
from service.operations.calls import PublishedEdition
from service.store import objects
from service.store.database import execute, rows
from service.views import documents as views
from service.views import packs
from tests.api.acting import Scene, good, read_letters, scene
from tests.api.people import client
from tests.support.calls import fresh_call

DECIDED = {"outcome": "pilot", "reasons": "Utile et mûre.", "capacity": "Présidente du comité"}


async def statuses(s: Scene, path: str, nobody: httpx.AsyncClient) -> list[int]:
    """What each is answered: officer, auditor, chair, applicant, stranger, nobody."""
    asking = (s.officer, s.auditor, s.chair, s.applicant, s.stranger, nobody)
    return [(await who.get(f"{s.path}/{path}")).status_code for who in asking]


async def test_each_audience_has_its_own(web: str, call: PublishedEdition) -> None:
    async with scene(web, call) as s, client(web, "") as nobody:
        await s.to_committee()
        before = {path: await statuses(s, path, nobody) for path in ("own-dossier.pdf", "public-dossier.pdf")}
        assert before == {
            "own-dossier.pdf": [403, 403, 403, 404, 404, 401],
            "public-dossier.pdf": [404] * 6,
        }
        good(await s.chair.post(f"{s.path}/decision", json=DECIDED, headers={"If-Match": '"0"'}))
        await read_letters(s.officer, s.call.slug)
        good(await s.officer.post(f"/api/calls/{s.call.slug}/publication"))
        await s.close((await s.look()).snapshot.outcome)
        reference = good(await s.officer.get(s.path))["reference"]
        shown = [(await nobody.get(f"/catalogue/{one}/dossier.pdf")).status_code for one in (reference, "AMI-1999-1")]
        assert shown == [202, 404]
        paths = ("dossier.pdf", "dossier.pdf?audience=officer", "archive.pdf", "own-dossier.pdf", "public-dossier.pdf")
        assert {path: await statuses(s, path, nobody) for path in paths} == {
            "dossier.pdf": [202, 202, 202, 403, 404, 401],
            "dossier.pdf?audience=officer": [202, 202, 403, 403, 404, 401],
            "archive.pdf": [202, 202, 403, 403, 404, 401],
            "own-dossier.pdf": [403, 403, 403, 202, 404, 401],
            "public-dossier.pdf": [202] * 6,
        }
        told = [await statuses(s, one, nobody) for one in ("bundle.zip", f"../../calls/{s.call.slug}/transparency.zip")]
        assert told == [[200, 200, 404, 404, 404, 401], [202, 202, 404, 404, 404, 401]]
        drawn = await rows(
            "SELECT kind, audience FROM job WHERE proposal = {} AND kind IN ('dossier', 'archive')", s.id
        )
        assert sorted((line["kind"], line["audience"]) for line in drawn) == [
            ("archive", "officer"),
            *(("dossier", audience) for audience in ("applicant", "committee", "officer", "public")),
        ]


async def test_a_dossier_of_any_entry(web: str, call: PublishedEdition) -> None:
    """From the first submission on; the rank is kept where it was that of now."""
    async with scene(web, call) as s:
        await s.to_synthesis()
        entries = good(await s.officer.get(f"{s.path}/journal?limit=200"))["entries"]
        first = next(entry["seq"] for entry in entries if entry["kind"] == "proposal_submitted")
        last = entries[-1]["seq"]

        async def asked(position: int) -> int:
            return (await s.officer.get(f"{s.path}/dossier.pdf?position={position}")).status_code

        assert [await asked(at) for at in (0, first - 1, first, last, last + 1)] == [404, 404, 202, 202, 404]
        assert (await s.officer.get(f"{s.path}/dossier.pdf")).json()["position"] == last
        kept = await rows(
            "SELECT position, rank IS NULL AS rank, ranked IS NULL AS ranked FROM job WHERE kind = 'dossier'"
            " AND proposal = {} ORDER BY position",
            UUID(s.path.rsplit("/", 1)[-1]),
        )
        assert [tuple(line.values()) for line in kept] == [(first, True, True), (last, False, False)]


async def test_whose_document_it_is(web: str, call: PublishedEdition) -> None:
    """By its code, however it is typed, or its digest; and nothing else tells anything."""
    async with scene(web, call) as s, client(web, "") as nobody:
        await s.submit()
        asked = await s.officer.get(f"{s.path}/dossier.pdf")
        job = msgspec.json.decode(asked.content, type=Job)
        told = await views.sealed(job, "https://alliance.test")
        digest = "ab" * 32
        await execute("UPDATE job SET status = 'done', size = 9, sha256 = {} WHERE id = {}", digest, job.id)
        assert told.verification == f"https://alliance.test/verifier/{told.reference}/{told.code}"
        assert re.fullmatch(r"([0-9A-HJKMNP-TV-Z]{4}-){4}[0-9A-HJKMNP-TV-Z]{4}", told.code)

        async def ask(**sent: str) -> tuple[int, Any]:
            found = await nobody.get("/api/verification", params=sent)
            return found.status_code, found.json() if found.status_code == 200 else found.json()["detail"]

        ours = (200, {"position": told.journal_position, "sha256": [digest]})
        loose = told.code.lower().replace("-", " ").replace("0", "o").replace("1", "l")
        right: list[dict[str, str]] = [
            {"reference": told.reference, "code": told.code},
            {"reference": told.reference.lower(), "code": loose},
            {"sha256": digest},
            {"sha256": f" {digest.upper()} "},
        ]
        assert [await ask(**sent) for sent in right] == [ours] * 4
        wrong: list[dict[str, str]] = [
            {"reference": told.reference, "code": told.code[:-1] + ("2" if told.code[-1] != "2" else "3")},
            {"reference": told.reference},
            {"reference": "AMI-1999-0001", "code": told.code},
            {"sha256": "cd" * 32},
            {"sha256": "%"},
            {},
        ]
        assert {await ask(**sent) for sent in wrong} == {(404, "Le service n’a établi aucun document de ce genre.")}
        page = await nobody.get(f"/verifier/{told.reference}/{told.code}")
        assert (page.status_code, digest in page.text, told.title in page.text) == (200, True, False)


async def test_the_pack_of_a_sitting(web: str) -> None:
    """One for whoever reads the same, another after a recusal; each copy in its reader's name."""
    call = await fresh_call()
    async with scene(web, call) as s, client(web, "") as nobody:
        await s.to_committee()
        starts = {"starts_at": "2042-05-13T12:00:00Z", "place": "Salle 4"}
        sitting = good(await s.officer.post(f"/api/calls/{call.slug}/sittings", json=starts))["id"]
        path = f"/api/sittings/{sitting}/pack.pdf"
        asked = [await who.get(path) for who in (s.officer, s.chair, s.applicant, s.stranger, nobody)]
        assert [answer.status_code for answer in asked] == [202, 202, 404, 404, 401]
        job = msgspec.json.decode(asked[0].content, type=Job)
        assert job.id == msgspec.json.decode(asked[1].content, type=Job).id
        pack = await packs.pack_of(job)
        assert [(item.number, item.dossier is not None) for item in pack.items] == [(1, True)]
        stored = await objects.store().put_bytes(f"document/{job.id}", render_pack(pack))
        await execute(
            "UPDATE job SET status = 'done', size = {}, sha256 = {} WHERE id = {}", stored.size, stored.sha256, job.id
        )
        copy = await s.chair.get(path)
        name = good(await s.chair.get("/api/me"))["name"]
        page = PdfReader(BytesIO(copy.content)).pages[1].extract_text()
        assert (copy.status_code, f"Exemplaire de {name}" in page, "Ordre du jour" in page) == (200, True, True)
        assert good(await s.officer.get(f"/api/jobs/{job.id}"))["status"] == "done"
        good(await s.chair.post(f"{s.path}/recusal", json={"reason": "Ma sœur y travaille."}))
        assert [(await s.chair.get(where)).status_code for where in (path, f"/api/jobs/{job.id}")] == [404, 404]


async def test_the_papers_of_a_sitting(web: str, call: PublishedEdition) -> None:
    """Each is called in their own name; minutes are for whoever may know of the sitting, once it is over."""
    async with scene(web, call) as s, client(web, "") as nobody:
        await s.to_committee()
        starts = {"starts_at": "2042-05-14T12:00:00Z", "place": "Salle 4"}
        sitting = good(await s.officer.post(f"/api/calls/{call.slug}/sittings", json=starts))
        path = f"/api/sittings/{sitting['id']}"
        asking = (s.officer, s.chair, s.auditor, s.applicant, s.stranger, nobody)

        async def told(paper: str) -> list[int]:
            return [(await who.get(f"{path}/{paper}")).status_code for who in asking]

        assert await told("convocation.pdf") == [404, 404, 404, 404, 404, 401]
        version = {"If-Match": f'"{sitting["version"]}"'}
        good(await s.officer.post(f"{path}/convocation", json={"urgency": ""}, headers=version))
        assert await told("convocation.pdf") == [202, 202, 404, 404, 404, 401]
        mine, theirs = [(await who.get(f"{path}/convocation.pdf")).json()["id"] for who in (s.chair, s.officer)]
        assert [(await who.get(f"/api/jobs/{mine}")).status_code for who in (s.chair, s.officer)] == [200, 404]
        assert mine != theirs
        assert await told("minutes.pdf") == [404, 404, 404, 404, 404, 401]
        await execute("UPDATE sitting SET opened_at = starts_at, closed_at = starts_at WHERE id = {}", sitting["id"])
        assert await told("minutes.pdf") == [202, 202, 202, 404, 404, 401]
        where = f"/comite/{call.slug}/seances/{sitting['id']}"
        shown = [(await s.chair.get(f"{where}/{paper}.pdf")).status_code for paper in ("convocation", "proces-verbal")]
        assert shown == [202, 202]
        assert (await s.chair.get(f"/comite/autre/seances/{sitting['id']}/proces-verbal.pdf")).status_code == 404
