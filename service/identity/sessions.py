"""Sessions of browsers and bearer tokens of scripts: rows, found by the SHA-256 of what the client holds.

No value that a client brings ever becomes a session: each sign-in makes a new one, with a secret of ours.
"""

from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

from service.identity import secrets
from service.store.database import execute, rows
from service.store.ids import uuid7

IDLE = timedelta(hours=12)
ABSOLUTE = timedelta(days=7)

Kind = Literal["browser", "token"]
# A browser's session also ends when it rests too long. Parameters: now, now - IDLE.
ALIVE = "(s.expires_at > {} AND (s.kind = 'token' OR s.seen_at > {}))"


async def opened(account: UUID, kind: Kind, label: str, now: datetime, expires: datetime) -> UUID:
    """A new session's id, from which `secrets.derive("session", id)` gives what the client holds. In a transaction."""
    session = uuid7(now)
    await execute(
        "INSERT INTO session (id, account, kind, label, secret_hash, created_at, seen_at, expires_at)"
        " VALUES ({}, {}, {}, {}, {}, {}, {}, {})",
        *(session, account, kind, label, secrets.digest(secrets.derive("session", session)), now, now, expires),
    )
    return session


async def ended(account: UUID) -> int:
    """End every session and token of an account; how many there were."""
    return len(await rows("DELETE FROM session WHERE account = {} RETURNING id", account))


async def ended_one(secret: str) -> UUID | None:
    """End the session that this secret opens; its account, or None where there was none."""
    found = await rows("DELETE FROM session WHERE secret_hash = {} RETURNING account", secrets.digest(secret))
    return found[0]["account"] if found else None


async def forget_dead(now: datetime) -> None:
    """Drop the sessions that no longer open anything."""
    await execute("DELETE FROM session WHERE expires_at < {} OR (kind = 'browser' AND seen_at < {})", now, now - IDLE)
