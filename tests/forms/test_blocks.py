"""Repeatable blocks: what a row asks, errors by path, rows that keep their identity."""

from datetime import date
from typing import Any

import pytest

import forms
from forms import EditionError
from forms.amended import Given
from forms.examples import complete_answers
from forms.identifying import identifying
from tests.forms.shipped import form_of, shipped

TODAY = date(2026, 11, 27)
BLOCK = """
[[sections.fields]]
id = "partners"
kind = "block"
label = { fr = "Partenaires", en = "Partners" }
required = true
least_rows = 1
most_rows = 3
row_title = { fr = "Partenaire", en = "Partner" }
row_name = "name"
fields = [
    { id = "name", kind = "short_text", label = { fr = "Nom", en = "Name" }, required = true, characters = 20 },
    { id = "country", kind = "country", label = { fr = "Pays", en = "Country" }, required = true },
    @VAT@
    { id = "email", kind = "email", label = { fr = "Adresse", en = "Address" } },
    { id = "share", kind = "money", label = { fr = "Part", en = "Share" } },
]

[[sections.fields]]
id = "why"
kind = "long_text"
label = { fr = "Pourquoi", en = "Why" }
required = true
shown_if = { op = "any_row", field = "partners", where = { op = "filled", field = "vat" } }
"""
VAT_FIELD = (
    '{ id = "vat", kind = "foreign_id", label = { fr = "TVA", en = "VAT" }, country_field = "country",'
    ' required_if = { op = "at_least", field = "share", value = 1000 },'
    ' shown_if = { op = "not", of = { op = "equals", field = "country", value = "FR" } } },'
)
BLOCK = BLOCK.replace("@VAT@", VAT_FIELD)
FORM = form_of(BLOCK)


def answers(*rows: dict[str, Any]) -> dict[str, Any]:
    return {"title": "T", "partners": {"rows": list(rows)}}


GOOD = {"@id": "a", "name": "Lune", "country": "FR"}
VAT = {"scheme": "eu_vat", "number": "DE129273398"}
CASES: list[tuple[str, list[dict[str, Any]], list[tuple[str, str]]]] = [
    ("one row", [GOOD], []),
    ("without identity", [{"name": "Lune", "country": "FR"}], []),
    ("none", [], [("partners", "required")]),
    ("identity is no answer", [{"@id": "a"}], [("partners", "required")]),
    ("an empty row does not count", [GOOD, {"@id": "b", "name": " "}], []),
    (
        "each error at its path",
        [GOOD, {"@id": "b", "name": "x" * 21, "email": "non"}],
        [
            ("partners/rows/1/name", "too_long"),
            ("partners/rows/1/country", "required"),
            ("partners/rows/1/email", "bad_email"),
        ],
    ),
    ("asked by another answer", [{**GOOD, "country": "DE", "share": 1000}], [("partners/rows/0/vat", "required")]),
    ("not asked where hidden", [{**GOOD, "share": 1000}], []),
    ("what is hidden is not judged", [{**GOOD, "vat": {"scheme": "eu_vat", "number": "X"}}], []),
    ("judged by its row", [{**GOOD, "country": "ES", "vat": VAT}], [("partners/rows/0/vat/number", "other_country")]),
    ("too many", [GOOD, *({**GOOD, "@id": one} for one in "bcd")], [("partners/rows", "too_many_rows")]),
    ("the same identity", [GOOD, GOOD], [("partners/rows/1/@id", "bad_row_id")]),
    ("no identity at all", [{**GOOD, "@id": "é/ü"}], [("partners/rows/0/@id", "bad_row_id")]),
    ("an unknown field", [{**GOOD, "age": 3}], [("partners/rows/0", "unknown_key")]),
]


@pytest.mark.parametrize(("rows", "expected"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_errors(rows: list[dict[str, Any]], expected: list[tuple[str, str]]) -> None:
    given = {**answers(*rows), "why": "Parce que."}
    found = [(error.path, error.code) for error in forms.validate(FORM, given, {}, TODAY)]
    assert [(path, code) for path, code in found if path != "why"] == expected


def test_what_a_row_hides_counts_nowhere() -> None:
    """Not in a submission, not for the conditions of other questions; the draft keeps it."""
    hidden, shown = ({**GOOD, "vat": VAT, "country": country} for country in ("FR", "DE"))
    assert forms.visible(FORM, {**answers(hidden), "why": "x"}, TODAY) == answers(GOOD)
    assert forms.visible(FORM, {**answers(shown), "why": "x"}, TODAY) == {**answers(shown), "why": "x"}
    assert forms.check_draft(FORM, "partners", answers(hidden)["partners"]) == []


def test_differences_follow_a_row_whatever_becomes_of_it() -> None:
    def given(*rows: dict[str, Any]) -> Given:
        return Given(answers(*rows), {}, TODAY)

    def row(one: str, **more: Any) -> dict[str, Any]:
        return {"@id": one, "name": f"Nom {one}", "country": "FR", **more}

    before = given(row("a"), row("b"), row("c"))
    after = given(row("c"), row("d"), row("a", name="Nom b", share=3))
    (change,) = forms.changes(FORM, before, after)
    told = [(one.state, one.cells["@id"], one.moved, [part.field for part in one.changes]) for one in change.rows]
    assert sorted(told, key=lambda one: one[1]) == [
        ("changed", "a", False, ["name", "share"]),
        ("removed", "b", False, []),
        ("same", "c", True, []),
        ("added", "d", False, []),
    ]
    changed = next(one for one in change.rows if one.state == "changed")
    assert [(piece.state, piece.text) for piece in changed.changes[0].pieces] == [
        *(("same", "Nom "), ("removed", "a"), ("added", "b"))
    ]
    assert forms.changes(FORM, before, before) == ()


def test_rows_without_identity_are_told_apart_by_what_they_say() -> None:
    rows = [{"name": name, "country": "FR"} for name in ("A", "A", "B")]
    before, after = (Given(answers(*some), {}, TODAY) for some in (rows, rows[1:]))
    (change,) = forms.changes(FORM, before, after)
    assert sorted((one.state, one.cells["name"]) for one in change.rows) == [
        *(("removed", "A"), ("same", "A"), ("same", "B"))
    ]


FAULTS = [
    ('id = "email", kind', 'id = "name", kind', "fields[3].id", "name, a second time"),
    ('id = "email", kind', 'id = "@id", kind', "fields[3].id", "@id"),
    ('row_name = "name"', 'row_name = "share"', "row_name", "share"),
    ('field = "share", value = 1000', 'field = "title", value = 1000', "fields[2].required_if.field", "title"),
    ('country_field = "country"', 'country_field = "name"', "fields[2].country_field", "name"),
    ("most_rows = 3", "most_rows = 201", "most_rows", "1 to 201"),
    (
        'field = "country", value = "FR"',
        'field = "vat", value = "FR"',
        "fields[2].shown_if",
        "depends on the field itself",
    ),
    ('kind = "email"', 'kind = "email", audience = "officers"', "fields[3].audience", "officers"),
    ('kind = "email"', 'kind = "table"', "fields[3].kind", "table"),
    ('where = { op = "filled", field = "vat" }', 'where = { op = "filled", field = "title" }', "", "title"),
]


@pytest.mark.parametrize(("old", "new", "path", "found"), FAULTS)
def test_faults_of_a_block(old: str, new: str, path: str, found: str) -> None:
    assert old in BLOCK
    with pytest.raises(EditionError) as raised:
        form_of(BLOCK.replace(old, new, 1))
    told = [(fault.path, fault.found) for fault in raised.value.faults]
    assert any(where.endswith(path) and found in what for where, what in told), told


def test_names_of_rows() -> None:
    block = FORM.blocks[0]
    assert [block.name_of(row, 1, lang) for row in ({"name": " Lune "}, {}) for lang in ("fr", "en")] == [
        *("Partenaire 2\u00a0: Lune", "Partner 2: Lune", "Partenaire 2", "Partner 2")
    ]


def test_a_block_with_an_address_tells_who_the_applicant_is() -> None:
    assert identifying(FORM.index["partners"], FORM)


def test_examples_are_partners_of_other_countries() -> None:
    partners = complete_answers(shipped("european-research"), 3)["partners"]["rows"]
    assert len({row["country"] for row in partners}) == len(partners) >= 2
    assert len({row["@id"] for row in partners}) == len(partners)
