"""One proposal, as much of it as the reader may see, and what the reader may do with it now."""

from datetime import date, datetime
from uuid import UUID

import msgspec

from forms import Edition, Form, local_day
from forms.identifying import identifying
from service import clock
from service.domain import policy
from service.domain.actor import Actor
from service.domain.policy import Action, Phase, ProposalFacts, Relation
from service.problems import NotFound, SignInNeeded
from service.store.conflicts import conflicted
from service.store.database import Row, execute, row, rows
from service.store.editions import edition
from service.store.ids import uuid7
from service.store.seats import STANDING
from service.views.deadlines import DeadlineView, ReasonView, deadlines_of, reasons_of
from service.views.files import FileView, as_they_stand, refused_files, working_files
from service.views.notices import NoticeView, notices_of
from service.views.opinions import (
    DecisionView,
    EligibilityView,
    FeedbackOf,
    ReviewOf,
    SynthesisView,
    decision_of,
    eligibility_of,
    feedback_of,
    reviews_of,
    synthesis_of,
)
from service.views.standing import (
    DraftView,
    PartnerView,
    ThreadSummary,
    draft_of,
    left_unsubmitted,
    partners_of,
    thread_of,
    undoable_until,
    unoffered,
)
from service.views.submitted import RevisionView, SubmittedState, submitted_state


class AnswerView(msgspec.Struct, frozen=True):
    """A field's present value; `version` to send as `based_on` with its next change (0 in what was submitted). `asked`:
    False where the form asks it no longer, which keeps it out of a submission."""

    value: object
    version: int = 0
    saved_at: datetime | None = None
    asked: bool = True


class AssignmentView(msgspec.Struct, frozen=True):
    """An expert of the proposal, in the order of invitation, the present round's first; for officers and auditors
    alone. `team`: its name, where they were put on the list with it."""

    id: UUID
    round: int
    expert: UUID
    name: str
    rank: int
    status: str
    due_at: datetime | None
    reminded: int
    reason: str
    team: str = ""


class SuggestionView(msgspec.Struct, frozen=True):
    """Somebody whom an expert of the proposal named in their place; for officers alone. `by`: that expert's name;
    `taken_at`: since when they are on the list."""

    id: UUID
    name: str
    email: str
    by: str
    at: datetime
    taken_at: datetime | None


class ProposalView(msgspec.Struct, frozen=True):
    """What the reader sees. Parts that are not theirs to see are empty or None, and look as if they did not exist.

    `part`: the stage up to which the form is asked of it, "" for what is asked at first; `round`: that of its stage.
    `answers`: the working ones with versions for the applicant's side, else those last submitted. `form_edition`: the
    edition whose form these answers are given on; `edition` has checklist, grid and process. `told_edition`: for the
    applicant, the edition that they began on, until they have seen what changed in the form since. `judged_on`: the day
    that conditions on "today" look at, which for what was submitted is that of its submission. `notices`: what the
    rules of eligibility say of these answers; for the applicant, officers and auditors. `draft`: of one's own draft.
    `amending_since`: the applicant writes on what was submitted; `unsubmitted`: one's own stage ended before that was
    submitted again. `undo_until`: of one's own withdrawal. `refused`: one's own files that were found infected.
    `mine`: the reader is on the applicant's side, as its `level` says: owner, writer or reader ("" for everybody else).
    `partners`: for that side, those who share it with the owner; `reasons`: why officers gave more time, reopened or
    stopped it, as far as that is told to the applicant.
    `working`: these answers and files are the working ones, which that side alone reads. `starved`: for officers and
    auditors, a place waits for somebody of the list to have time.
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


OFFICIALS = {Relation.OFFICER, Relation.AUDITOR}
EXPERTS = {Relation.INVITED, Relation.ASSIGNED, Relation.REVIEWED}


class Readable:
    """A proposal's row, its edition, and what the reader is to it; made only where the reader may read it."""

    def __init__(self, line: Row, kept: Edition, actor: Actor) -> None:
        self.line = line
        self.edition = kept
        self.actor = actor
        self.facts = ProposalFacts(
            *(line["call"], line["owner"], Phase(line["phase"]), line["assignment"] or "", line["conflicted"]),
            amending=line["amending_since"] is not None,
            sharing=line["sharing"] or "",
        )
        self.may = policy.may(actor, self.facts)
        self.relations = policy.relations(actor, self.facts)

    @property
    def mine(self) -> bool:
        """The reader is on the applicant's side."""
        return bool(self.relations & policy.APPLICANTS)

    @property
    def working(self) -> bool:
        """There is something to write, and the reader is on the side that writes it: working answers are theirs."""
        return self.mine and policy.phase_for(Action.DRAFT_SAVE, self.facts) in policy.WRITABLE

    def tells(self, field_id: str, form: Form) -> bool:
        """Whether the answer to this field of `form`, on which it was given, is for the reader: some are for officers
        alone, by that form or by that of the present edition."""
        if self.mine or self.relations & OFFICIALS:
            return True
        given, now = form.field(field_id), self.edition.form.field(field_id)
        asked = [(field, of) for field, of in ((given, form), (now, self.edition.form)) if field is not None]
        if given is None or any(field.audience == "officers" for field, _ in asked):
            return False
        return not (self.blind and any(identifying(field, of) for field, of in asked))

    @property
    def blind(self) -> bool:
        """The reader reads as an expert alone, in a process that hides the applicant from experts."""
        if self.edition.process.blind != "applicant_hidden":
            return False
        others = self.relations - EXPERTS
        return not policy.grants(Action.PROPOSAL_READ, others, self.facts.phase)

    @property
    def organisation(self) -> str:
        """The applicant's, "" where it is hidden from the reader."""
        return "" if self.blind else str(self.line["organisation"])


async def readable(actor: Actor, proposal_id: UUID, action: Action = Action.PROPOSAL_READ) -> Readable:
    """Read a proposal's row for whoever may do this with it. NotFound for everybody else."""
    if actor.account is None:
        raise SignInNeeded
    line = await row(
        f"SELECT p.*, c.slug, (SELECT {STANDING} FROM assignment a"  # noqa: S608  our names
        "   WHERE a.proposal = p.id AND a.round = p.round AND a.expert = {}) AS assignment,"
        f" {conflicted('p.id', '{}')} AS conflicted,"
        " (SELECT level FROM collaborator k WHERE k.proposal = p.id AND k.account = {}) AS sharing"
        " FROM proposal p JOIN call c ON c.id = p.call WHERE p.id = {}",
        *(actor.account, actor.account, actor.account, proposal_id),
    )
    if line is None:
        raise NotFound
    found = Readable(line, await edition(line["edition"]), actor)
    if action not in found.may:
        raise NotFound
    return found


async def note_reading(actor: Actor, proposal_id: UUID, what: str) -> None:
    """Reading a person's file is recorded, apart from the journal and for a year; and that it was given out to a page
    which nobody may look at yet, apart from readings."""
    await execute(
        "INSERT INTO access_log (id, at, account, proposal, what, request) VALUES ({}, {}, {}, {}, {}, {})",
        *(uuid7(clock.now()), clock.now(), actor.account, proposal_id, what, actor.request[:64]),
    )


async def proposal(actor: Actor, proposal_id: UUID, *, working: bool = True) -> ProposalView:
    """One proposal. `working`: what the reader may write on, where they may; else as it was submitted. NotFound."""
    found = await readable(actor, proposal_id)
    line = found.line
    if not found.mine:
        await note_reading(actor, proposal_id, "proposal")
    stage = found.edition.process.stage(line["stage"]) if line["stage"] else None
    submitted = await submitted_state(proposal_id)
    answers = await _answers(found, submitted, working=working)
    writing = working and found.working
    judged_on = local_day(clock.now()) if writing else submitted.judged_on
    given_on = await submitted.form() if submitted.edition and not writing else found.edition.form_at(line["part"])
    undo_until = await undoable_until(line, found.edition) if Action.WITHDRAWAL_UNDO in found.may else None
    return ProposalView(
        id=proposal_id,
        call=line["slug"],
        call_title=found.edition.call.title.fr,
        edition=line["edition"],
        form_edition=line["edition"] if writing else submitted.edition or line["edition"],
        told_edition=line["told_edition"] if writing else None,
        part=line["part"],
        round=line["round"],
        reference=line["reference"],
        title=line["title"],
        organisation=found.organisation,
        status=line["status"],
        phase=line["phase"],
        stage=line["stage"],
        stage_name=(stage.applicant_name if found.mine else stage.name).fr if stage else "",
        mine=found.mine,
        created_at=line["created_at"],
        submitted_at=line["submitted_at"],
        revision=submitted.revision,
        answers=answers,
        judged_on=judged_on,
        notices=_notices(found, given_on, answers, judged_on),
        attachments=await _files(found, submitted, working=working),
        refused=await refused_files(proposal_id) if writing else (),
        deadlines=await deadlines_of(line, found.edition, found.may, mine=found.mine),
        draft=await draft_of(line, found.edition) if found.mine and line["status"] == "draft" else None,
        amending_since=line["amending_since"] if Action.CHANGES_READ in found.may else None,
        unsubmitted=found.mine and await left_unsubmitted(line),
        undo_until=undo_until,
        thread=await thread_of(proposal_id, found.may),
        eligibility=await eligibility_of(proposal_id, line["phase"], line["status"], found.may, mine=found.mine),
        assignments=await _assignments(found),
        suggestions=await _suggestions(found),
        reviews=await reviews_of(line, found.edition, found.may, found.relations, actor),
        synthesis=await synthesis_of(line, found.may),
        decision=await decision_of(proposal_id, found.edition, found.may, mine=found.mine),
        documents=await _documents(found),
        may=tuple(sorted(found.may - unoffered(line, found.edition, undo_until))),
        feedback=await feedback_of(proposal_id, found.edition.grid, found.may),
        working=writing,
        partners=await partners_of(proposal_id) if found.mine else (),
        reasons=await reasons_of(proposal_id) if found.mine else (),
        level=next(iter(found.relations & policy.APPLICANTS), ""),
        starved=bool(line["starved"] and found.relations & OFFICIALS),
    )


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


async def answers_told(found: Readable, submitted: SubmittedState) -> dict[str, AnswerView]:
    """Those of the submitted answers that are for the reader."""
    if submitted.edition is None:
        return {}
    form = await submitted.form()
    return {field: AnswerView(answer) for field, answer in submitted.answers.items() if found.tells(field, form)}


async def _files(found: Readable, submitted: SubmittedState, *, working: bool) -> tuple[FileView, ...]:
    if working and found.working:
        return await working_files(found.line["id"])
    return await files_told(found, submitted)


async def files_told(found: Readable, submitted: SubmittedState) -> tuple[FileView, ...]:
    """Those of the submitted files that are for the reader."""
    if Action.ATTACHMENT_READ not in found.may or submitted.edition is None:
        return ()
    form = await submitted.form()
    told = [file for file in submitted.files if found.tells(file.field, form)]
    return await as_they_stand(told, mine=found.mine)


async def _assignments(found: Readable) -> tuple[AssignmentView, ...]:
    if not found.relations & {Relation.OFFICER, Relation.AUDITOR}:
        return ()
    return tuple(
        AssignmentView(**line)
        for line in await rows(
            "SELECT a.id, a.round, a.expert, p.name, a.rank, a.status, a.due_at, a.reminded, a.reason,"
            " coalesce(t.name, '') AS team FROM assignment a JOIN account p ON p.id = a.expert"
            " LEFT JOIN team t ON t.id = a.team WHERE a.proposal = {}"
            " ORDER BY a.round DESC, a.rank",
            found.line["id"],
        )
    )


async def _suggestions(found: Readable) -> tuple[SuggestionView, ...]:
    if Relation.OFFICER not in found.relations:
        return ()
    return tuple(
        SuggestionView(**line)
        for line in await rows(
            "SELECT s.id, s.name, s.email, k.name AS by, s.at, s.taken_at FROM suggestion s"
            " JOIN assignment a ON a.id = s.assignment JOIN account k ON k.id = a.expert"
            " WHERE s.proposal = {} AND (s.name <> '' OR s.email <> '') ORDER BY s.at",
            found.line["id"],
        )
    )


async def _documents(found: Readable) -> tuple[str, ...]:
    """Those that the reader may ask for now."""
    drawn = {line["kind"] for line in await rows("SELECT DISTINCT kind FROM job WHERE proposal = {}", found.line["id"])}
    wanted = {"receipt": Action.RECEIPT_READ, "letter": Action.LETTER_READ}
    kinds = [kind for kind, action in wanted.items() if action in found.may and kind in drawn]
    return (*kinds, "dossier") if Action.DOSSIER_READ in found.may else tuple(kinds)
