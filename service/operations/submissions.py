"""Submitting a proposal, once and again when it was returned or amended; withdrawing it."""

from datetime import date, datetime, timedelta
from operator import attrgetter
from uuid import UUID

import msgspec

import forms
from forms.differences import asked, asked_files
from service.domain.actor import Actor
from service.domain.files import StoredFile
from service.domain.policy import Action, Phase
from service.notify.dates import by
from service.notify.mails import Mail
from service.operations import amendments, stages
from service.operations.acting import operation
from service.operations.deadlines import require_in_time
from service.operations.documents import queue_document
from service.operations.drafts import kept_answers
from service.operations.files import facts_of, stored_files
from service.operations.holding import Held, held
from service.operations.rechecking import recheck
from service.operations.telling import tell_applicants, tell_officers, tell_owner
from service.operations.wording import whole
from service.problems import Conflict, Invalid
from service.store.database import Row, execute, row, rows, value
from service.store.ids import uuid7

LONGEST_REASON = 2000


class SubmittedAnswers(msgspec.Struct, frozen=True):
    """The content of a revision of answers: what conditions hide is no part of it. `part`: the last stage of kind
    submission up to which the form was asked, "" for what is asked at first."""

    reference: str
    title: str
    organisation: str
    edition: UUID
    answers: dict[str, object]
    files: tuple[StoredFile, ...]
    part: str = ""


class Submitted(msgspec.Struct, frozen=True):
    """What the applicant is told at once; the receipt is drawn after. `digest`: salted SHA-256 of the revision."""

    id: UUID
    reference: str
    revision: int
    submitted_at: datetime
    digest: str
    files: tuple[StoredFile, ...]


class Withdrawn(msgspec.Struct, frozen=True):
    """The proposal that was withdrawn, and when."""

    id: UUID
    withdrawn_at: datetime


# Where a proposal that was submitted is not over: submitting the same again gives the receipt that it already has.
RECEIVED = frozenset({Phase.ELIGIBILITY, Phase.REVIEW, Phase.CONCILIATION, Phase.SYNTHESIS, Phase.COMMITTEE})
ENTRIES = {
    "first": "proposal_submitted",
    "completed": "proposal_completed",
    "amended": "proposal_amended",
    "part": "part_submitted",
}


@operation
async def submit_proposal(actor: Actor, proposal_id: UUID, *, now: datetime) -> Submitted:
    """Validate everything, keep it as an immutable revision, start (or resume) the process.

    What was submitted already and not changed since is not submitted twice: the answer is the same receipt.
    Raises Invalid with every error by field path, Conflict outside the time that the call and its officers give.
    """
    # The call before the proposal: the order of locks. A reference is given under the call's lock.
    call = await row(
        "SELECT * FROM call WHERE id = (SELECT call FROM proposal WHERE id = {}) FOR NO KEY UPDATE", proposal_id
    )
    proposal = await held(actor, proposal_id, now)
    # Returned meanwhile, it is a completion that is awaited, even of the same answers.
    amending = proposal.line["amending_since"] is not None and not proposal.line["returned"]
    if call is None:
        raise LookupError("a proposal without a call, which a foreign key rules out")
    if actor.account == proposal.line["owner"] and proposal.phase in RECEIVED and not amending:
        return await _received(proposal)
    await proposal.require(Action.PROPOSAL_SUBMIT)
    if proposal.phase is Phase.DRAFT:
        await require_in_time(proposal, call)
    elif proposal.phase is Phase.SUBMISSION:
        await _require_awaited(proposal)
    content = await _content(proposal, call["prefix"], call["next_number"])
    if amending and await _unchanged(proposal, content):
        await amendments.end(proposal)
        await proposal.append("amendment_abandoned")
        return await _received(proposal)
    return await _submit(proposal, call, content)


async def _submit(proposal: Held, call: Row, content: SubmittedAnswers) -> Submitted:
    how = {Phase.DRAFT: "first", Phase.RETURNED: "completed", Phase.SUBMISSION: "part"}.get(proposal.phase, "amended")
    if how == "first":
        proposal.along("UPDATE call SET next_number = next_number + 1 WHERE id = {}", call["id"])
        # What ties it to experts is for the worker to find: nobody is on its list yet.
        proposal.plan(reference=content.reference, submitted_at=proposal.now, status="in_progress", traced=False)
    proposal.plan(title=content.title[:300], organisation=content.organisation[:300], told_edition=None)
    revision = await proposal.keep_revision("answers", proposal.id, content)
    await {"first": _start, "completed": _complete, "amended": _amend, "part": _hand_in}[how](proposal)
    silence = await _silence(proposal, call["closes_at"], begun=how != "first")
    await proposal.append(
        ENTRIES[how],
        revision=revision.number,
        digest=revision.digest,
        stage=proposal.line["stage"],
        files=[file.sha256 for file in content.files],
        **({"silence": silence} if silence else {}),
    )
    if how != "first":
        await recheck(proposal)
    await queue_document(proposal, "receipt")
    await tell_applicants(proposal, Mail.RECEIPT, f"receipt-{revision.number}")
    if how == "part":  # what follows is entered in the same commit
        await stages.leave(proposal, "submitted")
    return Submitted(proposal.id, content.reference, revision.number, proposal.now, revision.digest, content.files)


async def _received(proposal: Held) -> Submitted:
    """What the applicant was told of the last submission."""
    line = await _last_revision(proposal)
    content = msgspec.json.decode(line["content"], type=SubmittedAnswers)
    return Submitted(proposal.id, content.reference, line["number"], line["at"], line["digest"], content.files)


async def _unchanged(proposal: Held, content: SubmittedAnswers) -> bool:
    """Whether an amendment came to what is submitted already."""
    line = await _last_revision(proposal)
    before = msgspec.json.decode(line["content"], type=SubmittedAnswers)
    return (before.answers, before.files) == (content.answers, content.files)


async def _last_revision(proposal: Held) -> Row:
    line = await row(
        "SELECT number, digest, at, content FROM revision WHERE subject = 'answers' AND subject_id = {}"
        " ORDER BY number DESC LIMIT 1",
        proposal.id,
    )
    if line is None:
        raise LookupError("a proposal that was submitted has a revision")
    return line


async def _silence(proposal: Held, closes_at: datetime | None, *, begun: bool) -> date | None:
    """The day on which no answer takes its effect, as the receipt gives it; None where the edition counts none.
    `begun`: whether the proposal came in before.

    It was set when the proposal came in; the days for which it waited for its applicant are added (code of relations
    between the public and the administration, article L114-5).
    """
    letters, calendar = proposal.edition.call.letters, proposal.edition.process.calendar
    stream = f"proposal:{proposal.id}"
    if letters.silence_after is None:
        return None
    first = None
    if begun:
        first = await row("SELECT data FROM entry WHERE stream = {} AND kind = 'proposal_submitted'", stream)
    if first is None:
        start = closes_at if letters.silence_from == "closing" and closes_at is not None else proposal.now
        return forms.day_after(start, letters.silence_after, calendar)
    told = msgspec.json.decode(first["data"]).get("silence")
    if told is None:
        return None
    waits = await rows(
        "SELECT kind, at FROM entry WHERE stream = {} AND kind = ANY({}) ORDER BY seq",
        *(stream, ["eligibility_returned", "proposal_completed", "completion_lapsed"]),
    )
    days, since = timedelta(0), None
    for line in [*waits, {"kind": "now", "at": proposal.now}]:
        if since is not None:
            days += forms.local_day(line["at"]) - forms.local_day(since)
        since = line["at"] if line["kind"] == "eligibility_returned" else None
    return date.fromisoformat(told) + days


async def _content(proposal: Held, prefix: str, next_number: int) -> SubmittedAnswers:
    form, today = proposal.form, forms.local_day(proposal.now)
    kept = {field: content for field, (_, content) in (await kept_answers(proposal.id)).items() if content is not None}
    stored = await stored_files(proposal.id)
    answers, present = asked(form, kept), asked_files(form, facts_of(stored))
    errors = forms.validate(form, answers, present, today)
    if errors:
        raise Invalid(errors)
    shown = forms.visible(form, answers, today)
    wanted = forms.visible_files(form, answers, today)
    return SubmittedAnswers(
        reference=proposal.line["reference"] or f"{prefix}-{next_number:04d}",
        title=forms.proposal_title(form, shown),
        organisation=forms.organisation_name(form, shown),
        edition=proposal.line["edition"],
        answers=shown,
        part=proposal.line["part"],
        files=tuple(sorted((file for file in stored if file.field in wanted), key=attrgetter("field"))),
    )


async def _start(proposal: Held) -> None:
    await stages.enter(proposal, proposal.edition.process.stages[0].id, "in_progress")
    await tell_officers(proposal, Mail.OFFICER_SUBMITTED, "submitted")


async def _complete(proposal: Held) -> None:
    await proposal.set(returned=False)
    await amendments.end(proposal)
    await stages.resume(proposal)
    await tell_officers(proposal, Mail.OFFICER_COMPLETED, f"completed-{proposal.line['last_seq']}")


async def _amend(proposal: Held) -> None:
    await amendments.end(proposal)
    await tell_officers(proposal, Mail.OFFICER_AMENDED, f"amended-{proposal.line['last_seq']}")


async def _hand_in(proposal: Held) -> None:
    """The next part: what an earlier amendment left unsubmitted is submitted with it."""
    await amendments.end(proposal)
    await tell_officers(proposal, Mail.OFFICER_PART, f"part-{proposal.line['visit']}")


async def _require_awaited(proposal: Held) -> None:
    """Raise Conflict past the stage's deadline, though its workflow may not have closed it yet."""
    line = await stages.clock(proposal, "stage")
    if line is not None and line["paused_at"] is None and proposal.now > line["due_at"]:
        raise Conflict(
            f"Le délai est passé : la suite de ce dossier pouvait être déposée jusqu’au {by(line['due_at'])}. Ce que"
            " vous aviez déposé auparavant est conservé. En cas d’empêchement, écrivez au service chargé de"
            " l’appel.",
            code="too_late",
        )


@operation
async def withdraw_proposal(actor: Actor, proposal_id: UUID, reason: str = "", *, now: datetime) -> Withdrawn:
    """Take a submitted proposal back, until its decision is published. Its workflow ends at the next poke.

    `withdrawals.undo_withdrawal` brings it back."""
    proposal = await held(actor, proposal_id, now)
    await proposal.require(Action.PROPOSAL_WITHDRAW)
    why = whole("reason", reason, LONGEST_REASON)
    published = await value(
        "SELECT true FROM decision WHERE proposal = {} AND round = {} AND publication IS NOT NULL LIMIT 1",
        *(proposal_id, proposal.round),
    )
    if published:
        raise Conflict(
            "La décision a été publiée : la candidature ne peut plus être retirée.", code="decision_published"
        )
    stage, seq = proposal.line["stage"], proposal.line["last_seq"]
    await execute(
        "INSERT INTO withdrawal (id, proposal, stage, visit, returned, at) VALUES ({}, {}, {}, {}, {}, {})",
        *(uuid7(proposal.now), proposal.id, stage, proposal.line["visit"], proposal.line["returned"], proposal.now),
    )
    await stages.enter(proposal, None, "withdrawn")
    proposal.plan(withdrawal_reason=why)
    await proposal.append("proposal_withdrawn", stage=stage)
    await tell_owner(proposal, Mail.WITHDRAWN, f"withdrawn-{seq}")
    await tell_officers(proposal, Mail.OFFICER_WITHDRAWN, f"withdrawn-{seq}")
    return Withdrawn(proposal.id, proposal.now)
