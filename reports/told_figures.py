"""Figures of a call as lines of a table: what they are about, what is counted, the value and its unit."""

from collections.abc import Iterator

from reports.counting import DELAYS, STEPS
from reports.figures import Breakdown, CallFigures, ExpertsLoad, RoundFigures, StageFigures

Line = tuple[str, str, int | float, str]
PROPOSALS, DAYS, EXPERTS, REVIEWS = "candidatures", "jours", "évaluateurs", "évaluations"


def figure_rows(figures: CallFigures) -> Iterator[Line]:
    """All of them."""
    yield from plain_rows(figures)
    for breakdown in figures.breakdowns:
        yield from _answers(breakdown)


def plain_rows(figures: CallFigures) -> Iterator[Line]:
    """Those that are one number each."""
    for step in figures.funnel:
        yield "Parcours", STEPS[step.code], step.count, PROPOSALS
    for one in figures.delays:
        yield from _delay(DELAYS[one.code], one.median, one.most)
    for stage in figures.stages:
        yield from _stage(stage)
    if figures.reach is not None:
        yield "Portée", f"{figures.reach.label} : total", figures.reach.total, ""
        yield "Portée", f"{figures.reach.label} : médiane", figures.reach.median, ""
    if figures.load is not None:
        yield from _load(figures.load)
    for one_round in figures.rounds:
        yield from _scores(one_round, several=len(figures.rounds) > 1)


def _load(load: ExpertsLoad) -> Iterator[Line]:
    yield "Évaluateurs", "Évaluateurs sollicités", load.experts, EXPERTS
    work = (
        ("Évaluations demandées", load.asked),
        ("Évaluations remises", load.done),
        ("Invitations déclinées", load.declined),
        ("Évaluateurs dessaisis", load.released),
    )
    for label, count in work:
        yield "Évaluateurs", label, count, REVIEWS


def _delay(label: str, median: float, most: float) -> Iterator[Line]:
    yield "Délais", f"{label} : médiane", round(median, 1), DAYS
    yield "Délais", f"{label} : neuf sur dix en moins de", round(most, 1), DAYS


def _stage(stage: StageFigures) -> Iterator[Line]:
    yield "Étapes", f"{stage.name} : candidatures entrées", stage.entered, PROPOSALS
    if stage.median is not None:
        yield "Étapes", f"{stage.name} : durée médiane", round(stage.median, 1), DAYS


def _answers(breakdown: Breakdown) -> Iterator[Line]:
    for group in breakdown.groups:
        yield breakdown.label, f"{group.name} : déposées", group.submitted, PROPOSALS
        yield breakdown.label, f"{group.name} : retenues", group.retained, PROPOSALS


def _scores(found: RoundFigures, *, several: bool) -> Iterator[Line]:
    about = f"Notes, tour {found.number}" if several else "Notes"
    yield about, "Candidatures notées", found.scored, PROPOSALS
    yield about, "Total moyen", round(found.mean, 2), f"sur {found.highest:g}"
    yield about, "Total médian", round(found.median, 2), f"sur {found.highest:g}"
    for criterion in found.criteria:
        if criterion.mean is not None:
            yield about, f"{criterion.name} : moyenne", round(criterion.mean, 2), f"sur {criterion.highest:g}"
