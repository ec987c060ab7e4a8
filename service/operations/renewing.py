"""New passwords: by a link when the old one is lost, or by the old one. Both end every session and token."""

from datetime import datetime
from uuid import UUID

import msgspec

from forms import FieldError
from service.domain.actor import Actor
from service.identity import passwords, secrets, sessions, throttling, tickets
from service.identity.level import level
from service.identity.tickets import TicketKind
from service.notify.mails import Mail
from service.notify.queue import enqueue
from service.operations.acting import operation
from service.operations.persons import (
    checked_email,
    claimed,
    himself,
    link_refused,
    locked,
    record,
    send_link,
    signed_in,
    weak,
)
from service.operations.signing import OpenedSession, SignedIn, open_session
from service.problems import Conflict, Invalid
from service.store.database import execute, row


class ResetAsked(msgspec.Struct, frozen=True):
    """Where the link went, if the address has an account."""

    email: str


class ResetPassword(msgspec.Struct, frozen=True):
    """The new password holds; every session and token has ended."""

    account: UUID
    email: str


async def ask_reset(actor: Actor, email: str, *, now: datetime) -> ResetAsked:
    """Send a link to choose a new password; the same answer where the address is unknown. Raises Invalid, TooMany."""
    address = checked_email(email)
    await throttling.count({throttling.key("network-mail", throttling.network()): throttling.NETWORK}, now)
    async with level():
        return await _ask_reset(actor, address, now=now)


@operation
async def _ask_reset(actor: Actor, email: str, *, now: datetime) -> ResetAsked:
    may_mail = await throttling.allowed(throttling.key("mail-reset", email), throttling.MAILS, now)
    found = await row("SELECT id FROM account WHERE email = {} AND disabled_at IS NULL", email)
    if found is not None and may_mail:
        # Links sent before stay good: else a stranger who keeps asking would keep a person out.
        await send_link(TicketKind.RESET, found["id"], email, now)
        await record(found["id"], "reset_asked", actor, now)
    return ResetAsked(email)


async def reset_password(actor: Actor, token: str, new_password: str, *, now: datetime) -> ResetPassword:
    """Use up a reset's link. It proves the address too. Raises Invalid, Conflict for a link that is used or too old."""
    mark = secrets.digest(token)
    found = await row(
        "SELECT a.email, a.name FROM ticket t JOIN account a ON a.id = t.account WHERE t.secret_hash = {}", mark
    )
    if found is None:
        raise link_refused()
    errors = weak("new_password", new_password, found["email"], found["name"])
    if errors:
        raise Invalid(errors)
    return await _reset_password(actor, mark, await passwords.hashed(new_password), now=now)


@operation
async def _reset_password(actor: Actor, mark: bytes, new_password: str, *, now: datetime) -> ResetPassword:
    ticket = await claimed(TicketKind.RESET, mark, now)
    line = await locked(ticket.account)
    await _renew(himself(actor, ticket.account), line["email"], new_password, "password_reset", now)
    return ResetPassword(ticket.account, line["email"])


async def _renew(actor: Actor, email: str, password_hash: str, kind: str, now: datetime) -> None:
    account = actor.person
    await execute(
        "UPDATE account SET password_hash = {}, confirmed_at = coalesce(confirmed_at, {}) WHERE id = {}",
        *(password_hash, now, account),
    )
    await tickets.voided(account, now)
    count = await sessions.ended(account)
    await record(account, kind, actor, now, sessions=count)
    key = f"{Mail.PASSWORD_CHANGED}-{account}-{now.isoformat()}"
    await enqueue(Mail.PASSWORD_CHANGED, account, email, {"at": now}, key=key, now=now)


async def change_password(actor: Actor, password: str, new_password: str, *, now: datetime) -> SignedIn:
    """Replace one's password: every session and token ends, this browser gets a new one.

    Raises Invalid (also for a wrong present password, which is throttled), TooMany, SignInNeeded.
    """
    account = signed_in(actor)
    await throttling.count({throttling.key("change", str(account)): throttling.PERSON}, now)
    found = await row("SELECT email, name, password_hash FROM account WHERE id = {}", account)
    stored: str | None = found["password_hash"] if found else None
    errors = weak("new_password", new_password, found["email"] if found else "", found["name"] if found else "")
    if not await passwords.matches(stored, password):
        wrong = "Le mot de passe actuel n’est pas celui-ci."
        errors.insert(0, FieldError("password", "wrong_password", wrong, "This is not your present password."))
    if errors:
        raise Invalid(errors)
    opened = await _change_password(actor, stored or "", await passwords.hashed(new_password), now=now)
    return opened.with_token()


@operation
async def _change_password(actor: Actor, password: str, new_password: str, *, now: datetime) -> OpenedSession:
    """`password`: the hash that was compared; `new_password`: the hash that replaces it."""
    line = await locked(actor.person)
    if line["password_hash"] != password:
        raise Conflict("Le mot de passe a été changé entre-temps.", code="password_changed")
    await throttling.forget(throttling.key("change", str(actor.person)))
    await _renew(actor, line["email"], new_password, "password_changed", now)
    return await open_session(actor, now)
