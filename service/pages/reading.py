"""Answers as they are read on pages: filters of the templates."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from pathlib import PurePosixPath
from typing import Any

from markupsafe import Markup, escape

import forms
from forms import Condition, Field, Form, Piece, kinds
from forms.telling import told
from reports.prose import Listing, Paragraph, parts
from service.pages import french
from service.pages.aloud import read_aloud
from service.views.files import WithheldFiles
from service.views.readable import AnswerView


def shown(
    form: Form,
    answers: Mapping[str, AnswerView],
    judged_on: date,
    draft: bool,  # noqa: FBT001
    filled: Iterable[str] = (),
) -> set[str]:
    """The fields that conditions show, with these answers. What was submitted (no `draft`) was asked, also where its
    reader is not told what that hung on; `filled`: fields with files."""
    found = forms.shown_fields(form, {field: answer.value for field, answer in answers.items()}, judged_on)
    return found if draft else found | {field for field in (*answers, *filled) if field in form.index}


def counts(form: Form, answers: Mapping[str, AnswerView], judged_on: date, draft: bool) -> dict[str, Any]:  # noqa: FBT001
    """What these answers say, with what is computed. `draft`: without what conditions hide; what was submitted has no
    such thing, and its reader may not be told what that would hang on."""
    given = {field: answer.value for field, answer in answers.items()}
    seen = forms.counted(form, given, judged_on)[1]
    return seen if draft else seen | given


def sum_of(field: kinds.Table, content: Any, column: str) -> str:
    """A total of a table as read."""
    money = any(one.id == column and one.kind == "money" for one in field.columns)
    return french.number(field.sums(content)[column]) + (f"{french.NBSP}€" if money else "")


def row_name(block: kinds.Block, row: Any, number: int) -> str:
    """What a row of a block is called."""
    return block.name_of(dict(row), number)


def row_told(
    block: kinds.Block, row: Any, judged_on: date | None, around: Mapping[str, Any]
) -> list[tuple[Field, Any]]:
    """The questions that were asked in a row, each with what it says; all of them where nobody says on which day that
    is judged. `row`: what counts of it, so that what it says was asked; `around`: the answers to the form that do."""
    if judged_on is None:
        return [(cell, row.get(cell.id)) for cell in block.cells]
    shown, seen = block.shown_in(dict(row), judged_on, around)
    told = {**seen, **row}
    return [(cell, told.get(cell.id)) for cell in block.cells if cell.id in shown or row.get(cell.id) is not None]


def cell_of(block: kinds.Block, cell: str) -> Field:
    """A field of a block."""
    return next(one for one in block.cells if one.id == cell)


def condition(wanted: Condition, form: Form) -> str:
    """The clause of a condition over the answers to a form, to be said after « si »."""
    return french.typography(told(wanted, form.index))


def extension(name: str) -> str:
    """« PDF » of `projet.pdf`."""
    return PurePosixPath(name).suffix.lstrip(".").upper()[:8] or "Fichier"


def aloud(field: Field, content: Any) -> str:
    """A value on one line."""
    return read_aloud(field, content)


def is_fitted(field: Field, content: Any) -> bool:
    """Whether an answer is one of its field's: that of a field of another kind, on another edition, is not."""
    return not field.accepts(content, field.id)


def leaves_of(content: Any) -> list[str]:
    """The words of any answer."""
    parts = content.values() if isinstance(content, Mapping) else content if isinstance(content, list) else None
    if parts is None:
        return [] if content is None else [{True: "oui", False: "non"}.get(content, str(content))]
    return [leaf for part in parts for leaf in leaves_of(part)]


def is_address(text: str) -> bool:
    """Whether a text may be the address of a link."""
    return text.startswith(("http://", "https://"))


def labelled(html: str, columns: Sequence[str]) -> Markup:
    """The rows of a table whose cells name their column: a small screen shows each row as a block.

    `html` is what a template wrote, escaped: a tag in it is a tag of ours, and no table of ours holds another.
    """

    def row(found: re.Match[str]) -> str:
        names = iter(columns)
        return re.sub(r"<td\b", lambda _: f'<td role="cell" data-label="{escape(next(names, ""))}"', found[0])

    rows = re.sub(r"<tr\b.*?</tr>", row, html, flags=re.DOTALL)
    return Markup(re.sub(r"<tr\b", '<tr role="row"', rows))  # noqa: S704  from the template's own markup


def first_step(path: str) -> str:
    """The field that a path begins with."""
    return path.partition("/")[0]


LONGEST_SAME, EDGE = 400, 150  # characters of what did not change in a text: beyond, its two ends


def abridged(pieces: Sequence[Piece]) -> list[tuple[str, str]]:
    """The pieces of a text that changed, long stretches that stayed as they were cut to their ends."""
    made = []
    for place, piece in enumerate(pieces):
        text = piece.text
        if piece.state == "same" and len(text) > LONGEST_SAME:
            first = "" if place == 0 else text[:EDGE]
            last = "" if place == len(pieces) - 1 else text[-EDGE:]
            text = f"{first} […] {last}"
        made.append((str(piece.state), text))
    return made


def breaks(text: str) -> Markup:
    """A text with its ends of lines."""
    return Markup("<br>").join(escape(line) for line in text.split("\n"))


def paragraphs(text: str) -> Markup:
    """A person's plain text: blank lines part paragraphs, ends of lines stay, lines that begin alike are a list."""
    return Markup("").join(map(_part, parts(text.replace("\r\n", "\n"))))


def _part(part: Paragraph | Listing) -> Markup:
    if isinstance(part, Paragraph):
        return Markup("<p>{}</p>").format(Markup("<br>").join(part.lines))
    items = Markup("").join(Markup("<li>{}</li>").format(Markup("<br>").join(item)) for item in part.items)
    if part.first is None:
        return Markup("<ul>{}</ul>").format(items)
    start = Markup(' start="{}"').format(part.first) if part.first != 1 else Markup()
    return Markup("<ol{}>{}</ol>").format(start, items)


_WITHHELD = {
    "waiting": ("fichier en cours d’analyse", "fichiers en cours d’analyse"),
    "unable": ("fichier qui n’a pas pu être analysé", "fichiers qui n’ont pas pu être analysés"),
    "infected": ("fichier écarté par l’antivirus", "fichiers écartés par l’antivirus"),
}


def withheld(files: WithheldFiles) -> str:
    """« 1 fichier en cours d’analyse »"""
    return french.plural(files.count, *_WITHHELD[files.scan])


FILTERS: dict[str, Callable[..., Any]] = {
    "shown": shown,
    "sum_of": sum_of,
    "counts": counts,
    "condition": condition,
    "row_name": row_name,
    "cell_of": cell_of,
    "row_told": row_told,
    "extension": extension,
    "withheld": withheld,
    "aloud": aloud,
    "leaves_of": leaves_of,
    "labelled": labelled,
    "first_step": first_step,
    "abridged": abridged,
    "breaks": breaks,
}
