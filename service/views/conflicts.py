"""Conflicts of interest of a proposal, for whoever runs its call; the interests that one declared oneself."""

from collections.abc import AsyncIterator, Iterable
from datetime import datetime
from uuid import UUID

import msgspec

from service.domain import naming
from service.domain.actor import Actor
from service.domain.conflicts import interested
from service.domain.policy import Action
from service.problems import NotFound, SignInNeeded
from service.store.database import Row, rows, value
from service.views.calls import require_on_call
from service.views.readable import note_readings, readable
from service.views.visible import visible


class ConflictView(msgspec.Struct, frozen=True):
    """A conflict of an expert's. `rule` and `strength`: why, and how sure; `what`: on which name, number, address or
    person the two meet; `field`: the answer that says it, "" for none. `stands`: it stops the expert. `reason`: the
    expert's words of what they declared. `listed`: how the expert stands on the proposal's list, "" where they do not.
    """

    id: UUID
    expert: UUID
    name: str
    origin: str
    rule: str
    strength: str
    what: str
    field: str
    reason: str
    stands: bool
    created_at: datetime
    dismissed_at: datetime | None
    dismissed_by: str
    dismissal: str
    confirmed_at: datetime | None
    confirmed_by: str
    listed: str


class InterestView(msgspec.Struct, frozen=True):
    """An interest that one declared, and until when it counted."""

    id: UUID
    kind: str
    name: str
    identifier: str
    reason: str
    created_at: datetime
    ended_at: datetime | None


class Interests(msgspec.Struct, frozen=True):
    """One's own, those that count first, the newest first."""

    items: tuple[InterestView, ...]


class Conflicts(msgspec.Struct, frozen=True):
    """Those of a proposal whose ground is still there, what stands first, then by expert."""

    items: tuple[ConflictView, ...]


class CallConflict(msgspec.Struct, frozen=True):
    """One of a call's conflicts: of the proposal of that reference and title, and the address of its expert."""

    reference: str
    title: str
    email: str
    conflict: ConflictView


_FOUND = (
    "SELECT c.*, a.name, coalesce(d.name, '') AS judge, coalesce(v.name, '') AS approver,"
    " coalesce((SELECT s.status FROM assignment s"
    "  JOIN proposal p ON p.id = s.proposal AND p.round = s.round"
    "  WHERE s.proposal = c.proposal AND s.expert = c.expert), '') AS listed"
    " FROM conflict c JOIN account a ON a.id = c.expert LEFT JOIN account d ON d.id = c.dismissed_by"
    " LEFT JOIN account v ON v.id = c.confirmed_by"
    " WHERE {of} AND c.closed_at IS NULL AND (c.origin = 'declared' OR EXISTS (SELECT FROM role r"
    "  JOIN proposal p ON p.call = r.call WHERE p.id = c.proposal AND r.account = c.expert))"
)
_OF_PROPOSAL = (
    _FOUND.replace("{of}", "c.proposal = {}")  # noqa: S608  our words
    + " ORDER BY (SELECT bool_or(k.stands) FROM conflict k WHERE k.proposal = c.proposal AND k.expert = c.expert) DESC,"
    " a.name, a.id, c.strength, c.rule, c.id"
)


_OF_CALL = (
    _FOUND.replace("c.*,", "c.*, q.reference, q.title, a.email,").replace("{of}", "c.proposal = ANY({})")
    + " ORDER BY q.reference, a.name, a.id, c.strength, c.rule, c.id"
).replace("JOIN account a ON", "JOIN proposal q ON q.id = c.proposal JOIN account a ON", 1)
_PAGE = 100  # proposals read at once


async def conflicts(actor: Actor, proposal_id: UUID) -> Conflicts:
    """Those of its experts. NotFound for whoever does not run its call."""
    await readable(actor, proposal_id, Action.CONFLICT_READ)
    found = await rows(_OF_PROPOSAL, proposal_id)
    return Conflicts(tuple(await _told_of(found)))


async def of_call(slug: str) -> AsyncIterator[CallConflict]:
    """Those of all proposals of a call, for whoever runs the service. NotFound."""
    call = await value("SELECT id FROM call WHERE slug = {}", slug)
    if call is None:
        raise NotFound("Cet appel n’existe pas.")
    async for page in _proposals(call, "true"):
        for one in await _of(page):
            yield one


async def known_of_call(actor: Actor, slug: str) -> AsyncIterator[list[CallConflict]]:
    """Those that the reader may know of, by reference, some at a time. Recorded as read. NotFound."""
    about = await require_on_call(actor, slug, Action.CALL_BOARD)
    may, args = visible(actor, Action.CONFLICT_READ)
    async for page in _proposals(about.id, may, *args):
        found = await _of(page)
        told = {one.reference for one in found}
        await note_readings(actor, [line["id"] for line in page if line["reference"] in told], "conflicts_table")
        yield found


async def _proposals(call: UUID, which: str, *args: object) -> AsyncIterator[list[Row]]:
    last = ""
    while page := await rows(
        "SELECT p.id, p.reference FROM proposal p WHERE p.call = {} AND p.reference > {}"  # noqa: S608  our words
        f" AND {which} ORDER BY p.reference LIMIT {_PAGE}",
        *(call, last, *args),
    ):
        yield page
        last = page[-1]["reference"]


async def _of(proposals: list[Row]) -> list[CallConflict]:
    found = await rows(_OF_CALL, [line["id"] for line in proposals])
    told = await _told_of(found)
    return [
        CallConflict(line["reference"], line["title"], line["email"], one)
        for line, one in zip(found, told, strict=True)
    ]


async def _told_of(found: list[Row]) -> list[ConflictView]:
    experts = list({line["expert"] for line in found})
    called, declared = await _organisations(experts), await _declared(experts)
    persons = await _persons(line["value"] for line in found if line["rule"] in ("coapplicant", "applicant"))
    return [_told(line, called, declared, persons) for line in found]


def _told(
    line: Row, called: dict[UUID, list[str]], declared: dict[tuple[UUID, str], str], persons: dict[str, str]
) -> ConflictView:
    return ConflictView(
        id=line["id"],
        expert=line["expert"],
        name=line["name"],
        origin=line["origin"],
        rule=line["rule"],
        strength=line["strength"],
        what=_what(line, called.get(line["expert"], []), persons),
        field=line["field"],
        reason=declared.get((line["expert"], line["value"]), "") if line["rule"] == "interest" else line["reason"],
        stands=line["stands"],
        created_at=line["created_at"],
        dismissed_at=line["dismissed_at"],
        dismissed_by=line["judge"],
        dismissal=line["dismissal"],
        confirmed_at=line["confirmed_at"],
        confirmed_by=line["approver"],
        listed=line["listed"],
    )


def _what(line: Row, organisations: list[str], persons: dict[str, str]) -> str:
    """A key as whoever wrote it would say it."""
    key = str(line["value"])
    if line["rule"] in ("coapplicant", "applicant"):
        return persons.get(key, key if "@" in key else "")
    if line["rule"] in ("same_organisation", "mentioned"):
        return next((name for name in organisations if key in naming.organisations(name)), key)
    if key.startswith("siren:"):
        return f"SIREN {key[6:9]} {key[9:12]} {key[12:]}"
    return key.removeprefix("id:")


async def _declared(experts: list[UUID]) -> dict[tuple[UUID, str], str]:
    """What these persons said of the interests that they declared, by each of their keys."""
    found = await rows(
        "SELECT account, kind, name, identifier, reason FROM interest WHERE account = ANY({}) AND ended_at IS NULL",
        experts,
    )
    return {
        (line["account"], tie.value): line["reason"]
        for line in found
        for tie in interested(line["kind"], line["name"], line["identifier"])
    }


async def _organisations(experts: list[UUID]) -> dict[UUID, list[str]]:
    found = await rows(
        "SELECT id AS account, organisation FROM account WHERE id = ANY({})"
        " UNION ALL SELECT account, organisation FROM affiliation WHERE account = ANY({})",
        *(experts, experts),
    )
    called: dict[UUID, list[str]] = {}
    for line in found:
        called.setdefault(line["account"], []).append(line["organisation"])
    return called


async def _persons(keys: Iterable[str]) -> dict[str, str]:
    ids = [UUID(key) for key in set(keys) if key and "@" not in key]
    return {
        str(line["id"]): line["name"] for line in await rows("SELECT id, name FROM account WHERE id = ANY({})", ids)
    }


async def interests(actor: Actor) -> Interests:
    """One's own. Whether they stop anything now is told to nobody."""
    if actor.account is None:
        raise SignInNeeded
    found = await rows(
        "SELECT id, kind, name, identifier, reason, created_at, ended_at FROM interest WHERE account = {}"
        " ORDER BY ended_at IS NOT NULL, created_at DESC, id",
        actor.account,
    )
    return Interests(tuple(InterestView(**line) for line in found))
