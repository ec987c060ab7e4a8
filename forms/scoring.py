"""Scores brought together: means, spreads, weighted totals, thresholds. Sums are exact: equal reviews tie exactly."""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from statistics import median

import msgspec

from forms.grid import Criterion, Grid, Score
from forms.process import Disagreement


class CriterionSummary(msgspec.Struct, frozen=True):
    """One criterion over all reviews that score it: `n` of them. `spread`: highest score less lowest. `met`: the mean
    reaches the criterion's threshold (true where it has none); None while nobody scored it."""

    id: str
    n: int
    mean: float | None
    median: float | None
    lowest: float | None
    highest: float | None
    spread: float | None
    met: bool | None


class Summary(msgspec.Struct, frozen=True):
    """All reviews of a proposal. `n`: reviews with at least one score. `total`: weighted total of the means.
    `total_met`: it reaches the grid's threshold; `met`: so do all criteria theirs. None while nothing is scored.
    """

    n: int
    criteria: tuple[CriterionSummary, ...]
    total: float | None
    total_met: bool | None
    met: bool | None


def weighted_total(grid: Grid, scores: Mapping[str, Score]) -> float | None:
    """The total of one review. As a mean: Σ weight·score / Σ weight over the scored criteria, so on the criteria's own
    scale; blank criteria are left out, not counted as zero: an expert may abstain. As a sum: Σ weight·score, once every
    criterion is scored, since what is left out would count as zero. None until then.
    """
    total = _total(grid, {key: _exact(score) for key, score in scores.items() if score is not None})
    return None if total is None else float(total)


def summary(grid: Grid, reviews: Sequence[Mapping[str, Score]]) -> Summary:
    """Per criterion, over the reviews that score it: mean = Σ score / n, median, spread = max − min.

    The total is that of the means, over the criteria that somebody scored. Thresholds are met from equality on.
    """
    by_criterion = {
        criterion.id: [_exact(score) for review in reviews if (score := review.get(criterion.id)) is not None]
        for criterion in grid.criteria
    }
    means = {key: sum(scores, Fraction(0)) / len(scores) for key, scores in by_criterion.items() if scores}
    total = _total(grid, means)
    lines = tuple(_line(criterion, by_criterion[criterion.id]) for criterion in grid.criteria)
    total_met = None if total is None else grid.threshold is None or total >= _exact(grid.threshold)
    return Summary(
        n=sum(any(review.get(criterion.id) is not None for criterion in grid.criteria) for review in reviews),
        criteria=lines,
        total=None if total is None else float(total),
        total_met=total_met,
        met=None if total_met is None else total_met and all(line.met for line in lines),
    )


class Totals(msgspec.Struct, frozen=True):
    """The totals that the reviews of a proposal come to, `n` of them: their mean, median and ends; `spread`: highest
    less lowest. `confident`: their mean weighted by how sure each expert is, None where the grid does not ask."""

    n: int
    mean: float | None = None
    median: float | None = None
    lowest: float | None = None
    highest: float | None = None
    spread: float | None = None
    confident: float | None = None


def totals(grid: Grid, reviews: Sequence[tuple[Mapping[str, Score], str]]) -> Totals:
    """Over the reviews (scores and confidence) that have a total t: mean = Σ t / n, median, spread = max − min.

    Weighted by confidence: Σ w·t / Σ w, where w is the place of the expert's answer among those of the grid, from 1 for
    the least sure; one who did not say counts as the least sure. The scale is taken as equal steps, a choice of ours:
    conferences that ask for confidence weigh so, and it is told beside the plain mean, never in its place.
    """
    known = [
        (total, _weight(grid, confidence))
        for scores, confidence in reviews
        if (total := _total(grid, {key: _exact(score) for key, score in scores.items() if score is not None}))
        is not None
    ]
    if not known:
        return Totals(0)
    given = [total for total, _ in known]
    whole = sum(weight for _, weight in known)
    return Totals(
        n=len(given),
        mean=float(sum(given, Fraction(0)) / len(given)),
        median=float(median(given)),
        lowest=float(min(given)),
        highest=float(max(given)),
        spread=float(max(given) - min(given)),
        confident=float(sum((total * weight for total, weight in known), Fraction(0)) / whole)
        if grid.confidence
        else None,
    )


def _weight(grid: Grid, confidence: str) -> int:
    return next((place for place, one in enumerate(grid.confidence, start=1) if one.id == confidence), 1)


def disagree(grid: Grid, reviews: Sequence[Mapping[str, Score]], rule: Disagreement) -> bool:
    """Whether two reviews lie farther apart than the rule allows: max − min of the reviews' totals, or of the scores of
    any one criterion, exactly. A blank score is no opinion; fewer than two never disagree."""
    exact = [{key: _exact(score) for key, score in review.items() if score is not None} for review in reviews]
    if rule.of == "total":
        compared = [[total for review in exact if (total := _total(grid, review)) is not None]]
    else:
        compared = [[review[one.id] for review in exact if one.id in review] for one in grid.criteria]
    return any(max(found) - min(found) > _exact(rule.spread) for found in compared if len(found) > 1)


def _line(criterion: Criterion, scores: list[Fraction]) -> CriterionSummary:
    if not scores:
        return CriterionSummary(criterion.id, 0, None, None, None, None, None, None)
    mean = sum(scores, Fraction(0)) / len(scores)
    return CriterionSummary(
        id=criterion.id,
        n=len(scores),
        mean=float(mean),
        median=float(median(scores)),
        lowest=float(min(scores)),
        highest=float(max(scores)),
        spread=float(max(scores) - min(scores)),
        met=criterion.threshold is None or mean >= _exact(criterion.threshold),
    )


def _total(grid: Grid, scores: Mapping[str, Fraction]) -> Fraction | None:
    weights = {criterion.id: _exact(criterion.weight) for criterion in grid.criteria if criterion.id in scores}
    whole = sum(weights.values(), Fraction(0))
    total = sum((weight * scores[key] for key, weight in weights.items()), Fraction(0))
    if grid.total == "sum":
        return total if len(weights) == len(grid.criteria) else None
    return total / whole if whole else None


def _exact(score: float) -> Fraction:
    return Fraction(str(score))
