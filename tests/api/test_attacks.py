"""What a hostile client sends to make the service stumble or stall."""

import asyncio
import json
import re
import time
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from forms import catalogue, examples
from service import clock
from service.domain.actor import PROCESS
from service.domain.files import StoredFile
from service.doors import waiting
from service.operations import drafts, files, submissions
from service.operations.calls import PublishedEdition, publish_edition
from service.problems import Conflict, Problem
from service.store import arriving
from service.store.database import execute, value
from service.views import progress
from tests.api.acting import EDITION, good, scene
from tests.api.people import PDF, signed_in
from tests.api.test_races import statuses
from tests.support.calls import fresh_call
from tests.support.people import person

NOBODY = "018f6b1e-7a90-7c3e-9a51-0d6f3a2b4c5d"


async def test_head_keeps_the_connection(applicant: httpx.AsyncClient) -> None:
    async with asyncio.timeout(60):
        for address in ("/api/me", "/api/nothing", "/api/calls", "/health/live"):
            head = await applicant.head(address)
            same = await applicant.get(address)
            assert (head.status_code, head.content) == (same.status_code, b"")
            before = head.extensions["network_stream"].get_extra_info("client_addr")
            assert same.extensions["network_stream"].get_extra_info("client_addr") == before


async def test_a_refused_method_names_those_that_serve(applicant: httpx.AsyncClient) -> None:
    refused = await applicant.put("/api/me")
    assert refused.status_code == 405
    assert {method.strip() for method in refused.headers["allow"].split(",")} == {"GET", "HEAD", "OPTIONS"}


async def test_headers_without_end_are_a_problem(anybody: httpx.AsyncClient) -> None:
    refused = await anybody.get("/api/me", headers={"X-Long": "a" * 40_000})
    assert refused.status_code == 431
    assert refused.headers["content-type"] == "application/problem+json"
    assert (refused.json()["code"], refused.json()["errors"]) == ("headers_too_large", [])


@pytest.mark.parametrize(
    ("method", "address", "sent"),
    [
        ("POST", "/api/accounts", {"email": "a@b.test", "name": "ab " * 900_000, "password": "seize merles noirs"}),
        ("POST", "/api/accounts", {"email": "a" * 2_900_000 + "@b.test", "name": "A", "password": "x"}),
        ("POST", "/api/session", {"email": '"<' * 900_000 + "@b.test", "password": "x"}),
        ("POST", "/api/password/reset", {"email": "a" * 2_900_000 + "@b.test"}),
        ("POST", f"/api/proposals/{NOBODY}/eligibility", {"verdict": " - at `$" * 360_000}),
        ("POST", "/api/invitations", {"email": "a@b.test", "name": "A", "role": " - at `$.a[0]" * 200_000}),
        ("PATCH", f"/api/proposals/{NOBODY}/answers", {f"f{n}": 1 for n in range(150_000)}),
        ("POST", "/api/tokens", {f"f{n}": 1 for n in range(150_000)}),
    ],
)
async def test_megabytes_of_nonsense_hold_nobody_up(
    applicant: httpx.AsyncClient, method: str, address: str, sent: dict[str, Any]
) -> None:
    content = json.dumps(sent).encode()
    began = time.process_time()  # of the service too, which runs here: other processes take none of it
    refused = await applicant.request(method, address, content=content, headers={"Content-Type": "application/json"})
    seconds = time.process_time() - began
    assert refused.status_code in (401, 422), refused.text[:300]
    assert len(refused.content) < 1_000_000
    assert seconds < 2.5


async def test_what_is_missing_from_an_address_is_told(applicant: httpx.AsyncClient) -> None:
    refused = await applicant.delete(f"/api/accounts/{NOBODY}/roles")
    assert refused.status_code == 422
    assert [(error["pointer"], error["code"]) for error in refused.json()["errors"]] == [("/role", "required")]
    for asked, fault in (("sort=colour", "/sort"), ("cursor=abc", "/cursor")):
        refused = await applicant.get(f"/api/proposals?{asked}")
        assert [error["pointer"] for error in refused.json()["errors"]] == [fault]


async def test_every_field_that_is_no_change_is_told(applicant: httpx.AsyncClient, draft: str) -> None:
    refused = await applicant.patch(f"{draft}/answers", json={"title": 3, "summary": [], "licence": {"more": 1}})
    assert refused.status_code == 422
    assert {(error["pointer"], error["code"]) for error in refused.json()["errors"]} == {
        ("/title", "object_expected"),
        ("/summary", "object_expected"),
        ("/licence/more", "unknown_field"),
        ("/licence/value", "required"),
    }


async def test_a_refused_synthesis_saves_nothing(web: str, call: PublishedEdition) -> None:
    async with scene(web, call) as at:
        await at.to_synthesis()
        version = {"If-Match": '"0"'}
        blank = await at.officer.post(f"{at.path}/synthesis", json={"text": " "}, headers=version)
        assert blank.status_code == 422
        assert (await at.officer.get(f"{at.path}/synthesis")).status_code == 404
        key = version | {"Idempotency-Key": str(uuid4())}
        content = {"text": "Deux avis favorables.", "recommendation": "pilot"}
        sent = [await at.officer.post(f"{at.path}/synthesis", json=content, headers=key) for _ in range(2)]
        assert [good(answer) for answer in sent] == [good(sent[0])] * 2
        assert (good(sent[0])["version"], good(sent[0])["revision"]) == (1, 1)


async def test_a_long_capacity_is_told_by_pointer(web: str, call: PublishedEdition) -> None:
    async with scene(web, call) as at:
        await at.to_committee()
        decision = {"outcome": "pilot", "reasons": "Avis favorable.", "capacity": "P" * 301}
        refused = await at.chair.post(f"{at.path}/decision", json=decision, headers={"If-Match": '"0"'})
        assert refused.status_code == 422
        assert [error["pointer"] for error in refused.json()["errors"]] == ["/capacity"]


async def test_what_is_being_completed_shows_once_it_is_submitted_again(web: str, call: PublishedEdition) -> None:
    async with scene(web, call) as at:
        await at.submit()
        titles = [good(await at.officer.get(at.path))["title"]]
        blank = {"verdict": "returned", "remarks": {"title": " "}}
        assert (await at.officer.post(f"{at.path}/eligibility", json=blank)).status_code == 422
        returned = {"verdict": "returned", "remarks": {"title": "Précisez."}}
        good(await at.officer.post(f"{at.path}/eligibility", json=returned))
        page, shown = f"/candidatures/{at.id}?section=solution", r"al-remark.*?<strong>(.*?)</strong> (.*?)</p>"
        asked = re.findall(shown, (await at.applicant.get(page)).text)
        kept = good(await at.applicant.get(at.path))["answers"]["title"]["version"]
        change = {"title": {"value": "Un autre titre", "based_on": kept}}
        good(await at.applicant.patch(f"{at.path}/answers", json=change))
        done = re.findall(shown, (await at.applicant.get(page)).text)
        nb = "\u00a0"
        assert [asked, done] == [
            [(f"{said}{nb}:", "Précisez.")] for said in ("À compléter", "Modifié depuis la demande")
        ]
        titles.append(good(await at.officer.get(at.path))["title"])
        good(await at.applicant.post(f"{at.path}/submit"))
        titles.append(good(await at.officer.get(at.path))["title"])
        assert titles == [titles[0], titles[0], "Un autre titre"]


async def test_the_same_expert_a_thousand_times_is_one(web: str, call: PublishedEdition) -> None:
    async with scene(web, call) as at:
        await at.submit()
        sent = {"experts": [at.expert_ids[0]] * 20_000}
        began = time.monotonic()
        assert len(good(await at.officer.post(f"{at.path}/assignments", json=sent))["assignments"]) == 1
        assert time.monotonic() - began < 15


async def test_one_persons_slow_files_leave_the_others_a_place(web: str, call: PublishedEdition) -> None:
    done = asyncio.Event()

    async def drip() -> AsyncIterator[bytes]:
        yield PDF
        await done.wait()

    async with signed_in(web) as slow, signed_in(web) as other:
        theirs = good(await slow.post(f"/api/calls/{call.slug}/proposals"))["id"]
        ours = good(await other.post(f"/api/calls/{call.slug}/proposals"))["id"]
        address = "/api/proposals/{}/attachments?field=annexes&name=a.pdf"
        dripping = [asyncio.create_task(slow.post(address.format(theirs), content=drip())) for _ in range(8)]
        try:
            await asyncio.sleep(1)
            async with asyncio.timeout(60):
                assert (await other.post(address.format(ours), content=PDF)).status_code == 201
        finally:
            done.set()
            answers = await asyncio.gather(*dripping)
        assert set(statuses(answers)) <= {201, 422}  # the field takes so many and no more


async def test_a_file_that_drips_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(arriving, "SILENCE", 0.1)
    monkeypatch.setattr(arriving, "SLOWEST", 1000)

    async def drip() -> AsyncIterator[bytes]:
        for _ in range(100):
            yield b"x"
            await asyncio.sleep(0.02)

    with pytest.raises(Problem) as refused:
        await arriving.measure(drip(), 10**6)
    assert refused.value.code == "upload_interrupted"


@pytest.mark.parametrize(("after", "taken"), [(0, True), (1, False)])
async def test_the_last_instant_belongs_to_the_call(after: int, taken: bool) -> None:  # noqa: FBT001
    call = await fresh_call()
    owner = await person()
    opened = await drafts.open_draft(owner, call.slug, now=clock.now())
    answers = examples.complete_answers(EDITION, 1)
    changes = {name: drafts.Change(content) for name, content in answers.items()}
    await drafts.save_answers(owner, opened.id, changes, now=clock.now())
    for question, name, content in examples.small_files(EDITION, 1):
        file = StoredFile(uuid4(), question, name, len(content), "0" * 64, "application/pdf")
        await files.add_attachment(owner, opened.id, file, now=clock.now())
    closes = clock.now() + timedelta(days=1)
    await execute("UPDATE call SET closes_at = {} WHERE id = {}", closes, call.call)
    at = closes + timedelta(microseconds=after)
    if taken:
        assert (await submissions.submit_proposal(owner, opened.id, now=at)).submitted_at == closes
        return
    for act in (submissions.submit_proposal(owner, opened.id, now=at), drafts.open_draft(owner, call.slug, now=at)):
        with pytest.raises(Conflict) as refused:
            await act
        assert refused.value.code == "call_closed"
    # What was written stays, and may still be read and corrected; it is only too late to submit it.
    await drafts.save_answers(owner, opened.id, {"title": drafts.Change("Plus tard", 1)}, now=at)


async def test_an_outage_after_the_act_does_not_make_it_a_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    async def cut(_: UUID) -> bool:
        raise ConnectionResetError

    monkeypatch.setattr(progress, "unread", cut)
    assert await waiting.caught_up(uuid4()) is False


async def test_a_corrected_edition_leaves_the_dates_that_were_set(anybody: httpx.AsyncClient) -> None:
    first = await fresh_call()
    files = dict(catalogue.read("ami-2025"))
    kept = await value("SELECT content FROM edition WHERE id = {}", first.edition)
    prefix = json.loads(kept)["call"]["prefix"]
    own = files["call.toml"].decode().replace('"ami-2025"', f'"{first.slug}"').replace('"AMI-2025"', f'"{prefix}"')

    async def publish(text: str) -> dict[str, Any]:
        again = await publish_edition(PROCESS, files | {"call.toml": text.encode()}, now=clock.now())
        assert (again.call, again.new) == (first.call, True)
        return good(await anybody.get(f"/api/calls/{first.slug}"))

    before = good(await anybody.get(f"/api/calls/{first.slug}"))
    corrected = await publish(own.replace('fr = "', 'fr = "Erratum : ', 1))
    assert (corrected["number"], corrected["state"]) == (2, "open")
    assert (corrected["opens_at"], corrected["closes_at"]) == (before["opens_at"], before["closes_at"])
    moved = await publish(own.replace("closes = 2025-05-15", "closes = 2025-06-15"))
    assert (moved["number"], moved["state"], moved["closes_at"][:10]) == (3, "closed", "2025-06-15")
