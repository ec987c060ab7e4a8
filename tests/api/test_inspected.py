"""Files where an antivirus is configured: their sender's alone until they are found clean, by the real clamd."""

import html
import io
from collections import Counter
from collections.abc import Iterator
from typing import Any

import httpx
import msgspec
import pypdfium2
import pytest

from service.clamd import ScannerAway
from service.inspecting import Inspection
from service.operations.calls import PublishedEdition
from service.settings import Settings
from service.store import objects
from service.store.database import execute, rows, value
from tests.api import samples
from tests.api.acting import Scene, good, scene
from tests.api.people import client, token_of
from tests.support.clamd import EICAR, clamd
from tests.support.people import person


@pytest.fixture(scope="module")
def scanner() -> Iterator[str]:
    with clamd() as address:
        yield address


@pytest.fixture
def inspection(web: str, settings: Settings, scanner: str) -> Iterator[Inspection]:
    objects.configure(msgspec.structs.replace(settings, clamd=scanner))
    yield Inspection(scanner)
    objects.configure(settings)


async def scan_all(inspection: Inspection) -> None:
    while await inspection.scan():
        pass


async def draw_all(inspection: Inspection) -> None:
    while await inspection.draw():
        pass


async def attachments(http: httpx.AsyncClient, path: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = good(await http.get(path))["attachments"]
    return found


async def attach(http: httpx.AsyncClient, path: str, content: bytes, field: str = "annexes") -> str:
    query = {"field": field, "name": "annexe.pdf"}
    return str(good(await http.post(f"{path}/attachments", params=query, content=content))["id"])


async def told(http: httpx.AsyncClient, path: str) -> list[tuple[str, str, int]]:
    """The files that a reader knows of without being given them."""
    found = good(await http.get(path))["withheld"]
    return [(one["field"], one["scan"], one["count"]) for one in found]


def plain(page: httpx.Response) -> str:
    """A page's text, with ordinary spaces."""
    return html.unescape(page.text).replace("\u202f", " ").replace("\u00a0", " ")


async def statuses(now: Scene, file: str) -> list[int]:
    """Of the bytes, for applicant, officer and auditor."""
    who = (now.applicant, now.officer, now.auditor)
    return [(await http.get(f"/api/attachments/{file}")).status_code for http in who]


async def test_unseen_until_clean(web: str, call: PublishedEdition, inspection: Inspection) -> None:
    async with scene(web, call) as now:
        await now.submit()
        mine = await attachments(now.applicant, now.path)
        assert {file["scan"] for file in mine} == {"waiting"}
        assert await attachments(now.officer, now.path) == []
        counts = Counter(file["field"] for file in mine)
        assert sorted(await told(now.officer, now.path)) == sorted((name, "waiting", n) for name, n in counts.items())
        page = plain(await now.officer.get(f"/gestion/{call.slug}/{now.id}"))
        # Beside its question, and above the checklist.
        assert (page.count("en cours d’analyse"), mine[0]["name"] in page) == (2 * len(counts), False)
        assert await statuses(now, mine[0]["id"]) == [200, 404, 404]
        thread = await attach(now.officer, now.path, samples.PDF, "@thread")
        good(await now.officer.post(f"{now.path}/thread", json={"text": "Voir.", "files": [thread]}))
        (said,) = good(await now.applicant.get(f"{now.path}/thread"))["messages"]
        assert (said["files"], said["withheld"]) == ([], [{"field": "@thread", "scan": "waiting", "count": 1}])
        assert "1 fichier en cours d’analyse" in plain(await now.applicant.get(f"/candidatures/{now.id}/echanges"))
        (said,) = good(await now.officer.get(f"{now.path}/thread"))["messages"]
        assert ([file["id"] for file in said["files"]], said["withheld"]) == ([thread], [])
        assert await statuses(now, thread) == [404, 200, 404]
        await scan_all(inspection)
        assert [file["id"] for file in await attachments(now.officer, now.path)] == [file["id"] for file in mine]
        assert await statuses(now, mine[0]["id"]) == await statuses(now, thread) == [200, 200, 200]
        (said,) = good(await now.applicant.get(f"{now.path}/thread"))["messages"]
        assert ([file["id"] for file in said["files"]], said["withheld"]) == ([thread], [])


async def test_an_infected_file_is_nobodys_and_its_sender_is_told(
    web: str, call: PublishedEdition, inspection: Inspection
) -> None:
    async with scene(web, call) as now:
        await now.prepare()
        file = await attach(now.applicant, now.path, samples.PDF + bytes(300_000) + EICAR)
        await attach(now.applicant, now.path, samples.PDF)  # sent with it, not in its place
        before = await attachments(now.applicant, now.path)
        await scan_all(inspection)
        found = good(await now.applicant.get(now.path))
        assert [one["id"] for one in found["attachments"]] == [one["id"] for one in before if one["id"] != file]
        assert [(one["id"], one["scan"]) for one in found["refused"]] == [(file, "infected")]
        assert await statuses(now, file) == [404, 404, 404]
        assert await rows("SELECT template FROM outbox WHERE data ->> 'proposal' = {}", now.id) == [
            {"template": "file_refused"}
        ]
        events = good(await now.applicant.get(f"{now.path}/timeline"))["items"]
        assert events[-1]["text"] == "Fichier écarté par l’antivirus"
        page = await now.applicant.get(f"/candidatures/{now.id}?section=attachments")
        assert "a été écarté" in page.text
        await attach(now.applicant, now.path, samples.PDF)
        assert good(await now.applicant.get(now.path))["refused"] == []


@pytest.mark.parametrize("size", [800_000, 3_000_000])
async def test_what_the_scanner_does_not_look_at_is_not_clean(
    web: str, call: PublishedEdition, inspection: Inspection, size: int
) -> None:
    async with scene(web, call) as now:
        await now.prepare()
        file = await attach(now.applicant, now.path, samples.PDF + bytes(size))
        checking = f"/candidatures/{now.id}?section=depot"
        waiting = plain(await now.applicant.get(checking))
        await scan_all(inspection)
        unable = plain(await now.applicant.get(checking))
        warned = ("verra ces fichiers quand", "ne verra pas ceux-ci")
        assert [[text in page for text in warned] for page in (waiting, unable)] == [[True, False], [False, True]]
        await now.submit()
        assert await value("SELECT scan FROM attachment WHERE id = {}", file) == "unable"
        assert file in {one["id"] for one in await attachments(now.applicant, now.path)}
        assert await told(now.officer, now.path) == [("annexes", "unable", 1)]
        assert file not in {one["id"] for one in await attachments(now.officer, now.path)}
        assert await statuses(now, file) == [200, 404, 404]


async def test_while_the_scanner_is_away_files_wait_and_nothing_is_lost(
    web: str, call: PublishedEdition, inspection: Inspection
) -> None:
    async with scene(web, call) as now:
        await now.prepare()
        await scan_all(inspection)
        file = await attach(now.applicant, now.path, samples.PDF)
        with pytest.raises(ScannerAway):
            await Inspection("127.0.0.1:1").scan()
        assert not await inspection.scan()  # not at once again
        await execute("UPDATE attachment SET claimed_at = claimed_at - interval '5 minutes' WHERE id = {}", file)
        assert await inspection.scan()
        assert await value("SELECT scan FROM attachment WHERE id = {}", file) == "clean"


async def test_what_a_partner_sent_is_named_once_it_is_clean(
    web: str, call: PublishedEdition, inspection: Inspection
) -> None:
    async with scene(web, call) as now:
        await now.prepare()
        partner = await person()
        await execute("INSERT INTO collaborator VALUES ({}, {}, 'writer', now())", now.id, partner.account)
        async with client(web, await token_of(partner)) as theirs:
            files = [await attachments(http, now.path) for http in (now.applicant, theirs)]
            assert [file | {"name": "", "sha256": ""} for file in files[0]] == files[1]
            page = plain(await theirs.get(f"/candidatures/{now.id}?section=depot"))
            assert (files[0][0]["name"] in page, "cette personne seule le voit" in page) == (False, True)
            await scan_all(inspection)
            assert await attachments(theirs, now.path) == await attachments(now.applicant, now.path)


def two_pages() -> bytes:
    document, out = pypdfium2.PdfDocument.new(), io.BytesIO()
    for _ in range(2):
        document.new_page(100, 100)
    document.save(out)
    return out.getvalue()


async def test_pages_are_shown_in_place_to_whoever_may_have_the_file(
    web: str, call: PublishedEdition, inspection: Inspection
) -> None:
    async with scene(web, call) as now:
        await now.prepare()
        file = await attach(now.applicant, now.path, two_pages())
        # What other tests left to be drawn is not waited for.
        await execute("UPDATE attachment SET pages = 0 WHERE pages IS NULL AND proposal <> {}", now.id)
        await draw_all(inspection)
        assert await value("SELECT pages FROM attachment WHERE id = {}", file) is None  # it is not scanned yet
        await scan_all(inspection)
        await draw_all(inspection)
        await now.submit()
        (shown,) = [one for one in await attachments(now.officer, now.path) if one["id"] == file]
        assert shown["pages"] == 2
        for address in (f"/api/attachments/{file}/pages", f"/pieces/{file}/pages"):
            answer = await now.officer.get(f"{address}/2")
            told = ("content-type", "content-disposition", "content-security-policy", "x-content-type-options")
            assert answer.content[8:12] == b"WEBP"
            assert [answer.headers[name] for name in told] == [
                *("image/webp", "inline", "default-src 'none'; sandbox; frame-ancestors 'none'", "nosniff")
            ]
            again = await now.officer.get(f"{address}/2", headers={"If-None-Match": answer.headers["etag"]})
            others = [(await now.officer.get(f"{address}/{number}")).status_code for number in (0, 1, 3)]
            stranger = await now.stranger.get(f"{address}/2", headers={"If-None-Match": answer.headers["etag"]})
            assert (again.status_code, others, stranger.status_code) == (304, [404, 200, 404], 404)
        page = html.unescape((await now.officer.get(f"/gestion/{call.slug}/{now.id}")).text)
        assert f'src="/pieces/{file}/pages/2" alt="Page 2 sur 2 de «\u00a0annexe.pdf\u00a0»"' in page
