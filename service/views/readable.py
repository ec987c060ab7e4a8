"""A proposal's row with what the reader is to it: whoever may not read it gets nothing else to look at."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from forms import Edition, Form
from forms.identifying import identifying
from service import clock
from service.domain import policy
from service.domain.actor import Actor
from service.domain.policy import Action, Phase, ProposalFacts, Relation
from service.problems import NotFound, SignInNeeded
from service.store.conflicts import conflicted
from service.store.database import Row, execute, rows
from service.store.editions import edition
from service.store.ids import uuid7
from service.store.seats import STANDING
from service.views.files import ToldFiles, as_they_stand
from service.views.submitted import SubmittedState

OFFICIALS = {Relation.OFFICER, Relation.AUDITOR}
EXPERTS = {Relation.INVITED, Relation.ASSIGNED, Relation.REVIEWED}


class AnswerView(msgspec.Struct, frozen=True):
    """A field's present value; `version` to send as `based_on` with its next change (0 in what was submitted). `asked`:
    False where the form asks it no longer, which keeps it out of a submission."""

    value: object
    version: int = 0
    saved_at: datetime | None = None
    asked: bool = True


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
    found = await _readables(actor, action, "p.id = {}", proposal_id)
    if not found:
        raise NotFound
    return found[0]


async def readables(actor: Actor, proposals: Sequence[UUID], action: Action = Action.PROPOSAL_READ) -> list[Readable]:
    """The same of several, in no order: those with which the reader may do this."""
    return await _readables(actor, action, "p.id = ANY({})", list(proposals))


async def _readables(actor: Actor, action: Action, which: str, proposals: UUID | list[UUID]) -> list[Readable]:
    """`which` is a condition of SQL: for a single proposal one whose plan is kept."""
    lines = await rows(
        f"SELECT p.*, c.slug, (SELECT {STANDING} FROM assignment a"  # noqa: S608  our names
        "   WHERE a.proposal = p.id AND a.round = p.round AND a.expert = {}) AS assignment,"
        f" {conflicted('p.id', '{}')} AS conflicted,"
        " (SELECT level FROM collaborator k WHERE k.proposal = p.id AND k.account = {}) AS sharing"
        f" FROM proposal p JOIN call c ON c.id = p.call WHERE {which}",
        *(actor.account, actor.account, actor.account, proposals),
    )
    found = [Readable(line, await edition(line["edition"]), actor) for line in lines]
    return [one for one in found if action in one.may]


async def note_reading(actor: Actor, proposal_id: UUID, what: str) -> None:
    """Reading a person's file is recorded, apart from the journal and for a year; and that it was given out to a page
    which nobody may look at yet, apart from readings."""
    await execute(
        "INSERT INTO access_log (id, at, account, proposal, what, request) VALUES ({}, {}, {}, {}, {}, {})",
        *_reading(actor, proposal_id, what),
    )


async def note_readings(actor: Actor, proposals: Sequence[UUID], what: str) -> None:
    """The same of several read at once, as a table gives them: one line that names them all."""
    if not proposals:
        return
    await execute(
        "INSERT INTO access_log (id, at, account, proposals, what, request) VALUES ({}, {}, {}, {}, {}, {})",
        *_reading(actor, list(proposals), what),
    )


def _reading(actor: Actor, read: UUID | list[UUID], what: str) -> tuple[object, ...]:
    now = clock.now()
    return uuid7(now), now, actor.account, read, what, actor.request[:64]


async def answers_told(found: Readable, submitted: SubmittedState) -> dict[str, AnswerView]:
    """Those of the submitted answers that are for the reader."""
    if submitted.edition is None:
        return {}
    form = await submitted.form()
    return {field: AnswerView(answer) for field, answer in submitted.answers.items() if found.tells(field, form)}


async def files_told(found: Readable, submitted: SubmittedState) -> ToldFiles:
    """Those of the submitted files that are for the reader."""
    if Action.ATTACHMENT_READ not in found.may or submitted.edition is None:
        return ToldFiles()
    form = await submitted.form()
    told = [file for file in submitted.files if found.tells(file.field, form)]
    return await as_they_stand(told, found.actor.account, mine=found.mine)
