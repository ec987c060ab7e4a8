"""A sitting's pack as one PDF: each dossier drawn by itself, then the agenda that names their pages, then all joined.

So it has as many dossiers as there are items, and is drawn in the memory of one; whoever draws it may keep the parts.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from msgspec import Struct

from reports import charts
from reports.enclosed import Enclosure
from reports.joining import join, pages_of
from reports.kept import plain
from reports.model import CriterionScores, Dossier
from reports.pack import Item, Pack
from reports.paper import print_pdf
from reports.render import dossier_html, template
from reports.shapes import Figure
from reports.sheet import Sheet

BARS = 24
"""Proposals of one chart, which fills a page."""
MOST_TRIES = 4
"""How often the agenda is laid out: how long it is depends on the numbers that it names, by a line at most."""


class Line(Struct, frozen=True):
    """An item in the contents. page: the first of its dossier; None for one that the pack does not hold. behind: the
    first of its files, None where none is shown."""

    item: Item
    page: int | None = None
    behind: int | None = None


def render_pack(pack: Pack) -> bytes:
    """The pack of a sitting, as PDF, drawn from its parts here and now."""
    with TemporaryDirectory() as folder:
        parts = {item.number: Path(folder) / f"{item.number}.pdf" for item, _ in pack.read}
        for item, _ in pack.read:
            parts[item.number].write_bytes(render_part(item))
        bind_pack(pack, parts, {}, Path(folder) / "pack.pdf")
        return (Path(folder) / "pack.pdf").read_bytes()


def render_part(item: Item) -> bytes:
    """The dossier of an item, as PDF whose pages have no number yet."""
    told = item.dossier
    assert told is not None  # noqa: S101  it is read
    sheet = Sheet(f"point-{item.number:03d}-")
    html = dossier_html(told, sheet, number=item.number)
    return print_pdf(html, told.submitted_at, sheet.enclosures)


def bind_pack(pack: Pack, parts: Mapping[int, Path], pieces: Mapping[int, Path], whole: Path) -> None:
    """Write the pack whose dossiers are in these files, by the numbers of their items, with the pages of their files
    (`pieces`) behind them; of a dossier that is in none, the agenda says so."""
    front, pages = whole.with_suffix(".front"), 0
    for _ in range(MOST_TRIES):
        lines = list(_lines(pack, parts, pieces, pages + 1))
        front.write_bytes(_front(pack, lines))
        if pages == (pages := pages_of(front)):
            break
    front.write_bytes(_front(pack, lines, _pieces(pack)))
    behind = ((parts.get(item.number), pieces.get(item.number)) for item in pack.items)
    with whole.open("wb") as out:
        join([front, *(file for files in behind for file in files if file)], out)


def _lines(pack: Pack, parts: Mapping[int, Path], pieces: Mapping[int, Path], page: int) -> Iterator[Line]:
    """The contents, where the first dossier begins on this page."""
    for one in pack.items:
        part, files = parts.get(one.number), pieces.get(one.number)
        first = page
        page += pages_of(part) if part else 0
        yield Line(one, first if part else None, page if files else None)
        page += pages_of(files) if files else 0


def _front(pack: Pack, lines: Sequence[Line], pieces: Iterable[Enclosure] = ()) -> bytes:
    sheet = Sheet()
    return print_pdf(_front_html(pack, sheet, lines), pack.at, (*sheet.enclosures, *pieces))


def _pieces(pack: Pack) -> Iterator[Enclosure]:
    """The files that go with the dossiers, as the PDF carries them."""
    for item in pack.items:
        for i, one in enumerate(item.pieces, 1):
            if one.content is not None:
                name = f"point-{item.number:03d}-{i:02d}-{plain(one.name)}"
                about = f"Pièce du point {item.number} : {one.field}"
                yield Enclosure(name, about, data=one.content, relationship="Source")


def _front_html(pack: Pack, sheet: Sheet, lines: Sequence[Line]) -> str:
    return template("pack.html").render(
        p=pack,
        sheet=sheet,
        lines=lines,
        lost=any(line.item.dossier and line.page is None for line in lines),
        rankings=[_ranking(pack, call) for call in dict.fromkeys(item.call for item, _ in pack.read)],
        numbers={dossier.reference: item.number for item, dossier in pack.read},
    )


class Ranking(Struct, frozen=True):
    """The dossiers of a call by their totals, with charts of these. call: its title, "" where there is one alone."""

    call: str
    ranked: list[Dossier]
    figures: list[Figure]


def _ranking(pack: Pack, call: str) -> Ranking:
    """Of one call: another one has another grid, and its totals do not compare."""
    some = [one for one in pack.read if one[0].call == call]
    some.sort(key=lambda one: (one[0].total is None, -(one[0].total or 0), one[0].number))
    ranked = [dossier for _, dossier in some]
    return Ranking(call, ranked, list(_figures(ranked)))


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
