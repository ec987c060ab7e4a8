"""Scores and reviews as documents tell them: by the grid, with the marks that experts saw."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from forms import Criterion, Grid, Summary, weighted_total
from forms.scales import Letters, YesNo
from reports import model


def _decimal(number: float | None) -> Decimal | None:
    return None if number is None else Decimal(str(number))


Review = tuple[str, dict[str, Any], datetime]


def criteria_of(grid: Grid, result: Summary, reviews: list[Review]) -> tuple[model.CriterionScores, ...]:
    """Each criterion with every score given."""
    return tuple(
        model.CriterionScores(
            name=criterion.name.fr,
            weight=Decimal(str(criterion.weight)),
            lowest=Decimal(str(criterion.lowest)),
            highest=Decimal(str(criterion.highest)),
            threshold=_decimal(criterion.threshold),
            marks=_marks(criterion),
            scores=tuple(
                model.Score(name, Decimal(str(review["scores"][criterion.id])))
                for name, review, _ in reviews
                if review["scores"].get(criterion.id) is not None
            ),
            mean=_decimal(line.mean),
            median=_decimal(line.median),
            spread=_decimal(line.spread),
        )
        for criterion, line in zip(grid.criteria, result.criteria, strict=True)
    )


def _marks(criterion: Criterion) -> tuple[model.Mark, ...]:
    """How its values are written, where that is not their number."""
    if not isinstance(criterion.scale, Letters | YesNo):
        return ()
    return tuple(model.Mark(Decimal(str(one.value)), one.mark) for one in criterion.choices)


def total_of(grid: Grid, result: Summary, reviews: list[Review]) -> model.Total:
    """The total of all reviews, and of each."""
    totals = [(name, weighted_total(grid, review["scores"])) for name, review, _ in reviews]
    return model.Total(
        mean=_decimal(result.total),
        highest=Decimal(str(grid.highest)),
        summed=grid.total == "sum",
        threshold=_decimal(grid.threshold),
        scores=tuple(model.Score(name, Decimal(str(total))) for name, total in totals if total is not None),
    )


def review_of(grid: Grid, name: str, review: dict[str, Any], at: datetime) -> model.ReviewText:
    """What one expert wrote; `name` as the reader may know it."""
    # Reviews of before have scores and comments alone.
    confidential = review.get("confidential", {})
    confidence = grid.stance("confidence", review.get("confidence", ""))
    recommendation = grid.stance("recommendation", review.get("recommendation", ""))
    return model.ReviewText(
        label=name,
        comments=tuple(_comment(criterion, review, confidential) for criterion in grid.criteria),
        overall=review["comments"].get("", ""),
        submitted_at=at,
        confidential=confidential.get("", ""),
        confidence=confidence.name.fr if confidence else "",
        recommendation=recommendation.name.fr if recommendation else "",
    )


def _comment(criterion: Criterion, review: dict[str, Any], confidential: dict[str, str]) -> model.Comment:
    score = review["scores"].get(criterion.id)
    choice = criterion.choice(score) if _marks(criterion) else None
    return model.Comment(
        criterion=criterion.name.fr,
        score=_decimal(score),
        text=review["comments"].get(criterion.id, ""),
        mark=choice.mark if choice else "",
        confidential=confidential.get(criterion.id, ""),
    )
