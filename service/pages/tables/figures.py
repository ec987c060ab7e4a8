"""What is counted of a call, a number a line: for spreadsheets and programs."""

from collections.abc import Iterator, Mapping

from reports import counting
from reports.figures import CallFigures, ExpertsLoad, ReachFigures, RoundFigures
from reports.tables.model import Column, Kind, Row, by_column
from service.domain.policy import Action
from service.pages.tables.source import Batches, Source, Wanted, fixed
from service.views.figures import figures

_FIGURES = fixed(
    Column("part", "Partie"),
    Column("question", "Question"),
    Column("line", "Ligne"),
    Column("measure", "Mesure"),
    Column("value", "Valeur", Kind.NUMBER),
)
# What is told of each part of the figures, by its field.
_STAGE = {"entered": "Entrées", "here": "Présentes", "left": "Sorties"}
_SPANS = {"median": "Médiane (jours)", "most": "Neuf sur dix (jours)"}
_GROUP = {"submitted": "Déposées", "committee": "Présentées au comité", "decided": "Décidées", "retained": "Retenues"}
_LOAD = {
    "experts": "Évaluateurs",
    "asked": "Sollicitations",
    "waiting": "Attendues",
    "late": "En retard",
    "done": "Remises",
    "declined": "Déclinées",
    "released": "Dessaisies",
}
_ROUND = {"scored": "Candidatures notées", "mean": "Moyenne", "median": "Médiane", "threshold": "Seuil"}
_CRITERION = {"n": "Candidatures notées", "mean": "Moyenne", "threshold": "Seuil"}
_AGREED = {"below": "Sous le seuil", "alpha": "Alpha de Krippendorff"}
_REACH = {
    "Déposées": {"n": "Nombre", "total": "Somme", "median": "Médiane"},
    "Retenues": {"retained": "Nombre", "retained_total": "Somme"},
}


async def _rows(wanted: Wanted) -> Batches:
    found = await figures(wanted.actor, wanted.call.slug)
    yield by_column([one for one in _lines(found) if one[-1] is not None])


def _each(part: str, question: str, line: str, told: object, measures: Mapping[str, str]) -> Iterator[Row]:
    for name, measure in measures.items():
        yield part, question, line, measure, getattr(told, name)


def _lines(found: CallFigures) -> Iterator[Row]:
    for step in found.funnel:
        yield "Parcours", "", counting.STEPS[step.code], "Candidatures", step.count
    for status in found.statuses:
        yield "Situation", "", counting.OUTCOMES[status.code], "Candidatures", status.count
    for stage in found.stages:
        yield from _each("Étapes", "", stage.name, stage, _STAGE | _SPANS)
    for delay in found.delays:
        yield from _each("Délais", "", counting.DELAYS[delay.code], delay, {"n": "Nombre"} | _SPANS)
    for asked in found.breakdowns:
        for group in asked.groups:
            yield from _each("Réponses", asked.label, group.name, group, _GROUP)
    yield from _reach(found.reach)
    yield from _load(found.load)
    for one in found.rounds:
        yield from _scores(one)


def _reach(found: ReachFigures | None) -> Iterator[Row]:
    if found is not None:
        for line, measures in _REACH.items():
            yield from _each("Bénéficiaires", found.label, line, found, measures)


def _load(found: ExpertsLoad | None) -> Iterator[Row]:
    if found is not None:
        yield from _each("Évaluateurs", "", "Ensemble", found, _LOAD)
        for band in found.bands:
            yield "Évaluateurs", "", counting.load_name(band.low, band.high), "Évaluateurs", band.experts


def _scores(one: RoundFigures) -> Iterator[Row]:
    part = f"Notes, tour {one.number}"
    yield from _each(part, "", "Totaux", one, _ROUND | _AGREED)
    for name, bands in (("Totaux", one.totals), ("Écarts", one.spreads)):
        for band in bands:
            yield part, name, f"{band.low:g} – {band.high:g}", "Candidatures", band.count
    for line in one.criteria:
        yield from _each(part, "Critère", line.name, line, _CRITERION | _AGREED)


FIGURES = Source(
    "bilan",
    "Bilan",
    "Tous les nombres du bilan de l’appel, un par ligne.",
    Action.CALL_REPORT,
    "/appels/{slug}/bilan",
    _FIGURES,
    _rows,
)
