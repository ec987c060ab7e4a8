"""The report of a call and that of a year, from their figures to PDF."""

from collections.abc import Sequence

from reports import counting, figures
from reports.bars import Bar, Column, bars, columns, spread
from reports.paper import print_pdf
from reports.render import template
from reports.shapes import Figure
from reports.sheet import Sheet
from reports.words import number

_WORDS = {name: getattr(counting, name) for name in ("span", "share", "agreement", "load_name")}


def render_report(report: figures.CallFigures) -> bytes:
    """The report of a call, as PDF."""
    sheet = Sheet()
    told = {"f": report, "sheet": sheet, "c": counting, **_WORDS, **_charts_of_call(report)}
    return print_pdf(template("report.html").render(told), report.at, sheet.enclosures)


def render_annual(report: figures.AnnualFigures) -> bytes:
    """The report of a year, as PDF."""
    sheet = Sheet()
    told = {"f": report, "sheet": sheet, "c": counting, **_WORDS, **_charts_of_year(report)}
    return print_pdf(template("annual.html").render(told), report.at, sheet.enclosures)


def _charts_of_call(report: figures.CallFigures) -> dict[str, object]:
    way = [one for one in report.funnel if one.code not in counting.ASIDE]
    left = [one for one in report.stages if one.median is not None]
    return {
        "funnel": bars("Parcours", [_count(counting.STEPS[one.code], one.count) for one in way]),
        "delays": _delays(left) if left else None,
        "answers": {one.field: _answers(one) for one in report.breakdowns},
        "loads": _loads(report.load) if report.load is not None and report.load.bands else None,
        "totals": {one.number: _bands("Totaux", one.totals, one.threshold) for one in report.rounds},
        "spreads": {one.number: _bands("Écarts", one.spreads, None) for one in report.rounds},
    }


def _count(name: str, count: int) -> Bar:
    return Bar(name, count, number(count))


def _delays(stages: Sequence[figures.StageFigures]) -> Figure:
    lines = [
        Bar(one.name, one.most or 0.0, counting.span(one.median), one.median or 0.0)
        for one in stages
        if one.median is not None
    ]
    return bars("Durée des étapes", lines, ("neuf passages sur dix", "médiane"))


def _answers(one: figures.Breakdown) -> Figure:
    lines = [
        Bar(group.name, group.submitted, f"{number(group.submitted)} · {number(group.retained)}", group.retained)
        for group in one.groups
    ]
    return bars(one.label, lines, ("déposées", "retenues"))


def _loads(load: figures.ExpertsLoad) -> Figure:
    lines = [_count(counting.load_name(one.low, one.high).capitalize(), one.experts) for one in load.bands]
    return bars("Évaluateurs par nombre d’évaluations remises", lines)


def _bands(title: str, bands: Sequence[figures.ScoreBand], threshold: float | None) -> Figure:
    return spread(title, [(one.low, one.high, one.count) for one in bands], threshold)


def _charts_of_year(report: figures.AnnualFigures) -> dict[str, object]:
    months = [Column(counting.SHORT_MONTHS[one.month - 1], (one.submitted, one.decided)) for one in report.months]
    return {
        "months": columns("Dépôts et décisions par mois", months, ("déposées", "décidées")),
        "pipe": bars("En cours d’examen", [_count(counting.STAGES[one.code], one.count) for one in report.pipe]),
        "pilots": bars("Pilotes en cours", [_count(counting.PHASES[one.code], one.count) for one in report.pilots]),
    }
