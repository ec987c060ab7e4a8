"""From the structs of `model` to PDF."""

from hashlib import sha256
from importlib.metadata import version
from pathlib import Path

import jinja2
from markupsafe import Markup

from reports import charts, glyphs, words
from reports.model import Dossier, Letter, Receipt
from reports.paper import print_pdf

_HERE = Path(__file__).parent


def _renderer_version() -> str:
    """A digest of all that decides what a page looks like: our files, the libraries, the fonts."""
    digest = sha256()
    for path in sorted(_HERE.rglob("*")):
        if path.suffix in {".py", ".html", ".css"}:
            digest.update(path.read_bytes())
    for name in ("weasyprint", "pydyf", "fonttools", "jinja2", "babel"):
        digest.update(f"{name} {version(name)}\n".encode())
    for font in glyphs.FONTS.values():
        digest.update(f"{font.name} {font.stat().st_size}\n".encode())
    return digest.hexdigest()[:16]


RENDERER_VERSION: str = _renderer_version()


def render_dossier(dossier: Dossier) -> bytes:
    """The dossier of a proposal, as PDF."""
    figure = charts.scores_chart(dossier.criteria) if dossier.criteria else None
    labels = list(dict.fromkeys(score.label for one in dossier.criteria for score in one.scores))
    html = _pages.get_template("dossier.html").render(d=dossier, figure=figure, labels=labels)
    return print_pdf(html, dossier.submitted_at)


def render_receipt(receipt: Receipt) -> bytes:
    """The acknowledgement of a submission, as PDF."""
    return print_pdf(_pages.get_template("receipt.html").render(r=receipt), receipt.submitted_at)


def render_letter(letter: Letter) -> bytes:
    """The letter that tells a decision, as PDF."""
    return print_pdf(_pages.get_template("letter.html").render(letter=letter), letter.date)


def _paragraphs(text: str) -> Markup:
    """A text as typed: blank lines part paragraphs, line breaks stay, each paragraph in its own direction."""
    blocks = [block.strip("\n") for block in glyphs.drawable(text).split("\n\n")]
    return Markup("").join(_paragraph(block) for block in blocks if block.strip())


def _paragraph(block: str) -> Markup:
    direction = Markup(' dir="rtl"') if glyphs.is_right_to_left(block) else ""
    lines = Markup("<br>").join(block.split("\n"))
    return Markup("<p{}>{}</p>").format(direction, lines)


def _drawable(value: object) -> object:
    if isinstance(value, Markup):
        return Markup(glyphs.drawable(value))
    return glyphs.drawable(value) if isinstance(value, str) else value


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
        moment=words.moment,
        number=words.number,
        size=words.size,
        grouped=words.grouped,
        paragraphs=_paragraphs,
        kind=lambda content: type(content).__name__,
        rtl=glyphs.is_right_to_left,
    )
    return pages


_pages = _environment()
