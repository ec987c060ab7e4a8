"""What changed between two states of the answers: field by field, texts word by word, tables row by row.

What conditions hide is no part of a state: an answer that they hide on one side is absent there.
"""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from difflib import SequenceMatcher
from typing import Any, Literal

import msgspec

from forms.answers import counted
from forms.base import Field, blank
from forms.form import Form
from forms.kinds import Block, File, LongText, ShortText, Table
from forms.operands import ROW_ID

State = Literal["same", "added", "removed"]
Files = Mapping[str, Sequence[tuple[str, str]]]
"""Field id to the files of that field, in their order: an id (or a digest) that tells them apart, and a name."""

MOST_WORDS = 3_000
"""Words of one text that are compared one by one; longer texts are compared line by line, very long ones as a whole."""
MOST_COMPARED = 30_000
"""Words of all texts together: comparing takes more than in proportion to them."""
_WORDS = re.compile(r"\s+|\w+|[^\w\s]")
_LINES = re.compile(r"[^\n]*\n|[^\n]+")


class Piece(msgspec.Struct, frozen=True):
    """A run of a text. Those that are the same or added make the new text; those the same or removed, the old one."""

    state: State
    text: str


class RowChange(msgspec.Struct, frozen=True):
    """One row of a table or block: cell id to value, as it is, or as it was where it is removed.

    Rows of a block are told apart by their identity: one that is there on both sides may be `changed`, and `changes`
    says in what, or `moved`. `number`: its place, from 0, on the side of `cells`.
    """

    state: Literal["same", "added", "removed", "changed"]
    cells: dict[str, Any]
    number: int = 0
    moved: bool = False
    changes: "tuple[FieldChange, ...]" = ()


class FieldChange(msgspec.Struct, frozen=True):
    """One field that is not as it was. `old` and `new`: values (None where there was, or is, no answer); of a file
    field, the names. `pieces` of a text, `rows` of a table, empty for the other kinds."""

    field: str
    old: Any
    new: Any
    pieces: tuple[Piece, ...] = ()
    rows: tuple[RowChange, ...] = ()


class Given(msgspec.Struct, frozen=True):
    """Answers and files as they were on a day, by which conditions are judged."""

    answers: Mapping[str, Any]
    files: Files
    day: date


def changes(form: Form, before: Given, after: Given) -> tuple[FieldChange, ...]:
    """The fields that changed, in the order of the form."""
    (shown_before, old), (shown_after, new) = (counted(form, one.answers, one.day) for one in (before, after))
    budget = _Budget()
    found: list[FieldChange] = []
    for field in form.fields:
        if isinstance(field, File):
            was = tuple(before.files.get(field.id, ())) if field.id in shown_before else ()
            now = tuple(after.files.get(field.id, ())) if field.id in shown_after else ()
            if was != now:
                found.append(FieldChange(field.id, [name for _, name in was], [name for _, name in now]))
            continue
        kept = old.get(field.id) if field.id in shown_before else None
        given = new.get(field.id) if field.id in shown_after else None
        found += _changed(field, kept, given, budget)
    return tuple(found)


class _Budget:
    """How many words may still be compared."""

    left = MOST_COMPARED


def _changed(field: Field, old: Any, new: Any, budget: _Budget) -> list[FieldChange]:
    """The change of one field, or of one cell of a row: one or none."""
    kept, given = (None if blank(value) else value for value in (old, new))
    if kept == given and type(kept) is type(given):
        return []
    pieces: tuple[Piece, ...] = ()
    rows: tuple[RowChange, ...] = ()
    if isinstance(field, Block):
        rows = _block_changes(field, _rows(kept), _rows(given), budget)
    elif isinstance(field, Table):
        rows = row_changes(_rows(kept), _rows(given))
    elif isinstance(field, ShortText | LongText):
        pieces, budget.left = _compared(_text(kept), _text(given), budget.left)
    return [FieldChange(field.id, kept, given, pieces, rows)]


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _rows(value: Any) -> list[dict[str, Any]]:
    rows = value.get("rows") if isinstance(value, dict) else None
    return [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []


def _compared(old: str, new: str, left: int) -> tuple[tuple[Piece, ...], int]:
    """The pieces of a text, and how many words may still be compared after it."""
    long = max(len(old), len(new)) > 20 * MOST_WORDS
    words = [(_LINES if long else _WORDS).findall(text) for text in (old, new)]
    longest = max(map(len, words))
    if longest > min(MOST_WORDS, left):
        words = [_LINES.findall(text) for text in (old, new)]
        longest = max(map(len, words))
    if longest > min(MOST_WORDS, left):
        return _joined([Piece("removed", old), Piece("added", new)]), left
    return _joined(_pieces(*words)), left - longest


def text_changes(old: str, new: str) -> tuple[Piece, ...]:
    """How one text became another, word by word where it is not too long for that."""
    return _compared(old, new, MOST_COMPARED)[0]


def _pieces(old: list[str], new: list[str]) -> Iterable[Piece]:
    for what, a, b, c, d in SequenceMatcher(None, old, new).get_opcodes():
        if what == "equal":
            yield Piece("same", "".join(old[a:b]))
        else:
            yield Piece("removed", "".join(old[a:b]))
            yield Piece("added", "".join(new[c:d]))


def _joined(pieces: Iterable[Piece]) -> tuple[Piece, ...]:
    """Without empty pieces; neighbours of one state are one."""
    made: list[Piece] = []
    for piece in pieces:
        if not piece.text:
            continue
        if made and made[-1].state == piece.state:
            made[-1] = Piece(piece.state, made[-1].text + piece.text)
        else:
            made.append(piece)
    return tuple(made)


def row_changes(old: list[dict[str, Any]], new: list[dict[str, Any]]) -> tuple[RowChange, ...]:
    """How the rows of a table became others; rows that stayed are there too, in their places."""
    before, after = ([_written(row) for row in rows] for rows in (old, new))
    found: list[RowChange] = []
    for what, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if what != "equal":
            found += [RowChange("removed", old[index], index) for index in range(a, b)]
        found += [RowChange("same" if what == "equal" else "added", new[index], index) for index in range(c, d)]
    return tuple(found)


def _written(row: Mapping[str, Any]) -> str:
    return json.dumps(row, sort_keys=True, ensure_ascii=False)


def _block_changes(
    block: Block, old: list[dict[str, Any]], new: list[dict[str, Any]], budget: _Budget
) -> tuple[RowChange, ...]:
    """How the rows of a block became others, each found again by its identity; without one, by what it says."""
    (before, was), (after, now) = (_by_identity(rows) for rows in (old, new))
    found: list[RowChange] = []
    for what, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if what != "equal":
            found += [RowChange("removed", old[index], index) for index in range(a, b) if before[index] not in now]
        for index in range(c, d):
            row = new[index]
            if after[index] not in was:
                found.append(RowChange("added", row, index))
                continue
            known = was[after[index]]
            inside = [
                one for cell in block.cells for one in _changed(cell, known.get(cell.id), row.get(cell.id), budget)
            ]
            state: Literal["changed", "same"] = "changed" if inside else "same"
            found.append(RowChange(state, row, index, what != "equal", tuple(inside)))
    return tuple(found)


def _by_identity(rows: list[dict[str, Any]]) -> tuple[list[str], dict[str, dict[str, Any]]]:
    """The identities of rows in their order, and each row by its own."""
    found: dict[str, dict[str, Any]] = {}
    for row in rows:
        name, again = str(row.get(ROW_ID) or f"={_written(row)}"), 0
        while f"{name}#{again}" in found:
            again += 1
        found[f"{name}#{again}"] = row
    return list(found), found
