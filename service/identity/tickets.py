"""Single-use links: prove an address, set a new password, accept an invitation. Good for 24 hours."""

from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

import msgspec

from service.identity import secrets
from service.store.database import execute, row
from service.store.ids import uuid7

LIFE = timedelta(hours=24)


class TicketKind(StrEnum):
    """What a link is good for."""

    CONFIRM = "confirm"
    RESET = "reset"
    INVITE = "invite"


class Ticket(msgspec.Struct, frozen=True):
    """A ticket that is still good."""

    id: UUID
    kind: TicketKind
    account: UUID
    expires_at: datetime


async def issued(kind: TicketKind, account: UUID, now: datetime) -> UUID:
    """A new ticket's id, from which `secrets.derive("ticket", id)` gives the link's secret. In a transaction."""
    ticket = uuid7(now)
    await execute(
        "INSERT INTO ticket (id, kind, account, secret_hash, created_at, expires_at) VALUES ({}, {}, {}, {}, {}, {})",
        *(ticket, kind.value, account, secrets.digest(secrets.derive("ticket", ticket)), now, now + LIFE),
    )
    return ticket


async def good(kind: TicketKind, secret_hash: bytes, now: datetime) -> Ticket | None:
    """The ticket of that secret, if it can still be used. Under the account's lock, the answer stays true."""
    found = await row(
        "SELECT t.id, t.kind, t.account, t.expires_at FROM ticket t JOIN account a ON a.id = t.account"
        " WHERE t.secret_hash = {} AND t.kind = {} AND t.used_at IS NULL AND t.expires_at > {}"
        " AND a.disabled_at IS NULL",
        *(secret_hash, kind.value, now),
    )
    return Ticket(found["id"], TicketKind(found["kind"]), found["account"], found["expires_at"]) if found else None


async def voided(account: UUID, now: datetime) -> None:
    """Use up every ticket of an account: what one of them was for is done, or no longer wanted."""
    await execute("UPDATE ticket SET used_at = {} WHERE account = {} AND used_at IS NULL", now, account)


async def forget_dead(now: datetime) -> None:
    """Drop the tickets that expired a week ago."""
    await execute("DELETE FROM ticket WHERE expires_at < {}", now - timedelta(days=7))
