"""Whose it is not, for them it does not exist: every route with an id answers every kind of stranger as it answers for
an id that was never given."""

import re
from typing import Any
from uuid import UUID, uuid4

import httpx

from service import clock
from service.app import create_litestar
from service.domain.actor import Role
from service.operations.calls import PublishedEdition
from service.settings import Settings
from service.store.database import execute
from tests.api import samples
from tests.api.acting import good, scene
from tests.api.people import signed_in
from tests.support.calls import fresh_call

Sent = dict[str, Any]
BATCH = {"act": "skip", "stage": "review", "outcome": "partial", "reason": "Motif."}
SITTING = {"starts_at": "2042-05-13T12:00:00Z", "place": "Salle 4"}
IDS = ("sitting_id", "vote_id", "batch_id", "proposal_id", "attachment_id", "review_id", "assignment_id", "job_id")


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
            if "(tus)" in told.summary:
                pieces = {"Tus-Resumable": "1.0.0", "Upload-Length": "10", "Upload-Metadata": "filename YS5wZGY="}
                sent = {"headers": pieces, "params": {"field": "annexes"}}
            found += [(method, route.path, sent) for method in handler.http_methods if method != "OPTIONS"]
    return found


async def _conflict(proposal: str, expert: str) -> str:
    conflict = uuid4()
    await execute(
        "INSERT INTO conflict (id, proposal, expert, origin, rule, strength, reason, created_at)"
        " VALUES ({}, {}, {}, 'found', 'near_domain', 'weak', '', {})",
        *(conflict, proposal, expert, clock.now()),
    )
    return str(conflict)


async def _vote(ids: dict[str, str]) -> None:
    """An open one in the sitting."""
    await execute(
        "INSERT INTO vote (id, sitting, number, kind, outcome, voters, members, needed, author, opened_at)"
        " VALUES ({}, {}, 1, 'open', 'retained', '{{}}', 1, 1, {}, {})",
        *(ids["vote_id"], ids["sitting_id"], ids["account_id"], clock.now()),
    )


def filled(path: str, ids: dict[str, str]) -> str:
    """The path with ids in it."""
    return re.sub(r"\{(\w+):uuid\}", lambda found: ids[found[1]], path)


async def told(client: httpx.AsyncClient, method: str, address: str, sent: Sent) -> tuple[int, Sent]:
    """Status and problem."""
    answer = await client.request(method, address, **sent)
    content: Sent = answer.json()
    return answer.status_code, content


async def test_nothing_tells_that_it_exists(web: str, settings: Settings, call: PublishedEdition) -> None:
    other = (await fresh_call()).call
    strangers: dict[str, tuple[tuple[Role, UUID | None], ...]] = {
        "applicant": (),
        "expert of the call": ((Role.EXPERT, call.call),),
        "officer of another call": ((Role.OFFICER, other),),
        "chair of another call": ((Role.CHAIR, other),),
        "authority of another call": ((Role.AUTHORITY, other),),
        "administrator": ((Role.ADMIN, None),),
    }
    asked = routes(settings)
    assert len(asked) > 20
    async with scene(web, call) as s:
        await s.to_review()
        shown = good(await s.officer.get(s.path))
        content = {"email": "partenaire@mairie.test", "level": "reader"}
        invited = good(await s.applicant.post(f"{s.path}/invitations", json=content))
        ids = {
            "proposal_id": s.id,
            "attachment_id": shown["attachments"][0]["id"],
            "review_id": s.reviews[0],
            "assignment_id": shown["assignments"][0]["id"],
            "invitation_id": invited["id"],
            "account_id": s.expert_ids[0],
            "batch_id": good(await s.officer.post(f"/api/calls/{call.slug}/batches", json=BATCH))["id"],
            "sitting_id": good(await s.officer.post(f"/api/calls/{call.slug}/sittings", json=SITTING))["id"],
            "vote_id": str(uuid4()),
            "conflict_id": await _conflict(s.id, s.expert_ids[0]),
            "milestone_id": str(uuid4()),
            "job_id": (await s.officer.get(f"{s.path}/dossier.pdf")).json()["id"],
        }
        await _vote(ids)
        nobodys = {name: str(uuid4()) for name in ids}
        before = good(await s.officer.get(f"{s.path}/journal"))["entries"]
        for who, roles in strangers.items():
            async with signed_in(web, *roles) as stranger:
                for method, path, sent in asked:
                    real = await told(stranger, method, filled(path, ids), sent)
                    made_up = await told(stranger, method, filled(path, nobodys), sent)
                    assert real[0] == 404, (who, method, path, real)
                    assert real == made_up, (who, method, path)
        assert good(await s.officer.get(f"{s.path}/journal"))["entries"] == before
