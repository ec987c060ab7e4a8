"""How a person gets an account: signing up and proving the address, or accepting an invitation.

An answer never tells whether an address is known: the mail does. Passwords are hashed, and attempts counted, before
the transaction opens.
"""

from datetime import datetime
from uuid import UUID

import msgspec

from forms import FieldError
from service.domain.actor import Actor
from service.identity import passwords, secrets, throttling, tickets
from service.identity.level import level
from service.identity.tickets import TicketKind
from service.notify.mails import Mail
from service.notify.queue import enqueue
from service.operations.acting import operation
from service.operations.persons import (
    Person,
    add_account,
    checked_person,
    claimed,
    himself,
    link_refused,
    locked,
    record,
    send_link,
)
from service.operations.rechecking import hold_listed, recheck_person
from service.problems import Invalid
from service.store.database import Row, execute, row, value

NOT_CHOSEN = (
    "Ce mot de passe n’est pas celui de la dernière demande de compte faite avec cette adresse."
    " Créez à nouveau votre compte, ou demandez un nouveau mot de passe."
)


class SignedUp(msgspec.Struct, frozen=True):
    """Where the mail went, whoever the address belongs to."""

    email: str


class ConfirmedAddress(msgspec.Struct, frozen=True):
    """The account can sign in from now on."""

    account: UUID
    email: str


class AcceptedInvitation(msgspec.Struct, frozen=True):
    """The account can sign in from now on, with the password just chosen."""

    account: UUID
    email: str


async def sign_up(
    actor: Actor, email: str, name: str, password: str, *, organisation: str = "", now: datetime
) -> SignedUp:
    """Open an account that waits for its address to be confirmed. Known addresses get the same answer, another mail.

    Raises Invalid with every error, TooMany.
    """
    person = checked_person(email, name, organisation, password)
    await throttling.count({throttling.key("network-mail", throttling.network()): throttling.NETWORK}, now)
    async with level():
        return await _sign_up(actor, person, await passwords.hashed(password), now=now)


@operation
async def _sign_up(actor: Actor, person: Person, password: str, *, now: datetime) -> SignedUp:
    may_mail = await throttling.allowed(throttling.key("mail-sign-up", person.email), throttling.MAILS, now)
    account = await add_account(person, password, None, now)
    if account is not None:
        await record(account, "account_opened", himself(actor, account), now)
        await send_link(TicketKind.CONFIRM, account, person.email, now)
    elif may_mail:
        await _sign_up_again(actor, person, password, now)
    return SignedUp(person.email)


async def _sign_up_again(actor: Actor, person: Person, password: str, now: datetime) -> None:
    known = await row("SELECT id FROM account WHERE email = {}", person.email)
    if known is None:
        return
    line = await locked(known["id"])
    if line["disabled_at"] is not None:
        return
    if line["confirmed_at"] is not None:
        key = f"{Mail.ADDRESS_KNOWN}-{line['id']}-{now.isoformat()}"
        await enqueue(Mail.ADDRESS_KNOWN, line["id"], person.email, {}, key=key, now=now)
    elif line["password_hash"] is None:
        # Invited: a password typed by whoever knows the address must not become the invited person's.
        await tickets.voided(line["id"], now)
        await send_link(TicketKind.INVITE, line["id"], person.email, now)
    else:
        # Earlier links would confirm an account whose password somebody else may have chosen since.
        await tickets.voided(line["id"], now)
        await _replace(line, person, password)
        await record(line["id"], "account_opened", himself(actor, line["id"]), now)
        await send_link(TicketKind.CONFIRM, line["id"], person.email, now)


async def _replace(line: Row, person: Person, password: str) -> None:
    await execute(
        "UPDATE account SET name = {}, organisation = {}, password_hash = {} WHERE id = {}",
        *(person.name, person.organisation, password, line["id"]),
    )


async def confirm_address(actor: Actor, token: str, password: str, *, now: datetime) -> ConfirmedAddress:
    """Use up the link of a sign-up, with the password chosen there: whoever reads the mail may be confirming what a
    stranger has asked for with their address. It opens no session.

    Raises Conflict for a link that is used or too old, Invalid for another password (throttled), TooMany.
    """
    mark = secrets.digest(token)
    found = await row(
        "SELECT a.id, a.password_hash FROM ticket t JOIN account a ON a.id = t.account"
        " WHERE t.secret_hash = {} AND t.kind = {}",
        *(mark, TicketKind.CONFIRM.value),
    )
    if found is None:
        raise link_refused()
    network, own = throttling.key("network", throttling.network()), throttling.key("confirm", str(found["id"]))
    await throttling.count({network: throttling.NETWORK, own: throttling.PERSON}, now)
    if not await passwords.matches(found["password_hash"], password):
        if await tickets.good(TicketKind.CONFIRM, mark, now) is None:
            raise link_refused()
        raise Invalid([FieldError("password", "wrong_password", NOT_CHOSEN, "Not the password of the last sign-up.")])
    await throttling.forgive([network, own])
    # Whatever changes the password of an account that is not confirmed uses up this link in the same commit.
    return await _confirm_address(actor, mark, now=now)


@operation
async def _confirm_address(actor: Actor, mark: bytes, *, now: datetime) -> ConfirmedAddress:
    ticket = await claimed(TicketKind.CONFIRM, mark, now)
    line = await locked(ticket.account)
    await tickets.voided(ticket.account, now)
    await execute("UPDATE account SET confirmed_at = coalesce(confirmed_at, {}) WHERE id = {}", *(now, ticket.account))
    await record(ticket.account, "address_confirmed", himself(actor, ticket.account), now)
    return ConfirmedAddress(ticket.account, line["email"])


async def accept_invitation(
    actor: Actor, token: str, name: str, password: str, *, organisation: str = "", now: datetime
) -> AcceptedInvitation:
    """Use up an invitation's link: the address is proved, the name and password are the person's own.

    Raises Invalid with every error, Conflict for a link that is used or too old.
    """
    mark = secrets.digest(token)
    email = await value(
        "SELECT a.email FROM ticket t JOIN account a ON a.id = t.account WHERE t.secret_hash = {}", mark
    )
    if email is None:
        raise link_refused()
    person = checked_person(email, name, organisation, password)
    return await _accept_invitation(actor, mark, person, await passwords.hashed(password), now=now)


@operation
async def _accept_invitation(
    actor: Actor, mark: bytes, person: Person, password: str, *, now: datetime
) -> AcceptedInvitation:
    invited = await value("SELECT account FROM ticket WHERE secret_hash = {}", mark)
    holding = await hold_listed(actor, invited, now) if invited is not None else {}
    ticket = await claimed(TicketKind.INVITE, mark, now)
    line = await locked(ticket.account)
    await tickets.voided(ticket.account, now)
    await execute(
        "UPDATE account SET name = {}, organisation = CASE WHEN {} = '' THEN organisation ELSE {} END,"
        " password_hash = {}, confirmed_at = {} WHERE id = {}",
        *(person.name, person.organisation, person.organisation, password, now, ticket.account),
    )
    await record(ticket.account, "invitation_accepted", himself(actor, ticket.account), now)
    await recheck_person(ticket.account, holding, now)
    return AcceptedInvitation(ticket.account, line["email"])
