"""What changed between two states: nothing is left out, nothing is made up."""

from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import forms
from forms import FieldChange, Piece, RowChange, catalogue, examples, parse_edition
from forms.amended import MOST_WORDS, Given, row_changes

EDITION = parse_edition(catalogue.read("ami-2025"))
TEXTS = st.one_of(
    st.text(max_size=40), st.lists(st.sampled_from(["un ", "deux", ", ", "\n", "é"]), max_size=30).map("".join)
)
ROWS = st.lists(st.fixed_dictionaries({"item": st.integers(0, 3)}), max_size=6)


DAY = forms.local_day(EDITION.call.opens)
Named = dict[str, list[tuple[str, str]]]


def between(
    old: dict[str, Any], new: dict[str, Any], old_files: Named | None = None, new_files: Named | None = None
) -> tuple[FieldChange, ...]:
    return forms.changes(EDITION.form, Given(old, old_files or {}, DAY), Given(new, new_files or {}, DAY))


def side(pieces: tuple[Piece, ...], gone: str) -> str:
    return "".join(piece.text for piece in pieces if piece.state != gone)


@given(old=TEXTS, new=TEXTS)
def test_the_pieces_of_a_text_make_both_texts(old: str, new: str) -> None:
    pieces = forms.text_changes(old, new)
    assert (side(pieces, "added"), side(pieces, "removed")) == (old, new)
    assert all(piece.text for piece in pieces)
    assert all(one.state != two.state for one, two in pairwise(pieces))
    assert (old == new) == all(piece.state == "same" for piece in pieces)


@pytest.mark.parametrize("filler", ["mot ", "mot\n", "m"])
def test_a_text_of_any_length_is_told(filler: str) -> None:
    old = filler * 3 * MOST_WORDS
    pieces = forms.text_changes(old, f"Au début. {old}")
    assert side(pieces, "added") == old


@given(old=ROWS, new=ROWS)
def test_the_rows_of_a_table_make_both_tables(old: list[dict[str, Any]], new: list[dict[str, Any]]) -> None:
    found = row_changes(old, new)
    assert [row.cells for row in found if row.state != "added"] == old
    assert [row.cells for row in found if row.state != "removed"] == new


def test_field_by_field_in_the_order_of_the_form() -> None:
    old = examples.complete_answers(EDITION, 1)
    table = next(field for field in EDITION.form.fields if field.kind == "table" and field.id in old)
    rows = old[table.id]["rows"]
    new = {**old, "title": "Un autre nom", "staff": 12, table.id: {**old[table.id], "rows": rows[1:]}}
    title = EDITION.form.title_field
    new[title] = f"{old[title]} bis"
    found = {change.field: change for change in between(old, new)}
    assert list(found) == [field.id for field in EDITION.form.fields if field.id in found]
    assert found["staff"] == FieldChange("staff", old["staff"], 12)
    assert found[title].pieces == (Piece("same", old[title]), Piece("added", " bis"))
    assert found[table.id].rows == (RowChange("removed", rows[0]), *(RowChange("same", row) for row in rows[1:]))


def test_files_are_told_apart_by_what_they_hold() -> None:
    file = next(field.id for field in EDITION.form.fields if field.kind == "file")
    before, same = {file: [("a1", "plan.pdf")]}, {file: [("a1", "plan.pdf")]}
    assert between({}, {}, before, same) == ()
    (change,) = between({}, {}, before, {file: [("b2", "plan.pdf")]})
    assert (change.field, change.old, change.new) == (file, ["plan.pdf"], ["plan.pdf"])


def test_what_conditions_hide_is_absent() -> None:
    hidden = next(iter(EDITION.form.conditions))
    shown = forms.shown_fields(EDITION.form, {}, DAY)
    assert hidden not in shown
    assert between({}, {hidden: "Jamais montré"}) == ()
