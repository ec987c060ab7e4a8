"""Editions over HTTP: published, compared, proposals moved, and what the applicant is told of it."""

import uuid
from typing import Any

import httpx

from forms import catalogue
from service.domain.actor import Role
from tests.api.acting import good
from tests.api.people import signed_in

FIELD = """
[[sections.fields]]
id = "more"
kind = "short_text"
label = { fr = "Question nouvelle", en = "New question" }
"""


def files(tag: str, *, form: str = "", without: str = "") -> dict[str, str]:
    """A copy of the reference call, open now, under a slug of its own."""
    found = {name: content.decode() for name, content in catalogue.read("ami-2025").items()}
    for old, new in (
        ('slug = "ami-2025"', f'slug = "api-{tag}"'),
        ('prefix = "AMI-2025"', f'prefix = "API-{tag.upper()}"'),
        ("closes = 2025-05-15", "closes = 2100-01-01"),
    ):
        assert old in found["call.toml"]
        found["call.toml"] = found["call.toml"].replace(old, new)
    found["form.toml"] += form
    if without:
        head, _, rest = found["form.toml"].partition(f'[[sections.fields]]\nid = "{without}"')
        found["form.toml"] = head + rest[rest.index("[[") :]
    return found


def sent(content: dict[str, str]) -> dict[str, Any]:
    return {"json": {"files": content}}


async def test_a_call_from_its_files_to_a_moved_draft(web: str, anybody: httpx.AsyncClient) -> None:
    tag = uuid.uuid4().hex[:8]
    slug = f"api-{tag}"
    async with signed_in(web, (Role.ADMIN, None)) as admin, signed_in(web) as applicant:
        key = {"Idempotency-Key": tag}
        first = await admin.post("/api/editions", **sent(files(tag)), headers=key)
        assert first.status_code == 201
        again = await admin.post("/api/editions", **sent(files(tag)), headers=key)
        assert (again.status_code, again.json()) == (201, first.json())
        same = good(await admin.post("/api/editions", **sent(files(tag))))
        assert (same["number"], same["new"]) == (1, False)
        draft = good(await applicant.post(f"/api/calls/{slug}/proposals"))["id"]
        answers = {"title": {"value": "Un projet"}, "website": {"value": "https://exemple.fr"}}
        good(await applicant.patch(f"/api/proposals/{draft}/answers", json=answers))
        made = good(await admin.post("/api/editions", **sent(files(tag, form=FIELD, without="website"))))
        assert (made["slug"], made["number"], made["new"]) == (slug, 2, True)
        compared = good(await anybody.get(f"/api/calls/{slug}/differences", params={"old": 1, "new": 2}))
        assert [(one["path"], one["change"]) for one in compared["differences"]] == [
            ("fields/website", "removed"),
            ("fields/more", "added"),
        ]
        plan = good(await admin.get(f"/api/calls/{slug}/migration", params={"to": 2}))
        assert [(one["id"], one["gone"], one["errors"]) for one in plan["items"]] == [(draft, ["website"], [])]
        wanted = {"proposal": draft, "to": 2}
        assert good(await admin.post(f"/api/calls/{slug}/migration", json=wanted))["gone"] == ["website"]
        assert not good(await admin.post(f"/api/calls/{slug}/migration", json=wanted))["moved"]
        assert good(await admin.get(f"/api/calls/{slug}/migration", params={"to": 2}))["items"] == []
        await told_once(applicant, draft)
        kept = good(await applicant.get(f"/api/proposals/{draft}"))["answers"]
        assert (kept["website"]["value"], kept["website"]["asked"]) == ("https://exemple.fr", False)


async def told_once(applicant: httpx.AsyncClient, draft: str) -> None:
    """The pages of the form say what changed until the applicant has read it; saving them goes on."""
    page = f"/candidatures/{draft}"
    for address in (page, f"{page}?section=depot"):
        shown = (await applicant.get(address)).text
        assert "Le formulaire de l’appel a changé" in shown
        assert "Question nouvelle" in shown
        assert "Site internet" in shown
    stale = {"v:website": "1.abc", "website": "https://autre.fr", "v:staff": "0.x", "staff": "12"}
    answer = await applicant.post(page, data=stale, headers={"Accept": "application/json"})
    assert list(answer.json()["errors"]) == ["website"]
    assert list(answer.json()["marks"]) == ["staff"]
    seen = await applicant.post(f"{page}/formulaire?section=depot", data={})
    assert (seen.status_code, seen.headers["location"]) == (303, f"{page}?section=depot")
    assert "Le formulaire de l’appel a changé" not in (await applicant.get(page)).text
    good(await applicant.post(f"/api/proposals/{draft}/form-seen"))


async def test_faulty_files_are_told_by_pointer(web: str, applicant: httpx.AsyncClient) -> None:
    content = files("x")
    content["grid.toml"] = content["grid.toml"].replace("weight = 40", "weight = 0")
    async with signed_in(web, (Role.ADMIN, None)) as admin:
        refused = await admin.post("/api/editions", **sent(content))
    assert refused.status_code == 422
    assert [error["pointer"] for error in refused.json()["errors"]] == ["/grid.toml/criteria/0/weight"]
    stranger = await applicant.post("/api/editions", **sent(content))
    assert (stranger.status_code, stranger.json()["code"]) == (403, "not_your_role")
