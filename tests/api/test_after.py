"""What surrounds a submission, through both doors: the same form twice, the last minute, versions, the thread."""

import asyncio
import re
from typing import Any

import httpx

from forms import examples
from service.operations.calls import PublishedEdition
from service.store.database import rows, value
from tests.api.acting import EDITION, Scene, good, scene
from tests.api.people import PDF


async def fill(s: Scene) -> None:
    """A complete draft, not submitted."""
    s.id = good(await s.applicant.post(f"/api/calls/{s.call.slug}/proposals"))["id"]
    answers = examples.complete_answers(EDITION, 1)
    good(await s.applicant.patch(f"{s.path}/answers", json={name: {"value": said} for name, said in answers.items()}))
    for question, name, content in examples.small_files(EDITION, 1):
        sent = {"field": question, "name": name}
        good(await s.applicant.post(f"{s.path}/attachments", params=sent, content=content))


async def key_of(client: httpx.AsyncClient, address: str) -> str:
    """The key of the form that a page shows."""
    found = re.search(r'name="_key" value="([^"]+)"', (await client.get(address)).text)
    assert found is not None
    return found[1]


async def test_a_form_sent_twice_submits_once(web: str, call: PublishedEdition) -> None:
    """At once and later, with its key and without: one revision, one receipt, and always the page that says so."""
    async with scene(web, call) as s:
        await fill(s)
        page = f"/candidatures/{s.id}"
        sent = {"_key": await key_of(s.applicant, f"{page}?section=depot")}
        at_once = [s.applicant.post(f"{page}/depot", data=sent) for _ in range(3)]
        other = [s.applicant.post(f"{page}/depot", data={"_key": "autre"}), s.applicant.post(f"{page}/depot")]
        answers = await asyncio.gather(*at_once, *other)
        later = [await s.applicant.post(f"{page}/depot", data=data) for data in (sent, {})]
        assert {(one.status_code, one.headers["location"]) for one in [*answers, *later]} == {
            (303, f"{page}?fait=depose")
        }
        receipts = [good(await s.applicant.post(f"{s.path}/submit")) for _ in range(2)]
        assert receipts[0] == receipts[1]
        assert receipts[0]["revision"] == 1
        assert await value("SELECT count(*) FROM revision WHERE proposal = {} AND subject = 'answers'", s.id) == 1
        assert await value("SELECT count(*) FROM job WHERE proposal = {}", s.id) == 1
        mails = "SELECT count(*) FROM outbox WHERE data ->> 'proposal' = {} AND template = 'receipt'"
        assert await value(mails, s.id) == 1


async def test_an_officer_extends_by_the_code_on_the_drafts_page(web: str, call: PublishedEdition) -> None:
    async with scene(web, call) as s:
        s.id = good(await s.applicant.post(f"/api/calls/{s.call.slug}/proposals"))["id"]
        page = (await s.applicant.get(f"/candidatures/{s.id}")).text
        code = good(await s.applicant.get(s.path))["draft"]["code"]
        assert code in page
        form: dict[str, Any] = {"qui": "un", "draft": code, "jour": "2100-06-01", "heure": "17h30", "reason": "Panne."}
        place = f"/gestion/{call.slug}/prolongations"
        assert (await s.officer.post(place, data={})).status_code == 422
        assert (await s.officer.post(place, data=form)).status_code == 303
        assert (await s.applicant.post(place, data=form)).status_code == 404
        # For everybody, it is shown first whom that concerns; nothing is granted by looking.
        everybody = {**form, "qui": "tous", "jour": "2100-05-01"}
        shown = await s.officer.post(place, data=everybody)
        assert (shown.status_code, "prévenue" in shown.text, "le garde" in shown.text) == (200, True, True)
        ahead = f"/api/calls/{call.slug}/extensions/foreseen"
        more = {"until": "2100-05-01T15:30:00Z", "reason": "Panne."}
        foreseen = good(await s.officer.post(ahead, json=more))
        drafts = "SELECT count(*) AS drafts, count(DISTINCT owner) AS mails FROM proposal p"
        [counts] = await rows(f"{drafts} WHERE call = {{}} AND status = 'draft' AND discarded_at IS NULL", call.call)
        words = foreseen.pop("words")
        assert foreseen == {**counts, "later": 1}
        assert "1er mai 2100" in words["body"].replace("\u00a0", " ")
        assert words["body"].split("\n")[0] in shown.text
        assert (await s.officer.post(ahead, json={**more, "draft": code})).status_code == 422
        early = await s.officer.post(place, data={**everybody, "jour": "2020-06-01"})
        assert (early.status_code, "après la clôture actuelle" in early.text) == (422, True)
        (line,) = [
            one
            for one in good(await s.officer.get(f"/api/calls/{call.slug}/extensions"))["items"]
            if one["draft"] == code
        ]
        assert (line["until"], line["reason"]) == ("2100-06-01T15:30:00Z", "Panne.")
        told = good(await s.applicant.get(s.path))["draft"]
        assert (told["extended"], told["until"], told["reasons"]) == (True, line["until"], ["Panne."])
        assert "1er\u00a0juin 2100 à 17\u00a0h\u00a030" in (await s.applicant.get(f"/candidatures/{s.id}")).text
        assert (await s.officer.get(s.path)).status_code == 404


async def test_a_new_version_and_what_it_changes(web: str, call: PublishedEdition) -> None:
    async with scene(web, call) as s:
        await s.submit()
        good(await s.applicant.post(f"{s.path}/amendment"))
        title = EDITION.form.title_field
        kept = good(await s.applicant.get(s.path))["answers"][title]
        change = {title: {"value": f"{kept['value']} bis", "based_on": kept["version"]}}
        good(await s.applicant.patch(f"{s.path}/answers", json=change))
        for path in ("", "?section=depot", "/modification", "/historique"):
            assert (await s.applicant.get(f"/candidatures/{s.id}{path}")).status_code == 200, path
        good(await s.applicant.post(f"{s.path}/submit"))
        told = good(await s.officer.get(f"{s.path}/changes"))
        assert [(one["field"], one["new"]) for one in told["changes"]] == [(title, f"{kept['value']} bis")]
        shown = (await s.officer.get(f"/gestion/{call.slug}/{s.id}")).text
        assert "<ins> bis</ins>" in shown
        assert (await s.officer.get(f"/gestion/{call.slug}/{s.id}/historique?de=1&a=2")).status_code == 200
        assert (await s.officer.get(f"/gestion/{call.slug}/{s.id}/historique?de=7&a=9")).status_code == 404
        assert (await s.experts[0].get(f"{s.path}/changes")).status_code == 404


async def _paused(s: Scene) -> list[bool]:
    """Whether the stage's clock stands still; those of the experts go on."""
    deadlines = good(await s.officer.get(s.path))["deadlines"]
    return [one["paused"] for one in deadlines if one["kind"] == "stage"]


async def test_the_thread_on_pages(web: str, call: PublishedEdition) -> None:
    async with scene(web, call) as s:
        await s.to_review()
        here, there = f"/candidatures/{s.id}/echanges", f"/gestion/{call.slug}/{s.id}/echanges"
        text = "Où sont les serveurs\u00a0?"
        asked = await s.officer.post(there, data={"text": text, "question": "oui", "_suite": "envoyer"})
        assert (asked.status_code, asked.headers["location"]) == (303, f"{there}?fait=question")
        assert await _paused(s) == [True]
        assert (await s.applicant.post(f"{here}/pieces", files={"fichier": ("plan.pdf", PDF)})).status_code == 303
        (file,) = good(await s.applicant.get(f"{s.path}/thread"))["unsent"]
        blank = await s.applicant.post(here, data={"text": " ", "files": file["id"], "_suite": "envoyer"})
        assert (blank.status_code, "plan.pdf" in blank.text) == (422, True)
        reply = {"text": "À Lille.", "files": file["id"], "_suite": "envoyer"}
        assert (await s.applicant.post(here, data=reply)).status_code == 303
        assert await _paused(s) == [False]
        seen = (await s.officer.get(there)).text
        assert all(one in seen for one in (text, "À Lille.", "plan.pdf"))
        assert (await s.officer.get(f"/pieces/{file['id']}")).content == PDF
        for reader in (*s.experts, s.chair, s.stranger):
            for address in (here, there, f"{s.path}/thread", f"/api/attachments/{file['id']}"):
                assert (await reader.get(address)).status_code == 404, address
        assert (await s.applicant.get(there)).status_code == 404
        assert (await s.officer.get(here)).status_code == 404
        messages = good(await s.applicant.get(f"{s.path}/thread"))["messages"]
        assert [(one["side"], one["author"] == "", bool(one["closed_at"])) for one in messages] == [
            ("officer", True, True),
            ("applicant", False, False),
        ]
