"""From the structs of `model` to PDF."""

from collections.abc import Sequence
from itertools import groupby
from pathlib import Path

import jinja2
from markupsafe import Markup

from reports import charts, committee, essentials, glyphs, words
from reports.blank import BlankPaper
from reports.kept import Archive, enclosures, manifest_of
from reports.letters import Letter, Receipt
from reports.model import AnswerLine, Audience, CriterionScores, Dossier, Missing, Paragraphs, Value
from reports.paper import print_pdf
from reports.qr import TooLongError, qr
from reports.shapes import Figure
from reports.sheet import Sheet
from reports.tongues import Tongue, english, tongue

_HERE = Path(__file__).parent
EXCERPT = 500  # characters of each answer, which tell its language

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
    return print_pdf(dossier_html(dossier, sheet), dossier.submitted_at, sheet.enclosures)


def dossier_html(dossier: Dossier, sheet: Sheet, *, number: int = 0) -> str:
    """Its pages before they are laid out. number: its own in a pack, whose pages are numbered as they are joined; 0
    outside one."""
    shown = {**_shown(dossier), "at": f"p{number}-" if number else "", "number": number}
    return template("dossier.html").render(shown, sheet=sheet)


def template(name: str) -> jinja2.Template:
    """One of the templates, with all that they know."""
    return _pages.get_template(name)


def render_archive(archive: Archive) -> bytes:
    """The dossier with what it rests on inside it, as PDF."""
    sheet, told = Sheet(), archive.dossier
    manifest = manifest_of(archive)
    html = _pages.get_template("dossier.html").render({**_shown(told), "manifest": manifest}, sheet=sheet)
    return print_pdf(html, told.submitted_at, (*enclosures(archive, manifest), *sheet.enclosures))


def _shown(dossier: Dossier) -> dict[str, object]:
    """What the templates of a dossier show, beside its sheet."""
    scored = any(one.scores for one in dossier.criteria)
    return {
        "d": dossier,
        "scores": charts.scores_chart(dossier.criteria) if scored else None,
        "means": charts.means_chart(dossier.criteria) if scored else None,
        "experts": _experts(dossier),
        "essence": essentials.of(dossier),
        "drawn_for": _DRAWN_FOR[dossier.drawn_for],
        "seal": _seal(dossier),
        "usual": _usual(dossier),
        "manifest": None,
        "at": "",
        "number": 0,
    }


def _usual(dossier: Dossier) -> Tongue:
    """The language that its answers are written in, by the long ones."""
    lines = (line.content for section in dossier.answers for line in section.lines)
    return tongue(" ".join(one.text[:EXCERPT] for one in lines if isinstance(one, Paragraphs)))


def _seal(dossier: Dossier) -> Figure | None:
    """The code that leads to the page of verification; None for none, or an address that is too long for one."""
    if not dossier.verification:
        return None
    try:
        return qr(dossier.verification, f"Code QR vers la page de vérification : {dossier.verification}")
    except TooLongError:
        return None


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


def render_minutes(minutes: committee.Minutes) -> bytes:
    """The minutes of a sitting, as PDF."""
    sheet = Sheet()
    html = _pages.get_template("minutes.html").render(m=minutes, sheet=sheet)
    return print_pdf(html, minutes.approved_at or minutes.closed_at, sheet.enclosures)


def render_convocation(convocation: committee.Convocation) -> bytes:
    """The convocation of one person to a sitting, as PDF."""
    sheet = Sheet()
    html = _pages.get_template("convocation.html").render(c=convocation, sheet=sheet)
    return print_pdf(html, convocation.convened_at, sheet.enclosures)


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
        duration=words.duration,
        size=words.size,
        media=words.media,
        grouped=words.grouped,
        kind=lambda content: type(content).__name__,
        lower_first=lambda text: text[:1].lower() + text[1:],
        rtl=glyphs.is_right_to_left,
        english=english,
        runs=_runs,
        unended=lambda text: text.rstrip(". "),
        capacity=committee.CAPACITIES.__getitem__,
        called_as=committee.CALLED_AS.__getitem__,
        opinion=lambda code: committee.OPINIONS[code] if code else "Sans avis",
        ballot=committee.BALLOTS.__getitem__,
        choice=committee.CHOICES.__getitem__,
        presence=committee.presence,
        result=committee.result,
        quorum=committee.quorum,
        points=committee.runs,
    )
    return pages


_pages = _environment()
