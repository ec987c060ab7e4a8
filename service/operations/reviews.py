"""An expert's review: a draft saved by compare-and-set, then submitted; each submitted state is kept."""

from datetime import datetime
from uuid import UUID

import msgspec

import forms
from service.domain.actor import Actor
from service.domain.policy import Action
from service.operations.acting import operation
from service.operations.holding import Held, held_by
from service.problems import Invalid, NotFound, Stale
from service.store.database import Row, execute, value


class ReviewContent(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Scores by criterion id (null: not yet, or abstained), comments by criterion id; "" is that on the whole.

    `confidential`: comments for officers and committee alone. `confidence` and `recommendation`: ids of the grid's.
    """

    scores: dict[str, int | float | None] = {}
    comments: dict[str, str] = {}
    confidential: dict[str, str] = {}
    confidence: str = ""
    recommendation: str = ""

    def faults(self, grid: forms.Grid, *, complete: bool) -> list[forms.FieldError]:
        """Every fault by the grid; a draft (`complete` false) may lack anything."""
        return forms.validate_scores(
            grid,
            self.scores,
            self.comments,
            confidential=self.confidential,
            confidence=self.confidence,
            recommendation=self.recommendation,
            complete=complete,
        )


class SavedReview(msgspec.Struct, frozen=True):
    """The version to send with the next save (If-Match)."""

    id: UUID
    version: int
    saved_at: datetime


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
    errors = content.faults(proposal.grid, complete=False)
    if errors:
        raise Invalid(errors, "L’évaluation contient des valeurs que la grille ne prévoit pas.")
    await execute(
        "UPDATE review SET scores = {}, comments = {}, confidential = {}, confidence = {}, recommendation = {},"
        " version = version + 1, saved_at = {} WHERE id = {}",
        *(msgspec.json.encode(part).decode() for part in (content.scores, content.comments, content.confidential)),
        *(content.confidence, content.recommendation, proposal.now, review_id),
    )
    return SavedReview(review_id, version + 1, proposal.now)


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
    await execute(
        "UPDATE assignment SET status = 'done', ended_at = {} WHERE id = {} AND status = 'accepted'",
        *(proposal.now, line["assignment"]),
    )
    await proposal.append("review_submitted", review=review_id, revision=revision.number, digest=revision.digest)
    return SubmittedReview(review_id, version, revision.number, revision.digest)


def saved_content(line: Row) -> ReviewContent:
    """What a row of `review` holds."""
    scores, comments, confidential = (
        msgspec.json.decode(line[name]) for name in ("scores", "comments", "confidential")
    )
    return ReviewContent(scores, comments, confidential, line["confidence"], line["recommendation"])


async def _mine(actor: Actor, review_id: UUID, action: Action, now: datetime) -> tuple[Held, Row]:
    proposal, line = await held_by(actor, "review", review_id, now)
    asked = await value("SELECT round FROM assignment WHERE id = {}", line["assignment"])
    if line["expert"] != actor.account or asked != proposal.round:
        raise NotFound
    await proposal.require(action)
    return proposal, line
