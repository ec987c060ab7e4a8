"""Sharing a proposal through the API: the whole path, and what a request may not say."""

from uuid import uuid4

import httpx

from tests.api.acting import good
from tests.api.people import client, token_of
from tests.api.samples import PDF
from tests.support.people import person

TUS = {"Tus-Resumable": "1.0.0"}
ANNEX = {"field": "annexes"}


async def test_a_proposal_is_shared_and_handed_over(web: str, applicant: httpx.AsyncClient, draft: str) -> None:
    partner = await person(name="Claude Partenaire")
    invited = good(await applicant.post(f"{draft}/invitations", json={"email": partner.email, "level": "reader"}))
    assert (invited["email"], invited["level"]) == (partner.email, "reader")
    async with client(web, await token_of(partner)) as theirs:
        assert (await theirs.get(draft)).status_code == 404
        (share,) = good(await theirs.get("/api/shares"))["items"]
        assert (share["level"], share["for_me"]) == ("reader", True)
        assert good(await theirs.post("/api/shares/accept", json={"token": share["token"]}))["level"] == "reader"
        assert good(await theirs.get(draft))["level"] == "reader"
        members = good(await theirs.get(f"{draft}/collaborators"))["members"]
        assert [(one["level"], one["email"] != "") for one in members] == [("owner", False), ("reader", True)]
        path = f"{draft}/collaborators/{partner.account}"
        assert good(await applicant.put(path, json={"level": "writer"}))["level"] == "writer"
        change = {"title": {"value": "À deux", "based_on": 0}}
        good(await theirs.patch(f"{draft}/answers", json=change))
        offered = good(await applicant.post(f"{draft}/transfer", json={"account": str(partner.account)}))
        good(await applicant.delete(f"{draft}/invitations/{offered['id']}"))
        assert good(await theirs.get("/api/shares"))["items"] == []
        good(await applicant.post(f"{draft}/transfer", json={"account": str(partner.account)}))
        (offer,) = good(await theirs.get("/api/shares"))["items"]
        good(await theirs.post("/api/shares/decline", json={"token": offer["token"]}))
        good(await theirs.post(f"{draft}/leave"))
        assert (await theirs.get(draft)).status_code == 404
        assert good(await applicant.delete(path))["level"] == ""


async def test_what_others_saved_is_told_once(web: str, applicant: httpx.AsyncClient, draft: str) -> None:
    partner = await person(name="Claude Partenaire")
    good(await applicant.post(f"{draft}/invitations", json={"email": partner.email, "level": "writer"}))
    path = f"{draft}/answers"
    async with client(web, await token_of(partner)) as theirs:
        (share,) = good(await theirs.get("/api/shares"))["items"]
        good(await theirs.post("/api/shares/accept", json={"token": share["token"]}))
        first = await applicant.get(path)
        good(await theirs.patch(path, json={"title": {"value": "À deux", "based_on": 0}}))
        second = await applicant.get(path, headers={"If-None-Match": first.headers["etag"]})
        told = good(second)["fields"]["title"]
        assert (told["version"], told["saved_by"], told["mine"]) == (1, "Claude Partenaire", False)
        assert good(await theirs.get(path))["fields"]["title"]["mine"] is True
        third = await applicant.get(path, headers={"If-None-Match": second.headers["etag"]})
        assert (third.status_code, third.content) == (304, b"")
        good(await applicant.put(f"{draft}/collaborators/{partner.account}", json={"level": "reader"}))
        assert (await theirs.get(path)).status_code == 404


async def test_what_is_no_invitation_is_told(applicant: httpx.AsyncClient, draft: str) -> None:
    for content, status, code in (
        ({"email": "x@mairie.test", "level": "owner"}, 422, "invalid"),
        ({"email": "personne", "level": "reader"}, 422, "invalid"),
        ({"email": "x@mairie.test"}, 422, "invalid"),
    ):
        answer = await applicant.post(f"{draft}/invitations", json=content)
        assert (answer.status_code, answer.json()["code"]) == (status, code), content
    for path, content in (("/api/shares/accept", {"token": "x"}), ("/api/shares/decline", {"token": "é" * 300})):
        answer = await applicant.post(path, json=content)
        assert (answer.status_code, answer.json()["code"]) == (409, "link_refused")


async def test_a_page_of_somebody_else_does_nothing(applicant: httpx.AsyncClient, draft: str) -> None:
    """Another person signed in, in the browser that still shows it: a script is told, a button's text is drawn back."""
    page, other = draft.removeprefix("/api").replace("/proposals/", "/candidatures/"), str(uuid4())
    sent = {"_key": f"{other}.key", "v:title": "0.", "title": "Le sien"}
    begun = {**TUS, "Upload-Length": "9"}
    upload = good(await applicant.post(f"{draft}/uploads", params=ANNEX, headers=begun))["id"]
    piece = {**TUS, "Upload-Offset": "0", "Content-Type": "application/offset+octet-stream"}
    scripted, shown = {"Alliance-Account": other, "Accept": "application/json"}, {"Accept": "text/html"}
    form = {"params": {"champ": "annexes", "compte": other}, "files": {"fichier": ("a.pdf", PDF)}, "headers": shown}
    for method, path, told, how in (
        ("POST", page, "Le sien", {"data": sent, "headers": shown}),
        ("POST", page, "other_account", {"data": {**sent, "_key": ""}, "headers": scripted}),
        ("POST", f"{page}/depot", "other_account", {"data": {"_key": sent["_key"]}}),
        ("POST", f"{draft}/attachments", "other_account", {"params": ANNEX, "content": PDF, "headers": scripted}),
        ("POST", f"{draft}/uploads", "other_account", {"params": ANNEX, "headers": begun | scripted}),
        ("PATCH", f"/api/uploads/{upload}", "other_account", {"content": b"%PDF-1.7\n", "headers": piece | scripted}),
        ("POST", f"{page}/pieces", "Un autre compte est connecté", form),
        ("POST", f"{page}/echanges/pieces", "Un autre compte est connecté", form),
    ):
        answer = await applicant.request(method, path, **how)
        assert (answer.status_code, told in answer.text) == (401, True), path
    kept = good(await applicant.get(draft))
    assert (kept["answers"], kept["attachments"], kept["phase"]) == ({}, [], "draft")
    assert good(await applicant.get(f"/api/uploads/{upload}"))["received"] == 0
    mine = {"Alliance-Account": str(good(await applicant.get("/api/me"))["id"])}
    good(await applicant.post(f"{draft}/attachments", params={**ANNEX, "name": "a.pdf"}, content=PDF, headers=mine))
