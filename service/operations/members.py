"""Accounts and roles that staff, or whoever runs the service, give to others and take back.

Whoever runs the service acts at the command line as PROCESS: they hold the database anyway.
"""

from datetime import datetime
from uuid import UUID

import msgspec

from service.domain import policy
from service.domain.actor import Actor, Role
from service.domain.policy import Action
from service.identity import passwords, sessions, tickets
from service.identity.tickets import TicketKind
from service.notify.mails import Mail
from service.notify.queue import enqueue
from service.operations.acting import operation
from service.operations.everywhere import release_places
from service.operations.holding import call_named, refuse
from service.operations.persons import Person, add_account, checked_person, locked, record, send_link
from service.operations.rechecking import hold_listed, locked_person, recheck_person
from service.problems import Conflict, Forbidden, NotFound
from service.store.database import Row, execute, row, value
from service.store.ids import uuid7

EVERYWHERE = (Role.ADMIN, Role.AUDITOR)
# The authority decides, the chair presides, officers instruct: an administrator names them.
INVITED_BY_OFFICERS = frozenset({Role.COMMITTEE, Role.EXPERT})


class CreatedAccount(msgspec.Struct, frozen=True):
    """An account that can sign in at once."""

    account: UUID
    email: str


class InvitedAccount(msgspec.Struct, frozen=True):
    """Whom a mail was sent to, with the role they hold from now on."""

    account: UUID
    email: str
    role: Role
    call: str | None


class GrantedRole(msgspec.Struct, frozen=True):
    """A role that the account holds."""

    account: UUID
    role: Role
    call: str | None


class RevokedRole(msgspec.Struct, frozen=True):
    """A role that the account does not hold any more; `held` is False where it never did."""

    account: UUID
    role: Role
    call: str | None
    held: bool


class DisabledAccount(msgspec.Struct, frozen=True):
    """An account that cannot sign in any more, and how many sessions and tokens ended."""

    account: UUID
    sessions: int


async def create_account(  # noqa: PLR0917  all that makes an account, in its order
    actor: Actor,
    email: str,
    name: str,
    role: Role | None,
    call: str | None,
    password: str,
    *,
    organisation: str = "",
    now: datetime,
) -> CreatedAccount:
    """An account whose address needs no proof, for whoever runs the service alone. `role` None: an applicant.

    Raises Invalid, Conflict where the address has an account, NotFound for an unknown call.
    """
    if not actor.process:
        raise NotFound
    person = checked_person(email, name, organisation, password)
    return await _create_account(actor, person, role, call, await passwords.hashed(password), now=now)


@operation
async def _create_account(
    actor: Actor, person: Person, role: Role | None, call: str | None, password: str, *, now: datetime
) -> CreatedAccount:
    about = await _call(role, call) if role is not None else None
    account = await add_account(person, password, now, now)
    if account is None:
        raise Conflict(f"Un compte existe déjà pour {person.email}.", code="account_exists")
    await record(account, "account_created", actor, now)
    if role is not None:
        await _grant(actor, account, role, about, now)
        await recheck_person(account, {}, now)
    return CreatedAccount(account, person.email)


async def invite_account(
    actor: Actor, email: str, name: str, role: Role, call: str | None, *, organisation: str = "", now: datetime
) -> InvitedAccount:
    """Give a role to somebody, by mail: a link to open their account, or word of it where they have one.

    Officers invite experts and committee members of their call, administrators anybody. Inviting again sends another
    link, and only the last one is good. Raises Invalid, Forbidden, NotFound, Conflict for an applicant of the call.
    """
    person = checked_person(email, name, organisation, names=False)
    return await _invite_account(actor, person, role, call, now=now)


@operation
async def _invite_account(
    actor: Actor, person: Person, role: Role, call: str | None, *, now: datetime
) -> InvitedAccount:
    return await invite_person(actor, person, role, call, now=now)


async def invite_person(actor: Actor, person: Person, role: Role, call: str | None, *, now: datetime) -> InvitedAccount:
    """The same of a checked person, in the caller's transaction."""
    about = await _call(role, call)
    _require(actor, Action.ACCOUNT_INVITE, role, about)
    account = await add_account(person, None, None, now)
    if account is not None:
        await record(account, "account_invited", actor, now)
    else:
        account = await value("SELECT id FROM account WHERE email = {}", person.email)
    holding = await locked_person(actor, account, now)
    line = await locked(account)
    _require_enabled(line)
    granted = await _grant(actor, account, role, about, now)
    await recheck_person(account, holding, now)
    data = {"role": role.value, "call": call or ""}
    if line["confirmed_at"] is None:
        # Whatever password waited for a confirmation was not chosen by a proved holder of the address.
        await execute("UPDATE account SET password_hash = NULL WHERE id = {}", account)
        await tickets.voided(account, now)
        await send_link(TicketKind.INVITE, account, line["email"], now, **data)
    elif granted is not None:
        await enqueue(Mail.INVITATION, account, line["email"], data, key=f"{Mail.INVITATION}-{granted}", now=now)
    return InvitedAccount(account, line["email"], role, call)


@operation
async def grant_role(actor: Actor, account_id: UUID, role: Role, call: str | None, *, now: datetime) -> GrantedRole:
    """Give a role to an account whose address is proved. Raises NotFound, Forbidden, Conflict."""
    about = await _call(role, call)
    _require(actor, Action.ROLE_GRANT, role, about)
    holding = await locked_person(actor, account_id, now)
    line = await locked(account_id)
    _require_enabled(line)
    if line["confirmed_at"] is None:
        raise Conflict("Cette personne n’a pas encore confirmé son adresse.", code="address_unconfirmed")
    await _grant(actor, account_id, role, about, now)
    await recheck_person(account_id, holding, now)
    return GrantedRole(account_id, role, call)


@operation
async def revoke_role(actor: Actor, account_id: UUID, role: Role, call: str | None, *, now: datetime) -> RevokedRole:
    """Take a role back: it counts no more from the next request on; an expert's places go to others.

    Raises NotFound, Forbidden; Conflict where they were put on a list meanwhile: the same again will do.
    """
    about = await _call(role, call)
    _require(actor, Action.ROLE_GRANT, role, about)
    holding = await hold_listed(actor, account_id, now) if role is Role.EXPERT else {}
    await locked(account_id)
    held = await value(
        "DELETE FROM role WHERE account = {} AND role = {} AND call IS NOT DISTINCT FROM {} RETURNING id",
        *(account_id, role.value, about["id"] if about else None),
    )
    if held is not None:
        await record(account_id, "role_revoked", actor, now, role=role, call=about["id"] if about else None)
        await release_places(holding, account_id, about["id"] if about else None)
    return RevokedRole(account_id, role, call, held is not None)


@operation
async def disable_account(actor: Actor, account_id: UUID, *, now: datetime) -> DisabledAccount:
    """Close an account to its holder: sessions and links end at once, an expert's places go to others.

    Raises NotFound, Conflict for one's own, and where they were put on a list meanwhile: the same again will do.
    """
    if not actor.process:
        refuse(policy.why_not_everywhere(actor, Action.ACCOUNT_DISABLE))
    if actor.account == account_id:
        raise Conflict("Vous ne pouvez pas fermer votre propre compte.", code="own_account")
    holding = await hold_listed(actor, account_id, now)
    line = await locked(account_id)
    if line["disabled_at"] is not None:
        return DisabledAccount(account_id, 0)
    await execute("UPDATE account SET disabled_at = {} WHERE id = {}", now, account_id)
    await tickets.voided(account_id, now)
    count = await sessions.ended(account_id)
    await record(account_id, "account_disabled", actor, now, sessions=count)
    await release_places(holding, account_id)
    return DisabledAccount(account_id, count)


async def _call(role: Role, call: str | None) -> Row | None:
    """The call that a role is for, locked; None for a role that counts everywhere. Raises Conflict."""
    if (role in EVERYWHERE) != (call is None):
        raise Conflict(
            "Les rôles d’administration et d’audit valent pour tout le service, les autres pour un appel précis.",
            code="role_scope",
        )
    return await call_named(call, "FOR NO KEY UPDATE") if call is not None else None


def _require(actor: Actor, action: Action, role: Role, about: Row | None) -> None:
    if actor.process:
        return
    if about is None:
        refuse(policy.why_not_everywhere(actor, Action.ROLE_GRANT))
        return
    refuse(policy.why_not_on_call(actor, action, about["id"]))
    if role not in INVITED_BY_OFFICERS and policy.why_not_on_call(actor, Action.ROLE_GRANT, about["id"]) is not None:
        raise Forbidden(
            "Seule une personne chargée de l’administration peut donner ce rôle. Vous pouvez inviter des évaluateurs"
            " et des membres du comité.",
            code="role_not_yours_to_give",
        )


def _require_enabled(line: Row) -> None:
    if line["disabled_at"] is not None:
        raise Conflict("Ce compte a été fermé.", code="account_disabled")


async def _grant(actor: Actor, account: UUID, role: Role, about: Row | None, now: datetime) -> UUID | None:
    """The new role row's id; None where the account holds the role already. The call is locked by now."""
    call = about["id"] if about else None
    applies = await row(
        "SELECT FROM proposal p WHERE p.call = {} AND (p.owner = {} OR EXISTS"
        " (SELECT FROM collaborator k WHERE k.proposal = p.id AND k.account = {})) LIMIT 1",
        *(call, account, account),
    )
    if applies is not None:
        raise Conflict(
            "Cette personne a ouvert ou rejoint une candidature à cet appel : elle ne peut pas participer à son"
            " instruction.",
            code="applicant_of_call",
        )
    granted: UUID | None = await value(
        "INSERT INTO role (id, account, call, role, granted_at) VALUES ({}, {}, {}, {}, {})"
        " ON CONFLICT ON CONSTRAINT role_once DO NOTHING RETURNING id",
        *(uuid7(now), account, call, role.value, now),
    )
    if granted is not None:
        await record(account, "role_granted", actor, now, role=role, call=call)
    return granted
