"""What one document may hold. What is too long is cut where it stands, says so, and is joined to the file whole.

Laying out takes time in proportion to the text: the limits below keep the longest document under a minute of one
processor, whatever people typed.
"""

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import TypeVar

import msgspec
from markupsafe import Markup

from reports.enclosed import Enclosure
from reports.glyphs import UNKNOWN, drawable, is_right_to_left
from reports.model import AnswerSection, Content, Entry, Table
from reports.prose import Listing, Paragraph, parts
from reports.tongues import Tongue, english
from reports.words import glued, number

TEXT_LIMIT = 330_000
"""Characters of one text: 50 pages without a blank line, more with some."""
ALL_TEXTS_LIMIT = 500_000
"""Characters of all texts and cells together."""
BREAKS_LIMIT = 6_000
"""Line breaks of all texts together: each costs as much as a line, however short."""
CELL_LIMIT = 1_500
"""Characters of one cell."""
CELLS_LIMIT = 6_000
"""Cells of all tables together."""
LINES_LIMIT = 300
"""Files, or events of the timeline."""
WORD_LIMIT = 600
"""Characters of a title, a name or a label."""
COLUMNS_ABREAST = 12
"""Columns of one table; the others follow below, beside the first one again."""
COLUMNS_UPRIGHT = 8
"""Columns that fit on a page; a table of more has it on its side."""
SHORT_ROWS, SHORT_TEXT = 12, 1_500
"""Rows, and characters of all cells, of a table that no page break cuts."""
PIECE = 4_000
"""Characters laid out in one go: a paragraph of many pages takes the square of its length."""

_SENTENCE = re.compile(r"[.!?…؟](?:\N{NO-BREAK SPACE}?[»”)])?(?=[ \n])|(?=\n)")

Line = TypeVar("Line", bound=msgspec.Struct)


class Panel(msgspec.Struct, frozen=True):
    """A part of a table that fits on a page's width.

    widths: of the columns, in thousandths of the whole. They are ours because the engine measures each cell once per
    character when it has to find them. short: it stays on one page.
    """

    table: Table
    widths: tuple[int, ...]
    short: bool


class Sheet:
    """Counts what one document has taken in, and keeps what must be joined to it. prefix: of the names of that."""

    def __init__(self, prefix: str = "") -> None:
        self.enclosures: list[Enclosure] = []
        self.replaced = 0
        self._prefix = prefix
        self._text_left = ALL_TEXTS_LIMIT
        self._breaks_left = BREAKS_LIMIT
        self._cells_left = CELLS_LIMIT

    def prose(self, text: str, usual: Tongue = "") -> Markup:
        """A text as typed: blank lines part paragraphs, line breaks stay, lines that begin alike are a list; each part
        in its own direction, the whole in its own language. usual: its author's, for a text that does not tell."""
        clean = self._clean(text)
        shown = self._that_fits(clean)
        markup = Markup("").join(map(_part, parts(shown)))
        if english(shown, usual):
            markup = Markup('<article lang="en">{}</article>').format(markup)
        if len(shown) < len(clean):
            rest = number(len(clean) - len(shown))
            markup += self._note(f"La suite ({rest} caractères) est jointe à ce document", "texte", "txt", text)
        return markup

    def _that_fits(self, text: str) -> str:
        room = min(TEXT_LIMIT, self._text_left)
        shown = text if len(text) <= room else _cut(text, room)
        lines = shown.split("\n", self._breaks_left + 1)
        shown = "\n".join(lines[: self._breaks_left + 1])
        self._text_left -= len(shown)
        self._breaks_left -= shown.count("\n")
        return shown

    def word(self, text: str) -> str:
        """A title, a name or a label: one line, cut when it is absurdly long."""
        # `split()` alone would also undo no-break spaces.
        clean = glued(re.sub(r"[ \n]+", " ", drawable(text)).strip())
        return clean if len(clean) <= WORD_LIMIT else clean[: WORD_LIMIT - 1] + "…"

    def cell(self, text: str) -> str:
        """The text of a cell, cut when it would fill a page: the table's note then names the whole."""
        clean = self._clean(text)
        return clean if len(clean) <= CELL_LIMIT else clean[: CELL_LIMIT - 1] + "…"

    def listable(self, items: Sequence[str]) -> bool:
        """Whether each fits in an item of a list, where nothing says what was cut; else they are paragraphs."""
        return all(len(item) <= CELL_LIMIT for item in items)

    def panels(self, table: Table) -> tuple[list[Panel], Markup]:
        """The table in parts that fit, and the note that says what is left out, if anything."""
        width = max(len(table.columns), 1)
        rows = self._rows_that_fit(table.rows, width)
        shown = Table(table.columns, rows, table.totals)
        panels = [_panel(shown, first) for first in range(0, width, COLUMNS_ABREAST)]
        cut = any(len(cell) > CELL_LIMIT for row in rows for cell in row)
        if len(rows) == len(table.rows) and not cut:
            return panels, Markup()
        lines = [[column.label for column in table.columns], *table.rows, table.totals or ()]
        whole = "\n".join("\t".join(" ".join(cell.split()) for cell in line) for line in lines)
        left = len(table.rows) - len(rows)
        unprinted = "lignes ne sont pas imprimées" if left > 1 else "ligne n’est pas imprimée"
        what = f"{number(left)} {unprinted}" if left else "Des cellules sont abrégées"
        return panels, self._note(f"{what} : le tableau entier est joint à ce document", "tableau", "tsv", whole)

    def entries(self, rows: Sequence[Entry]) -> tuple[Sequence[Entry], Markup]:
        """The rows of a block that fit, and the note that says what is left out, if anything."""
        fitting = 0
        for row in rows:
            if self._cells_left < len(row.lines):
                break
            self._cells_left -= len(row.lines)
            fitting += 1
        if fitting == len(rows):
            return rows, Markup()
        whole = msgspec.json.format(msgspec.json.encode(rows), indent=1).decode()
        left = f"{number(len(rows) - fitting)} de plus"
        return rows[:fitting], self._note(f"{left} : la liste entière est jointe à ce document", "liste", "json", whole)

    def _rows_that_fit(self, rows: Sequence[tuple[str, ...]], width: int) -> tuple[tuple[str, ...], ...]:
        fitting = []
        for row in rows:
            size = sum(min(len(cell), CELL_LIMIT) for cell in row)
            if self._cells_left < width or self._text_left < size:
                break
            self._cells_left -= width
            self._text_left -= size
            fitting.append(row)
        return tuple(fitting)

    def is_wide(self, content: Content) -> bool:
        """Whether an answer needs the page on its side."""
        return isinstance(content, Table) and len(content.columns) > COLUMNS_UPRIGHT

    def opens_wide(self, section: AnswerSection) -> bool:
        """Whether its first answer does, and so the titles above it."""
        return bool(section.lines) and self.is_wide(section.lines[0].content)

    def first(self, lines: Sequence[Line], name: str) -> tuple[Sequence[Line], Markup]:
        """The first lines of a list, and the note that says how many more there are, if any."""
        if len(lines) <= LINES_LIMIT:
            return lines, Markup()
        whole = msgspec.json.format(msgspec.json.encode(lines), indent=1).decode()
        more = len(lines) - LINES_LIMIT
        what = f"{number(more)} {'lignes' if more > 1 else 'ligne'} de plus"
        note = self._note(f"{what} : la liste entière est jointe à ce document", name, "json", whole)
        return lines[:LINES_LIMIT], note

    def _clean(self, text: str) -> str:
        clean = glued(drawable(text))
        unknown = clean.count(UNKNOWN) - text.count(UNKNOWN)
        if unknown > 0:
            self.replaced += unknown
            self._join("texte", "txt", text, "Texte dont des caractères n’ont pas pu être imprimés")
        return clean

    def _note(self, sentence: str, kind: str, suffix: str, whole: str) -> Markup:
        name = self._join(kind, suffix, whole, "Texte trop long pour être imprimé en entier")
        return Markup('<p class="note">{}, sous le nom « {} ».</p>').format(sentence, name)

    def _join(self, kind: str, suffix: str, text: str, description: str) -> str:
        for known in self.enclosures:
            if known.text == text:
                return known.name
        text = text.encode(errors="replace").decode()
        name = f"{self._prefix}{kind}-{len(self.enclosures) + 1:02d}.{suffix}"
        self.enclosures.append(Enclosure(name, description, text))
        return name


def _cut(text: str, room: int) -> str:
    """The beginning, up to the last end of a line or of a word that fits."""
    head = text[:room]
    end = max(head.rfind("\n"), head.rfind(" "))
    return (head[:end] if end > room * 0.8 else head).rstrip()


def _part(part: Paragraph | Listing) -> Markup:
    if isinstance(part, Paragraph):
        return _paragraph("\n".join(part.lines))
    whole = "\n".join(line for item in part.items for line in item)
    direction = Markup(' dir="rtl"') if is_right_to_left(whole) else Markup()
    items = Markup("").join(Markup("<li>{}</li>").format(_item("\n".join(item))) for item in part.items)
    if part.first is None:
        return Markup('<ul class="prose"{}>{}</ul>').format(direction, items)
    start = Markup(' start="{}"').format(part.first) if part.first != 1 else Markup()
    return Markup('<ol class="prose"{}{}>{}</ol>').format(start, direction, items)


def _item(text: str) -> Markup:
    """One that is longer than what is laid out in one go is made of paragraphs, as any such text."""
    return _paragraph(text) if len(text) > PIECE else Markup("<br>").join(text.split("\n"))


def _paragraph(block: str) -> Markup:
    direction = Markup(' dir="rtl"') if is_right_to_left(block) else Markup()
    pieces = []
    while len(block) > PIECE:
        piece = _cut_at_a_sentence(block)
        pieces.append(piece)
        block = block[len(piece) :].lstrip(" \n")
    pieces.append(block)
    *begun, last = (Markup("<br>").join(piece.split("\n")) for piece in pieces)
    # A piece that goes on below has no space after it: on paper they are one paragraph.
    markup = Markup("").join(Markup('<p class="begun"{}>{}</p>').format(direction, piece) for piece in begun)
    return markup + Markup("<p{}>{}</p>").format(direction, last)


def _cut_at_a_sentence(block: str) -> str:
    """The beginning of a long paragraph, up to where its next line starts anyway, or a sentence does."""
    ends = [found.end() for found in _SENTENCE.finditer(block, PIECE // 2, PIECE)]
    return block[: ends[-1]] if ends else _cut(block, PIECE)


def _panel(table: Table, first: int) -> Panel:
    """The columns from `first` on, beside the first one again when they are not the first ones."""
    picked = list(range(first, min(first + COLUMNS_ABREAST, len(table.columns))))
    if first:
        picked.insert(0, 0)
    part = Table(
        tuple(table.columns[i] for i in picked),
        tuple(tuple(row[i] for i in picked) for row in table.rows),
        None if table.totals is None else tuple(table.totals[i] for i in picked),
    )
    short = len(part.rows) <= SHORT_ROWS and sum(len(cell) for row in part.rows for cell in row) <= SHORT_TEXT
    return Panel(part, _widths(part), short)


def _widths(table: Table) -> tuple[int, ...]:
    """Room for the longest word of each column, or of its whole cells for numbers, and more for longer texts."""
    wanted = []
    for i, column in enumerate(table.columns):
        cells = [row[i] for row in table.rows] + ([table.totals[i]] if table.totals else [])
        longest = max(map(len, cells), default=0)
        words = [len(word) for text in (column.label, *cells) for word in text.split()]
        least = longest if column.numeric else max(words, default=0)
        wanted.append(3 + max(min(least, 24), min(longest, 60) * 0.6))
    # Each ends where it should, so that all of them are the whole.
    ends = [round(1000 * sum(wanted[:i]) / sum(wanted)) for i in range(len(wanted) + 1)]
    return tuple(after - before for before, after in pairwise(ends))
