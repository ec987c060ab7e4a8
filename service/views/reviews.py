"""An expert's work: what was asked of them, and one proposal beside its grid."""

from datetime import date, datetime
from uuid import UUID

import msgspec

from forms import Grid, Text
from service import clock
from service.domain.actor import Actor, Role
from service.domain.policy import Action, Phase
from service.problems import NotFound, SignInNeeded
from service.store.conflicts import standing
from service.store.database import Row, row, rows
from service.store.editions import edition
from service.views.files import FileView
from service.views.opinions import ReviewOf, reviews_of
from service.views.proposals import AnswerView, answers_told, files_told, note_reading, readable
from service.views.submitted import submitted_state


class Task(msgspec.Struct, frozen=True):
    """One proposal that an expert was asked about. `status`: invited, accepted or done. `scored` of `criteria`.

    `review`: its review's id once accepted. `due_at`: until when. Only what is needed to see a conflict is told before;
    `organisation` is "" where the process hides the applicant.
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


class MyReviews(msgspec.Struct, frozen=True):
    """An expert's tasks, the most urgent first: to answer, to write, done."""

    items: tuple[Task, ...]


class ReviewView(msgspec.Struct, frozen=True):
    """One's own review beside what it is about. `version` to send with the next save (If-Match). `edition`: the one
    whose form the answers were given on.

    `part`: the stage up to which the form was asked. `others`: the other experts' reviews, once one's own is submitted.
    `previous` and `following`: ids of one's other open reviews, in the order of the list. `blind`: organisation and
    identifying answers are hidden from the reader.
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


_MINE = (
    "SELECT a.id AS assignment, r.id AS review, p.id AS proposal, c.slug AS call, p.edition, p.round,"  # noqa: S608  our names
    " p.reference, p.title, p.organisation, a.status, a.invited_at, a.due_at, r.scores, r.submitted_at"
    " FROM assignment a JOIN proposal p ON p.id = a.proposal JOIN call c ON c.id = p.call"
    " LEFT JOIN review r ON r.assignment = a.id"
    " WHERE a.expert = {} AND a.round = p.round AND p.call = ANY({}) AND ("
    "   (a.status IN ('invited', 'accepted') AND p.phase = 'review') OR (a.status = 'done' AND p.phase = ANY({})))"
    f" AND NOT {standing('p.id', 'a.expert')}"
    " ORDER BY CASE a.status WHEN 'invited' THEN 0 WHEN 'accepted' THEN 1 ELSE 2 END, a.due_at, p.reference"
)
_AFTER = sorted({Phase.REVIEW.value, Phase.SYNTHESIS.value, Phase.COMMITTEE.value})


async def my_reviews(actor: Actor) -> MyReviews:
    """Everything that waits for this expert, and what they have done."""
    now = clock.now()
    return MyReviews(tuple([await _task(line, now) for line in await _mine(actor)]))


async def _mine(actor: Actor) -> list[Row]:
    if actor.account is None:
        raise SignInNeeded
    return await rows(_MINE, actor.account, sorted(actor.calls(Role.EXPERT)), _AFTER)


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
        late=line["status"] != "done" and line["due_at"] < now,
        scored=sum(score is not None for score in scores.values()),
        criteria=len(kept.grid_of(line["round"]).criteria),
        submitted_at=line["submitted_at"],
    )


async def _neighbours(actor: Actor, review_id: UUID) -> tuple[UUID | None, UUID | None]:
    """The reviews to write before and after this one, in the order of the list."""
    ids = [task["review"] for task in await _mine(actor) if task["status"] == "accepted" or task["review"] == review_id]
    if review_id not in ids:
        return None, None
    place = ids.index(review_id)
    return ids[place - 1] if place else None, ids[place + 1] if place + 1 < len(ids) else None


async def review(actor: Actor, review_id: UUID) -> ReviewView:
    """One's own review. NotFound for anybody else's, and once the proposal is no longer the expert's to see."""
    line = await row(
        "SELECT r.*, a.round, a.due_at FROM review r JOIN assignment a ON a.id = r.assignment WHERE r.id = {}",
        review_id,
    )
    if line is None or line["expert"] != actor.account:
        raise NotFound
    found = await readable(actor, line["proposal"], Action.REVIEW_READ_OWN)
    if line["round"] != found.line["round"]:  # an earlier round's experts have no part in this one
        raise NotFound
    await note_reading(actor, line["proposal"], "review")
    kept = found.edition
    submitted = await submitted_state(line["proposal"])
    previous, following = await _neighbours(actor, review_id)
    return ReviewView(
        id=review_id,
        assignment=line["assignment"],
        version=line["version"],
        scores=msgspec.json.decode(line["scores"]),
        comments=msgspec.json.decode(line["comments"]),
        confidential=msgspec.json.decode(line["confidential"]),
        confidence=line["confidence"],
        recommendation=line["recommendation"],
        saved_at=line["saved_at"],
        submitted_at=line["submitted_at"],
        due_at=line["due_at"],
        proposal=line["proposal"],
        call=found.line["slug"],
        call_title=kept.call.title.fr,
        edition=submitted.edition or found.line["edition"],
        round=line["round"],
        part=submitted.revision.part if submitted.revision else "",
        reference=found.line["reference"],
        title=found.line["title"],
        organisation=found.organisation,
        answers=await answers_told(found, submitted),
        judged_on=submitted.judged_on,
        attachments=await files_told(found, submitted),
        grid=kept.grid_of(line["round"]),
        guide=kept.grid.guide,
        others=tuple(
            other for other in await reviews_of(found.line, kept, found.may, found.relations, actor) if not other.mine
        ),
        previous=previous,
        following=following,
        may=tuple(sorted(found.may)),
        blind=found.blind,
    )
