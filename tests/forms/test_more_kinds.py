"""Kinds whose answers have several parts, or are lists of words: what a draft and a submission may hold, by table; what
is asked of whoever describes them; what is said of them."""

from collections.abc import Mapping
from datetime import date
from typing import Any, get_args

import pytest

import forms
from forms import EditionError
from forms.conditions import Compare
from forms.kinds import AnyField, Keywords, LinkedChoice, ObjectField, Organisation, Period, PostalAddress
from forms.operands import Answer, Days
from forms.telling import blank_form, told
from forms.telling.french import NBSP
from forms.telling.operands import said
from forms.telling.parts import PARTS
from tests.forms.shipped import form_of, one_field, shipped
from tests.forms.strategies import MAKERS, T

TODAY = date(2025, 5, 1)


def words(*labels: str) -> str:
    return ", ".join(f'{{ id = "{label.lower()}", label = {{ fr = "{label}", en = "{label}" }} }}' for label in labels)


def needed(*parts: str) -> list[tuple[str, str]]:
    return [(f"f/{part}", "required") for part in parts]


VOCABULARY = f"options = [{words('Energie', 'Eau', 'Sols')}]\n"
FREE = VOCABULARY + "free = true\ncharacters = 8\n"
LINKED = f"""
first_label = {{ fr = "Région", en = "Region" }}
second_label = {{ fr = "Département", en = "Department" }}
options = [
  {{ id = "north", label = {{ fr = "Nord", en = "North" }}, options = [{words("A", "B")}] }},
  {{ id = "isle", label = {{ fr = "Île", en = "Isle" }} }},
]
"""
HOUSE = {"street": "1 rue du Test", "city": "Lune", "country": "FR"}
FIRM = {"name": "Institut de Lune", "country": "FR"}

# kind, constraints, value, codes in a draft, paths and codes at submission.
CASES: list[tuple[str, str, Any, list[str], list[tuple[str, str]]]] = [
    ("period", "", {"start": "2026-01-01", "end": "2026-01-01"}, [], []),
    ("period", "", {"start": "2026-01-02", "end": "2026-01-01"}, [], [("f/end", "ends_before_start")]),
    ("period", "", {"start": "2026-01-02"}, [], [("f/end", "required")]),
    ("period", "", {"start": "2026-02-30", "end": "bientôt"}, [], [("f/start", "bad_date"), ("f/end", "bad_date")]),
    ("period", "most_months = 12", {"start": "2026-01-01", "end": "2026-12-31"}, [], []),
    ("period", "most_months = 12", {"start": "2026-01-01", "end": "2027-01-01"}, [], [("f/end", "period_too_long")]),
    ("period", "most_months = 1", {"start": "2026-01-31", "end": "2026-02-28"}, [], []),
    ("period", "most_months = 1", {"start": "2026-01-31", "end": "2026-03-01"}, [], [("f/end", "period_too_long")]),
    ("period", "most_months = 1200", {"start": "9998-01-31", "end": "9999-12-31"}, [], []),
    ("period", "most_days = 2", {"start": "2026-01-31", "end": "2026-02-01"}, [], []),
    ("period", "most_days = 2", {"start": "2026-01-31", "end": "2026-02-02"}, [], [("f/end", "period_too_long")]),
    ("period", "most_days = 2", {"start": "9999-12-31", "end": "9999-12-31"}, [], []),
    ("period", 'earliest = "today"', {"start": "2025-04-30", "end": "2026-01-01"}, [], [("f/start", "too_early")]),
    ("period", 'latest = "2026-12-31"', {"start": "2026-04-30", "end": "2027-01-01"}, [], [("f/end", "too_late")]),
    ("period", "", {"start": 3}, ["wrong_type"], [("f/start", "wrong_type")]),
    ("period", "", {"from": "2026-01-01"}, ["unknown_key"], [("f", "unknown_key")]),
    ("period", "", "2026", ["wrong_type"], [("f", "wrong_type")]),
    ("keywords", VOCABULARY, ["eau", "sols"], [], []),
    ("keywords", VOCABULARY, ["air"], ["not_an_option"], [("f/0", "not_an_option")]),
    ("keywords", VOCABULARY, [{"other": "air"}], ["wrong_type"], [("f/0", "wrong_type")]),
    ("keywords", VOCABULARY, "eau", ["wrong_type"], [("f", "wrong_type")]),
    ("keywords", VOCABULARY, ["eau"] * 101, ["too_large"], [("f", "too_large")]),
    ("keywords", VOCABULARY, ["eau", "eau"], [], [("f", "repeated")]),
    ("keywords", VOCABULARY + "least = 2", ["eau"], [], [("f", "too_few")]),
    ("keywords", VOCABULARY + "most = 1", ["eau", "sols"], [], [("f", "too_many")]),
    ("keywords", FREE, ["eau", {"other": "air"}], [], []),
    ("keywords", FREE, [{"other": "Air"}, {"other": " air "}], [], [("f", "repeated")]),
    ("keywords", FREE, [{"other": "EAU"}], [], [("f/0/other", "in_vocabulary")]),
    ("keywords", FREE, [{"other": "air, mer"}], [], [("f/0/other", "several_words")]),
    ("keywords", FREE, [{"other": "atmosphère"}], [], [("f/0/other", "too_long")]),
    ("keywords", FREE, ["eau", {"other": " "}], [], [("f/1/other", "required")]),
    ("keywords", "free = true", [{"other": "air"}], [], []),
    ("linked_choice", LINKED, {"first": "north", "second": "a"}, [], []),
    ("linked_choice", LINKED, {"first": "isle"}, [], []),
    ("linked_choice", LINKED, {"first": "north"}, [], [("f/second", "required")]),
    ("linked_choice", LINKED, {"first": "isle", "second": "a"}, [], [("f/second", "other_list")]),
    ("linked_choice", LINKED, {"second": "a"}, [], [("f/first", "required")]),
    ("linked_choice", LINKED, {"first": "south"}, ["not_an_option"], [("f/first", "not_an_option")]),
    ("linked_choice", LINKED, {"first": "north", "second": "z"}, ["not_an_option"], [("f/second", "not_an_option")]),
    ("linked_choice", LINKED, {"first": 3}, ["wrong_type"], [("f/first", "wrong_type")]),
    ("postal_address", "", {**HOUSE, "postcode": "75001"}, [], []),
    ("postal_address", "", {**HOUSE, "postcode": "20090"}, [], []),
    ("postal_address", "", {**HOUSE, "postcode": "97400"}, [], []),
    ("postal_address", "", HOUSE, [], [("f/postcode", "required")]),
    ("postal_address", "", {**HOUSE, "postcode": "7500"}, [], [("f/postcode", "bad_postcode")]),
    ("postal_address", "", {**HOUSE, "postcode": "96000"}, [], [("f/postcode", "bad_postcode")]),
    ("postal_address", "", {**HOUSE, "postcode": "٧٥٠٠١"}, [], [("f/postcode", "bad_postcode")]),
    ("postal_address", "", {**HOUSE, "country": "NL", "postcode": "1011 ab"}, [], []),
    ("postal_address", "", {**HOUSE, "country": "NL", "postcode": "75001"}, [], [("f/postcode", "bad_postcode")]),
    ("postal_address", "", {**HOUSE, "country": "AE"}, [], []),
    ("postal_address", "", {**HOUSE, "country": "AE", "postcode": "x" * 13}, [], [("f/postcode", "bad_postcode")]),
    ("postal_address", "", {"postcode": "x"}, [], needed("street", "city", "country")),
    ("postal_address", 'among = "eu"', {**HOUSE, "country": "CH"}, ["not_an_option"], [("f/country", "not_an_option")]),
    ("organisation", "", FIRM, [], []),
    ("organisation", "", {**FIRM, "identifier": "732 829 320"}, [], []),
    ("organisation", "", {**FIRM, "identifier": "73282932000074"}, [], []),
    ("organisation", "", {**FIRM, "identifier": "732829321"}, [], [("f/identifier", "bad_check_digit")]),
    ("organisation", "", {**FIRM, "identifier": "BE0428759497"}, [], [("f/identifier", "bad_identifier")]),
    ("organisation", "", {**FIRM, "country": "BE", "identifier": "BE 0428.759.497"}, [], []),
    ("organisation", "", {**FIRM, "country": "BE", "identifier": "BE0428759498"}, [], [("f/identifier", "bad_vat")]),
    ("organisation", "", {**FIRM, "country": "GR", "identifier": "EL094259216"}, [], []),
    ("organisation", "", {**FIRM, "country": "DE", "identifier": "HRB 12345"}, [], []),
    ("organisation", "", {**FIRM, "country": "DE", "identifier": "9" * 61}, [], [("f/identifier", "too_long")]),
    ("organisation", 'needs = ["identifier"]', {"name": "A"}, [], [("f/identifier", "required")]),
    ("organisation", "", {**FIRM, "city": "Lune"}, ["unknown_key"], [("f", "unknown_key")]),
    ("organisation", "address = true", {**FIRM, **HOUSE, "postcode": "75001"}, [], []),
    ("organisation", "address = true", FIRM, [], needed("street", "city", "postcode")),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "constraints", "value", "draft", "submitted"), CASES)
def test_values(kind: str, constraints: str, value: Any, draft: list[str], submitted: list[tuple[str, str]]) -> None:
    """As the only question, and as one of a row of a block."""
    field = one_field(kind, constraints)
    form = form_with(field)
    assert [error.code for error in forms.check_draft(form, "f", value)] == draft
    errors = forms.validate(form, {"f": value}, {}, TODAY)
    assert [(error.path, error.code) for error in errors] == submitted
    assert all(error.fr and error.en for error in errors)
    block = one_field("block", 'row_title = { fr = "Un", en = "One" }\nfields = [' + in_row(kind, constraints) + "]")
    rows = forms.validate(form_with(block), {"f": {"rows": [{"f": value}]}}, {}, TODAY)
    assert [(error.path, error.code) for error in rows] == [(f"f/rows/0/{path}", code) for path, code in submitted]


def in_row(kind: str, constraints: str) -> str:
    lines = [line.strip() for line in constraints.replace("[\n", "[").replace(",\n", ", ").strip().split("\n") if line]
    flat = ", ".join(line for line in lines if line != "]")
    flat = flat.replace(", ]", "]") + ("]" if flat.count("[") > flat.count("]") else "")
    return f'{{ id = "f", kind = "{kind}", label = {{ fr = "Champ", en = "Field" }}{", " + flat if flat else ""} }}'


def form_with(field: Any) -> forms.Form:
    return forms.Form(
        sections=(forms.Section(id="only", title=T, fields=(field,)),), title_field="f", organisation_field="f"
    )


@pytest.mark.parametrize(
    ("kind", "constraints", "path", "found"),
    [
        ("period", 'earliest = "demain"', "earliest", "demain"),
        ("period", "most_months = 0", "most_months", "0"),
        ("decimal", "decimals = 7", "decimals", "7"),
        ("keywords", "", "options", "an empty list"),
        ("keywords", VOCABULARY + "least = 3\nmost = 2", "most", "3 to 2"),
        ("keywords", f"options = [{words('Other')}]", "options", "other"),
        ("linked_choice", LINKED.replace('"north"', '"isle"'), "options[1].id", "isle, a second time"),
        ("linked_choice", LINKED.replace('id = "b"', 'id = "a"'), "options[0].options[1].id", "a, a second time"),
        ("linked_choice", LINKED.replace(f", options = [{words('A', 'B')}]", ""), "options", "no second list"),
    ],
)
def test_what_cannot_be_described(kind: str, constraints: str, path: str, found: str) -> None:
    with pytest.raises(EditionError) as raised:
        one_field(kind, constraints)
    assert [(fault.path, fault.found) for fault in raised.value.faults] == [(f"sections[0].fields[1].{path}", found)]


@pytest.mark.parametrize(
    ("shown_if", "path", "found"),
    [
        ('{ get = "answer", field = "f" }', "", "several parts beside a day"),
        ('{ get = "answer", field = "f", part = "middle" }', ".left.part", "middle"),
        ('{ get = "answer", field = "title", part = "start" }', ".left.part", "start"),
    ],
)
def test_a_part_that_is_none(shown_if: str, path: str, found: str) -> None:
    period = '[[sections.fields]]\nid = "f"\nkind = "period"\nlabel = { fr = "Durée", en = "Length" }\n'
    more = '[[sections.fields]]\nid = "more"\nkind = "short_text"\nlabel = { fr = "Plus", en = "More" }\n'
    condition = f'shown_if = {{ op = "compare", left = {shown_if}, is = "before", right = "2026-01-01" }}\n'
    with pytest.raises(EditionError) as raised:
        form_of(period + more + condition)
    told = [(fault.path, fault.found) for fault in raised.value.faults]
    assert told == [(f"sections[0].fields[2].shown_if{path}", found)]


FIELDS: Mapping[str, forms.Field] = {
    "when": one_field("period"),
    "where": one_field("linked_choice", LINKED),
    "home": one_field("postal_address"),
}


@pytest.mark.parametrize(
    ("condition", "answers", "sentence"),
    [
        (
            Compare(Answer("when", "start"), "before", "2027-01-01"),
            {"when": {"start": "2026-12-31", "end": "2028-01-01"}},
            "« Champ » (début) est avant le 1er janvier 2027",
        ),
        (
            Compare(Days(Answer("when", "start"), Answer("when", "end")), "at_least", 10),
            {"when": {"start": "2026-12-31", "end": "2027-01-10"}},
            "le nombre de jours entre « Champ » (début) et « Champ » (fin) est au moins égal à 10",
        ),
        (
            Compare(Answer("where", "first"), "equal", "isle"),
            {"where": {"first": "isle"}},
            "« Champ » (Région) est égal à « Île »",
        ),
        (
            Compare(Answer("home", "country"), "equal", "FR"),
            {"home": {"country": "FR"}},
            "« Champ » (pays) est égal à « France »",
        ),
    ],
)
def test_conditions_look_at_parts(condition: Compare, answers: dict[str, Any], sentence: str) -> None:
    assert forms.holds(condition, answers, TODAY)
    assert not forms.holds(condition, {}, TODAY)
    assert not forms.holds(condition, dict.fromkeys(answers, "text"), TODAY)
    assert told(condition, FIELDS).replace(NBSP, " ") == sentence


def test_every_part_has_a_name() -> None:
    kinds = [kind for kind in get_args(AnyField) if issubclass(kind, ObjectField)]
    assert {Period, LinkedChoice, PostalAddress, Organisation} <= set(kinds)
    drawn = [make({"id": "f", "label": T}) for make in MAKERS]
    parts = {part for field in drawn if isinstance(field, ObjectField) for part in field.parts()}
    assert parts == set(PARTS)
    assert said(Answer("gone", "start"), _names()).endswith("(début)")


def _names() -> Any:
    from forms.telling.operands import Names

    return Names(FIELDS)


def test_lines_as_people_read_them() -> None:
    linked, keywords = one_field("linked_choice", LINKED), one_field("keywords", FREE)
    address, firm = one_field("postal_address"), one_field("organisation", "address = true")
    assert isinstance(linked, LinkedChoice)
    assert isinstance(keywords, Keywords)
    assert isinstance(address, PostalAddress)
    assert isinstance(firm, Organisation)
    assert linked.lines({"first": "north", "second": "a"}, "en") == ("North", "A")
    assert keywords.words(["eau", {"other": " air "}, {"other": ""}]) == ("Eau", "air")
    home = {**HOUSE, "postcode": "75001"}
    assert address.lines(home) == ("1 rue du Test", "75001 Lune", "France")
    assert firm.lines({**home, **FIRM, "country": "DE"}, "en") == (
        *("Institut de Lune", "1 rue du Test", "75001 Lune", "Germany"),
    )


def test_a_blank_form_tells_both_lists() -> None:
    from msgspec.structs import replace

    edition = replace(shipped("ami-2025"), form=form_with(one_field("linked_choice", LINKED)))
    (question,) = blank_form(edition).parts[0].questions
    assert [(one.label.fr, one.help and one.help.fr) for one in question.offered] == [("Nord", "A, B"), ("Île", None)]
