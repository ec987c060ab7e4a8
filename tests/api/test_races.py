"""Many requests at once, which contradict each other: one of them counts, and nothing is lost."""

import asyncio
from uuid import UUID, uuid4

import httpx

from service.domain.actor import Role
from service.operations.calls import PublishedEdition
from service.store.database import rows, value
from tests.api.acting import EDITION, good, read_letters, scene
from tests.api.people import client, signed_in, token_of
from tests.support.people import person


def statuses(answers: list[httpx.Response]) -> dict[int, int]:
    """How many answers of each status."""
    found: dict[int, int] = {}
    for answer in answers:
        found[answer.status_code] = found.get(answer.status_code, 0) + 1
    return found


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
