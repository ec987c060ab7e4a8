"""The officer's hand: leave a stage, go back to one, reopen, stop. Always possible, always with a reason, always in the
journal; the workflow follows, since a run ends when the row has moved, whoever moved it.

Each act names the stage that the officer saw: on a proposal that has moved since, it is refused instead of moving it
once more. What was given in a stage that is entered again stays: a verdict and a synthesis with their old visit, so
that they are given anew; reviews, which their experts are asked to confirm or revise.
"""

import secrets
from datetime import datetime
from typing import Literal
from uuid import UUID

import msgspec

import forms
from forms import FieldError, Stage
from service.domain import steering as rules
from service.domain.actor import Actor
from service.domain.policy import Action
from service.domain.steering import Decided
from service.notify.mails import Mail
from service.operations import again, stages
from service.operations.acting import operation
from service.operations.documents import queue_document
from service.operations.holding import Held, held
from service.operations.telling import tell_applicants, tell_officers, tell_owner
from service.problems import Conflict, Invalid
from service.store import journal
from service.store.database import execute, row
from service.store.decided import decision_waits, pending_correction
from service.store.ids import uuid7

LONGEST_REASON = 2000
Act = Literal["skip", "go_back", "reopen", "extend", "reassign", "stop"]


class Skip(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Leave this stage by one of its outcomes."""

    stage: str
    outcome: str
    reason: str


class GoBack(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """From this stage to another before it, or to its own beginning."""

    stage: str
    to: str
    reason: str


class Reopen(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Examine a closed proposal again, from this stage on."""

    to: str
    reason: str


class Stop(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """End the process in this stage, with this status. The applicant reads the reason in a letter."""

    stage: str
    status: str
    reason: str


class Steered(msgspec.Struct, frozen=True):
    """Where the proposal stands after it; `stage` is "" once its process is over."""

    id: UUID
    stage: str
    status: str


@operation
async def skip_stage(actor: Actor, proposal_id: UUID, act: Skip, *, now: datetime) -> Steered:
    """Have a stage left before its time. Conflict where it was left meanwhile, or where only a decision, or the
    checklist, may lead out by this outcome."""
    proposal, stage = await steered(actor, proposal_id, act.reason, now, act.stage)
    if act.outcome not in {one.id for one in rules.skippable(stage)}:
        if stage.outcome(act.outcome) is None:
            raise Invalid([_fault("outcome", "Choisissez une issue de cette étape.", "Choose an outcome.")])
        raise Conflict(
            "Cette issue accepte ou refuse la candidature : elle se prend par la vérification ou par la décision, avec"
            " ses motifs, et non en passant l’étape.",
            code="needs_decision",
        )
    said = await keep(proposal, "skip", act.reason)
    await proposal.append("stage_skipped", stage=stage.id, outcome=act.outcome, **said)
    await again.forget_pending_decision(proposal)
    await stages.leave(proposal, act.outcome)
    return _standing(proposal)


@operation
async def go_back(actor: Actor, proposal_id: UUID, act: GoBack, *, now: datetime) -> Steered:
    """Bring a proposal back to an earlier stage of its process, or to the beginning of its present one. Conflict where
    a published decision lies between."""
    proposal, stage = await steered(actor, proposal_id, act.reason, now, act.stage)
    decided = await _decided(proposal)
    target = _among(proposal, act.to, rules.behind(proposal.edition.process, stage.id, decided), decided)
    said = await keep(proposal, "go_back", act.reason)
    await _reenter(proposal, target, decided)
    await proposal.append("stage_reentered", stage=stage.id, next=target.id, round=proposal.round, **said)
    await _tell_next_part(proposal)
    return _standing(proposal)


@operation
async def reopen(actor: Actor, proposal_id: UUID, act: Reopen, *, now: datetime) -> Steered:
    """Examine a closed proposal again. Whoever was told its end is told that it no longer holds.

    Conflict for one that its applicant withdrew, which only they take back; and behind a published decision, which
    binds the service until whoever took it withdraws it (code of relations, L242-1 and L243-3).
    """
    proposal, _ = await steered(actor, proposal_id, act.reason, now, None)
    if proposal.line["status"] == "withdrawn":
        raise Conflict(
            "Le candidat a retiré sa candidature : lui seul peut annuler ce retrait, ou en déposer une autre.",
            code="withdrawn",
        )
    decided, before = await _decided(proposal), proposal.line["status"]
    target = _among(proposal, act.to, rules.reachable(proposal.edition.process, decided), decided)
    said = await keep(proposal, "reopen", act.reason, told=True)
    await _reenter(proposal, target, decided)
    await proposal.append("proposal_reopened", status=before, next=target.id, round=proposal.round, **said)
    key = f"reopened-{proposal.line['last_seq']}"
    await tell_owner(proposal, Mail.REOPENED, key)
    await tell_officers(proposal, Mail.OFFICER_REOPENED, key)
    await _tell_next_part(proposal)
    return _standing(proposal)


@operation
async def stop(actor: Actor, proposal_id: UUID, act: Stop, *, now: datetime) -> Steered:
    """End the process of a proposal in whatever stage it is; the letter to the applicant gives the reason."""
    proposal, stage = await steered(actor, proposal_id, act.reason, now, act.stage)
    if act.status not in rules.endings(stage):
        raise Invalid([_fault("status", "Choisissez comment la procédure se termine.", "Choose how it ends.")])
    said = await keep(proposal, "stop", act.reason, told=True)
    signed = {"reason": act.reason.strip(), "author_name": actor.name, "status": act.status}
    revision = await proposal.keep_revision("ending", proposal.id, signed)
    await again.forget_pending_decision(proposal)
    await stages.enter(proposal, None, act.status)
    await proposal.append(
        "process_stopped", stage=stage.id, next="", status=act.status, round=proposal.round,
        revision=revision.number, **said,
    )  # fmt: skip
    await queue_document(proposal, "letter")
    await tell_owner(proposal, Mail.LETTER, f"letter-{proposal.line['visit']}")
    return _standing(proposal)


async def steered(actor: Actor, proposal_id: UUID, reason: str, now: datetime, stage: str | None) -> tuple[Held, Stage]:
    """The proposal under its lock, in the stage that the officer saw (None: in none any more). For None the second part
    means nothing. Conflict where a decision is about to move it, for as long as its workflow takes to follow."""
    proposal = await held(actor, proposal_id, now)
    await proposal.require(Action.PROPOSAL_STEER)
    require_reason(reason)
    if await pending_correction(proposal.id) is not None:
        raise Conflict(
            "Une décision rectificative attend d’être publiée : la candidature suivra ce qu’elle dit.",
            code="correction_pending",
        )
    present = proposal.stage
    if stage is None:
        if present is not None:
            raise Conflict("Cette candidature est en cours d’examen : il n’y a rien à rouvrir.", code="not_closed")
        return proposal, proposal.edition.process.stages[0]
    if present is None or present.id != stage:
        raise Conflict(
            "La candidature n’est plus à l’étape affichée : rechargez la page avant d’agir.", code="stage_left"
        )
    if await decision_waits(proposal.id):
        raise Conflict(
            "La décision vient d’être publiée : la candidature va suivre ce qu’elle dit. Rechargez la page dans un"
            " instant.",
            code="decision_published",
        )
    return proposal, present


def require_reason(reason: str) -> None:
    """Raise Invalid where there is none, or one that is too long."""
    if not reason.strip():
        raise Invalid([_fault("reason", "Indiquez le motif : il figure au dossier.", "Give the reason.")])
    if len(reason) > LONGEST_REASON:
        said = f"Écrivez le motif en {LONGEST_REASON} caractères au plus."
        raise Invalid([FieldError("reason", "too_long", said, f"At most {LONGEST_REASON} characters.")])


async def keep(
    proposal: Held, act: Act, reason: str, *, clock: str = "", until: datetime | None = None, told: bool = False
) -> dict[str, object]:
    """Store why; returns what the entry says of it: an id, and the salted digest of the reason."""
    steering, salt, text = uuid7(proposal.now), secrets.token_bytes(16), reason.strip()
    digest = journal.salted(salt, text.encode())
    await execute(
        "INSERT INTO steering (id, proposal, act, visit, clock, until, told, reason, salt, digest, author, at)"
        " VALUES ({}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {})",
        *(steering, proposal.id, act, proposal.line["visit"], clock, until, told, text, salt, digest),
        *(proposal.actor.person, proposal.now),
    )
    return {"steering": steering, "digest": digest}


async def _decided(proposal: Held) -> Decided | None:
    found = await row(
        "SELECT round, outcome FROM decision WHERE proposal = {} AND publication IS NOT NULL"
        " ORDER BY round DESC, number DESC LIMIT 1",
        proposal.id,
    )
    return Decided(**found) if found else None


def _among(proposal: Held, wanted: str, allowed: tuple[Stage, ...], decided: Decided | None) -> Stage:
    target = next((one for one in allowed if one.id == wanted), None)
    if target is not None:
        return target
    if proposal.edition.process.stage(wanted) is None:
        raise Invalid([_fault("to", "Choisissez une étape de la procédure.", "Choose a stage.")])
    if decided is not None:
        raise Conflict(
            "Une décision publiée sépare la candidature de cette étape. Elle lie le service : seule l’autorité qui l’a"
            " prise peut la remplacer, par une décision rectificative, dans les conditions des articles"
            " L.\u00a0242-1 et L.\u00a0243-3 du code des relations entre le public et l’administration.",
            code="decision_published",
        )
    raise Conflict("Cette étape vient après l’étape actuelle : passez les étapes une à une.", code="not_behind")


async def _reenter(proposal: Held, target: Stage, decided: Decided | None) -> None:
    """Enter a stage again: a new visit, with a clock of its own, and the status that the last decision gave."""
    await again.forget_pending_decision(proposal)
    await stages.enter(proposal, target.id, rules.status_after(proposal.edition.process, decided))


async def _tell_next_part(proposal: Held) -> None:
    if proposal.line["stage_kind"] == "submission":
        await tell_applicants(proposal, Mail.NEXT_PART, f"next-part-{proposal.line['visit']}")


def _standing(proposal: Held) -> Steered:
    return Steered(proposal.id, proposal.line["stage"], proposal.line["status"])


def _fault(path: str, fr: str, en: str) -> FieldError:
    return forms.FieldError(path, "required", fr, en)
