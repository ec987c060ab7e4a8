"""Conditions on choices, on columns of tables and on the checklist: what they hide counts nowhere and is not asked."""

from datetime import date
from typing import Any

import msgspec
import pytest

import forms
from forms import EditionError
from forms.differences import differences
from forms.examples import complete_answers
from forms.telling import blank_form
from tests.forms.shipped import changed, form_of, shipped

TODAY = date(2026, 11, 28)
QUESTIONS = """
[[sections.fields]]
id = "abroad"
kind = "yes_no"
label = { fr = "À l’étranger", en = "Abroad" }

[[sections.fields]]
id = "status"
kind = "one_of"
label = { fr = "Statut", en = "Status" }
required = true
other = true
options = [
    { id = "town", label = { fr = "Commune", en = "Town" }, shown_if = { op = "not", of = @ABROAD@ } },
    { id = "company", label = { fr = "Entreprise", en = "Company" } },
]

[[sections.fields]]
id = "aids"
kind = "several_of"
label = { fr = "Aides", en = "Aids" }
least = 1
options = [
    { id = "state", label = { fr = "De l’État", en = "Of the State" }, shown_if = @TOWN@ },
    { id = "bank", label = { fr = "D’une banque", en = "Of a bank" } },
]

[[sections.fields]]
id = "words"
kind = "keywords"
label = { fr = "Mots-clés", en = "Keywords" }
free = true
options = [{ id = "roads", label = { fr = "Voirie", en = "Roads" }, shown_if = @STATE@ }]

[[sections.fields]]
id = "place"
kind = "linked_choice"
label = { fr = "Lieu", en = "Place" }
first_label = { fr = "Pays", en = "Country" }
second_label = { fr = "Région", en = "Region" }
options = [
    { id = "fr", label = { fr = "France", en = "France" }, options = [
        { id = "north", label = { fr = "Nord", en = "North" }, shown_if = @TOWN@ },
        { id = "south", label = { fr = "Sud", en = "South" } },
    ] },
    { id = "be", label = { fr = "Belgique", en = "Belgium" }, shown_if = @ABROAD@ },
]

[[sections.fields]]
id = "ready"
kind = "scale"
label = { fr = "Maturité", en = "Readiness" }
levels = [
    { value = 1, name = { fr = "Idée", en = "Idea" }, definition = { fr = "Une idée.", en = "An idea." } },
    { value = 3, name = { fr = "Usage", en = "Use" }, definition = { fr = "Oui.", en = "Yes." }, shown_if = @TOWN@ },
]

[[sections.fields]]
id = "costs"
kind = "table"
label = { fr = "Dépenses", en = "Costs" }
columns = [
    { id = "nature", kind = "one_of", label = { fr = "Nature", en = "Nature" }, required = true, options = [
        { id = "staff", label = { fr = "Personnel", en = "Staff" } },
        { id = "travel", label = { fr = "Voyages", en = "Travel" }, shown_if = @ABROAD@ },
    ] },
    { id = "abroad", kind = "yes_no", label = { fr = "À l’étranger", en = "Abroad" } },
    { id = "amount", kind = "money", label = { fr = "Montant", en = "Amount" } },
    { id = "fare", kind = "money", label = { fr = "Billets", en = "Fare" }, required = true, shown_if = @TRAVEL@ },
    { id = "why", kind = "short_text", label = { fr = "Pourquoi", en = "Why" }, required_if = @DEAR@ },
    { id = "visa", kind = "short_text", label = { fr = "Visa", en = "Visa" }, required = true, shown_if = @OUTSIDE@ },
]
totals = [{ column = "fare", label = { fr = "Billets", en = "Fares" }, at_most = 500 }]
"""
CONDITIONS = {
    "@ABROAD@": '{ op = "equals", field = "abroad", value = true }',
    "@OUTSIDE@": '{ op = "equals", field = "../abroad", value = true }',
    "@TOWN@": '{ op = "equals", field = "status", value = "town" }',
    "@STATE@": '{ op = "contains", field = "aids", value = "state" }',
    "@TRAVEL@": '{ op = "equals", field = "nature", value = "travel" }',
    "@DEAR@": '{ op = "at_least", field = "amount", value = 1000 }',
}
for mark, condition in CONDITIONS.items():
    QUESTIONS = QUESTIONS.replace(mark, condition)
FORM = form_of(QUESTIONS)  # tests/preview looks at its page
TOWN: dict[str, Any] = {"title": "T", "status": "town"}
COMPANY: dict[str, Any] = {"title": "T", "status": "company"}
FREE: dict[str, Any] = {"title": "T", "abroad": True, "status": {"other": "town"}}
NORTH = {"first": "fr", "second": "north"}


def in_rows(answers: dict[str, Any], **cells: str) -> dict[str, Any]:
    """These answers with one row of costs."""
    return {**answers, "costs": {"rows": [{"nature": "staff", **cells}]}}


LOST = ("status", "not_offered")
# What is answered, what of it counts, and what is wrong.
CASES: list[tuple[str, dict[str, Any], dict[str, Any], list[tuple[str, str]]]] = [
    ("offered", TOWN, TOWN, []),
    ("not offered", {**TOWN, "abroad": True}, {"title": "T", "abroad": True}, [LOST]),
    ("none was given", {"title": "T", "abroad": True}, {"title": "T", "abroad": True}, [("status", "required")]),
    ("a free text is no choice", FREE, FREE, []),
    ("several", {**TOWN, "aids": ["state", "bank"]}, {**TOWN, "aids": ["state", "bank"]}, []),
    ("one of several", {**COMPANY, "aids": ["state", "bank"]}, {**COMPANY, "aids": ["bank"]}, []),
    ("the only one", {**COMPANY, "aids": ["state"]}, COMPANY, []),
    (
        "what hangs on a choice that hangs on another",
        {**TOWN, "abroad": True, "aids": ["state", "bank"], "words": ["roads", {"other": "rue"}]},
        {"title": "T", "abroad": True, "aids": ["bank"], "words": [{"other": "rue"}]},
        [LOST],
    ),
    ("linked", {**TOWN, "place": NORTH}, {**TOWN, "place": NORTH}, []),
    (
        "second of two",
        {**COMPANY, "place": NORTH},
        {**COMPANY, "place": {"first": "fr"}},
        [("place/second", "required")],
    ),
    ("a level", {**TOWN, "ready": 3}, {**TOWN, "ready": 3}, []),
    ("a level that is not offered", {**COMPANY, "ready": 3}, COMPANY, []),
    ("a level that always is", {**COMPANY, "ready": 1}, {**COMPANY, "ready": 1}, []),
    ("first of two", {**TOWN, "place": {"first": "be"}}, TOWN, []),
    (
        "a cell of its row",
        {**TOWN, "costs": {"rows": [{"nature": "travel", "abroad": True}, {"nature": "staff", "fare": 900}]}},
        {**TOWN, "costs": {"rows": [{"nature": "travel", "abroad": True}, {"nature": "staff"}]}},
        [("costs/rows/0/fare", "required")],
    ),
    ("a cell that an answer outside hides", in_rows(TOWN, visa="V"), in_rows(TOWN), []),
    ("and shows", in_rows(FREE, visa="V"), in_rows(FREE, visa="V"), []),
    ("and asks", in_rows(FREE), in_rows(FREE), [("costs/rows/0/visa", "required")]),
    (
        "a choice of its row, and what hangs on it",
        {**TOWN, "costs": {"rows": [{"nature": "travel", "fare": 900, "amount": 1000}]}},
        {**TOWN, "costs": {"rows": [{"amount": 1000}]}},
        [("costs/rows/0/nature", "not_offered"), ("costs/rows/0/why", "required")],
    ),
]  # fmt: skip


@pytest.mark.parametrize(("given", "counts", "wrong"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_what_is_not_offered_counts_nowhere(
    given: dict[str, Any], counts: dict[str, Any], wrong: list[tuple[str, str]]
) -> None:
    """It stays in the draft; a submission is without it, and asks for another choice where one is needed."""
    assert [error for name, value in given.items() for error in forms.check_draft(FORM, name, value)] == []
    assert forms.visible(FORM, given, TODAY) == counts
    assert [(error.path, error.code) for error in forms.validate(FORM, given, {}, TODAY)] == wrong


OPTION = '{ id = "block", label = {'
SHOWN = '{ id = "block", shown_if = { op = "%s" }, label = {'
PLACE = "sections[1].fields[1].options[1].shown_if"
ITEM = 'id = "in_scope"'
ITEM_IF = 'id = "in_scope"\nshown_if = { op = "filled", field = "%s" }'
COLUMN = '{ id = "first_year", '
LEVEL = "{ value = 1, name"


@pytest.mark.parametrize(
    ("file", "old", "new", "path", "found"),
    [
        ("form.toml", OPTION, SHOWN % 'filled", field = "pays', f"{PLACE}.field", "pays"),
        (
            "form.toml",
            OPTION,
            SHOWN % 'equals", value = "complete", field = "solution_kind',
            "sections[1].fields[1].options",
            "a condition that depends on the field itself",
        ),
        (
            "form.toml",
            LEVEL,
            LEVEL.replace("name", 'shown_if = { op = "filled", field = "pays" }, name'),
            "sections[3].fields[0].levels[0].shown_if.field",
            "pays",
        ),
        (
            "form.toml",
            LEVEL,
            LEVEL.replace("name", 'shown_if = { op = "equals", value = 1, field = "trl" }, name'),
            "sections[3].fields[0].levels",
            "a condition that depends on the field itself",
        ),
        ("form.toml", OPTION, SHOWN % 'filled", field = "contact', PLACE, "contact, which only officers read"),
        (
            "form.toml",
            COLUMN,
            COLUMN + 'shown_if = { op = "filled", field = "title" }, ',
            "sections[6].fields[0].columns[2].shown_if.field",
            "title",
        ),
        (
            "form.toml",
            COLUMN,
            COLUMN + 'shown_if = { op = "at_least", field = "first_year", value = 3 }, ',
            "sections[6].fields[0].columns[2].shown_if",
            "a condition that depends on the field itself",
        ),
        (
            "form.toml",
            COLUMN,
            COLUMN + 'shown_if = { op = "filled", field = "../pays" }, ',
            "sections[6].fields[0].columns[2].shown_if.field",
            "../pays",
        ),
        (
            "form.toml",
            COLUMN,
            COLUMN + 'shown_if = { op = "filled", field = "../contact" }, ',
            "sections[6].fields[0].columns",
            "contact, which only officers read",
        ),
        (
            "form.toml",
            COLUMN,
            COLUMN + 'shown_if = { op = "count", at_least = 1, field = "../budget" }, ',
            "sections[6].fields[0].columns",
            "a condition that depends on the field itself",
        ),
        ("eligibility.toml", ITEM, ITEM_IF % "pays", "items[1].shown_if.field", "pays"),
        ("eligibility.toml", ITEM, ITEM_IF % "contact", "items[1].shown_if", "contact, which only officers read"),
    ],
)  # fmt: skip
def test_conditions_lead_to_answers_that_there_are(file: str, old: str, new: str, path: str, found: str) -> None:
    with pytest.raises(EditionError) as raised:
        forms.parse_edition(changed(file, old, new))
    assert [(fault.file, fault.path, fault.found) for fault in raised.value.faults] == [(file, path, found)]


def test_a_checklist_asks_what_the_answers_call_for() -> None:
    condition = 'shown_if = { op = "equals", field = "country", value = "FR" }'
    edition = forms.parse_edition(changed("eligibility.toml", ITEM, f"{ITEM}\n{condition}"))
    every = [item.id for item in edition.eligibility.items]
    abroad = [one for one in every if one != "in_scope"]
    for country, asked in (("FR", every), ("BE", abroad)):
        found = forms.asked_items(edition.eligibility, edition.form, {"country": country}, TODAY)
        assert [item.id for item in found] == asked
    was = shipped("ami-2025")
    (change,) = differences(was, edition)
    assert (change.part, change.path, change.change) == ("eligibility", "items/in_scope/shown_if", "changed")


def test_what_a_choice_is_offered_on_is_told() -> None:
    edition = msgspec.structs.replace(shipped("ami-2025"), form=FORM)
    asked = {one.id: one for one in blank_form(edition).parts[0].questions}
    assert [one.offered_if for one in asked["status"].offered] == [
        "la réponse à «\u00a0À l’étranger\u00a0» n’est pas «\u00a0Oui\u00a0»",
        "",
    ]
    (first, other) = asked["place"].offered
    assert first.help is not None
    assert first.help.fr == "Nord (si la réponse à «\u00a0Statut\u00a0» est «\u00a0Commune\u00a0»), Sud"
    assert other.offered_if == "la réponse à «\u00a0À l’étranger\u00a0» est «\u00a0Oui\u00a0»"
    assert asked["costs"].parts[3].asked_if == "la réponse à «\u00a0Nature\u00a0» est «\u00a0Voyages\u00a0»"
    assert asked["costs"].parts[5].asked_if == "la réponse à «\u00a0À l’étranger\u00a0» est «\u00a0Oui\u00a0»"


def test_examples_choose_what_is_always_offered() -> None:
    """So that an invented proposal is complete whatever else it says."""
    edition = msgspec.structs.replace(shipped("ami-2025"), form=FORM)
    for number in range(4):
        made = complete_answers(edition, number)
        assert (made["status"] != "town", made["ready"]) == (True, 1)
