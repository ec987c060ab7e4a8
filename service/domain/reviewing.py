"""A review as its parts: each criterion with its comments, then what is said of the whole. What two windows, or two
experts of a team, write in different parts does not clash; a part's digest says what a change of it was based on.
"""

import hashlib
from collections.abc import Mapping
from typing import Literal

import msgspec
from msgspec import UNSET, UnsetType

import forms
from forms import Grid

GENERAL, RECOMMENDATION, CONFIDENCE = "@general", "@recommendation", "@confidence"
Decline = Literal["", "not_my_field", "unavailable"]
"""Why an expert does not take a proposal, where one word says it."""


class ReviewContent(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Scores by criterion id (null: not yet, or abstained), comments by criterion id; "" is that on the whole.

    `confidential`: comments for officers and committee alone. `confidence` and `recommendation`: ids of the grid's.
    """

    scores: dict[str, int | float | None] = {}
    comments: dict[str, str] = {}
    confidential: dict[str, str] = {}
    confidence: str = ""
    recommendation: str = ""

    def faults(self, grid: Grid, *, complete: bool) -> list[forms.FieldError]:
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


class ReviewPart(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """One part. A criterion has a `score` (null: the expert abstains; absent: none yet) and comments, what is said of
    the whole comments alone; `choice` is the id of a recommendation, or of how sure the expert is."""

    score: int | float | UnsetType | None = UNSET
    comment: str = ""
    confidential: str = ""
    choice: str = ""

    @property
    def mark(self) -> str:
        """A digest: two parts that say the same have the same."""
        score = self.score
        if isinstance(score, float) and score.is_integer():
            score = int(score)
        told = [score is UNSET, None if score is UNSET else score, self.comment, self.confidential, self.choice]
        return hashlib.sha256(msgspec.json.encode(told)).hexdigest()[:16]


def parts_of(grid: Grid) -> tuple[str, ...]:
    """The names of the parts that this grid has, in the order of the page."""
    stances = ((RECOMMENDATION, grid.recommendation), (CONFIDENCE, grid.confidence))
    return (*(one.id for one in grid.criteria), GENERAL, *(name for name, offered in stances if offered))


def part(content: ReviewContent, name: str) -> ReviewPart:
    """One part of a review as it stands."""
    if name == RECOMMENDATION:
        return ReviewPart(choice=content.recommendation)
    if name == CONFIDENCE:
        return ReviewPart(choice=content.confidence)
    key = "" if name == GENERAL else name
    return ReviewPart(
        score=content.scores.get(key, UNSET) if key else UNSET,
        comment=content.comments.get(key, ""),
        confidential=content.confidential.get(key, ""),
    )


def marks(grid: Grid, content: ReviewContent) -> dict[str, str]:
    """The digest of each part."""
    return {name: part(content, name).mark for name in parts_of(grid)}


def with_parts(content: ReviewContent, changed: Mapping[str, ReviewPart]) -> ReviewContent:
    """The review with these parts in the place of its own."""
    scores, comments, confidential = dict(content.scores), dict(content.comments), dict(content.confidential)
    choices = {CONFIDENCE: content.confidence, RECOMMENDATION: content.recommendation}
    for name, now in changed.items():
        if name in choices:
            choices[name] = now.choice
            continue
        key = "" if name == GENERAL else name
        scores.pop(key, None)
        if key and now.score is not UNSET:
            scores[key] = now.score
        for texts, text in ((comments, now.comment), (confidential, now.confidential)):
            texts.pop(key, None)
            if text:
                texts[key] = text
    return ReviewContent(scores, comments, confidential, choices[CONFIDENCE], choices[RECOMMENDATION])
