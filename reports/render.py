"""From the structs of `model` to PDF."""

from collections.abc import Sequence
from itertools import groupby
from pathlib import Path

import jinja2
from markupsafe import Markup

from reports import charts, glyphs, words
from reports.blank import BlankPaper
from reports.model import AnswerLine, Audience, CriterionScores, Dossier, Letter, Missing, Receipt, Value
from reports.paper import print_pdf
from reports.sheet import Sheet

_HERE = Path(__file__).parent

_DRAWN_FOR: dict[Audience, str] = {
    "applicant": "le candidat",
    "expert": "un évaluateur",
    "officer": "le chargé de programme",
    "committee": "le comité de sélection",
    "public": "le public",
}


def render_dossier(dossier: Dossier) -> bytes:
    """The dossier of a proposal, as PDF."""
    sheet = Sheet()
    scored = any(one.scores for one in dossier.criteria)
    html = _pages.get_template("dossier.html").render(
        d=dossier,
        sheet=sheet,
        scores=charts.scores_chart(dossier.criteria) if scored else None,
        means=charts.means_chart(dossier.criteria) if scored else None,
        experts=_experts(dossier),
        drawn_for=_DRAWN_FOR[dossier.drawn_for],
    )
    return print_pdf(html, dossier.submitted_at, sheet.enclosures)


def render_receipt(receipt: Receipt) -> bytes:
    """The acknowledgement of a submission, as PDF."""
    sheet = Sheet()
    html = _pages.get_template("receipt.html").render(r=receipt, sheet=sheet)
    return print_pdf(html, receipt.submitted_at, sheet.enclosures)


def render_letter(letter: Letter) -> bytes:
    """The letter that tells a decision, as PDF."""
    sheet = Sheet()
    html = _pages.get_template("letter.html").render(letter=letter, sheet=sheet)
    return print_pdf(html, letter.date, sheet.enclosures)


def render_form(paper: BlankPaper) -> bytes:
    """The blank form of an edition, as PDF."""
    sheet = Sheet()
    html = _pages.get_template("form.html").render(p=paper, sheet=sheet)
    return print_pdf(html, paper.published_at, sheet.enclosures)


def _experts(dossier: Dossier) -> list[tuple[str, list[str]]]:
    """Each expert's scores in the order of the criteria, as written, then the expert's total; a dash for none."""
    columns = [{score.label: words.marked(score.value, one.marks) for score in one.scores} for one in dossier.criteria]
    columns.append({score.label: words.mean(score.value) for score in dossier.total.scores} if dossier.total else {})
    labels = dict.fromkeys(label for column in columns for label in column)
    return [(label, [column.get(label, "–") for column in columns]) for label in labels]


def _scale(one: CriterionScores) -> str:
    """The ends of a criterion's scale, or all its marks: "0 à 5", "A, B, C"."""
    if one.marks:
        return ", ".join(mark.text for mark in one.marks)
    return f"{words.number(one.lowest)} à {words.number(one.highest)}"


def _runs(lines: Sequence[AnswerLine]) -> list[tuple[bool, list[AnswerLine]]]:
    """The lines in their order, cut where short answers, which stand in a table, give way to others."""
    return [(short, list(run)) for short, run in groupby(lines, _is_short)]


def _is_short(line: AnswerLine) -> bool:
    if isinstance(line.content, Value):
        return len(line.content.text) <= 300
    return isinstance(line.content, Missing)


def _drawable(value: object) -> object:
    """Whatever a template shows has passed here; markup is ours, made of texts that have."""
    return glyphs.drawable(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def _environment() -> jinja2.Environment:
    pages = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_HERE / "templates"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        finalize=_drawable,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    pages.filters.update(
        day=words.day,
        calendar_day=words.calendar_day,
        moment=words.moment,
        number=words.number,
        mean=lambda value: "–" if value is None else words.mean(value),
        marked=words.marked,
        scale=_scale,
        score=lambda value: "–" if value is None else words.number(value),
        size=words.size,
        media=words.media,
        grouped=words.grouped,
        kind=lambda content: type(content).__name__,
        rtl=glyphs.is_right_to_left,
        runs=_runs,
    )
    return pages


_pages = _environment()
