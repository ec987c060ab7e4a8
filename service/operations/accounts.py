"""What a person does with their own account. What staff do with other people's is in `members.py`.

Passwords are hashed, and attempts counted, before the transaction opens. An answer never tells whether an address is
known: the mail does. Secrets are derived after the transaction, so that a stored result of a request holds none.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from uuid import UUID

import msgspec

from forms import FieldError
from service import logs
from service.domain.actor import Actor
from service.identity import addresses, passwords, secrets, sessions, throttling, tickets
from service.identity.tickets import TicketKind
from service.notify.mails import Mail, enqueue
from service.operations.acting import operation
from service.operations.members import (
    AcceptedInvitation,
    CreatedAccount,
    DisabledAccount,
    GrantedRole,
    InvitedAccount,
    accept_invitation,
    create_account,
    disable_account,
    grant_role,
    invite_account,
    revoke_role,
)
from service.operations.persons import (
    LOCAL,
    Person,
    add_account,
    checked_email,
    checked_person,
    claimed,
    himself,
    locked,
    one_line,
    record,
    send_link,
    signed_in,
    weak,
)
from service.problems import Invalid, NotFound, SignInRefused
from service.store.database import Row, execute, row, transaction, value

__all__ = [
    "AcceptedInvitation",
    "ChangedPassword",
    "ConfirmedAddress",
    "CreatedAccount",
    "CreatedToken",
    "DisabledAccount",
    "GrantedRole",
    "InvitedAccount",
    "ResetAsked",
    "ResetPassword",
    "SignedIn",
    "SignedOut",
    "SignedUp",
    "accept_invitation",
    "ask_reset",
    "change_password",
    "confirm_address",
    "create_account",
    "create_token",
    "disable_account",
    "end_session",
    "forget_expired",
    "grant_role",
    "invite_account",
    "reset_password",
    "revoke_role",
    "sign_in",
    "sign_out",
    "sign_out_everywhere",
    "sign_up",
]

log = logs.logger(__name__)

LONGEST_TOKEN_DAYS = 365
# Longer than the slowest way through: how long an answer takes tells nothing about the address.
LEVEL = 0.25


class SignedUp(msgspec.Struct, frozen=True):
    """Where the confirmation went, whoever the address belongs to."""

    email: str


class ConfirmedAddress(msgspec.Struct, frozen=True):
    """The account can sign in from now on."""

    account: UUID
    email: str


class SignedIn(msgspec.Struct, frozen=True):
    """A browser session: `session_token` is what the cookie holds."""

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
        """The same with what the client holds."""
        return SignedIn(secrets.derive("session", self.session), self.session, self.account, self.expires_at)


class SignedOut(msgspec.Struct, frozen=True):
    """How many sessions and tokens ended."""

    sessions: int


class ResetAsked(msgspec.Struct, frozen=True):
    """Where the link went, if the address has an account."""

    email: str


class ResetPassword(msgspec.Struct, frozen=True):
    """The new password holds; every session and token has ended."""

    account: UUID
    email: str


class OpenedToken(msgspec.Struct, frozen=True):
    """A bearer token without its secret."""

    id: UUID
    label: str
    expires_at: datetime


class CreatedToken(msgspec.Struct, frozen=True):
    """A bearer token, shown this once."""

    id: UUID
    token: str
    label: str
    expires_at: datetime
