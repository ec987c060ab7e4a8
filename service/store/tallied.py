"""What the reviews of a proposal come to, as its row of `tally` holds it."""

from collections.abc import Sequence
from uuid import UUID

import msgspec

from forms import Grid, Summary, Totals, summary, totals, weighted_total


class Tallied(msgspec.Struct, frozen=True):
    """By criterion, and of the totals."""

    summary: Summary
    totals: Totals


class OneReview(msgspec.Struct, frozen=True):
    """A review that counts: its id, its total, None while it has none, and its scores by criterion."""

    review: UUID
    total: float | None
    scores: dict[str, float | None]


Given = tuple[UUID, dict[str, float | None], str]  # a review's id, scores and confidence


def counted(grid: Grid, given: Sequence[Given]) -> tuple[Tallied, tuple[OneReview, ...]]:
    """What reviews come to by a grid."""
    found = Tallied(
        summary(grid, [scores for _, scores, _ in given]), totals(grid, [(scores, sure) for _, scores, sure in given])
    )
    return found, tuple(OneReview(review, weighted_total(grid, scores), scores) for review, scores, _ in given)


def tallied(content: str | None, grid: Grid) -> Tallied:
    """What a row says; of one that nobody has scored, or that is not there, nothing."""
    return counted(grid, ())[0] if content in (None, "{}") else msgspec.json.decode(content, type=Tallied)
