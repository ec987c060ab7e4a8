"""A sitting's pack as one PDF: each dossier laid out by itself, then the agenda with their pages in front of them.

What its pages have no room for is a file inside it, drawn like any dossier: so a large pack can be drawn in parts, and
whoever draws it may keep them.
"""

from collections.abc import Iterator, Mapping, Sequence

from msgspec import Struct
from weasyprint import Document

from reports import charts
from reports.enclosed import Enclosure
from reports.kept import plain
from reports.model import CriterionScores, Dossier
from reports.pack import Item, Pack
from reports.paper import Volume
from reports.render import dossier_html, render_dossier, template
from reports.shapes import Figure
from reports.sheet import Sheet

BARS = 24
"""Proposals of one chart, which fills a page."""
MOST_PAGES = 500
"""Pages after which no other dossier begins: so many take 0.9 GB to draw."""


class Line(Struct, frozen=True):
    """An item in the contents. page: the first of its dossier; None for one that is not on these pages. joined: the
    file that carries it instead, "" for none. lost: it could not be drawn."""

    item: Item
    page: int | None = None
    joined: str = ""
    lost: bool = False


class _Inside(Struct):
    """What has been laid out so far. page: the number of the next one."""

    volume: Volume
    sheet: Sheet
    page: int
    parts: list[Document]
    lines: list[Line]

    @property
    def apart(self) -> list[Item]:
        """The items whose dossiers are not on its pages."""
        return [line.item for line in self.lines if line.joined]


def render_pack(pack: Pack, most: int = MOST_PAGES, parts: Mapping[int, bytes | None] | None = None) -> bytes:
    """The pack of a sitting, as PDF. What is too long for its pages is cut there and joined to the file, as in every
    document; dossiers that begin after `most` pages are joined whole, as they were drawn (`parts`), or are now."""
    return _printed(pack, _laid_out(pack, most), parts or {})


def begin_pack(pack: Pack, most: int = MOST_PAGES) -> bytes | tuple[int, ...]:
    """The same where every dossier has its place on the pages; else the numbers of the items that have none."""
    inside = _laid_out(pack, most)
    return tuple(item.number for item in inside.apart) or _printed(pack, inside, {})


def _laid_out(pack: Pack, most: int) -> _Inside:
    volume = Volume()
    # How many pages the agenda has does not depend on the numbers that it names.
    opening = volume.laid_out(_front(pack, Sheet(), [Line(one, 999 if one.dossier else None) for one in pack.items]))
    inside = _Inside(volume, Sheet(documents=max(len(pack.read), 1)), len(opening.pages) + 1, [], [])
    for one in pack.items:
        _add(inside, one, most)
    return inside


def _add(inside: _Inside, item: Item, most: int) -> None:
    told = item.dossier
    if told is None:
        inside.lines.append(Line(item))
    elif inside.page > most:
        inside.lines.append(Line(item, joined=f"point-{item.number:03d}.pdf"))
    else:
        part = inside.volume.laid_out(dossier_html(told, inside.sheet, number=item.number, page=inside.page))
        inside.parts.append(part)
        inside.lines.append(Line(item, inside.page))
        inside.page += len(part.pages)


def _printed(pack: Pack, inside: _Inside, parts: Mapping[int, bytes | None]) -> bytes:
    lost = {number for number, part in parts.items() if part is None}
    lines = [Line(one.item, lost=True) if one.joined and one.item.number in lost else one for one in inside.lines]
    front = Sheet()
    opening = inside.volume.laid_out(_front(pack, front, lines))
    joined = [
        Enclosure(one.joined, f"Dossier du point {one.item.number}", data=_part(one.item, parts))
        for one in lines
        if one.joined
    ]
    enclosures = (*front.enclosures, *inside.sheet.enclosures, *joined, *_pieces(pack))
    return inside.volume.printed([opening, *inside.parts], pack.at, enclosures)


def _part(item: Item, parts: Mapping[int, bytes | None]) -> bytes:
    """The dossier of an item as a file: as it was drawn, or else as it is now."""
    assert item.dossier is not None  # noqa: S101  it is joined
    return parts.get(item.number) or render_dossier(item.dossier)


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
