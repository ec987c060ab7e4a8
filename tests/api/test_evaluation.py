"""From submission to publication through the API: versions (If-Match), refusals by role, pages, documents as jobs."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from service import clock
from service.operations import process
from service.operations.calls import PublishedEdition
from service.store import objects
from service.store.database import execute
from tests.api.acting import full_review, good, read_letters, scene
from tests.support.calls import fresh_call
from workflows.messages import OfSeat


async def test_a_review_is_saved_on_the_version_it_was_read_at(web: str, call: PublishedEdition) -> None:
    async with scene(web, call) as s:
        await s.to_review()
        expert, other = s.experts
        address = f"/api/reviews/{s.reviews[0]}"
        shown = await expert.get(address)
        assert (shown.headers["etag"], shown.json()["version"]) == ('"0"', 0)
        without = await expert.put(address, json=full_review())
        assert (without.status_code, without.json()["code"]) == (428, "if_match_required")
        saved = await expert.put(address, json=full_review(3), headers={"If-Match": '"0"'})
        assert (saved.status_code, saved.headers["etag"]) == (200, '"1"')
        stale = await expert.put(address, json=full_review(5), headers={"If-Match": 'W/"0"'})
        assert (stale.status_code, stale.json()["code"], stale.json()["current"]) == (412, "stale", 1)
        assert stale.headers["etag"] == '"1"'
        assert (await expert.get(address)).json()["scores"] == full_review(3)["scores"]
        for bad in ("*", '"x"', '"-1"', "99999999999", '"0", "1"'):
            refused = await expert.put(address, json=full_review(), headers={"If-Match": bad})
            assert (refused.status_code, refused.json()["code"]) == (400, "bad_if_match"), bad
        wrong = await expert.put(address, json={"scores": {"nowhere": 1}, "comments": {}}, headers={"If-Match": '"1"'})
        assert (wrong.status_code, wrong.json()["errors"][0]["pointer"]) == (422, "/scores/nowhere")
        typed = await expert.put(address, json={"scores": {"impact": "4"}}, headers={"If-Match": '"1"'})
        assert [error["pointer"] for error in typed.json()["errors"]] == ["/scores"]
        for somebody in (other, s.officer, s.applicant, s.chair, s.stranger):
            assert (await somebody.get(address)).status_code == 404
            hidden = await somebody.put(address, json=full_review(), headers={"If-Match": '"1"'})
            assert hidden.status_code == 404
        mine, unknown = good(await expert.get(address))["assignment"], str(uuid4())
        taken = good(await expert.post("/api/assignments/accept", json={"assignments": [mine, unknown]}))
        assert [one["id"] for one in taken["accepted"]] == [mine]
        assert taken["refused"] == {unknown: "not_found"}
        stray = [unknown, "x"]
        for chosen, said in (([mine], ""), ([mine, unknown], "-en-partie"), (stray, "-refusees"), ([], "-aucune")):
            form = await expert.post("/evaluations/invitations/accepter", data={"assignments": chosen})
            assert form.headers["location"].split("=")[-1] == f"acceptees{said}", chosen
        late = await expert.post(f"{address}/submit", headers={"If-Match": '"0"'})
        assert late.status_code == 412
        given = await expert.post(f"{address}/submit", headers={"If-Match": '"1"'})
        assert (given.status_code, given.json()["revision"]) == (200, 1)


async def test_what_was_accepted_can_be_given_back_from_its_page_late_too(web: str) -> None:
    """The screen leads to where one says why, and whom one suggests; past the deadline as before it."""
    own = await fresh_call()
    async with scene(web, own) as s:
        await s.to_review()
        expert = s.experts[0]
        mine = good(await expert.get(f"/api/reviews/{s.reviews[0]}"))["assignment"]
        leaving = f"/evaluations/invitations/{mine}/decliner"

        async def offered() -> None:
            screen = (await expert.get(f"/evaluations/{s.reviews[0]}")).text
            assert f'href="{leaving}">Renoncer ou confier</a>' in screen
            page = await expert.get(leaving)
            assert page.status_code == 200
            assert "Renoncer à l’évaluation" in page.text
            assert 'name="suggested_email"' in page.text

        await offered()
        await execute("UPDATE assignment SET due_at = {} WHERE id = {}", clock.now() - timedelta(hours=1), UUID(mine))
        assert (await process.release_seat(OfSeat(await s.case(), 0))).done
        await offered()
        given = await expert.post(leaving, data={"reason": "Souffrant.", "suggested_name": "Ysaline Corvec"})
        assert (given.status_code, given.headers["location"]) == (303, "/evaluations?fait=decline")
        assert [(await expert.get(one)).status_code for one in (leaving, f"/evaluations/{s.reviews[0]}")] == [404, 404]


async def test_syntheses_and_decisions_carry_versions_too(web: str) -> None:
    own = await fresh_call()
    async with scene(web, own) as s:
        await s.to_synthesis()
        address = f"{s.path}/synthesis"
        content = {"text": "Deux avis favorables.", "recommendation": "pilot"}
        assert (await s.officer.get(address)).status_code == 404
        assert (await s.officer.put(address, json=content)).status_code == 428
        assert (await s.officer.put(address, json=content, headers={"If-Match": '"0"'})).headers["etag"] == '"1"'
        assert (await s.officer.put(address, json=content, headers={"If-Match": '"0"'})).status_code == 412
        assert (await s.officer.get(address)).headers["etag"] == '"1"'
        assert (await s.chair.get(address)).status_code == 404
        assert (await s.officer.post(address, headers={"If-Match": '"0"'})).status_code == 412
        key = {"Idempotency-Key": str(uuid4()), "If-Match": '"1"'}
        given = [await s.officer.post(address, json=content, headers=key) for _ in range(2)]
        assert [good(answer)["version"] for answer in given] == [2, 2]
        await s.close((await s.look()).snapshot.outcome)

        address = f"{s.path}/decision"
        decision = {"outcome": "pilot", "reasons": "Utile et sûr.", "capacity": "Présidente du comité"}
        assert (await s.officer.post(address, json=decision, headers={"If-Match": '"0"'})).status_code == 403
        assert (await s.chair.post(address, json=decision)).status_code == 428
        assert good(await s.chair.post(address, json=decision, headers={"If-Match": '"0"'}))["version"] == 1
        assert (await s.chair.post(address, json=decision, headers={"If-Match": '"0"'})).status_code == 412
        assert (await s.applicant.get(address)).status_code == 404
        changed = await s.chair.post(address, json=decision | {"reasons": "Utile."}, headers={"If-Match": '"1"'})
        assert (good(changed)["version"], changed.headers["etag"]) == (2, '"2"')
        ranked = good(await s.officer.get(f"/api/calls/{own.slug}/ranking"))
        assert [line["decision"] for line in ranked["lines"]] == ["pilot"]
        assert (await s.applicant.get(f"/api/calls/{own.slug}/ranking")).status_code == 404

        publication = f"/api/calls/{own.slug}/publication"
        assert (await s.applicant.post(publication)).status_code == 403
        unread = await s.chair.post(publication)
        assert (unread.status_code, unread.json()["code"]) == (409, "letters_unchecked")
        await read_letters(s.officer, own.slug)
        assert good(await s.chair.post(publication))["count"] == 1
        again = await s.chair.post(publication)
        assert (again.status_code, again.json()["code"]) == (409, "nothing_pending")
        told = good(await s.applicant.get(address))
        assert (told["outcome"], told["reasons"]) == ("pilot", "Utile.")
        over = await s.chair.post(address, json=decision, headers={"If-Match": '"2"'})
        assert (over.status_code, over.json()["code"]) == (409, "decision_published")


async def test_refusals_hide_from_strangers_and_explain_to_the_others(web: str, call: PublishedEdition) -> None:
    async with scene(web, call) as s:
        await s.submit()
        verdict = {"verdict": "eligible", "items": {}}
        answers = {
            "stranger": await s.stranger.post(f"{s.path}/eligibility", json=verdict),
            "applicant": await s.applicant.post(f"{s.path}/eligibility", json=verdict),
            "auditor": await s.auditor.post(f"{s.path}/eligibility", json=verdict),
            "officer": await s.officer.post(f"{s.path}/eligibility", json=verdict),
        }
        assert {who: (answer.status_code, answer.json()["code"]) for who, answer in answers.items()} == {
            "stranger": (404, "not_found"),
            "applicant": (403, "not_your_role"),
            "auditor": (403, "not_your_role"),
            "officer": (422, "invalid"),
        }
        pointers = [error["pointer"] for error in answers["officer"].json()["errors"]]
        assert pointers
        assert all(pointer.startswith("/items/") for pointer in pointers)
        early = await s.officer.put(f"{s.path}/synthesis", json={"text": "x"}, headers={"If-Match": '"0"'})
        assert (early.status_code, early.json()["code"]) == (409, "wrong_phase")
        again = await s.applicant.post(f"{s.path}/submit")
        assert (again.status_code, again.json()["revision"]) == (200, 1)  # the receipt that there is already


async def test_lists_come_in_pages_and_hold_what_one_may_see(web: str) -> None:
    own = await fresh_call()
    async with scene(web, own) as s:
        ids = []
        for number in range(5):
            ids.append(good(await s.applicant.post(f"/api/calls/{own.slug}/proposals"))["id"])
            title = {"title": {"value": f"Projet {number}", "based_on": 0}}
            good(await s.applicant.patch(f"/api/proposals/{ids[-1]}/answers", json=title))
        asked = {"call": own.slug, "limit": "2", "sort": "title"}
        seen, cursor = [], ""
        for _ in range(3):
            page = good(await s.applicant.get("/api/proposals", params=asked | {"cursor": cursor}))
            seen += [line["id"] for line in page["items"]]
            cursor = page["next"] or ""
        assert (seen, cursor) == (ids, "")
        found = good(await s.applicant.get("/api/proposals", params={"call": own.slug, "q": "projet 3"}))
        assert [line["id"] for line in found["items"]] == [ids[3]]
        for somebody in (s.officer, s.chair, s.auditor, s.stranger, *s.experts):
            page = good(await somebody.get("/api/proposals", params={"call": own.slug}))
            assert (page["items"], page["next"]) == ([], None)


async def test_the_journal_is_read_in_pages(web: str, call: PublishedEdition) -> None:
    async with scene(web, call) as s:
        await s.submit()
        whole = good(await s.officer.get(f"{s.path}/journal"))
        first = good(await s.officer.get(f"{s.path}/journal", params={"limit": 2}))
        rest = good(await s.officer.get(f"{s.path}/journal", params={"after": first["next"]}))
        assert first["entries"] + rest["entries"] == whole["entries"]
        assert [entry["seq"] for entry in whole["entries"]] == list(range(1, len(whole["entries"]) + 1))
        chain = [
            (entry["hash"], following["previous"])
            for entry, following in zip(whole["entries"], whole["entries"][1:], strict=False)
        ]
        assert all(before == after for before, after in chain)
        assert (await s.applicant.get(f"{s.path}/journal")).status_code == 404
        events = good(await s.applicant.get(f"{s.path}/timeline"))["items"]
        assert [event["kind"] for event in events] == ["draft_opened", "proposal_submitted"]


async def test_a_document_is_a_job_until_it_is_drawn(web: str, call: PublishedEdition) -> None:
    async with scene(web, call) as s:
        await s.submit()
        asked = [await s.officer.get(f"{s.path}/dossier.pdf") for _ in range(2)]
        assert [answer.status_code for answer in asked] == [202, 202]
        jobs = {answer.json()["id"] for answer in asked}
        assert len(jobs) == 1
        where = asked[0].headers["location"]
        assert (where, asked[0].headers["retry-after"]) == (f"/api/jobs/{jobs.pop()}", "1")
        assert good(await s.officer.get(where))["status"] == "queued"
        assert (await s.stranger.get(where)).status_code == 404
        assert (await s.applicant.get(where)).status_code == 404
        # What the worker does: the object first, then its row.
        content = b"%PDF-1.7 " + b"x" * 1000
        job = where.rsplit("/", 1)[-1]
        stored = await objects.store().put_bytes(f"document/{job}", content)
        await execute(
            "UPDATE job SET status = 'done', size = {}, sha256 = {} WHERE id = {}", stored.size, stored.sha256, job
        )
        drawn = await s.officer.get(f"{s.path}/dossier.pdf")
        assert (drawn.status_code, drawn.content, drawn.headers["content-type"]) == (200, content, "application/pdf")
        part = await s.officer.get(f"{s.path}/dossier.pdf", headers={"Range": "bytes=0-3"})
        assert (part.status_code, part.content) == (206, b"%PDF")
        assert (await s.applicant.get(f"{s.path}/dossier.pdf")).status_code == 403
        assert (await s.applicant.get(f"{s.path}/receipt.pdf")).status_code == 202
        letter = await s.applicant.get(f"{s.path}/letter.pdf")
        assert letter.status_code == 404


async def test_withdrawing_with_and_without_words(web: str, call: PublishedEdition) -> None:
    bodies: tuple[dict[str, Any], ...] = ({}, {"json": {"reason": "Projet abandonné."}}, {"json": {}})
    for sent in bodies:
        async with scene(web, call) as s:
            await s.submit()
            assert (await s.applicant.post(f"{s.path}/withdraw", json={"why": "x"})).status_code == 422
            good(await s.applicant.post(f"{s.path}/withdraw", **sent))
            assert good(await s.applicant.get(s.path))["status"] == "withdrawn"
