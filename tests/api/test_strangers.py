"""Whose it is not, for them it does not exist: every route with an id answers every kind of stranger as it answers for
an id that was never given."""

import re
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from service.app import create_litestar
from service.domain.actor import Role
from service.operations.calls import PublishedEdition
from service.settings import Settings
from tests.api import samples
from tests.api.acting import good, scene
from tests.api.people import signed_in
from tests.support.calls import fresh_call

Sent = dict[str, Any]
IDS = ("proposal_id", "attachment_id", "review_id", "assignment_id", "job_id")


def routes(settings: Settings) -> list[tuple[str, str, Sent]]:
    """Every route of the API below somebody's id: method, path, and what a client would send."""
    found = []
    for route in create_litestar(settings).routes:
        for handler in getattr(route, "route_handlers", ()):
            told = handler.opt.get("told")
            if told is None or not any(f"{{{name}:" in route.path for name in IDS):
                continue
            sent: Sent = {"headers": {"If-Match": '"0"'} if told.versioned else {}}
            if told.body is not None:
                sent["json"] = told.example
            if told.file:
                sent |= {"params": {"field": "annexes", "name": "a.pdf"}, "content": samples.PDF}
            found += [(method, route.path, sent) for method in handler.http_methods if method != "OPTIONS"]
    return found


def filled(path: str, ids: dict[str, str]) -> str:
    """The path with ids in it."""
    return re.sub(r"\{(\w+):uuid\}", lambda found: ids[found[1]], path)


async def told(client: httpx.AsyncClient, method: str, address: str, sent: Sent) -> tuple[int, Sent]:
    """Status and problem, without the request's number."""
    answer = await client.request(method, address, **sent)
    content: Sent = answer.json()
    content.pop("request", None)
    return answer.status_code, content


STRANGERS = ("applicant", "expert", "officer of another call", "chair of another call", "administrator")


@pytest.mark.parametrize("who", STRANGERS)
async def test_nothing_tells_that_it_exists(web: str, settings: Settings, call: PublishedEdition, who: str) -> None:
    other = (await fresh_call()).call
    roles: dict[str, tuple[Role, UUID | None]] = {
        "expert": (Role.EXPERT, call.call),
        "officer of another call": (Role.OFFICER, other),
        "chair of another call": (Role.CHAIR, other),
        "administrator": (Role.ADMIN, None),
    }
    async with scene(web, call) as s, signed_in(web, *([roles[who]] if who in roles else [])) as stranger:
        await s.to_review()
        shown = good(await s.officer.get(s.path))
        job = (await s.officer.get(f"{s.path}/dossier.pdf")).json()["id"]
        ids = {
            "proposal_id": s.id,
            "attachment_id": shown["attachments"][0]["id"],
            "review_id": s.reviews[0],
            "assignment_id": shown["assignments"][0]["id"],
            "job_id": job,
        }
        nobodys = {name: str(uuid4()) for name in ids}
        before = good(await s.officer.get(f"{s.path}/journal"))["entries"]
        asked = routes(settings)
        assert len(asked) > 20
        for method, path, sent in asked:
            real = await told(stranger, method, filled(path, ids), sent)
            made_up = await told(stranger, method, filled(path, nobodys), sent)
            assert real[0] == 404, (method, path, real)
            assert real == made_up, (method, path)
        assert good(await s.officer.get(f"{s.path}/journal"))["entries"] == before
