"""Short ways to accounts in a given state, and to what was mailed."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from service.domain.actor import ANONYMOUS, PROCESS, Actor, Role
from service.identity import secrets, throttling
from service.operations import accounts
from service.operations.accounts import SignedIn
from service.operations.acting import idempotency
from service.store.database import Row, row, rows
from service.views.accounts import actor_of_session

PASSWORD = "vingt-trois oies grises"
OTHER = "quatre rivières lentes"


async def an_account(
    email: str, now: datetime, role: Role | None = None, call: str | None = None, password: str = PASSWORD
) -> UUID:
    """A confirmed account."""
    made = await accounts.create_account(PROCESS, email, "Camille Ormeau", role, call, password, now=now)
    return made.account


async def signed_in(email: str, now: datetime, password: str = PASSWORD) -> SignedIn:
    """A browser session."""
    return await accounts.sign_in(ANONYMOUS, email, password, now=now)


async def acting(email: str, now: datetime) -> Actor:
    """The actor of a new session."""
    found = await actor_of_session((await signed_in(email, now)).session_token, now)
    assert found is not None
    return found


async def queued(email: str) -> list[Row]:
    """The mails to an address, oldest first, with their data decoded."""
    found = await rows("SELECT * FROM outbox WHERE email = {} ORDER BY created_at, id", email)
    return [{**line, "data": msgspec.json.decode(line["data"])} for line in found]


async def templates(email: str) -> list[str]:
    """The names of the mails to an address, oldest first."""
    return [line["template"] for line in await queued(email)]


async def link(email: str) -> str:
    """The secret of the link in the last mail to an address."""
    last: dict[str, Any] = (await queued(email))[-1]["data"]
    return secrets.derive("ticket", UUID(last["ticket"]))


async def stored(email: str) -> Row:
    """An account's row."""
    found = await row("SELECT * FROM account WHERE email = {}", email)
    assert found is not None
    return found


async def session_count(account: UUID) -> int:
    """Sessions and tokens of an account."""
    return len(await rows("SELECT id FROM session WHERE account = {}", account))


async def kinds(account: UUID) -> list[str]:
    """What its journal says."""
    found = await rows("SELECT kind FROM entry WHERE stream = {} ORDER BY seq", f"account:{account}")
    return [line["kind"] for line in found]


@contextmanager
def coming_from(address: str) -> Iterator[None]:
    """Requests from this network address."""
    mark = throttling.client.set(address)
    try:
        yield
    finally:
        throttling.client.reset(mark)


@contextmanager
def same_request(key: str) -> Iterator[None]:
    """Requests with this Idempotency-Key."""
    mark = idempotency.set(key)
    try:
        yield
    finally:
        idempotency.reset(mark)


def in_french(subject: str, body: str) -> None:
    """A mail as its reader expects it: a greeting, no blank, the spaces and apostrophes of French, nobody's name."""
    assert subject == subject.strip()
    assert 10 < len(subject) < 90
    assert body.startswith("Bonjour,\n\n")
    assert "{" not in body
    assert "\n\n\n" not in body
    for text in (subject, body):
        assert "'" not in text, "a straight apostrophe"
        assert not re.search(r"(?<!https)(?<!http)(?<![\u00a0\d]):(?=\s|$)| [;?!»]|« ", text), text
        # Nobody's name, and no title in the mail of those who judge.
        assert "Canari" not in text
