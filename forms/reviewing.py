"""A review checked against its grid: every fault at once, by path."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal

from forms.base import FieldError, grouped, missing, printable, wrong_type
from forms.grid import Criterion, Grid, Score
from forms.kinds.texts import accept_text
from forms.scales import Numbers

MOST_COMMENT = 20_000
"""Characters of one comment."""
NONE: Mapping[str, str] = MappingProxyType({})
_COMMENTS = ("comments", "confidential")


def validate_scores(
    grid: Grid,
    scores: Mapping[str, Score],
    comments: Mapping[str, str],
    *,
    confidential: Mapping[str, str] = NONE,
    confidence: str = "",
    recommendation: str = "",
    complete: bool,
) -> list[FieldError]:
    """Every fault of a review, by path (`scores/impact`, `comments/impact`, `comments/` for the whole, `confidence`).

    A draft (`complete` false) may lack anything, but holds nothing that the grid does not know.
    """
    found = _unknown("scores", scores, grid)
    for part, texts in zip(_COMMENTS, (comments, confidential), strict=True):
        found += _unknown(part, texts, grid, whole=True)
    for criterion in grid.criteria:
        found += _score_faults(criterion, scores.get(criterion.id))
    found += _text_faults(grid, comments, confidential)
    found += _stance_faults(grid, "confidence", confidence, complete=False)
    found += _stance_faults(grid, "recommendation", recommendation, complete=False)
    if not complete or found:
        return found
    for criterion in grid.criteria:
        found += _incomplete(criterion, scores.get(criterion.id), comments.get(criterion.id, ""))
    if grid.general_comment and not comments.get("", "").strip():
        found.append(missing("comments/"))
    found += _stance_faults(grid, "confidence", confidence, complete=True)
    return found + _stance_faults(grid, "recommendation", recommendation, complete=True)


def _unknown(part: str, given: Mapping[str, object], grid: Grid, *, whole: bool = False) -> list[FieldError]:
    known = [criterion.id for criterion in grid.criteria]
    listed = ", ".join(known)
    return [
        FieldError(
            f"{part}/{printable(key)}",
            "unknown_criterion",
            f"Ce critère n’existe pas dans la grille, dont les critères sont : {listed}.",
            f"The grid has no such criterion; criteria: {listed}.",
        )
        for key in given
        if key not in known and not (whole and key == "")
    ]


def _text_faults(grid: Grid, comments: Mapping[str, str], confidential: Mapping[str, str]) -> list[FieldError]:
    found = []
    for part, texts in zip(_COMMENTS, (comments, confidential), strict=True):
        for key, text in texts.items():
            if key == "" or grid.criterion(key) is not None:
                found += accept_text(text, f"{part}/{key}", lines=True, most=MOST_COMMENT)
    if confidential and not grid.confidential:
        fr = "Cette grille n’a pas de commentaires réservés au comité."
        found.append(FieldError("confidential", "not_asked", fr, "This grid has no comments for the committee alone."))
    return found


def _score_faults(criterion: Criterion, score: Score) -> list[FieldError]:
    at = f"scores/{criterion.id}"
    if score is None:
        return []
    if isinstance(score, bool) or not isinstance(score, int | float):
        return [wrong_type(at, "un nombre", "a number")]
    if criterion.choice(score) is not None:
        return []
    scale = criterion.scale
    if isinstance(scale, Numbers):
        lowest, highest, step = (grouped(one) for one in (scale.lowest, scale.highest, scale.step))
        by = "" if scale.step == 1 else f", par pas de {step}"
        fr = f"Cette note n’est pas sur l’échelle du critère : de {lowest} à {highest}{by}."
        en = f"This score is not on the criterion’s scale: {scale.lowest} to {scale.highest} by {scale.step}."
        return [FieldError(at, "not_a_level", fr, en)]
    # Programs send values; where pages show something else, both are told.
    allowed = ", ".join(
        one.mark if one.mark == grouped(one.value) else f"{grouped(one.value)} ({one.mark})"
        for one in criterion.choices
    )
    return [
        FieldError(
            at,
            "not_a_level",
            f"Cette note n’est pas un niveau du critère ; niveaux : {allowed}.",
            f"This score is no level of the criterion; levels: {allowed}.",
        )
    ]


def _stance_faults(
    grid: Grid, of: Literal["confidence", "recommendation"], chosen: str, *, complete: bool
) -> list[FieldError]:
    offered = grid.confidence if of == "confidence" else grid.recommendation
    if chosen and grid.stance(of, chosen) is None:
        listed = ", ".join(one.id for one in offered) or "aucune"
        return [
            FieldError(
                of,
                "not_an_option",
                f"Cette réponse n’est pas prévue par la grille ; réponses : {listed}.",
                f"The grid has no such answer; answers: {listed}.",
            )
        ]
    if complete and offered and not chosen:
        told = {
            "confidence": ("Indiquez votre degré de certitude.", "Say how sure you are."),
            "recommendation": ("Indiquez votre recommandation.", "Say what you recommend."),
        }[of]
        return [FieldError(of, "required", *told)]
    return []


def _incomplete(criterion: Criterion, score: Score, comment: str) -> list[FieldError]:
    said = bool(comment.strip())
    if score is None:
        if not criterion.may_abstain:
            return [FieldError(f"scores/{criterion.id}", "required", "Notez ce critère.", "Score this criterion.")]
        return [] if said else [_say_why(criterion, "Abstention", "You abstain")]
    low = criterion.comment_below is not None and score <= criterion.comment_below
    high = criterion.comment_above is not None and score >= criterion.comment_above
    if said or not (low or high):
        return []
    choice = criterion.choice(score)
    mark = choice.mark if choice else grouped(score)
    if choice and choice.mark == grouped(score):
        return [_say_why(criterion, f"Note {mark}", f"Score {score:g}")]
    return [_say_why(criterion, f"Note {mark}", f"Score {mark}")]


def _say_why(criterion: Criterion, fr: str, en: str) -> FieldError:
    return FieldError(
        f"comments/{criterion.id}",
        "comment_required",
        f"{fr} : expliquez-la dans un commentaire.",
        f"{en}: say why in a comment.",
    )
