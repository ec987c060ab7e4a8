"""Signing in and out, and tokens for scripts.

Secrets are derived after the transaction, so that the stored result of an idempotent request holds none.
"""

from datetime import datetime, timedelta
from uuid import UUID

import msgspec

from forms import FieldError
from service import logs
from service.domain.actor import Actor
from service.identity import addresses, passwords, secrets, sessions, throttling
from service.operations.acting import operation
from service.operations.persons import LOCAL, himself, locked, one_line, record, signed_in
from service.problems import Conflict, Invalid, NotFound, SignInNeeded, SignInRefused, TooMany
from service.store.database import execute, row, value

log = logs.logger(__name__)

LONGEST_TOKEN_DAYS = 365
MOST_TOKENS = 50  # of one account


class SignedIn(msgspec.Struct, frozen=True):
    """A browser session: `session_token` is what the cookie holds, until `expires_at` at the latest."""

    session_token: str
    session: UUID
    account: UUID
    expires_at: datetime


class OpenedSession(msgspec.Struct, frozen=True):
    """A session without its secret."""

    session: UUID
    account: UUID
    expires_at: datetime

    def with_token(self) -> SignedIn:
        """The same, with what the client holds."""
        return SignedIn(secrets.derive("session", self.session), self.session, self.account, self.expires_at)


class SignedOut(msgspec.Struct, frozen=True):
    """How many sessions and tokens ended."""

    sessions: int


class OpenedToken(msgspec.Struct, frozen=True):
    """A bearer token without its secret."""

    id: UUID
    label: str
    expires_at: datetime


class CreatedToken(msgspec.Struct, frozen=True):
    """A bearer token; nothing shows it again."""

    id: UUID
    token: str
    label: str
    expires_at: datetime


async def sign_in(actor: Actor, email: str, password: str, *, now: datetime, previous: str = "") -> SignedIn:
    """Open a browser session; `previous`, the cookie that the browser brought, ends with it.

    Raises SignInRefused, in the same words and after the same work whatever was wrong, or TooMany.
    """
    address = addresses.normalised(email)
    network = throttling.key("network", throttling.network())
    person = throttling.key("sign-in", throttling.network(), address or email)
    try:
        await throttling.count({network: throttling.NETWORK, person: throttling.PERSON}, now)
    except TooMany:
        log.warning("sign_in_throttled")
        raise
    found = address and await row(
        "SELECT a.id, a.password_hash, a.confirmed_at, a.disabled_at FROM account a"
        " JOIN identity i ON i.account = a.id AND i.iss = {} WHERE a.email = {}",
        *(LOCAL, address),
    )
    good = await passwords.matches(found["password_hash"] if found else None, password)
    if not address or not found or not good or found["confirmed_at"] is None or found["disabled_at"] is not None:
        log.warning("sign_in_refused", account=str(found["id"]) if found else None)
        raise SignInRefused
    stored: str = found["password_hash"]
    renewed = await passwords.hashed(password) if passwords.is_outdated(stored) else stored
    await throttling.forgive([network])
    opened = await _sign_in(himself(actor, found["id"]), stored, renewed, address, previous, now=now)
    return opened.with_token()


@operation
async def _sign_in(
    actor: Actor, password: str, new_password: str, address: str, token: str, *, now: datetime
) -> OpenedSession:
    """`password`: the hash that was compared; `new_password`: the one to keep; `token`: the session to end."""
    line = await locked(actor.person)
    # A reset or a disabling that came meanwhile has ended all sessions: this one must not outlive it.
    if line["password_hash"] != password or line["disabled_at"] is not None:
        raise SignInRefused
    if new_password != password:
        await execute("UPDATE account SET password_hash = {} WHERE id = {}", new_password, actor.person)
    await throttling.forget(throttling.key("sign-in", throttling.network(), address))
    if token:
        await sessions.ended_one(token)
    return await open_session(actor, now)


async def open_session(actor: Actor, now: datetime) -> OpenedSession:
    """A new browser session of the actor. In a transaction."""
    expires = now + sessions.ABSOLUTE
    session = await sessions.opened(actor.person, "browser", "", now, expires)
    await record(actor.person, "signed_in", actor, now, session=session)
    return OpenedSession(session, actor.person, expires)


@operation
async def sign_out(actor: Actor, session: str, *, now: datetime) -> SignedOut:
    """End the session or token whose secret this is; nothing where there is none."""
    account = await sessions.ended_one(session)
    if account is None:
        return SignedOut(0)
    await record(account, "signed_out", himself(actor, account), now)
    return SignedOut(1)


@operation
async def sign_out_everywhere(actor: Actor, *, now: datetime) -> SignedOut:
    """End every session and token of the actor. Raises SignInNeeded."""
    account = signed_in(actor)
    await locked(account)
    count = await sessions.ended(account)
    await record(account, "signed_out_everywhere", actor, now, sessions=count)
    return SignedOut(count)


@operation
async def end_session(actor: Actor, session_id: UUID, *, now: datetime) -> SignedOut:
    """End one of the actor's own sessions or tokens. Raises NotFound, SignInNeeded."""
    account = signed_in(actor)
    found = await value("DELETE FROM session WHERE id = {} AND account = {} RETURNING id", session_id, account)
    if found is None:
        raise NotFound("Cette session n’existe pas, ou s’est déjà terminée.")
    await record(account, "signed_out", actor, now, session=session_id)
    return SignedOut(1)


async def create_token(actor: Actor, label: str, days: int, *, now: datetime) -> CreatedToken:
    """A bearer token with all rights of the actor, for 1 to 365 days. Raises Invalid, Conflict, SignInNeeded."""
    opened = await _create_token(actor, label, days, now=now)
    return CreatedToken(opened.id, secrets.derive("session", opened.id), opened.label, opened.expires_at)


@operation
async def _create_token(actor: Actor, label: str, days: int, *, now: datetime) -> OpenedToken:
    account = signed_in(actor)
    label, errors = one_line(label), []
    if not 0 < len(label) <= 200:
        errors.append(
            FieldError("label", "label", "Donnez un nom à ce jeton (200 caractères au plus).", "Name this token.")
        )
    if not 0 < days <= LONGEST_TOKEN_DAYS:
        errors.append(
            FieldError(
                "days",
                "range",
                f"Choisissez une durée de 1 à {LONGEST_TOKEN_DAYS} jours.",
                f"From 1 to {LONGEST_TOKEN_DAYS} days.",
            )
        )
    if errors:
        raise Invalid(errors)
    if (await locked(account))["disabled_at"] is not None:
        raise NotFound
    # A sign-out everywhere, or a new password, that came meanwhile has ended all sessions: no token outlives it.
    if actor.session is not None and await value("SELECT id FROM session WHERE id = {}", actor.session) is None:
        raise SignInNeeded
    if await value("SELECT count(*) FROM session WHERE account = {} AND kind = 'token'", account) >= MOST_TOKENS:
        raise Conflict(
            f"Vous avez déjà {MOST_TOKENS} jetons : supprimez-en un avant d’en créer un autre.", code="too_many_tokens"
        )
    expires = now + timedelta(days=days)
    session = await sessions.opened(account, "token", label, now, expires)
    await record(account, "token_created", actor, now, session=session, expires=expires)
    return OpenedToken(session, label, expires)
