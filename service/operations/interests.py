"""What a person declares once for every proposal of every call: organisations, persons, proposals they do not judge.

A proposal is declared by its reference, whether or not there is one: nobody learns by declaring what exists.
"""

from datetime import datetime
from typing import Literal
from uuid import UUID

import msgspec

from forms import FieldError
from service.domain import conflicts, naming
from service.domain.actor import Actor
from service.identity import addresses
from service.operations.acting import operation
from service.operations.persons import one_line, record, signed_in
from service.operations.rechecking import locked_person, recheck_person
from service.problems import Conflict, Invalid, NotFound
from service.store.database import execute, row, value
from service.store.ids import uuid7

MOST = 200  # of one person
LONGEST_NAME, LONGEST_IDENTIFIER, LONGEST_REASON = 300, 254, 2000

InterestKind = Literal["organisation", "person", "proposal"]


class InterestContent(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`name`: of the organisation or person, or a proposal's reference. `identifier`: SIREN, SIRET, VAT number or ROR
    of an organisation, e-mail address of a person. `reason`: for the officers; may be empty."""

    kind: InterestKind
    name: str
    identifier: str = ""
    reason: str = ""


class DeclaredInterest(msgspec.Struct, frozen=True):
    """The interest as kept."""

    id: UUID
    kind: InterestKind
    name: str
    identifier: str


class EndedInterest(msgspec.Struct, frozen=True):
    """The interest that counts no more."""

    id: UUID


@operation
async def declare_interest(actor: Actor, content: InterestContent, *, now: datetime) -> DeclaredInterest:
    """Never judge what this organisation or person applies with, now and later: access ends with this commit.

    Declaring the same again changes nothing. Raises SignInNeeded, Invalid, Conflict beyond 200.
    """
    account = signed_in(actor)
    told = _checked(content)
    holding = await locked_person(actor, account, now)
    known = await row(
        "SELECT id FROM interest WHERE account = {} AND kind = {} AND name = {} AND identifier = {}"
        " AND ended_at IS NULL",
        *(account, told.kind, told.name, told.identifier),
    )
    if known is not None:
        return DeclaredInterest(known["id"], told.kind, told.name, told.identifier)
    if await value("SELECT count(*) FROM interest WHERE account = {} AND ended_at IS NULL", account) >= MOST:
        raise Conflict(f"Vous avez déjà déclaré {MOST} liens d’intérêts : mettez fin à d’autres.", code="too_many")
    interest = uuid7(now)
    await execute(
        "INSERT INTO interest (id, account, kind, name, identifier, reason, created_at)"
        " VALUES ({}, {}, {}, {}, {}, {}, {})",
        *(interest, account, told.kind, told.name, told.identifier, told.reason, now),
    )
    await record(account, "interest_declared", actor, now, interest=interest, about=told.kind)
    await recheck_person(account, holding, now)
    return DeclaredInterest(interest, told.kind, told.name, told.identifier)


@operation
async def end_interest(actor: Actor, interest_id: UUID, *, now: datetime) -> EndedInterest:
    """It counts no more. Raises SignInNeeded, NotFound for another's."""
    account = signed_in(actor)
    holding = await locked_person(actor, account, now)
    line = await row("SELECT ended_at FROM interest WHERE id = {} AND account = {}", interest_id, account)
    if line is None:
        raise NotFound("Ce lien d’intérêts n’existe pas.")
    if line["ended_at"] is None:
        await execute("UPDATE interest SET ended_at = {} WHERE id = {}", now, interest_id)
        await record(account, "interest_ended", actor, now, interest=interest_id)
        await recheck_person(account, holding, now)
    return EndedInterest(interest_id)


def _checked(content: InterestContent) -> InterestContent:
    name, identifier = one_line(content.name), one_line(content.identifier)
    reason = content.reason.strip()
    found = (_name_fault(content.kind, name, identifier), _long(content), _wordy(reason))
    errors = [error for error in found if error is not None]
    if not errors and content.kind == "person" and identifier:
        address = addresses.normalised(identifier)
        if address is None:
            fr = "Indiquez une adresse électronique complète, par exemple nom@domaine.fr, ou laissez vide."
            errors.append(FieldError("identifier", "email", fr, "Give a complete e-mail address, or leave it empty."))
        identifier = address or ""
    if content.kind == "organisation" and identifier and not naming.body(identifier):
        fr = "Indiquez un numéro SIREN, SIRET, de TVA ou un identifiant ROR, ou laissez vide."
        errors.append(FieldError("identifier", "bad_identifier", fr, "Give a SIREN, SIRET, VAT number or ROR."))
    if errors:
        raise Invalid(errors)
    if content.kind == "proposal":
        name, identifier = conflicts.reference_key(name), ""
    return InterestContent(content.kind, name, identifier, reason)


def _name_fault(kind: InterestKind, name: str, identifier: str) -> FieldError | None:
    told: dict[InterestKind, tuple[bool, str, str]] = {
        "organisation": (bool(naming.organisation(name)), "Indiquez le nom de l’organisme.", "Name the organisation."),
        "person": (
            bool(naming.person(name)) or (bool(name) and "@" in identifier),
            "Indiquez le prénom et le nom de la personne, ou son nom et son adresse électronique.",
            "Give the person's full name, or their name and e-mail address.",
        ),
        "proposal": (bool(name), "Indiquez la référence de la candidature.", "Give the reference of the proposal."),
    }
    fine, fr, en = told[kind]
    return None if fine else FieldError("name", "required", fr, en)


def _long(content: InterestContent) -> FieldError | None:
    if len(content.name) > LONGEST_NAME or len(content.identifier) > LONGEST_IDENTIFIER:
        fr = f"Indiquez un nom en {LONGEST_NAME} caractères au plus, un identifiant en {LONGEST_IDENTIFIER}."
        return FieldError("name", "too_long", fr, "Too long.")
    return None


def _wordy(reason: str) -> FieldError | None:
    if len(reason) > LONGEST_REASON:
        fr = f"Ce texte a {len(reason)} caractères : {LONGEST_REASON} au plus."
        return FieldError("reason", "too_long", fr, f"At most {LONGEST_REASON} characters.")
    return None
