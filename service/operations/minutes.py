"""The minutes of a sitting: drawn from what happened, with members' dissent, approved by the chair."""

from datetime import datetime
from uuid import UUID

import msgspec

from service.domain.actor import Actor
from service.domain.policy import Action
from service.operations.acting import operation
from service.operations.calling import HeldSitting, held_for_member, held_sitting
from service.operations.sittings import KeptSitting
from service.operations.voting import require_part, require_seat
from service.operations.wording import whole
from service.problems import Conflict, Stale
from service.store import journal, minutes
from service.store.database import execute, row

LONGEST = 5000


class Disagreement(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """On which item a member disagrees with the opinion given, and what the minutes say of it."""

    proposal: UUID
    text: str = ""


class ApprovedMinutes(msgspec.Struct, frozen=True):
    """Minutes that change no more; `digest`: salted SHA-256 of all that they say."""

    sitting: UUID
    digest: str


@operation
async def mention_dissent(actor: Actor, sitting_id: UUID, content: Disagreement, *, now: datetime) -> KeptSitting:
    """A member asks that the minutes mention their disagreement with an opinion (R133-13); said again, it replaces
    what was said. Raises NotFound where one has no part in that item; Conflict before an opinion was given, and once
    the minutes are approved."""
    sitting = await held_for_member(actor, sitting_id, now)
    _require_unapproved(sitting)
    await require_seat(actor, sitting_id, content.proposal)
    await require_part(actor, [content.proposal], Action.DELIBERATION_READ)
    given = await row(
        "SELECT FROM sitting_item WHERE sitting = {} AND proposal = {} AND opinion IN ('retained', 'not_retained')",
        *(sitting_id, content.proposal),
    )
    if given is None:
        raise Conflict("Le comité n’a pas donné d’avis sur cette candidature.", code="no_opinion")
    text = whole("text", content.text, LONGEST)
    await execute(
        "INSERT INTO dissent (sitting, proposal, account, text, at) VALUES ({}, {}, {}, {}, {})"
        " ON CONFLICT (sitting, proposal, account) DO UPDATE SET text = excluded.text, at = excluded.at",
        *(sitting_id, content.proposal, actor.person, text, now),
    )
    await sitting.change(quiet=True)
    await sitting.append("dissent_mentioned", proposal=content.proposal, digest=sitting.digest(text))
    return sitting.kept(KeptSitting)


@operation
async def approve_minutes(actor: Actor, sitting_id: UUID, version: int, *, now: datetime) -> ApprovedMinutes:
    """The chair approves what the minutes said in that version; nothing of it changes any more, and its hash is in the
    journal. Repeating it changes nothing. Raises NotFound, Forbidden; Conflict before the sitting is over; Stale where
    something was noted since."""
    sitting = await held_sitting(actor, sitting_id, Action.MINUTES_APPROVE, now)
    if sitting.line["approved_at"] is not None:
        return ApprovedMinutes(sitting_id, sitting.line["digest"])
    if sitting.line["closed_at"] is None:
        raise Conflict("La séance n’est pas terminée.", code="not_closed")
    if sitting.line["version"] != version:
        raise Stale(sitting.line["version"])
    said = msgspec.json.encode(await minutes.drawn(sitting.line), order="deterministic")
    digest = journal.salted(bytes(sitting.line["salt"]), said)
    await sitting.change(quiet=True, approved_at=now, approved_by=actor.person, digest=digest, content=said.decode())
    await sitting.append("minutes_approved", digest=digest)
    return ApprovedMinutes(sitting_id, digest)


def _require_unapproved(sitting: HeldSitting) -> None:
    if sitting.line["approved_at"] is not None:
        raise Conflict("Le procès-verbal est approuvé : il ne change plus.", code="minutes_approved")
