"""More time to submit: for one draft, which the applicant names to the officer by its code, or for the whole call.

What is granted is a row: editions never change. An officer learns nothing of a draft by extending its time, not even
whose it is.
"""

import secrets
from datetime import datetime, timedelta
from uuid import UUID

import msgspec

from forms import FieldError
from service.domain import policy
from service.domain.actor import Actor
from service.domain.closing import Closing, closing, code_of, tail_of
from service.domain.policy import Action
from service.notify.dates import by
from service.notify.mails import Mail
from service.notify.queue import enqueue
from service.operations.acting import operation
from service.operations.holding import Held, call_named, held, refuse
from service.operations.telling import tell_owner
from service.problems import Conflict, Invalid
from service.store import journal
from service.store.database import Row, execute, rows, value
from service.store.ids import uuid7

LONGEST_REASON = 2000
FARTHEST = timedelta(days=366)  # beyond the time in force: more is a slip in the year


class MoreTime(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Until when, why (the applicants concerned read it), and for which draft, by its code: "" is for everybody."""

    until: datetime
    reason: str
    draft: str = ""


class ExtendedDeadline(msgspec.Struct, frozen=True):
    """What was granted: until when, and to the draft of that code, or to everybody ("")."""

    id: UUID
    until: datetime
    draft: str


async def closing_of(proposal: Held, call: Row) -> Closing:
    """Until when a draft may be submitted."""
    granted = await value("SELECT max(until) FROM extension WHERE proposal = {}", proposal.id)
    return closing(call["closes_at"], proposal.edition, granted)


async def require_in_time(proposal: Held, call: Row) -> None:
    """Raise Conflict where a draft can't be submitted yet, or any more. The last instant belongs to the time."""
    if proposal.now < call["opens_at"]:
        raise Conflict("Cet appel n’est pas encore ouvert.", code="call_not_open")
    if call["closes_at"] is None or proposal.now <= call["closes_at"]:
        return
    last = (await closing_of(proposal, call)).until
    if last is not None and proposal.now > last:
        raise Conflict(
            f"Le délai est passé : cette candidature pouvait être déposée jusqu’au {by(last)}. Votre brouillon est"
            " conservé. En cas d’empêchement, écrivez au service chargé de l’appel en lui donnant le code"
            f" {code_of(proposal.id)} : il peut prolonger le délai.",
            code="call_closed",
        )


@operation
async def extend_deadline(actor: Actor, slug: str, more: MoreTime, *, now: datetime) -> ExtendedDeadline:
    """Give one draft, or everybody, more time to submit. Drafts can be opened again where everybody is given it.

    Raises Invalid where the instant is not later than what is in force, the reason is missing, or no draft of this
    call has the code; Conflict where the call does not close.
    """
    call = await call_named(slug, "FOR NO KEY UPDATE")
    refuse(policy.why_not_on_call(actor, Action.DEADLINE_EXTEND, call["id"]))
    if call["closes_at"] is None:
        raise Conflict("Cet appel n’a pas de date de clôture : il n’y a rien à prolonger.", code="call_never_closes")
    proposal = await _draft(actor, call["id"], more.draft, now) if more.draft.strip() else None
    in_force = call["closes_at"] if proposal is None else (await closing_of(proposal, call)).until
    errors = _errors(more, in_force, now, named=proposal is not None)
    if errors:
        raise Invalid(errors, "La prolongation est à compléter ou à corriger.")
    extension, digest = await _keep(actor, call["id"], proposal, more, now)
    said = {"extension": extension, "until": more.until, "digest": digest}
    if proposal is None:
        await execute("UPDATE call SET closes_at = {} WHERE id = {}", more.until, call["id"])
        await journal.append(f"call:{call['id']}", "deadline_extended", actor, now, said)
        await _tell_everybody(call, extension, more.until, now)
        return ExtendedDeadline(extension, more.until, "")
    await proposal.append("deadline_extended", **said)
    await tell_owner(proposal, Mail.DEADLINE_EXTENDED, f"extension-{extension}", due=more.until.isoformat())
    return ExtendedDeadline(extension, more.until, code_of(proposal.id))


async def _draft(actor: Actor, call: UUID, code: str, now: datetime) -> Held | None:
    """The draft of that code under its lock; None where this call has none (any more)."""
    found = await rows(
        "SELECT id FROM proposal WHERE call = {} AND status = 'draft' AND discarded_at IS NULL"
        " AND right(id::text, 12) = {}",
        *(call, tail_of(code)),
    )
    if len(found) != 1:
        return None
    proposal = await held(actor, found[0]["id"], now)
    return proposal if proposal.phase is policy.Phase.DRAFT else None  # submitted while this waited for its lock


def _errors(more: MoreTime, in_force: datetime | None, now: datetime, *, named: bool) -> list[FieldError]:
    found: list[FieldError] = []
    if more.draft.strip() and not named:
        said = "Aucun brouillon de cet appel ne porte ce code : vérifiez-le auprès du candidat."
        found.append(FieldError("draft", "unknown_draft", said, "No draft of this call has this code."))
    if not more.reason.strip():
        said = "Indiquez pourquoi : les candidats concernés liront ce motif."
        found.append(FieldError("reason", "required", said, "Give the reason."))
    elif len(more.reason) > LONGEST_REASON:
        said = f"Écrivez le motif en {LONGEST_REASON} caractères au plus."
        found.append(FieldError("reason", "too_long", said, f"At most {LONGEST_REASON} characters."))
    if more.until.tzinfo is None:
        found.append(FieldError("until", "bad_instant", "Donnez un fuseau horaire.", "Give a time zone."))
    elif more.until <= max(in_force or now, now):
        said = "Choisissez une date et une heure à venir, après la clôture actuelle."
        found.append(FieldError("until", "too_early", said, "A future instant, after the present closing."))
    elif more.until > max(in_force or now, now) + FARTHEST:
        said = "Choisissez une date située un an au plus après la clôture actuelle."
        found.append(FieldError("until", "too_late", said, "At most a year after the present closing."))
    return found


async def _keep(actor: Actor, call: UUID, proposal: Held | None, more: MoreTime, now: datetime) -> tuple[UUID, str]:
    extension, salt = uuid7(now), secrets.token_bytes(16)
    digest = journal.salted(salt, more.reason.encode())
    await execute(
        "INSERT INTO extension (id, call, proposal, until, reason, salt, digest, author, at)"
        " VALUES ({}, {}, {}, {}, {}, {}, {}, {}, {})",
        *(extension, call, proposal.id if proposal else None, more.until, more.reason, salt, digest),
        *(actor.person, now),
    )
    return extension, digest


async def _tell_everybody(call: Row, extension: UUID, until: datetime, now: datetime) -> None:
    """Whoever has a draft on this call: one mail each, however many drafts."""
    found = await rows(
        "SELECT DISTINCT a.id, a.email FROM proposal p JOIN account a ON a.id = p.owner"
        " WHERE p.call = {} AND p.status = 'draft' AND p.discarded_at IS NULL AND a.disabled_at IS NULL"
        " AND a.email <> '' ORDER BY a.id",
        call["id"],
    )
    for line in found:
        await enqueue(
            Mail.DEADLINE_EXTENDED,
            *(line["id"], line["email"], {"call": call["slug"], "due": until.isoformat()}),
            key=f"extension-{extension}-{line['id']}",
            now=now,
        )
