"""An expert's review: a draft saved by compare-and-set, whole or by parts; each submitted state is kept."""

from datetime import datetime
from uuid import UUID

import msgspec

from forms import FieldError, step
from service.domain.actor import Actor
from service.domain.policy import Action
from service.domain.reviewing import ReviewContent, ReviewPart, marks, part, parts_of, with_parts
from service.operations import joint
from service.operations.acting import operation
from service.operations.holding import Held, held_by
from service.operations.tallying import tally
from service.problems import Invalid, NotFound, Stale
from service.store.database import Row, execute, value

__all__ = [
    "PartChange",
    "ReviewContent",
    "ReviewPart",
    "SavedParts",
    "SavedReview",
    "SubmittedReview",
    "save_parts",
    "save_review",
    "saved_content",
    "submit_review",
]


class SavedReview(msgspec.Struct, frozen=True):
    """The version to send with the next save (If-Match)."""

    id: UUID
    version: int
    saved_at: datetime


class PartChange(ReviewPart, frozen=True, forbid_unknown_fields=True):
    """A part as it shall be; `based_on`: the digest of what it was when the change began."""

    based_on: str = ""

    @property
    def bare(self) -> ReviewPart:
        """The part alone."""
        return ReviewPart(self.score, self.comment, self.confidential, self.choice)


class SavedParts(msgspec.Struct, frozen=True):
    """What was saved. `version`: of the whole review; `marks`: the digests of the parts that were sent, to base
    the next change on; `clashes`: the parts that somebody changed meanwhile, as they are, which were left alone."""

    id: UUID
    version: int
    saved_at: datetime | None
    marks: dict[str, str]
    clashes: dict[str, ReviewPart] = {}


class SubmittedReview(msgspec.Struct, frozen=True):
    """The kept revision of the review: its number and its salted SHA-256."""

    id: UUID
    version: int
    revision: int
    digest: str


@operation
async def save_review(
    actor: Actor, review_id: UUID, content: ReviewContent, version: int, *, now: datetime
) -> SavedReview:
    """Save the whole draft. Stale where somebody saved since `version`; Invalid for unknown criteria and levels."""
    proposal, line = await _mine(actor, review_id, Action.REVIEW_SAVE, now)
    if line["version"] != version:
        raise Stale(line["version"])
    await _keep(proposal, review_id, content)
    return SavedReview(review_id, version + 1, proposal.now)


@operation
async def save_parts(actor: Actor, review_id: UUID, changes: dict[str, PartChange], *, now: datetime) -> SavedParts:
    """Save parts of the draft, each on what it was based on; one that was changed meanwhile is a clash, and the others
    are saved. Invalid for unknown parts, criteria and levels: nothing is saved then."""
    proposal, line = await _mine(actor, review_id, Action.REVIEW_SAVE, now)
    grid, before = proposal.grid, saved_content(line)
    unknown = [name for name in changes if name not in parts_of(grid)]
    if unknown:
        fr, en = "La grille n’a pas cette partie.", "The grid has no such part."
        raise Invalid([FieldError(f"parts/{step(name)}", "unknown_part", fr, en) for name in unknown], fr)
    known = {name: part(before, name) for name in changes}
    wanted = {name: change.bare for name, change in changes.items() if change.bare.mark != known[name].mark}
    clashes = {name: known[name] for name in wanted if changes[name].based_on != known[name].mark}
    kept = {name: now_wanted for name, now_wanted in wanted.items() if name not in clashes}
    if kept:
        after = with_parts(before, kept)
        await _keep(proposal, review_id, after)
        told = marks(grid, after)
        return SavedParts(review_id, line["version"] + 1, proposal.now, {one: told[one] for one in changes}, clashes)
    return SavedParts(
        review_id, line["version"], line["saved_at"], {name: one.mark for name, one in known.items()}, clashes
    )


async def _keep(proposal: Held, review_id: UUID, content: ReviewContent) -> None:
    errors = content.faults(proposal.grid, complete=False)
    if errors:
        raise Invalid(errors, "L’évaluation contient des valeurs que la grille ne prévoit pas.")
    await execute(
        "UPDATE review SET scores = {}, comments = {}, confidential = {}, confidence = {}, recommendation = {},"
        " version = version + 1, saved_at = {} WHERE id = {}",
        *(msgspec.json.encode(one).decode() for one in (content.scores, content.comments, content.confidential)),
        *(content.confidence, content.recommendation, proposal.now, review_id),
    )


@operation
async def submit_review(actor: Actor, review_id: UUID, version: int, *, now: datetime) -> SubmittedReview:
    """Submit what was saved, while the stage lasts; a submitted review may be revised and submitted again."""
    proposal, line = await _mine(actor, review_id, Action.REVIEW_SUBMIT, now)
    if line["version"] != version:
        raise Stale(line["version"])
    content = saved_content(line)
    errors = content.faults(proposal.grid, complete=True)
    if errors:
        raise Invalid(errors, "L’évaluation est à compléter avant d’être remise.")
    revision = await proposal.keep_revision("review", review_id, content)
    await execute("UPDATE review SET submitted_at = {} WHERE id = {}", proposal.now, review_id)
    await joint.give(proposal, review_id)
    await tally(proposal)
    await proposal.append("review_submitted", review=review_id, revision=revision.number, digest=revision.digest)
    return SubmittedReview(review_id, version, revision.number, revision.digest)


def saved_content(line: Row) -> ReviewContent:
    """What a row of `review` holds."""
    scores, comments, confidential = (
        msgspec.json.decode(line[name]) for name in ("scores", "comments", "confidential")
    )
    return ReviewContent(scores, comments, confidential, line["confidence"], line["recommendation"])


async def _mine(actor: Actor, review_id: UUID, action: Action, now: datetime) -> tuple[Held, Row]:
    """A review that the actor writes, alone or with their team, in the present round."""
    proposal, line = await held_by(actor, "review", review_id, now)
    writes = await value(
        "SELECT id FROM assignment WHERE review = {} AND expert = {} AND round = {}",
        *(review_id, actor.account, proposal.round),
    )
    if writes is None:
        raise NotFound
    await proposal.require(action)
    return proposal, line
