"""A sitting's pack as one PDF: each dossier laid out by itself, then the agenda with their pages in front of them."""

from collections.abc import Iterator, Sequence

from msgspec import Struct
from weasyprint import Document

from reports import charts
from reports.kept import plain
from reports.model import CriterionScores, Dossier
from reports.pack import Item, Pack
from reports.paper import Enclosure, Volume
from reports.render import dossier_html, render_dossier, template
from reports.shapes import Figure
from reports.sheet import Sheet

BARS = 24
"""Proposals of one chart, which fills a page."""
MOST_PAGES = 500
"""Pages after which no other dossier begins: so many take 0.9 GB to draw."""


class Line(Struct, frozen=True):
    """An item in the contents. page: the first of its dossier; None for one that is not on these pages. joined: the
    file that carries it instead, "" for none."""

    item: Item
    page: int | None = None
    joined: str = ""


class _Inside(Struct):
    """What has been laid out so far."""

    page: int
    parts: list[Document]
    lines: list[Line]
    joined: list[Enclosure]


def render_pack(pack: Pack, most: int = MOST_PAGES) -> bytes:
    """The pack of a sitting, as PDF. What is too long for its pages is cut there and joined to the file, as in every
    document; dossiers that begin after `most` pages are joined whole."""
    volume = Volume()
    sheet = Sheet(documents=max(len(pack.read), 1))
    # How many pages the agenda has does not depend on the numbers that it names.
    opening = volume.laid_out(_front(pack, Sheet(), [Line(one, 999 if one.dossier else None) for one in pack.items]))
    inside = _Inside(len(opening.pages) + 1, [], [], [])
    for one in pack.items:
        _add(volume, sheet, inside, one, most)
    front = Sheet()
    opening = volume.laid_out(_front(pack, front, inside.lines))
    return volume.printed(
        [opening, *inside.parts], pack.at, (*front.enclosures, *sheet.enclosures, *inside.joined, *_pieces(pack))
    )


def _add(volume: Volume, sheet: Sheet, inside: _Inside, item: Item, most: int) -> None:
    told = item.dossier
    if told is None:
        inside.lines.append(Line(item))
    elif inside.page > most:
        name = f"point-{item.number:03d}.pdf"
        inside.joined.append(Enclosure(name, f"Dossier du point {item.number}", data=render_dossier(told)))
        inside.lines.append(Line(item, joined=name))
    else:
        part = volume.laid_out(dossier_html(told, sheet, number=item.number, page=inside.page))
        inside.parts.append(part)
        inside.lines.append(Line(item, inside.page))
        inside.page += len(part.pages)


def _pieces(pack: Pack) -> Iterator[Enclosure]:
    """The files that go with the dossiers, as the PDF carries them."""
    for item in pack.items:
        for i, one in enumerate(item.pieces, 1):
            if one.content is not None:
                name = f"point-{item.number:03d}-{i:02d}-{plain(one.name)}"
                about = f"Pièce du point {item.number} : {one.field}"
                yield Enclosure(name, about, data=one.content, relationship="Source")


def _front(pack: Pack, sheet: Sheet, lines: Sequence[Line]) -> str:
    ranked = sorted(pack.read, key=lambda one: (one[0].total is None, -(one[0].total or 0), one[0].number))
    return template("pack.html").render(
        p=pack,
        sheet=sheet,
        lines=lines,
        ranked=[dossier for _, dossier in ranked],
        numbers={dossier.reference: item.number for item, dossier in ranked},
        figures=list(_figures([dossier for _, dossier in ranked])),
    )


def _figures(ranked: Sequence[Dossier]) -> Iterator[Figure]:
    """Bars of the totals, a page at a time."""
    scored = [bar for one in ranked if (bar := _bar(one)) is not None]
    for some in _batches(scored):
        yield charts.means_chart(some, of="Note totale par candidature", limit="seuil")


def _batches(lines: Sequence[CriterionScores]) -> Iterator[Sequence[CriterionScores]]:
    for first in range(0, len(lines), BARS):
        yield lines[first : first + BARS]


def _bar(one: Dossier) -> CriterionScores | None:
    """Its total, as a chart draws a criterion."""
    total = one.total
    if total is None or total.mean is None:
        return None
    name = f"{one.reference} {one.title}"
    return CriterionScores(
        *(name, total.highest, total.highest * 0, total.highest, total.threshold, total.scores),
        *(total.mean, None, None),
    )
