"""The public pages of a call and their twins: without signing in, kept by caches, nobody's for those who are."""

from datetime import timedelta
from typing import Any
from uuid import UUID
from xml.etree import ElementTree as ET

import httpx
import pytest
from litestar import Response

from service import clock
from service.domain.actor import ANONYMOUS, Role
from service.doors.people import AnyRequest
from service.operations import documents
from service.operations.calls import PublishedEdition
from service.pages import public
from service.pages.render import page
from service.pages.static import address
from service.store import objects
from service.store.database import execute, value
from tests.api.people import signed_in
from tests.support.calls import fresh_call

PDF, OWN = "application/pdf", "private, no-cache"
PAGES = {
    "": "Les étapes",
    "/criteres": "Ce qui est noté",
    "/formulaire": "Demandé si",
    "/regles": "Le quorum est atteint",
    "/donnees": "Ce qui est recueilli",
    "/questions": "Aucune réponse",
}
TWINS = {
    "steps": {"items"},
    "criteria": {"checklist", "reviews"},
    "form": {"parts"},
    "rules": {"sentences"},
    "personal-data": {"texts", "service", "fields"},
}


@pytest.mark.parametrize("part", PAGES)
async def test_a_page_is_public_and_kept(anybody: httpx.AsyncClient, call: PublishedEdition, part: str) -> None:
    address = f"/appels/{call.slug}{part}"
    shown = await anybody.get(address)
    assert (shown.status_code, PAGES[part] in shown.text) == (200, True)
    assert shown.headers["cache-control"] == "public, max-age=60"
    assert shown.headers["content-type"] == "text/html; charset=utf-8"
    assert shown.headers["vary"] == "Cookie, Authorization"
    again = await anybody.get(address, headers={"If-None-Match": shown.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    for other in PAGES:
        assert f'href="/appels/{call.slug}{other}"' in shown.text
    assert (await anybody.get(f"/appels/nulle-part{part}")).status_code == 404


async def test_what_is_added_to_an_address_costs_nothing(
    anybody: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A page is drawn once a minute for everybody, whatever comes after its path; it never shows an old call."""
    call, drawn = await fresh_call(), list[str]()

    def drawing(request: AnyRequest, *given: Any) -> Response[str]:
        drawn.append(request.url.path)
        return page(request, *given)

    monkeypatch.setattr(public, "page", drawing)
    for path in (f"/appels/{call.slug}", f"/appels/{call.slug}/formulaire"):
        first = await anybody.get(path)
        assert first.headers["content-type"] == "text/html; charset=utf-8"
        assert {(await anybody.get(path, params={"x": number})).content for number in range(20)} == {first.content}
        assert drawn.count(path) <= 2, "a minute may end meanwhile"
    assert "Candidater" in (await anybody.get(f"/appels/{call.slug}")).text
    await execute("UPDATE call SET closes_at = {} WHERE id = {}", clock.now() - timedelta(days=1), call.call)
    assert "Cet appel est clos" in (await anybody.get(f"/appels/{call.slug}")).text


@pytest.mark.parametrize("name", TWINS)
async def test_a_twin_is_public_and_kept(anybody: httpx.AsyncClient, call: PublishedEdition, name: str) -> None:
    address = f"/api/calls/{call.slug}/{name}"
    shown = await anybody.get(address)
    assert (shown.status_code, set(shown.json())) == (200, TWINS[name])
    assert shown.headers["content-type"] == "application/json"
    assert shown.headers["cache-control"] == "public, max-age=60"
    again = await anybody.get(address, headers={"If-None-Match": shown.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert (await anybody.get(f"/api/calls/nulle-part/{name}")).status_code == 404


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/catalogue.csv", "text/csv; charset=utf-8"),
        ("/catalogue.json", "application/json"),
        ("/catalogue.jsonld", "application/ld+json"),
        ("/catalogue.schema.json", "application/schema+json"),
        ("/catalogue.atom", "application/atom+xml"),
        ("/api/docs", "text/html; charset=utf-8"),
        ("/api/docs.css", "text/css; charset=utf-8"),
        (address("alliance.css"), "text/css; charset=utf-8"),
        (address("saving.js"), "text/javascript; charset=utf-8"),
    ],
)
async def test_what_a_file_is_is_said_once(anybody: httpx.AsyncClient, path: str, kind: str) -> None:
    shown = await anybody.get(path)
    assert (shown.status_code, shown.headers["content-type"]) == (200, kind)


async def test_what_somebody_signed_in_sees_is_theirs_alone(web: str, call: PublishedEdition) -> None:
    async with signed_in(web) as somebody:
        shown = await somebody.get(f"/appels/{call.slug}")
    assert (shown.status_code, shown.headers["cache-control"]) == (200, "private, no-cache")


async def test_questions_by_page_feed_and_program(web: str, anybody: httpx.AsyncClient) -> None:
    call = await fresh_call()
    pages, asked = f"/appels/{call.slug}/questions", "Faut-il joindre <une> lettre & un budget ?"
    async with signed_in(web) as asker, signed_in(web, (Role.OFFICER, call.call)) as officer:
        sent = await asker.post(f"/api/calls/{call.slug}/questions", json={"text": asked})
        assert sent.status_code == 201
        assert "&lt;une&gt;" in (await asker.get(pages)).text
        assert "lettre" not in (await anybody.get(pages)).text
        form = {"question": "Faut-il une lettre ?", "answer": "Oui.", "based_on": "0", "_suite": "publier"}
        told = await officer.post(f"/gestion/{call.slug}/questions/{sent.json()['id']}", data=form)
        assert told.headers["location"] == f"/gestion/{call.slug}/questions?fait=reponse-publiee"
        stale = await officer.post(f"/api/questions/{sent.json()['id']}/answer", json={"question": "A", "answer": "B"})
        assert stale.status_code == 412
    listed = (await anybody.get(f"/api/calls/{call.slug}/questions")).json()
    assert [(one["question"], one["answer"]) for one in listed["items"]] == [("Faut-il une lettre ?", "Oui.")]
    assert (listed["own"], listed["may"]) == ([], [])
    shown = await anybody.get(f"{pages}.atom")
    assert shown.headers["content-type"].partition(";")[0] == "application/atom+xml"
    root = ET.fromstring(shown.content)  # noqa: S314  our own
    entries = root.findall("{http://www.w3.org/2005/Atom}entry")
    assert [one.findtext("{http://www.w3.org/2005/Atom}content") for one in entries] == ["Oui."]
    again = await anybody.get(f"{pages}.atom", headers={"If-None-Match": shown.headers["etag"]})
    assert again.status_code == 304


async def test_the_blank_form_is_drawn_once_for_everybody_and_kept(web: str, anybody: httpx.AsyncClient) -> None:
    call = await fresh_call()
    page, api = f"/appels/{call.slug}/formulaire.pdf", f"/api/calls/{call.slug}/form.pdf"
    async with signed_in(web) as somebody:
        asked = [await http.get(api) for http in (anybody, somebody, anybody)]
        waiting = await somebody.get(page, params={"edition": 1})
        assert [one.status_code for one in (*asked, waiting)] == [202] * 4
        (job,) = {one.json()["id"] for one in asked}
        assert (asked[0].headers["retry-after"], asked[0].headers["cache-control"]) == ("1", "private, no-store")
        assert (waiting.headers["refresh"], "Formulaire vierge en préparation" in waiting.text) == ("2", True)
        assert f'href="{page}?edition=1"' in waiting.text, "what is looked for again is the same edition"
        told = (await anybody.get(f"/api/jobs/{job}")).json()
        assert (told["kind"], told["edition"], told["proposal"]) == ("form", str(call.edition), None)
        content = b"%PDF-1.7 " + b"x" * 1000
        stored = await objects.store().put_bytes(f"document/{job}", content)
        await documents.finish_job(UUID(job), stored.size, stored.sha256, now=clock.now())
        for address in (page, api):
            for http, whose, shared in ((anybody, "public", "public, max-age=60"), (somebody, "private", OWN)):
                drawn, latest = await http.get(address, params={"edition": 1}), await http.get(address)
                assert (drawn.status_code, drawn.content, drawn.headers["content-type"]) == (200, content, PDF)
                assert drawn.headers["cache-control"] == f"{whose}, max-age=31536000, immutable"
                assert (latest.content, latest.headers["cache-control"]) == (content, shared)
            again = await anybody.get(address, headers={"If-None-Match": drawn.headers["etag"]})
            assert (again.status_code, again.content) == (304, b"")
            assert (await anybody.get(address, params={"edition": 2})).status_code == 404
            assert (await anybody.get(address.replace(call.slug, "nulle-part"))).status_code == 404
    assert await value("SELECT count(*) FROM job WHERE edition = {}", call.edition) == 1
    assert f'href="{page}?edition=1"' in (await anybody.get(f"/appels/{call.slug}/formulaire")).text
    assert f'href="{page}?edition=1"' in (await anybody.get(f"/appels/{call.slug}")).text


async def test_a_form_that_cannot_be_drawn_is_tried_again_in_a_while(anybody: httpx.AsyncClient) -> None:
    call, now = await fresh_call(), clock.now()
    job = await documents.ask_form(ANONYMOUS, call.edition, now=now)
    await documents.start_job(job.id, now=now)
    await documents.fail_job(job.id, "fault", now=now)
    told = await anybody.get(f"/api/calls/{call.slug}/form.pdf")
    assert (told.status_code, told.json()["status"], told.headers["retry-after"]) == (202, "failed", "600")
    waiting = await anybody.get(f"/appels/{call.slug}/formulaire.pdf")
    assert ("dans dix minutes" in waiting.text, waiting.headers["refresh"]) == (True, "60")
    later = await documents.ask_form(ANONYMOUS, call.edition, now=now + documents.RETRY)
    assert (later.id, later.status) == (job.id, "queued")
