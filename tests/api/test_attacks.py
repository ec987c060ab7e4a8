"""What a hostile client sends to make the service stumble, stall, or say yes twice."""

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
from service.domain.actor import PROCESS, Role
from service.domain.files import StoredFile
from service.doors import waiting
from service.operations import drafts, files, submissions
from service.operations.calls import PublishedEdition, publish_edition
from service.problems import Conflict, Problem
from service.store import arriving
from service.store.database import execute, rows, value
from service.views import progress
from tests.api.acting import EDITION, good, read_letters, scene
from tests.api.people import PDF, client, signed_in, token_of
from tests.support.calls import fresh_call
from tests.support.people import person

NOBODY = "018f6b1e-7a90-7c3e-9a51-0d6f3a2b4c5d"


def statuses(answers: list[httpx.Response]) -> dict[int, int]:
    """How many answers of each status."""
    found: dict[int, int] = {}
    for answer in answers:
        found[answer.status_code] = found.get(answer.status_code, 0) + 1
    return found


async def test_head_keeps_the_connection(applicant: httpx.AsyncClient) -> None:
    async with asyncio.timeout(10):
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
    began = time.monotonic()
    refused = await applicant.request(method, address, content=content, headers={"Content-Type": "application/json"})
    seconds = time.monotonic() - began
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


async def test_fifty_drafts_with_one_key_are_one(applicant: httpx.AsyncClient, call: PublishedEdition) -> None:
    key = {"Idempotency-Key": str(uuid4())}
    answers = await asyncio.gather(
        *(applicant.post(f"/api/calls/{call.slug}/proposals", headers=key) for _ in range(50))
    )
    assert statuses(answers) == {201: 50}
    assert len({answer.json()["id"] for answer in answers}) == 1
    assert len(good(await applicant.get("/api/proposals?mine=true"))["items"]) == 1


async def test_fifty_saves_of_one_field_lose_nothing(applicant: httpx.AsyncClient, draft: str) -> None:
    answers = await asyncio.gather(
        *(
            applicant.patch(f"{draft}/answers", json={"title": {"value": f"Titre {n}", "based_on": 0}})
            for n in range(50)
        )
    )
    assert statuses(answers) == {200: 1, 409: 49}
    kept = good(await applicant.get(draft))["answers"]["title"]
    assert kept["version"] == 1
    for answer in answers:
        if answer.status_code == 409:
            (clash,) = answer.json()["clashes"]
            assert (clash["current"], clash["current_version"]) == (kept["value"], 1)
            assert clash["submitted"] != kept["value"]


async def test_submitted_from_two_browsers_it_is_submitted_once(web: str, call: PublishedEdition) -> None:
    async with scene(web, call) as at:
        await at.submit()
        before = await value("SELECT count(*) FROM revision WHERE proposal = {}", UUID(at.id))
        answers = await asyncio.gather(*(at.applicant.post(f"{at.path}/submit") for _ in range(20)))
        assert statuses(answers) == {200: 20}  # the same receipt, again and again
        withdrawn = await asyncio.gather(*(at.applicant.post(f"{at.path}/withdraw") for _ in range(20)))
        assert statuses(withdrawn) == {200: 1, 409: 19}
        assert await value("SELECT count(*) FROM revision WHERE proposal = {}", UUID(at.id)) == before == 1
        assert await kinds(at.id, "proposal_submitted", "proposal_withdrawn") == [
            "proposal_submitted",
            "proposal_withdrawn",
        ]


async def kinds(proposal: str, *wanted: str) -> list[str]:
    """The entries of these kinds in a proposal's journal."""
    found = await rows(
        "SELECT kind FROM entry WHERE stream = {} AND kind = ANY({}) ORDER BY seq", f"proposal:{proposal}", [*wanted]
    )
    return [line["kind"] for line in found]


async def test_withdrawn_while_decisions_are_published_it_is_one_or_the_other(web: str, call: PublishedEdition) -> None:
    async with scene(web, call) as at:
        await at.to_committee()
        decision = {"outcome": "pilot", "reasons": "Avis favorable.", "capacity": "Présidence"}
        good(await at.chair.post(f"{at.path}/decision", json=decision, headers={"If-Match": '"0"'}))
        await read_letters(at.officer, call.slug)
        answers = await asyncio.gather(
            *(at.chair.post(f"/api/calls/{call.slug}/publication") for _ in range(5)),
            at.applicant.post(f"{at.path}/withdraw"),
            *(at.officer.post(f"/api/calls/{call.slug}/publication") for _ in range(5)),
        )
        assert set(statuses(answers)) <= {200, 409}
        happened = await kinds(at.id, "decision_published", "proposal_withdrawn")
        assert len(happened) == 1
        assert [answer.status_code for answer in answers].count(200) == 1
        published = await value("SELECT count(*) FROM publication WHERE call = {}", call.call)
        entries = await value(
            "SELECT count(*) FROM entry WHERE stream = {} AND kind = 'decisions_published'", f"call:{call.call}"
        )
        assert published == entries  # none of them empty
        if happened == ["proposal_withdrawn"]:
            nothing = await at.chair.post(f"/api/calls/{call.slug}/publication")
            assert (nothing.status_code, nothing.json()["code"]) == (409, "nothing_pending")


async def test_a_conflict_declared_while_a_review_is_submitted_ends_access(web: str, call: PublishedEdition) -> None:
    async with scene(web, call) as at:
        await at.to_review()
        expert, review = at.experts[0], at.reviews[0]
        criteria = [criterion.id for criterion in EDITION.grid.criteria]
        content = {"scores": dict.fromkeys(criteria, 3), "comments": dict.fromkeys(("", *criteria), "Avis.")}
        good(await expert.put(f"/api/reviews/{review}", json=content, headers={"If-Match": '"0"'}))
        (task,) = good(await expert.get("/api/reviews"))["items"]
        answers = await asyncio.gather(
            *(expert.post(f"/api/reviews/{review}/submit", headers={"If-Match": '"1"'}) for _ in range(5)),
            *(expert.post(f"/api/assignments/{task['assignment']}/conflict", json={"reason": "x"}) for _ in range(5)),
        )
        assert statuses(answers[5:]) == {200: 5}
        assert set(statuses(answers[:5])) <= {200, 404}
        assert len(await kinds(at.id, "conflict_declared")) == 1
        for address in (at.path, f"/api/reviews/{review}"):
            assert (await expert.get(address)).status_code == 404
        assert good(await at.officer.get(at.path))["reviews"] == []


async def test_after_the_decision_no_conflict_takes_a_review_away(web: str, call: PublishedEdition) -> None:
    async with scene(web, call) as at:
        await at.to_committee()
        tasks = good(await at.experts[0].get("/api/reviews"))["items"]
        decision = {"outcome": "pilot", "reasons": "Avis favorable.", "capacity": "Présidence"}
        good(await at.chair.post(f"{at.path}/decision", json=decision, headers={"If-Match": '"0"'}))
        await read_letters(at.officer, call.slug)
        good(await at.chair.post(f"/api/calls/{call.slug}/publication"))
        await at.close("pilot")
        late = await at.experts[0].post(f"/api/assignments/{tasks[0]['assignment']}/conflict", json={"reason": "x"})
        assert late.status_code == 404
        assert len(good(await at.officer.get(at.path))["reviews"]) == 2
        assert await kinds(at.id, "conflict_declared") == []


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


async def test_nobody_becomes_staff_and_applicant_at_once(web: str, call: PublishedEdition) -> None:
    for _ in range(8):
        actor = await person()
        assert actor.account is not None
        async with client(web, await token_of(actor)) as someone, signed_in(web, (Role.ADMIN, None)) as admin:
            await asyncio.gather(
                someone.post(f"/api/calls/{call.slug}/proposals"),
                admin.post(f"/api/accounts/{actor.account}/roles", json={"role": "officer", "call": call.slug}),
            )
        applies = await value("SELECT count(*) FROM proposal WHERE owner = {}", actor.account)
        holds = await value("SELECT count(*) FROM role WHERE account = {}", actor.account)
        assert applies + holds == 1


async def test_the_same_expert_a_thousand_times_is_one(web: str, call: PublishedEdition) -> None:
    async with scene(web, call) as at:
        await at.submit()
        sent = {"experts": [at.expert_ids[0]] * 20_000}
        began = time.monotonic()
        assert len(good(await at.officer.post(f"{at.path}/assignments", json=sent))["assignments"]) == 1
        assert time.monotonic() - began < 5


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
            async with asyncio.timeout(10):
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
