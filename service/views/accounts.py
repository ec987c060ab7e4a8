"""Accounts: who is behind a session, one's own account, what a mailed link is good for."""

from datetime import datetime, timedelta
from uuid import UUID

import msgspec

from forms import Text
from service.domain.actor import Actor, Role
from service.identity import secrets, sessions, tickets
from service.identity.tickets import TicketKind
from service.problems import SignInNeeded
from service.store.database import execute, row, rows
from service.store.editions import edition
from service.store.roles import HELD

TOUCH = timedelta(minutes=1)


class HeldRole(msgspec.Struct, frozen=True):
    """A role; `call` (its slug) and `title` are None for one that counts everywhere."""

    role: Role
    call: str | None
    title: Text | None


class Me(msgspec.Struct, frozen=True):
    """One's own account."""

    id: UUID
    name: str
    email: str
    organisation: str
    created_at: datetime
    roles: tuple[HeldRole, ...]


class SessionLine(msgspec.Struct, frozen=True):
    """One of one's own browser sessions or tokens. `current`: the one of this request."""

    id: UUID
    kind: str
    label: str
    created_at: datetime
    seen_at: datetime
    expires_at: datetime
    current: bool


class Link(msgspec.Struct, frozen=True):
    """What a mailed link is good for, and for whom: what its page shows before anything is used up."""

    kind: TicketKind
    email: str
    name: str
    organisation: str
    expires_at: datetime


async def actor_of_session(token: str, now: datetime) -> Actor | None:
    """Whoever holds this session or bearer token, with their roles as they are now; None where it opens nothing.

    Notes once a minute that the session is in use: every request comes through here, so the note is a statement apart.
    """
    found = await row(
        "SELECT s.id, s.account, a.name, a.email, s.seen_at <= {} AS stale,"  # noqa: S608
        f" (SELECT coalesce(json_agg(json_build_array(g.role, g.call)), '[]') FROM ({HELD.format(who='a.id')}) g)"
        " AS roles FROM session s JOIN account a ON a.id = s.account"
        f" WHERE s.secret_hash = {{}} AND {sessions.ALIVE} AND a.disabled_at IS NULL",
        *(now - TOUCH, secrets.digest(token), now, now - sessions.IDLE),
    )
    if found is None:
        return None
    if found["stale"]:
        await execute("UPDATE session SET seen_at = {} WHERE id = {} AND seen_at < {}", now, found["id"], now)
    roles = msgspec.json.decode(found["roles"], type=list[tuple[Role, UUID | None]])
    return Actor(
        account=found["account"],
        name=found["name"],
        email=found["email"],
        roles=frozenset(roles),
        session=found["id"],
    )


async def me(actor: Actor) -> Me:
    """One's own account. Raises SignInNeeded."""
    if actor.account is None:
        raise SignInNeeded
    found = await row("SELECT id, name, email, organisation, created_at FROM account WHERE id = {}", actor.account)
    if found is None:
        raise SignInNeeded
    held = await rows(
        "SELECT r.role, c.slug, e.id AS edition FROM role r LEFT JOIN call c ON c.id = r.call"
        " LEFT JOIN LATERAL (SELECT id FROM edition WHERE call = c.id ORDER BY number DESC LIMIT 1) e ON true"
        " WHERE r.account = {} ORDER BY c.slug NULLS FIRST, r.role",
        actor.account,
    )
    roles = [
        HeldRole(
            Role(line["role"]), line["slug"], (await edition(line["edition"])).call.title if line["edition"] else None
        )
        for line in held
    ]
    return Me(**found, roles=tuple(roles))


async def my_sessions(actor: Actor, now: datetime, current: str = "") -> tuple[SessionLine, ...]:
    """One's own sessions and tokens that still open, last used first. `current`: the secret of this request's."""
    if actor.account is None:
        raise SignInNeeded
    found = await rows(
        "SELECT s.id, s.kind, s.label, s.created_at, s.seen_at, s.expires_at, s.secret_hash = {} AS current"  # noqa: S608
        f" FROM session s WHERE s.account = {{}} AND {sessions.ALIVE} ORDER BY s.seen_at DESC, s.id DESC",
        *(secrets.digest(current), actor.account, now, now - sessions.IDLE),
    )
    return tuple(SessionLine(**line) for line in found)


async def link(kind: TicketKind, token: str, now: datetime) -> Link | None:
    """What a link is good for, without using it up: mail scanners open links too. None where it is good for nothing."""
    ticket = await tickets.good(kind, secrets.digest(token), now)
    if ticket is None:
        return None
    found = await row("SELECT email, name, organisation FROM account WHERE id = {}", ticket.account)
    return Link(kind=kind, expires_at=ticket.expires_at, **found) if found else None
