"""Saving answers: strict bodies, merging field by field, clashes with both values; one act per Idempotency-Key."""

import asyncio
from typing import Any
from uuid import uuid4

import httpx
import pytest

from service.operations.calls import PublishedEdition
from service.store.database import value


def change(content: Any, based_on: int = 0) -> dict[str, Any]:
    """One field of a save."""
    return {"value": content, "based_on": based_on}


async def saved(applicant: httpx.AsyncClient, draft: str) -> dict[str, Any]:
    """Field -> (value, version) as the draft shows them."""
    answers = (await applicant.get(draft)).json()["answers"]
    return {field: (answer["value"], answer["version"]) for field, answer in answers.items()}


async def test_disjoint_fields_merge(applicant: httpx.AsyncClient, draft: str) -> None:
    first = await applicant.patch(f"{draft}/answers", json={"title": change("Tri"), "staff": change(4)})
    second = await applicant.patch(f"{draft}/answers", json={"title": change("Tri des plis", 1)})
    third = await applicant.patch(f"{draft}/answers", json={"staff": change(5, 1)})
    assert [answer.status_code for answer in (first, second, third)] == [200, 200, 200]
    assert first.json()["versions"] == {"title": 1, "staff": 1}
    assert await saved(applicant, draft) == {"title": ("Tri des plis", 2), "staff": (5, 2)}


async def test_the_same_field_changed_since_is_a_clash_with_both_values(
    applicant: httpx.AsyncClient, draft: str
) -> None:
    await applicant.patch(f"{draft}/answers", json={"title": change("Tri")})
    await applicant.patch(f"{draft}/answers", json={"title": change("Tri des plis", 1)})
    late = await applicant.patch(f"{draft}/answers", json={"title": change("Autre", 1), "staff": change(7)})
    problem = late.json()
    assert (late.status_code, problem["code"], problem["saved"]) == (409, "answers_clash", {"staff": 1})
    assert problem["clashes"] == [
        {"field": "title", "based_on": 1, "current_version": 2, "current": "Tri des plis", "submitted": "Autre"}
    ]
    assert await saved(applicant, draft) == {"title": ("Tri des plis", 2), "staff": (7, 1)}


async def test_two_at_once_on_one_field_one_wins(applicant: httpx.AsyncClient, draft: str) -> None:
    answers = await asyncio.gather(
        *(applicant.patch(f"{draft}/answers", json={"title": change(f"Titre {n}")}) for n in range(6))
    )
    assert sorted(answer.status_code for answer in answers) == [200, 409, 409, 409, 409, 409]
    (won,) = [n for n, answer in enumerate(answers) if answer.status_code == 200]
    assert await saved(applicant, draft) == {"title": (f"Titre {won}", 1)}


@pytest.mark.parametrize(
    ("body", "status", "code", "pointers"),
    [
        (b"{", 400, "bad_json", []),
        (b"[" * 100_000, 400, "bad_json", []),
        (b'{"title": "\xff"}', 400, "bad_json", []),
        (b"[]", 422, "invalid", []),
        (b'{"title": 3}', 422, "invalid", ["/title"]),
        (b'{"nowhere": {"value": 1}}', 422, "invalid", ["/nowhere/value"]),
        (b'{"title": {"value": 3}}', 422, "invalid", ["/title/value"]),
        (b'{"title": {"value": "x", "based_on": "1"}}', 422, "invalid", ["/title/based_on"]),
        (b'{"title": {"value": "x", "based_on": -1}}', 422, "invalid", ["/title/based_on"]),
        (b'{"title": {"value": "x", "based_on": 99999999999}}', 422, "invalid", ["/title/based_on"]),
        (b'{"title": {"value": "x", "other": 1}}', 422, "invalid", ["/title/other"]),
        (b'{"title": {}}', 422, "invalid", ["/title/value"]),
        (b'{"title": {"value": "a\\u0000b"}}', 422, "invalid", ["/title/value"]),
        (b'{"title": {"value": "\\ud800"}}', 400, "bad_json", []),
        (b'{"staff": {"value": 1e400}}', 400, "bad_json", []),
        (b'{"title": {"value": "' + b"x" * 4_000_000 + b'"}}', 413, "too_large", []),
    ],
)
async def test_bad_input_is_a_clear_problem_and_stores_nothing(  # noqa: PLR0917  columns of the table
    applicant: httpx.AsyncClient, draft: str, body: bytes, status: int, code: str, pointers: list[str]
) -> None:
    answer = await applicant.patch(f"{draft}/answers", content=body, headers={"Content-Type": "application/json"})
    problem = answer.json()
    assert (answer.status_code, problem["code"]) == (status, code), answer.text
    assert [error["pointer"] for error in problem["errors"]] == pointers
    assert answer.headers["content-type"] == "application/problem+json"
    assert await saved(applicant, draft) == {}


@pytest.mark.parametrize("media", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""])
async def test_only_json_is_taken(applicant: httpx.AsyncClient, draft: str, media: str) -> None:
    answer = await applicant.patch(f"{draft}/answers", content=b'{"a": 1}', headers={"Content-Type": media})
    assert (answer.status_code, answer.json()["code"]) == (415, "unsupported_media_type")


async def test_submission_tells_every_error_at_once(applicant: httpx.AsyncClient, draft: str) -> None:
    answer = await applicant.post(f"{draft}/submit")
    problem = answer.json()
    assert (answer.status_code, problem["code"]) == (422, "invalid")
    pointers = {error["pointer"] for error in problem["errors"]}
    assert {"/title", "/organisation_name", "/contact", "/description"} <= pointers
    assert all(error["code"] and error["detail"] and error["detail_en"] for error in problem["errors"])


async def test_the_same_key_acts_once_and_answers_the_same(
    applicant: httpx.AsyncClient, call: PublishedEdition
) -> None:
    key = {"Idempotency-Key": str(uuid4())}
    answers = await asyncio.gather(
        *(applicant.post(f"/api/calls/{call.slug}/proposals", headers=key) for _ in range(4))
    )
    assert [answer.status_code for answer in answers] == [201] * 4
    assert len({answer.text for answer in answers}) == 1
    owned = (await applicant.get("/api/proposals", params={"mine": "true"})).json()["items"]
    assert [line["id"] for line in owned] == [answers[0].json()["id"]]


async def test_the_same_key_for_something_else_is_refused(applicant: httpx.AsyncClient, draft: str) -> None:
    key = {"Idempotency-Key": str(uuid4())}
    first = await applicant.post("/api/tokens", json={"label": "un", "days": 2}, headers=key)
    again = await applicant.post("/api/tokens", json={"label": "un", "days": 2}, headers=key)
    other = await applicant.post("/api/tokens", json={"label": "deux", "days": 2}, headers=key)
    assert (first.status_code, again.json()) == (201, first.json())
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")


async def test_a_refused_act_leaves_its_key_free(applicant: httpx.AsyncClient, draft: str) -> None:
    key = {"Idempotency-Key": str(uuid4())}
    refused = await applicant.post("/api/tokens", json={"label": "", "days": 2}, headers=key)
    taken = await applicant.post("/api/tokens", json={"label": "bon", "days": 2}, headers=key)
    assert (refused.status_code, taken.status_code) == (422, 201)


@pytest.mark.parametrize("key", [b"", b"a b", b"a" * 201, "clé".encode()])
async def test_a_bad_key_is_refused(applicant: httpx.AsyncClient, call: PublishedEdition, key: bytes) -> None:
    before = await value("SELECT count(*) FROM proposal")
    answer = await applicant.post(f"/api/calls/{call.slug}/proposals", headers=[(b"Idempotency-Key", key)])
    assert (answer.status_code, answer.json()["code"]) == (400, "bad_idempotency_key")
    assert await value("SELECT count(*) FROM proposal") == before
