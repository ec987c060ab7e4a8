"""Submitting a proposal, once and again when it was returned; withdrawing it."""

from datetime import datetime
from uuid import UUID

import msgspec

import forms
from forms.differences import asked, asked_files
from service.domain.actor import Actor
from service.domain.policy import Action, Phase
from service.notify.mails import Mail
from service.operations import stages
from service.operations.acting import operation
from service.operations.documents import queue_document
from service.operations.drafts import files, kept_answers, require_open
from service.operations.holding import Held, held
from service.operations.telling import tell_officers, tell_owner
from service.problems import Conflict, Invalid
from service.store.database import execute, row, rows, value


class SubmittedFile(msgspec.Struct, frozen=True):
    """One file of a revision. `size` in bytes, `sha256` in hexadecimal."""

    id: UUID
    field: str
    name: str
    size: int
    sha256: str
    media_type: str


class SubmittedAnswers(msgspec.Struct, frozen=True):
    """The content of a revision of answers: what conditions hide is no part of it. `part`: the last stage of kind
    submission up to which the form was asked, "" for what is asked at first."""

    reference: str
    title: str
    organisation: str
    edition: UUID
    answers: dict[str, object]
    files: tuple[SubmittedFile, ...]
    part: str = ""


class Submitted(msgspec.Struct, frozen=True):
    """What the applicant is told at once; the receipt is drawn after. `digest`: salted SHA-256 of the revision."""

    id: UUID
    reference: str
    revision: int
    submitted_at: datetime
    digest: str
    files: tuple[SubmittedFile, ...]


class Withdrawn(msgspec.Struct, frozen=True):
    """The proposal that was withdrawn, and when."""

    id: UUID
    withdrawn_at: datetime


@operation
async def submit_proposal(actor: Actor, proposal_id: UUID, *, now: datetime) -> Submitted:
    """Validate everything, keep it as an immutable revision, start (or resume) the process.

    Raises Invalid with every error by field path, Conflict outside the call's dates.
    """
    # The call before the proposal: the order of locks. A reference is given under the call's lock.
    call = await row(
        "SELECT * FROM call WHERE id = (SELECT call FROM proposal WHERE id = {}) FOR NO KEY UPDATE", proposal_id
    )
    proposal = await held(actor, proposal_id, now)
    await proposal.require(Action.PROPOSAL_SUBMIT)
    if call is None:
        raise LookupError("a proposal without a call, which a foreign key rules out")
    first = proposal.phase is Phase.DRAFT
    if first:
        require_open(call["opens_at"], call["closes_at"], now)
    content = await _content(proposal, call["prefix"], call["next_number"])
    if first:
        await execute("UPDATE call SET next_number = next_number + 1 WHERE id = {}", call["id"])
        await proposal.set(reference=content.reference, submitted_at=proposal.now, status="in_progress")
    await proposal.set(title=content.title[:300], organisation=content.organisation[:300], told_edition=None)
    revision = await proposal.keep_revision("answers", proposal.id, content)
    part = proposal.phase is Phase.SUBMISSION
    if not part:
        await (_start if first else _complete)(proposal)
    await proposal.append(
        "proposal_submitted" if first else "part_submitted" if part else "proposal_completed",
        revision=revision.number,
        digest=revision.digest,
        stage=proposal.line["stage"],
        files=[file.sha256 for file in content.files],
    )
    await queue_document(proposal, "receipt")
    await tell_owner(proposal, Mail.RECEIPT, f"receipt-{revision.number}")
    if part:
        await stages.leave(proposal, "submitted")
        await tell_officers(proposal, Mail.OFFICER_COMPLETED, f"completed-{proposal.line['last_seq']}")
    return Submitted(proposal.id, content.reference, revision.number, proposal.now, revision.digest, content.files)


async def _content(proposal: Held, prefix: str, next_number: int) -> SubmittedAnswers:
    form, today = proposal.form, forms.local_day(proposal.now)
    kept = {field: content for field, (_, content) in (await kept_answers(proposal.id)).items() if content is not None}
    answers, present = asked(form, kept), asked_files(form, await files(proposal.id))
    errors = forms.validate(form, answers, present, today)
    if errors:
        raise Invalid(errors)
    shown = forms.visible(form, answers, today)
    wanted = forms.visible_files(form, answers, today)
    found = await rows(
        "SELECT id, field, name, size, sha256, media_type FROM attachment"
        " WHERE proposal = {} AND removed_at IS NULL ORDER BY field, added_at, id",
        proposal.id,
    )
    return SubmittedAnswers(
        reference=proposal.line["reference"] or f"{prefix}-{next_number:04d}",
        title=forms.proposal_title(form, shown),
        organisation=forms.organisation_name(form, shown),
        edition=proposal.line["edition"],
        answers=shown,
        part=proposal.line["part"],
        files=tuple(SubmittedFile(**line) for line in found if line["field"] in wanted),
    )


async def _start(proposal: Held) -> None:
    await stages.enter(proposal, proposal.edition.process.stages[0].id, "in_progress")
    await tell_officers(proposal, Mail.OFFICER_SUBMITTED, "submitted")


async def _complete(proposal: Held) -> None:
    await proposal.set(returned=False)
    await stages.resume(proposal)
    await tell_officers(proposal, Mail.OFFICER_COMPLETED, f"completed-{proposal.line['last_seq']}")


@operation
async def withdraw_proposal(actor: Actor, proposal_id: UUID, reason: str = "", *, now: datetime) -> Withdrawn:
    """Take a submitted proposal back, until its decision is published. Its workflow ends at the next poke."""
    proposal = await held(actor, proposal_id, now)
    await proposal.require(Action.PROPOSAL_WITHDRAW)
    if await value("SELECT publication FROM decision WHERE proposal = {} AND round = {}", proposal_id, proposal.round):
        raise Conflict(
            "La décision a été publiée : la candidature ne peut plus être retirée.", code="decision_published"
        )
    stage = proposal.line["stage"]
    await stages.enter(proposal, None, "withdrawn")
    await execute("UPDATE proposal SET withdrawal_reason = {} WHERE id = {}", reason[:2000], proposal_id)
    await proposal.append("proposal_withdrawn", stage=stage)
    await tell_owner(proposal, Mail.WITHDRAWN, "withdrawn")
    await tell_officers(proposal, Mail.OFFICER_WITHDRAWN, "withdrawn")
    return Withdrawn(proposal.id, proposal.now)
