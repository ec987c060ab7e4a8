"""More time for a stage of one proposal, for what its applicant owes, or for one expert; always with a reason."""

from datetime import datetime
from typing import Literal
from uuid import UUID

import msgspec

import forms
from forms import FieldError, Stage
from service.domain.actor import Actor
from service.domain.policy import Action
from service.notify.mails import Mail
from service.operations import stages
from service.operations.acting import operation
from service.operations.deadlines import FARTHEST
from service.operations.holding import Held, held_by
from service.operations.steering import keep, require_reason, steered
from service.operations.telling import tell, tell_applicants
from service.problems import Conflict, Invalid
from service.store.database import execute, rows


class Extend(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """More time in this stage, until this instant: for the stage itself, or for what its applicant has to complete. The
    applicant reads the reason where the time is theirs."""

    stage: str
    until: datetime
    reason: str
    clock: Literal["stage", "completion"] = "stage"


class ExtendExpert(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Until when an invited expert may give their review; they read neither reason nor author."""

    until: datetime
    reason: str


class Extended(msgspec.Struct, frozen=True):
    """The proposal, and until when it has time now."""

    id: UUID
    until: datetime


@operation
async def extend_stage(actor: Actor, proposal_id: UUID, act: Extend, *, now: datetime) -> Extended:
    """Give a stage more time. One that was overdue is in time again; a clock that stands still goes on doing so, with
    so much more left. Conflict where no such clock runs; Invalid where the instant is not later than what is in force.
    """
    proposal, stage = await steered(actor, proposal_id, act.reason, now, act.stage)
    running = await stages.clock(proposal, act.clock)
    if running is None or (act.clock == "completion" and not proposal.line["returned"]):
        raise Conflict("Aucun délai de cette sorte ne court : il n’y a rien à prolonger.", code="no_clock")
    _require_later(act.until, running["due_at"], proposal.now)
    theirs = act.clock == "completion" or stage.kind == "submission"
    said = await keep(proposal, "extend", act.reason, clock=act.clock, until=act.until, told=theirs)
    await execute(
        "UPDATE deadline SET due_at = {}, overdue_at = NULL WHERE proposal = {} AND visit = {} AND kind = {}",
        *(act.until, proposal.id, proposal.line["visit"], act.clock),
    )
    kind = "time_extended" if theirs else "stage_extended"
    await proposal.append(kind, stage=stage.id, clock=act.clock, until=act.until, **said)
    if stage.kind == "conciliation" and act.clock == "stage":
        await _extend_conciliation(proposal, stage, act.until)
    if theirs:
        key = f"extended-{proposal.line['last_seq']}"
        await tell_applicants(proposal, Mail.DEADLINE_EXTENDED, key, due=act.until.isoformat())
    return Extended(proposal.id, act.until)


@operation
async def extend_expert(actor: Actor, assignment_id: UUID, act: ExtendExpert, *, now: datetime) -> Extended:
    """Give one expert more time; they are reminded at the edition's fractions of it. Conflict for one of whom no review
    is awaited."""
    proposal, line = await held_by(actor, "assignment", assignment_id, now)
    await proposal.require(Action.PROPOSAL_STEER)
    require_reason(act.reason)
    stage, awaited = proposal.stage, line["status"] in ("invited", "accepted") or line["asked_again"] is not None
    if stage is None or line["round"] != proposal.round or not awaited:
        raise Conflict("Aucune évaluation n’est attendue de cette personne.", code="not_awaited")
    _require_later(act.until, line["due_at"], proposal.now)
    said = await keep(proposal, "extend", act.reason, clock="expert", until=act.until)
    reminders = [forms.portion(proposal.now, act.until, part) for part in stage.rungs]
    await execute(
        "UPDATE assignment SET due_at = {}, reminders = {}, reminded = 0 WHERE id = {}",
        *(act.until, msgspec.json.encode(reminders).decode(), assignment_id),
    )
    await proposal.append("expert_extended", assignment=assignment_id, until=act.until, **said)
    await _tell_expert(proposal, line["expert"], assignment_id)
    return Extended(proposal.id, act.until)


async def _extend_conciliation(proposal: Held, stage: Stage, until: datetime) -> None:
    """Whoever has not confirmed or revised their review yet has as long as the stage: it is theirs alone."""
    reminders = [forms.portion(proposal.now, until, part) for part in stage.rungs]
    asked = await rows(
        "UPDATE assignment SET due_at = {}, reminders = {}, reminded = 0"
        " WHERE proposal = {} AND round = {} AND asked_again IS NOT NULL RETURNING id, expert",
        *(until, msgspec.json.encode(reminders).decode(), proposal.id, proposal.round),
    )
    for line in sorted(asked, key=lambda one: one["id"]):
        await _tell_expert(proposal, line["expert"], line["id"])


async def _tell_expert(proposal: Held, expert: UUID, assignment: UUID) -> None:
    key = f"more-{proposal.line['last_seq']}"
    await tell(proposal, expert, Mail.EXPERT_EXTENDED, key, assignment=str(assignment))


def _require_later(until: datetime, in_force: datetime, now: datetime) -> None:
    if until.tzinfo is None:
        raise Invalid([FieldError("until", "bad_instant", "Donnez un fuseau horaire.", "Give a time zone.")])
    if until <= max(in_force, now):
        said = "Choisissez une date et une heure à venir, après l’échéance actuelle."
        raise Invalid([FieldError("until", "too_early", said, "A future instant, after the present deadline.")])
    if until > max(in_force, now) + FARTHEST:
        said = "Choisissez une date située un an au plus après l’échéance actuelle."
        raise Invalid([FieldError("until", "too_late", said, "At most a year after the present deadline.")])
