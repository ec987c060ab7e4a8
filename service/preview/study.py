"""The folder under study, and what its author tries out: held in memory, for as long as the command runs."""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import forms
from forms import Edition, EditionError, Fault, examples
from forms.kinds import File
from service.domain.policy import Action, Phase
from service.domain.reviewing import ReviewContent, marks
from service.pages.inputs import Inputs
from service.stack.folder import StackError
from service.views import calls
from service.views.calls import CallView
from service.views.files import FileView
from service.views.notices import notices_of
from service.views.proposals import ProposalView
from service.views.readable import AnswerView
from service.views.reviews import OwnMark, ReviewView
from service.views.walks import Walk

PROPOSAL = UUID(int=1)
REVIEW = UUID(int=2)
SMALL = 100_000  # bytes of an example file


def read_folder(folder: Path) -> dict[str, bytes]:
    """The TOML files of a folder by name, as `forms.parse_edition` takes them. Raises StackError without a folder."""
    if not folder.is_dir():
        raise StackError(f"{folder} is no folder: name the one that holds the five files of a call")
    try:
        return {file.name: file.read_bytes() for file in sorted(folder.glob("*.toml"))}
    except OSError as error:
        raise StackError(f"{error.filename} can't be read: {error.strerror}") from error


class Study:
    """One folder. `edition()` reads it anew each time: its author edits and reloads."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.answers: dict[str, Any] = {}
        self.files: list[FileView] = []
        self.review: Inputs | None = None

    def edition(self) -> Edition:
        """The call as its files say now. Raises EditionError, also where the folder can't be read."""
        try:
            return forms.parse_edition(read_folder(self.folder))
        except StackError as error:
            raise EditionError([Fault(str(self.folder), "", str(error), "a folder with five files")]) from error

    def empty(self) -> None:
        """Forget what was tried out."""
        self.answers, self.files, self.review = {}, [], None

    def fill(self, edition: Edition) -> None:
        """Invented answers and files to everything."""
        self.answers = examples.complete_answers(edition, 1)
        self.files = []
        for field, name, _ in examples.small_files(edition, 1):
            self.attach(edition, field, name)

    def attach(self, edition: Edition, field_id: str, name: str = "exemple.pdf", size: int = SMALL) -> None:
        """As if a file of the first type that the field takes had come; its bytes are looked at by nobody."""
        field = edition.form.field(field_id)
        if isinstance(field, File) and sum(file.field == field_id for file in self.files) < field.most_files:
            self.files.append(_example(field, name, size))

    def detach(self, file: str) -> None:
        """Take a file away again."""
        self.files = [one for one in self.files if str(one.id) != file]

    def rearrange(self, act: str, file: str) -> None:
        """Take a file away, or let it change places with its neighbour in its field."""
        if act == "retirer":
            self.detach(file)
            return
        by = -1 if act == "monter" else 1
        one = next((kept for kept in self.files if str(kept.id) == file), None)
        own = [kept for kept in self.files if one and kept.field == one.field]
        if one is None or not 0 <= own.index(one) + by < len(own):
            return
        here, there = self.files.index(one), self.files.index(own[own.index(one) + by])
        self.files[here], self.files[there] = self.files[there], self.files[here]


def _example(field: File, name: str, size: int) -> FileView:
    return FileView(uuid4(), field.id, name, size, "0" * 64, field.types[0])


def call_view(edition: Edition, now: datetime) -> CallView:
    """The call as if it were published."""
    about = edition.call
    dates = {"opens_at": about.opens, "closes_at": about.closes}
    return CallView(
        id=UUID(int=3),
        slug=about.slug,
        opens_at=about.opens,
        closes_at=about.closes,
        state=calls.state(dates, now),
        edition=UUID(int=4),
        number=1,
        digest="",
        published_at=now,
        content=edition,
        may=(Action.DRAFT_OPEN,),
    )


def proposal_view(edition: Edition, answers: Mapping[str, Any], files: list[FileView], now: datetime) -> ProposalView:
    """The draft that is tried out."""
    return ProposalView(
        id=PROPOSAL,
        call=edition.call.slug,
        call_title=edition.call.title.fr,
        edition=UUID(int=4),
        form_edition=UUID(int=4),
        told_edition=None,
        part=whole(edition),
        round=1,
        reference=None,
        title=forms.proposal_title(edition.form, answers),
        organisation=forms.organisation_name(edition.form, answers),
        status="draft",
        phase=Phase.DRAFT.value,
        stage="",
        stage_name="",
        mine=True,
        created_at=now,
        submitted_at=None,
        revision=None,
        answers={field: AnswerView(value, 1) for field, value in answers.items()},
        judged_on=forms.local_day(now),
        notices=notices_of(edition.form, answers, forms.local_day(now)),
        attachments=tuple(files),
        refused=(),
        deadlines=(),
        draft=None,
        amending_since=None,
        unsubmitted=False,
        undo_until=None,
        thread=None,
        eligibility=None,
        assignments=(),
        suggestions=(),
        reviews=(),
        synthesis=None,
        decision=None,
        documents=(),
        may=(Action.DRAFT_SAVE, Action.ATTACHMENT_ADD, Action.PROPOSAL_SUBMIT),
    )


def whole(edition: Edition) -> str:
    """The stage up to which the whole form is asked: it is tried out at once, parts of later stages too."""
    return next((stage.id for stage in reversed(edition.process.stages) if stage.kind == "submission"), "")


def review_view(edition: Edition, now: datetime) -> ReviewView:
    """A complete example as an expert reads it, beside an empty grid."""
    answers = examples.complete_answers(edition, 1)
    stage = next((one for one in edition.process.stages if one.kind == "review"), None)
    rule = (stage and stage.invitation) or "P14D"
    told = {field.id for field in edition.form.fields if field.audience != "officers"}
    return ReviewView(
        id=REVIEW,
        assignment=UUID(int=5),
        version=0,
        scores={},
        comments={},
        confidential={},
        confidence="",
        recommendation="",
        saved_at=None,
        submitted_at=None,
        due_at=forms.due(now, rule, edition.process.calendar),
        proposal=PROPOSAL,
        call=edition.call.slug,
        call_title=edition.call.title.fr,
        edition=UUID(int=4),
        part=whole(edition),
        round=edition.process.rounds,
        reference=f"{edition.call.prefix}-0001",
        title=forms.proposal_title(edition.form, answers),
        organisation=forms.organisation_name(edition.form, answers),
        answers={field: AnswerView(value) for field, value in answers.items() if field in told},
        judged_on=forms.local_day(now),
        attachments=tuple(
            _example(field, f"{field.id}.pdf", SMALL)
            for field in edition.form.fields
            if isinstance(field, File) and field.id in told and field.required
        ),
        blind=edition.process.blind == "applicant_hidden",
        grid=edition.grid_of(edition.process.rounds),
        guide=edition.grid.guide,
        others=(),
        previous=None,
        following=None,
        may=(Action.REVIEW_SAVE, Action.REVIEW_MARK),
        walk=Walk("all", 1, 1, None, None, 1, 0, 0, 1, {}, None),
        earlier={},
        marks=marks(edition.grid_of(edition.process.rounds), ReviewContent()),
        own=OwnMark(),
    )
