"""One proposal, as much of it as the reader may see, and what the reader may do with it now."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

import msgspec

from forms import Form, local_day
from service import clock
from service.domain import policy
from service.domain.actor import Actor
from service.domain.policy import Action
from service.store.database import rows
from service.views.asked import AssignmentView, SuggestionView, assignments_of, suggestions_of
from service.views.deadlines import DeadlineView, ReasonView, deadlines_of, reasons_of
from service.views.files import (
    FileView,
    RemovedFile,
    ToldFiles,
    WithheldFiles,
    refused_files,
    removed_files,
    working_files,
)
from service.views.notices import NoticeView, notices_of
from service.views.opinions import (
    DecisionView,
    EligibilityView,
    FeedbackOf,
    OpinionView,
    ReviewOf,
    SynthesisView,
    committee_of,
    decisions_of,
    eligibility_of,
    feedback_of,
    reviews_of,
    standing_of,
    synthesis_of,
)
from service.views.readable import OFFICIALS, AnswerView, Readable, answers_told, files_told, note_reading, readable
from service.views.standing import (
    DraftView,
    LetterView,
    PartnerView,
    ThreadSummary,
    draft_of,
    left_unsubmitted,
    letters_of,
    partners_of,
    thread_of,
    undoable_until,
    unoffered,
)
from service.views.submitted import RevisionView, SubmittedState, submitted_state


class ProposalView(msgspec.Struct, frozen=True):
    """What the reader sees. Parts that are not theirs to see are empty or None, and look as if they did not exist.

    `part`: the stage up to which the form is asked of it, "" for what is asked at first; `round`: that of its stage.
    `answers`: the working ones with versions for the applicant's side, else those last submitted. `form_edition`: the
    edition whose form these answers are given on; `edition` has checklist, grid and process. `told_edition`: for the
    applicant, the edition that they began on, until they have seen what changed in the form since. `judged_on`: the day
    that conditions on "today" look at, which for what was submitted is that of its submission. `notices`: what the
    rules of eligibility say of these answers; for the applicant, officers and auditors. `draft`: of one's own draft.
    `amending_since`: the applicant writes on what was submitted; `unsubmitted`: one's own stage ended before that was
    submitted again. `undo_until`: of one's own withdrawal. `refused`: one's own files that were found infected;
    `removed`: those that whoever writes may take back.
    `mine`: the reader is on the applicant's side, as its `level` says: owner, writer or reader ("" for everybody else).
    `partners`: for that side, those who share it with the owner; `reasons`: why officers gave more time, reopened or
    stopped it, as far as that is told to the applicant.
    `decision`: the one in force, or the one that waits where none is; `decisions`: all, the last one first, with a
    correction that waits for those who may read it; `letters`: those that were sent, the last one first.
    `working`: these answers and files are the working ones, which that side alone reads. `starved`: for officers and
    auditors, a place waits for somebody of the list to have time; `withdrawal_reason`: for them and that side.
    """

    id: UUID
    call: str
    call_title: str
    edition: UUID
    form_edition: UUID
    told_edition: UUID | None
    part: str
    round: int
    reference: str | None
    title: str
    organisation: str
    status: str
    phase: str
    stage: str
    stage_name: str
    mine: bool
    created_at: datetime
    submitted_at: datetime | None
    revision: RevisionView | None
    answers: dict[str, AnswerView]
    judged_on: date
    notices: tuple[NoticeView, ...]
    attachments: tuple[FileView, ...]
    refused: tuple[FileView, ...]
    deadlines: tuple[DeadlineView, ...]
    draft: DraftView | None
    amending_since: datetime | None
    unsubmitted: bool
    undo_until: datetime | None
    thread: ThreadSummary | None
    eligibility: EligibilityView | None
    assignments: tuple[AssignmentView, ...]
    suggestions: tuple[SuggestionView, ...]
    reviews: tuple[ReviewOf, ...]
    synthesis: SynthesisView | None
    decision: DecisionView | None
    documents: tuple[str, ...]
    may: tuple[Action, ...]
    feedback: tuple[FeedbackOf, ...] = ()
    working: bool = False
    level: str = ""
    partners: tuple[PartnerView, ...] = ()
    reasons: tuple[ReasonView, ...] = ()
    starved: bool = False
    opinions: tuple[OpinionView, ...] = ()
    decisions: tuple[DecisionView, ...] = ()
    letters: tuple[LetterView, ...] = ()
    withheld: tuple[WithheldFiles, ...] = ()
    removed: tuple[RemovedFile, ...] = ()
    withdrawal_reason: str = ""


async def proposal(actor: Actor, proposal_id: UUID, *, working: bool = True) -> ProposalView:
    """One proposal. `working`: what the reader may write on, where they may; else as it was submitted. NotFound."""
    found = await readable(actor, proposal_id)
    line = found.line
    if not found.mine:
        await note_reading(actor, proposal_id, "proposal")
    submitted = await submitted_state(proposal_id)
    answers = await _answers(found, submitted, working=working)
    writing = working and found.working
    judged_on = local_day(clock.now()) if writing else submitted.judged_on
    given_on = await submitted.form() if submitted.edition and not writing else found.edition.form_at(line["part"])
    decisions = await decisions_of(proposal_id, found.edition, found.may, mine=found.mine)
    files = await _files(found, submitted, working=working)
    undo_until = await undoable_until(line, found.edition) if Action.WITHDRAWAL_UNDO in found.may else None
    return ProposalView(
        **_standing(found),
        form_edition=line["edition"] if writing else submitted.edition or line["edition"],
        told_edition=line["told_edition"] if writing else None,
        revision=submitted.revision,
        answers=answers,
        judged_on=judged_on,
        notices=_notices(found, given_on, answers, judged_on),
        attachments=files.files,
        withheld=files.withheld,
        refused=await refused_files(proposal_id, actor.account) if writing else (),
        removed=await removed_files(proposal_id, actor.account, clock.now())
        if writing and Action.ATTACHMENT_RESTORE in found.may
        else (),
        deadlines=await deadlines_of(line, found.edition, found.may, mine=found.mine),
        draft=await draft_of(line, found.edition) if found.mine and line["status"] == "draft" else None,
        unsubmitted=found.mine and await left_unsubmitted(line),
        undo_until=undo_until,
        thread=await thread_of(proposal_id, found.may),
        eligibility=await eligibility_of(proposal_id, line["phase"], line["status"], found.may, mine=found.mine),
        assignments=await assignments_of(found),
        suggestions=await suggestions_of(found),
        reviews=await reviews_of(line, found.edition, found.may, found.relations, actor),
        synthesis=await synthesis_of(line, found.may),
        decision=standing_of(decisions),
        decisions=decisions,
        letters=await letters_of(proposal_id, found.may),
        opinions=await committee_of(proposal_id, found.edition, found.may),
        documents=await _documents(found),
        may=tuple(sorted(found.may - unoffered(line, found.edition, undo_until))),
        feedback=await feedback_of(proposal_id, found.edition.grid, found.may),
        working=writing,
        partners=await partners_of(proposal_id) if found.mine else (),
        reasons=await reasons_of(proposal_id) if found.mine else (),
    )


# What every reader is told as it stands in the proposal's row.
_AS_IT_STANDS = (
    *("id", "edition", "part", "round", "reference", "title"),
    *("status", "phase", "stage", "created_at", "submitted_at"),
)


def _standing(found: Readable) -> dict[str, Any]:
    """Members of `ProposalView`: where the proposal stands, and what the reader is to it."""
    line, call = found.line, found.edition.call
    stage = found.edition.process.stage(line["stage"]) if line["stage"] else None
    return {
        **{name: line[name] for name in _AS_IT_STANDS},
        "call": line["slug"],
        "call_title": call.title.fr,
        "organisation": found.organisation,
        "stage_name": (stage.applicant_name if found.mine else stage.name).fr if stage else "",
        "mine": found.mine,
        "level": next(iter(found.relations & policy.APPLICANTS), ""),
        "amending_since": line["amending_since"] if Action.CHANGES_READ in found.may else None,
        "starved": bool(line["starved"] and found.relations & OFFICIALS),
        "withdrawal_reason": line["withdrawal_reason"] if found.mine or found.relations & OFFICIALS else "",
    }


def _notices(found: Readable, form: Form, answers: dict[str, AnswerView], judged_on: date) -> tuple[NoticeView, ...]:
    if not (found.mine or found.relations & OFFICIALS):
        return ()
    given = {field: answer.value for field, answer in answers.items() if answer.value is not None}
    return notices_of(form, given, judged_on)


async def _answers(found: Readable, submitted: SubmittedState, *, working: bool) -> dict[str, AnswerView]:
    if working and found.working:
        kept = await rows(
            "SELECT field, version, value, saved_at FROM answer WHERE proposal = {} ORDER BY field", found.line["id"]
        )
        form = found.edition.form_at(found.line["part"])
        return {
            line["field"]: AnswerView(
                msgspec.json.decode(line["value"]),
                line["version"],
                line["saved_at"],
                (field := form.field(line["field"])) is not None and field.answered,
            )
            for line in kept
        }
    return await answers_told(found, submitted)


async def _files(found: Readable, submitted: SubmittedState, *, working: bool) -> ToldFiles:
    if working and found.working:
        return ToldFiles(await working_files(found.line["id"], found.actor.account))
    return await files_told(found, submitted)


_DOSSIERS = {
    "dossier": Action.DOSSIER_READ,
    "whole_dossier": Action.DOSSIER_READ_WHOLE,
    "archive": Action.ARCHIVE_READ,
}


async def _documents(found: Readable) -> tuple[str, ...]:
    """Those that the reader may ask for now."""
    drawn = {line["kind"] for line in await rows("SELECT DISTINCT kind FROM job WHERE proposal = {}", found.line["id"])}
    wanted = {"receipt": Action.RECEIPT_READ, "letter": Action.LETTER_READ}
    kinds = [kind for kind, action in wanted.items() if action in found.may and kind in drawn]
    kinds += [kind for kind, action in _DOSSIERS.items() if action in found.may]
    if Action.DOSSIER_READ_OWN in found.may and await _decided(found.line["id"]):
        kinds.append("own_dossier")
    return tuple(kinds)


async def _decided(proposal_id: UUID) -> bool:
    return bool(
        await rows(
            "SELECT FROM entry WHERE stream = {} AND kind = 'decision_published' LIMIT 1", f"proposal:{proposal_id}"
        )
    )
