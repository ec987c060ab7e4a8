"""The checklist of the officer and the grid of the experts, as data; scores checked against the grid."""

from collections.abc import Mapping

import msgspec

from forms.base import FieldError, Text, grouped, missing, step, wrong_type
from forms.kinds.texts import accept_text

MOST_COMMENT = 20_000
"""Characters of one comment."""

Score = int | float | None


class Item(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One question of the checklist, answered by yes or no. `blocking`: a no makes the proposal ineligible."""

    id: str
    text: Text
    help: Text | None = None
    blocking: bool = True


class Checklist(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the officer verifies before experts are asked."""

    items: tuple[Item, ...]


class Level(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One level of a criterion: its value, its name, and what a proposal must show to get it."""

    value: int
    name: Text
    definition: Text


class Criterion(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One line of the grid. `threshold`: the mean score below which the proposal does not pass. A comment is required
    where the score is `comment_below` or less, or `comment_above` or more. `may_abstain`: no score, with a comment.
    """

    id: str
    name: Text
    question: Text
    weight: int
    levels: tuple[Level, ...]
    threshold: int | float | None = None
    comment_below: int | None = None
    comment_above: int | None = None
    may_abstain: bool = False

    @property
    def lowest(self) -> int:
        """The lowest level."""
        return min(level.value for level in self.levels)

    @property
    def highest(self) -> int:
        """The highest level."""
        return max(level.value for level in self.levels)


class Grid(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The criteria, their order being that of the page; `threshold`: the weighted total, on the criteria's own scale,
    below which the proposal does not pass. `general_comment`: whether the comment on the whole, key "", is required.
    """

    criteria: tuple[Criterion, ...]
    threshold: int | float | None = None
    general_comment: bool = True
    guide: Text | None = None

    def criterion(self, criterion: str) -> Criterion | None:
        """The criterion of that id, or None."""
        return next((one for one in self.criteria if one.id == criterion), None)


def validate_scores(
    grid: Grid, scores: Mapping[str, Score], comments: Mapping[str, str], *, complete: bool
) -> list[FieldError]:
    """Every fault of a review, by path (`scores/impact`, `comments/impact`, `comments/` for the whole).

    A draft (`complete` false) may lack anything, but holds nothing that the grid does not know.
    """
    found = _unknown("scores", scores, grid) + _unknown("comments", comments, grid, whole=True)
    for criterion in grid.criteria:
        found += _score_faults(criterion, scores.get(criterion.id))
    for key, comment in comments.items():
        at = f"comments/{key}"
        if key == "" or grid.criterion(key) is not None:
            found += accept_text(comment, at, lines=True, most=MOST_COMMENT)
    if complete and not found:
        for criterion in grid.criteria:
            found += _incomplete(criterion, scores.get(criterion.id), comments.get(criterion.id, ""))
        if grid.general_comment and not comments.get("", "").strip():
            found.append(missing("comments/"))
    return found


def _unknown(part: str, given: Mapping[str, object], grid: Grid, *, whole: bool = False) -> list[FieldError]:
    known = [criterion.id for criterion in grid.criteria]
    listed = ", ".join(known)
    return [
        FieldError(
            f"{part}/{step(key)}",
            "unknown_criterion",
            f"La grille n’a pas de tel critère ; critères : {listed}.",
            f"The grid has no such criterion; criteria: {listed}.",
        )
        for key in given
        if key not in known and not (whole and key == "")
    ]


def _score_faults(criterion: Criterion, score: Score) -> list[FieldError]:
    at = f"scores/{criterion.id}"
    if score is None:
        return []
    if isinstance(score, bool) or not isinstance(score, int | float):
        return [wrong_type(at, "un nombre", "a number")]
    if any(level.value == score for level in criterion.levels):
        return []
    allowed = ", ".join(grouped(level.value) for level in criterion.levels)
    return [
        FieldError(
            at,
            "not_a_level",
            f"Cette note n’est pas un niveau du critère ; niveaux : {allowed}.",
            f"This score is no level of the criterion; levels: {allowed}.",
        )
    ]


def _incomplete(criterion: Criterion, score: Score, comment: str) -> list[FieldError]:
    said = bool(comment.strip())
    if score is None:
        if not criterion.may_abstain:
            return [FieldError(f"scores/{criterion.id}", "required", "Notez ce critère.", "Score this criterion.")]
        return [] if said else [_say_why(criterion, "Abstention", "You abstain")]
    low = criterion.comment_below is not None and score <= criterion.comment_below
    high = criterion.comment_above is not None and score >= criterion.comment_above
    return [_say_why(criterion, f"Note {grouped(score)}", f"Score {score:g}")] if (low or high) and not said else []


def _say_why(criterion: Criterion, fr: str, en: str) -> FieldError:
    return FieldError(
        f"comments/{criterion.id}",
        "comment_required",
        f"{fr} : expliquez-la dans un commentaire.",
        f"{en}: say why in a comment.",
    )
