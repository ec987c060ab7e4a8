"""Accounts: signing up, invitations, roles."""

from http import HTTPStatus
from uuid import UUID

import msgspec
from litestar import delete, get, post
from litestar.params import FromPath

from service import clock
from service.api import reading
from service.api.answering import Answer, answer
from service.api.routes import tell
from service.domain.actor import Role
from service.domain.policy import Action
from service.doors.people import PUBLIC, AnyRequest, actor_of
from service.operations import accounts
from service.operations.accounts import (
    AcceptedInvitation,
    ConfirmedAddress,
    DisabledAccount,
    GrantedRole,
    InvitedAccount,
    RevokedRole,
    SignedUp,
)
from service.views import members

ACCOUNTS = "Accounts"


class NewAccount(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A person, and the legal body that they belong to, if any."""

    email: str
    name: str
    password: str
    organisation: str = ""


class Confirmation(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a mailed link holds, and the password that was chosen with the sign-up."""

    token: str
    password: str


class Invitation(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Whom to invite, as what. `call`: its slug; null for the roles that count everywhere (admin, auditor)."""

    email: str
    name: str
    role: Role
    call: str | None = None
    organisation: str = ""


class Acceptance(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The secret of an invitation's link, and the account to be."""

    token: str
    name: str
    password: str
    organisation: str = ""


class WantedRole(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A role; `call`: its slug, null for the roles that count everywhere."""

    role: Role
    call: str | None = None


class RoleQuery(msgspec.Struct, frozen=True):
    """The role to take back; `call` as it was given."""

    role: Role
    call: str | None = None


class AccountsQuery(msgspec.Struct, frozen=True):
    """`q`: part of an address or a name. `cursor`: `next` of the page before. `limit`: lines of a page, at most 100."""

    q: str = ""
    cursor: str = ""
    limit: int = members.MOST


@post(
    "/api/accounts",
    opt=tell(
        PUBLIC,
        "Sign up; the account works once the mailed link is followed",
        ACCOUNTS,
        body=NewAccount,
        answer=SignedUp,
        status=HTTPStatus.ACCEPTED,
        problems=(422, 429),
        example={"email": "camille@asso.example", "name": "Camille Exemple", "password": "correct cheval pile agrafe"},
    ),
)
async def sign_up(request: AnyRequest) -> Answer:
    """The same answer for an address that is known already."""
    sent = await reading.body(request, NewAccount)
    done = await accounts.sign_up(
        actor_of(request), sent.email, sent.name, sent.password, organisation=sent.organisation, now=clock.now()
    )
    return answer(done, HTTPStatus.ACCEPTED)


@post(
    "/api/accounts/confirm",
    opt=tell(
        PUBLIC,
        "Confirm an address with the secret of the mailed link and the password of the sign-up",
        ACCOUNTS,
        body=Confirmation,
        answer=ConfirmedAddress,
        problems=(409, 422, 429),
        example={"token": "kX3…", "password": "correct cheval pile agrafe"},
    ),
)
async def confirm_address(request: AnyRequest) -> Answer:
    """It opens no session. Whoever has another password than that of the last sign-up signs up again, or resets it."""
    sent = await reading.body(request, Confirmation)
    return answer(await accounts.confirm_address(actor_of(request), sent.token, sent.password, now=clock.now()))


@post(
    "/api/invitations",
    opt=tell(
        Action.ACCOUNT_INVITE,
        "Invite somebody to a role by mail: officers experts and committee, administrators anybody",
        ACCOUNTS,
        body=Invitation,
        answer=InvitedAccount,
        status=HTTPStatus.CREATED,
        problems=(403, 404, 409, 422),
        example={"email": "alex@labo.example", "name": "Alex Exemple", "role": "expert", "call": "ami-2025"},
    ),
)
async def invite_account(request: AnyRequest) -> Answer:
    """A link that works once, for 24 hours."""
    sent = await reading.body(request, Invitation)
    invited = await accounts.invite_account(
        actor_of(request),
        sent.email,
        sent.name,
        sent.role,
        sent.call,
        organisation=sent.organisation,
        now=clock.now(),
    )
    return answer(invited, HTTPStatus.CREATED)


@post(
    "/api/invitations/accept",
    opt=tell(
        PUBLIC,
        "Accept an invitation with the secret of the mailed link",
        ACCOUNTS,
        body=Acceptance,
        answer=AcceptedInvitation,
        problems=(409, 422),
        example={"token": "kX3…", "name": "Alex Exemple", "password": "correct cheval pile agrafe"},
    ),
)
async def accept_invitation(request: AnyRequest) -> Answer:
    """The address is proved by it."""
    sent = await reading.body(request, Acceptance)
    accepted = await accounts.accept_invitation(
        actor_of(request), sent.token, sent.name, sent.password, organisation=sent.organisation, now=clock.now()
    )
    return answer(accepted)


@get(
    "/api/accounts",
    opt=tell(
        Action.ACCOUNT_DISABLE,
        "Accounts and their roles, for administrators",
        ACCOUNTS,
        query=AccountsQuery,
        answer=members.AccountsPage,
        problems=(404, 422),
    ),
)
async def list_accounts(request: AnyRequest) -> Answer:
    """By address, in pages."""
    wanted = reading.query(request, AccountsQuery)
    return answer(await members.accounts(actor_of(request), wanted.q, wanted.cursor or None, wanted.limit))


@post(
    "/api/accounts/{account_id:uuid}/roles",
    opt=tell(
        Action.ROLE_GRANT,
        "Give a role",
        ACCOUNTS,
        body=WantedRole,
        answer=GrantedRole,
        problems=(403, 404, 409, 422),
        example={"role": "officer", "call": "ami-2025"},
    ),
)
async def grant_role(request: AnyRequest, account_id: FromPath[UUID]) -> Answer:
    """From the next request on."""
    sent = await reading.body(request, WantedRole)
    return answer(await accounts.grant_role(actor_of(request), account_id, sent.role, sent.call, now=clock.now()))


@delete(
    "/api/accounts/{account_id:uuid}/roles",
    status_code=HTTPStatus.OK,
    opt=tell(
        Action.ROLE_GRANT,
        "Take a role back",
        ACCOUNTS,
        query=RoleQuery,
        answer=RevokedRole,
        problems=(403, 404, 409, 422),
    ),
)
async def revoke_role(request: AnyRequest, account_id: FromPath[UUID]) -> Answer:
    """From the next request on."""
    wanted = reading.query(request, RoleQuery)
    revoked = await accounts.revoke_role(
        actor_of(request), account_id, wanted.role, wanted.call or None, now=clock.now()
    )
    return answer(revoked)


@post(
    "/api/accounts/{account_id:uuid}/disable",
    opt=tell(
        Action.ACCOUNT_DISABLE,
        "Close an account to its holder",
        ACCOUNTS,
        answer=DisabledAccount,
        problems=(404, 409),
    ),
)
async def disable_account(request: AnyRequest, account_id: FromPath[UUID]) -> Answer:
    """Sessions and links end at once."""
    await reading.nothing(request)
    return answer(await accounts.disable_account(actor_of(request), account_id, now=clock.now()))


routes = (
    sign_up,
    confirm_address,
    invite_account,
    accept_invitation,
    list_accounts,
    grant_role,
    revoke_role,
    disable_account,
)
