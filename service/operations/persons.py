"""What the operations on accounts share: checking what was typed, rows of accounts, links sent, entries."""

import secrets
import unicodedata
from datetime import datetime
from uuid import UUID

import msgspec

from forms import FieldError
from service.domain.actor import Actor
from service.identity import addresses, passwords, tickets
from service.identity.tickets import Ticket, TicketKind
from service.notify.mails import Mail
from service.notify.queue import enqueue
from service.problems import Conflict, Invalid, NotFound, SignInNeeded
from service.store import journal
from service.store.database import Row, execute, row
from service.store.ids import uuid7

LOCAL = "local"
LONGEST_TYPED = 2000  # characters
LONGEST_NAME = 200
LINKS = {
    TicketKind.CONFIRM: Mail.CONFIRM_ADDRESS,
    TicketKind.RESET: Mail.RESET_PASSWORD,
    TicketKind.INVITE: Mail.INVITATION,
}


class Person(msgspec.Struct, frozen=True):
    """A person as typed, once checked: address in lower case, name and organisation on one line."""

    email: str
    name: str
    organisation: str = ""


def checked_email(email: str) -> str:
    """The address in its one spelling. Raises Invalid."""
    address, errors = _address(email)
    if errors:
        raise Invalid(errors)
    return address


def checked_person(
    email: str, name: str, organisation: str = "", password: str | None = None, *, names: bool = True
) -> Person:
    """The person, with the password they choose if they do. Raises Invalid with every error at once.

    `names=False` lets a blank name through: an invited person gives theirs later.
    """
    address, errors = _address(email)
    name, organisation = one_line(name), one_line(organisation)
    if (names and not name) or len(name) > LONGEST_NAME:
        errors.append(FieldError("name", "name", "Indiquez votre nom (200 caractères au plus).", "Give your name."))
    if len(organisation) > 300:
        errors.append(
            FieldError("organisation", "too_long", "Indiquez un organisme en 300 caractères au plus.", "Too long.")
        )
    if password is not None:
        errors += weak("password", password, address, name)
    if errors:
        raise Invalid(errors)
    return Person(address, name, organisation)


def _address(email: str) -> tuple[str, list[FieldError]]:
    address = addresses.normalised(email)
    if address is not None:
        return address, []
    return "", [
        FieldError(
            "email",
            "email",
            "Indiquez une adresse électronique complète, par exemple nom@domaine.fr.",
            "Give a complete e-mail address.",
        )
    ]


def weak(path: str, password: str, email: str, name: str) -> list[FieldError]:
    """What is wrong with a new password, at `path`."""
    why = passwords.why_weak(password, email, name[:LONGEST_NAME])
    return [FieldError(path, "weak_password", why, "Choose a longer or less common password.")] if why else []


def one_line(text: str) -> str:
    """The text without control characters, direction marks and doubled spaces: it goes into mails and lists.

    What no column takes is left as it is, for its length to be refused: cleaning megabytes would hold everybody up.
    """
    if len(text) > LONGEST_TYPED:
        return text
    kept = "".join(" " if unicodedata.category(c) in {"Cc", "Zl", "Zp"} else c for c in text if not _invisible(c))
    return " ".join(unicodedata.normalize("NFC", kept).split())


def _invisible(character: str) -> bool:
    # The two joiners belong to the spelling of names in several scripts.
    return unicodedata.category(character) in {"Cf", "Cs", "Co"} and character not in "\u200c\u200d"


def signed_in(actor: Actor) -> UUID:
    """The actor's account. Raises SignInNeeded."""
    if actor.account is None:
        raise SignInNeeded
    return actor.account


def himself(actor: Actor, account: UUID) -> Actor:
    """Whoever proved to hold this account, acting on it."""
    return msgspec.structs.replace(actor, account=account)


async def add_account(
    person: Person, password_hash: str | None, confirmed: datetime | None, now: datetime
) -> UUID | None:
    """A new account with its local identity; None where the address has one. In a transaction."""
    made = await row(
        "INSERT INTO account (id, email, name, organisation, password_hash, created_at, confirmed_at, salt)"
        " VALUES ({}, {}, {}, {}, {}, {}, {}, {}) ON CONFLICT (email) WHERE email <> '' DO NOTHING RETURNING id",
        *(uuid7(now), person.email, person.name, person.organisation, password_hash, now, confirmed),
        secrets.token_bytes(16),
    )
    if made is None:
        return None
    account: UUID = made["id"]
    await execute(
        "INSERT INTO identity (id, account, iss, sub, created_at) VALUES ({}, {}, {}, {}, {})",
        *(uuid7(now), account, LOCAL, str(account), now),
    )
    return account


async def locked(account: UUID) -> Row:
    """An account's row, under its lock. Raises NotFound."""
    line = await row("SELECT * FROM account WHERE id = {} FOR NO KEY UPDATE", account)
    if line is None:
        raise NotFound("Ce compte n’existe pas.")
    return line


async def locked_open(account: UUID) -> Row:
    """The same of whoever acts now. Raises SignInNeeded where the account was closed since the request came in."""
    line = await locked(account)
    if line["disabled_at"] is not None:
        raise SignInNeeded
    return line


async def record(account: UUID, kind: str, actor: Actor, now: datetime, **data: object) -> None:
    """One entry in the account's journal."""
    await journal.append(f"account:{account}", kind, actor, now, data)


async def send_link(kind: TicketKind, account: UUID, email: str, now: datetime, **data: object) -> None:
    """A new ticket, and the mail that brings its link. Only the ticket's id waits in the outbox."""
    ticket = await tickets.issued(kind, account, now)
    mail = LINKS[kind]
    await enqueue(mail, account, email, {"ticket": str(ticket), **data}, key=f"{mail}-{ticket}", now=now)


async def claimed(kind: TicketKind, mark: bytes, now: datetime) -> Ticket:
    """The ticket of that digest, under its account's lock, to be used up in this transaction. Raises Conflict.

    The account first, as everywhere: whoever holds it may be using up all of its tickets.
    """
    seen = await tickets.good(kind, mark, now)
    if seen is None:
        raise link_refused()
    await locked(seen.account)
    ticket = await tickets.good(kind, mark, now)
    if ticket is None:
        raise link_refused()
    return ticket


def link_refused() -> Conflict:
    """The same words for a link that never was, was used, replaced, or is too old."""
    return Conflict(
        "Ce lien a déjà servi, ou n’est plus valable : un lien sert une seule fois, pendant 24 heures."
        " Demandez-en un nouveau.",
        code="link_refused",
    )
