"""An expert's work: what was asked of them, and one proposal beside its grid."""

import hashlib
from datetime import date, datetime
from uuid import UUID

import msgspec

from forms import Grid, Text
from service import clock
from service.domain.actor import Actor
from service.domain.policy import Action
from service.domain.reviewing import ReviewContent, marks
from service.problems import NotFound
from service.store.database import Row, row, rows
from service.store.editions import edition
from service.store.seats import PAUSED
from service.views.files import FileView, WithheldFiles
from service.views.opinions import ReviewOf, reviews_of
from service.views.readable import AnswerView, Readable, answers_told, files_told, note_reading, readable
from service.views.submitted import submitted_state
from service.views.walks import OF_EXPERT, Earlier, Show, Walk, expert_arguments, walk, wanted


class Task(msgspec.Struct, frozen=True):
    """One proposal that an expert was asked about. `status`: invited, accepted or done. `scored` of `criteria`.

    `review`: its review's id once accepted. `due_at`: until when. Only what is needed to see a conflict is told before;
    `organisation` is "" where the process hides the applicant. `doubt`, `noted`: what the expert marked for themselves.
    `again`: the review given is asked for once more, to be confirmed or revised; `talks`: in a conciliation. `paused`:
    the applicant owes an answer, and the time left begins to run again with it.
    """

    assignment: UUID
    review: UUID | None
    proposal: UUID
    call: str
    call_title: str
    reference: str
    title: str
    organisation: str
    status: str
    invited_at: datetime
    due_at: datetime
    late: bool
    scored: int
    criteria: int
    submitted_at: datetime | None
    doubt: bool = False
    noted: bool = False
    again: bool = False
    talks: bool = False
    paused: bool = False


class MyReviews(msgspec.Struct, frozen=True):
    """An expert's tasks, the most urgent first: to answer, to write, done."""

    items: tuple[Task, ...]


class OwnMark(msgspec.Struct, frozen=True):
    """What an expert keeps for themselves. `version`: of the note."""

    doubt: bool = False
    note: str = ""
    version: int = 0


class ReviewView(msgspec.Struct, frozen=True):
    """One's own review beside what it is about. `version` to send with the next save (If-Match). `edition`: the one
    whose form the answers were given on.

    `part`: the stage up to which the form was asked. `others`: the other experts' reviews, once one's own is submitted.
    `walk`: the list that one goes through; `previous` and `following`: the reviews before and after this one in it.
    `joint`: others of one's team write it too. `earlier`: how one scored each criterion elsewhere. `marks`: the digest
    of each part, which a change of it is based on. `own`: what one marked for oneself. `blind`: organisation and
    identifying answers are hidden from the reader. `again`: it was given and is asked for once more, to be confirmed or
    revised. `paused`: the applicant owes an answer, and the time left begins to run again with it.
    """

    id: UUID
    assignment: UUID
    version: int
    scores: dict[str, float | None]
    comments: dict[str, str]
    confidential: dict[str, str]
    confidence: str
    recommendation: str
    saved_at: datetime | None
    submitted_at: datetime | None
    due_at: datetime
    proposal: UUID
    call: str
    call_title: str
    edition: UUID
    part: str
    round: int
    reference: str
    title: str
    organisation: str
    answers: dict[str, AnswerView]
    judged_on: date
    attachments: tuple[FileView, ...]
    grid: Grid
    guide: Text | None
    others: tuple[ReviewOf, ...]
    previous: UUID | None
    following: UUID | None
    may: tuple[Action, ...]
    blind: bool
    walk: Walk
    earlier: dict[str, Earlier]
    marks: dict[str, str]
    own: OwnMark
    joint: bool = False
    again: bool = False
    withheld: tuple[WithheldFiles, ...] = ()
    paused: bool = False


class Writable(msgspec.Struct, frozen=True):
    """One's own review, for whoever saves it."""

    id: UUID
    proposal: UUID
    version: int
    grid: Grid
    own: OwnMark


class Standing(msgspec.Struct, frozen=True):
    """What an open page asks for now and then: the digests of the parts as they are saved, and where one stands.

    `mark`: of this state; the same as long as nothing of it changed."""

    mark: str
    saved_at: datetime | None
    marks: dict[str, str]
    own: OwnMark
    walk: Walk
    earlier: dict[str, Earlier]


_MINE = (
    "SELECT a.id AS assignment, r.id AS review, p.id AS proposal,"  # noqa: S608  our names
    " (SELECT slug FROM call WHERE id = p.call) AS call, p.edition, p.round, p.reference, p.title, p.organisation,"
    " s.standing AS status, a.invited_at, a.due_at, r.scores, r.submitted_at,"
    " coalesce(m.doubt, false) AS doubt, coalesce(m.note, '') <> '' AS noted,"
    " a.asked_again IS NOT NULL AS again, p.phase = 'conciliation' AS talks,"
    f" {PAUSED} AS paused"
    f"{OF_EXPERT}"
    " ORDER BY CASE s.standing WHEN 'invited' THEN 0 WHEN 'accepted' THEN 1 ELSE 2 END, a.due_at, p.reference"
)


async def my_reviews(actor: Actor, show: Show = "all") -> MyReviews:
    """Everything that waits for this expert, and what they have done; `show`: of what was accepted, which."""
    now = clock.now()
    lines = await rows(_MINE, *expert_arguments(actor))
    found = [one for one in lines if one["status"] == "invited" or wanted(one["status"], show, doubt=one["doubt"])]
    return MyReviews(tuple([await _task(line, now) for line in found]))


async def _task(line: Row, now: datetime) -> Task:
    kept = await edition(line["edition"])
    scores = msgspec.json.decode(line["scores"]) if line["scores"] else {}
    return Task(
        assignment=line["assignment"],
        review=line["review"],
        proposal=line["proposal"],
        call=line["call"],
        call_title=kept.call.title.fr,
        reference=line["reference"],
        title=line["title"],
        organisation="" if kept.process.blind == "applicant_hidden" else line["organisation"],
        status=line["status"],
        invited_at=line["invited_at"],
        due_at=line["due_at"],
        late=line["status"] != "done" and line["due_at"] < now and not line["paused"],
        scored=sum(score is not None for score in scores.values()),
        criteria=len(kept.grid_of(line["round"]).criteria),
        submitted_at=line["submitted_at"],
        doubt=line["doubt"],
        noted=line["noted"],
        again=line["again"],
        talks=line["talks"],
        paused=line["paused"],
    )


# What is told of a review as its row, and that of its assignment, have it.
_AS_KEPT = (
    *("version", "confidence", "recommendation", "saved_at", "submitted_at"),
    *("due_at", "proposal", "round", "joint", "again", "paused"),
)


async def review(actor: Actor, review_id: UUID, show: Show = "todo", *, ahead: bool = False) -> ReviewView:
    """One's own review, `show` being the list that one walks through. `ahead`: fetched before its expert looks at it,
    which is recorded as such; `standing` then tells when they do. NotFound for anybody else's, and once the proposal is
    no longer the expert's to see."""
    found, line = await _own(actor, review_id)
    await note_reading(actor, line["proposal"], "review_ahead" if ahead else "review")
    kept = found.edition
    submitted = await submitted_state(line["proposal"])
    way, earlier = await walk(actor, review_id, show)
    grid, content = kept.grid_of(line["round"]), _content(line)
    files = await files_told(found, submitted)
    return ReviewView(
        id=review_id,
        assignment=line["own"],
        **{name: line[name] for name in _AS_KEPT},
        scores=content.scores,
        comments=content.comments,
        confidential=content.confidential,
        call=found.line["slug"],
        call_title=kept.call.title.fr,
        edition=submitted.edition or found.line["edition"],
        part=submitted.revision.part if submitted.revision else "",
        reference=found.line["reference"],
        title=found.line["title"],
        organisation=found.organisation,
        answers=await answers_told(found, submitted),
        judged_on=submitted.judged_on,
        attachments=files.files,
        withheld=files.withheld,
        grid=grid,
        guide=kept.grid.guide,
        others=tuple(
            other for other in await reviews_of(found.line, kept, found.may, found.relations, actor) if not other.mine
        ),
        previous=way.previous,
        following=way.following,
        may=tuple(sorted(found.may)),
        blind=found.blind,
        walk=way,
        earlier=earlier,
        marks=marks(grid, content),
        own=_own_mark(line),
    )


async def standing(
    actor: Actor, review_id: UUID, show: Show = "todo", known: str = "", *, opened: bool = False
) -> Standing | str:
    """For whoever has the review open; `known`, itself, where it is still the mark. `opened`: what was fetched ahead is
    looked at from now on. NotFound."""
    found, line = await _own(actor, review_id)
    if opened:
        await note_reading(actor, line["proposal"], "review")
    way, earlier = await walk(actor, review_id, show)
    told = Standing(
        mark="",
        saved_at=line["saved_at"],
        marks=marks(found.edition.grid_of(line["round"]), _content(line)),
        own=_own_mark(line),
        walk=way,
        earlier=earlier,
    )
    mark = f'"{hashlib.sha256(msgspec.json.encode(told)).hexdigest()[:24]}"'
    return mark if known == mark else msgspec.structs.replace(told, mark=mark)


async def writable(actor: Actor, review_id: UUID) -> Writable:
    """What saving one's own review needs to know. NotFound as for reading it."""
    found, line = await _own(actor, review_id)
    grid = found.edition.grid_of(line["round"])
    return Writable(review_id, line["proposal"], line["version"], grid, _own_mark(line))


async def _own(actor: Actor, review_id: UUID) -> tuple[Readable, Row]:
    line = await row(
        "SELECT r.*, a.id AS own, a.round, a.due_at, a.asked_again IS NOT NULL AS again,"  # noqa: S608  our words
        " coalesce(m.doubt, false) AS doubt, coalesce(m.note, '') AS note,"
        f" coalesce(m.version, 0) AS noted, {PAUSED} AS paused,"
        " EXISTS (SELECT FROM assignment o WHERE o.review = r.id AND o.id <> a.id) AS joint"
        " FROM review r JOIN assignment a ON a.review = r.id JOIN proposal p ON p.id = a.proposal"
        " LEFT JOIN mark m ON m.review = r.id AND m.expert = a.expert WHERE r.id = {} AND a.expert = {}",
        *(review_id, actor.account),
    )
    if line is None:
        raise NotFound
    found = await readable(actor, line["proposal"], Action.REVIEW_READ_OWN)
    if line["round"] != found.line["round"]:  # an earlier round's experts have no part in this one
        raise NotFound
    return found, line


def _own_mark(line: Row) -> OwnMark:
    return OwnMark(line["doubt"], line["note"], line["noted"])


def _content(line: Row) -> ReviewContent:
    scores, comments, confidential = (
        msgspec.json.decode(line[name]) for name in ("scores", "comments", "confidential")
    )
    return ReviewContent(scores, comments, confidential, line["confidence"], line["recommendation"])
