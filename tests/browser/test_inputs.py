"""Answers to inputs and back, for every kind of field: what is drawn is what comes back."""

import re
from datetime import date
from typing import Any

import pytest

import forms
from forms import Edition, Field, Text, catalogue, check_draft, examples, kinds, parse_edition
from forms.amended import Given
from service.pages.fields import Wrong
from service.pages.french import duration, left, moment, plural, size, typography
from service.pages.inputs import Inputs, from_inputs, mark, to_inputs, unchanged, version_of
from service.pages.render import environment
from tests.forms.shipped import shipped
from tests.forms.strategies import MAKERS
from tests.support.calls import CLOSES, OPENS

EDITIONS = [parse_edition(catalogue.read(slug)) for slug in catalogue.shipped()]
NAME = Text("Question", "Question")
TABLE = kinds.Table(
    id="budget",
    label=NAME,
    columns=(kinds.ShortText(id="what", label=NAME), kinds.Money(id="amount", label=NAME)),
)


STRANGE: tuple[Any, ...] = (
    *(None, True, False, 1, 1.5, 10**20, "", "x", "12", "2020-01-01", [], ["a"], [1, [2]], [{"other": "x"}], {}),
    *({"start": "x"}, {"first": "a"}, {"country": "ZZ", "city": 3}, [{"other": "a, b"}], "05dxps055"),
    *({"other": 3}, {"rows": 3}, {"rows": [3]}, {"rows": [{"what": 1, "amount": "x"}]}, {"given_name": 3}),
)


@pytest.mark.parametrize("value", STRANGE, ids=repr)
def test_an_answer_of_another_kind_of_field_is_shown(value: Any) -> None:
    """A draft that was moved to an edition where a field became another kind."""
    asked = environment().from_string(
        '{% import "fields.html" as form with context %}{{ form.field_input(field, field.id, sent, wrong, true) }}'
    )
    read = environment().from_string('{% import "answers.html" as read %}{{ read.value(field, value) }}')
    of_every_kind = [make({"id": "f", "label": NAME}) for make in MAKERS]
    for field in (*EDITIONS[0].form.fields, TABLE, *of_every_kind):
        if field.answered and not isinstance(field, kinds.Block):
            sent = Inputs(to_inputs(field, value))
            mark(field, value, 1)
            assert f'name="{field.id}' in asked.render(
                field=field, sent=sent, wrong=Wrong(), found={"judged_on": date(2026, 1, 5)}
            )
            assert read.render(field=field, value=value).strip()


def test_what_is_stored_as_another_kind_is_righted_by_the_next_save() -> None:
    field = kinds.Integer(id="f", label=NAME)
    assert mark(field, "12", 3) == "3."
    assert not unchanged(mark(field, "12", 3), 12)
    assert unchanged(mark(field, 12, 3), 12)
    assert unchanged(mark(field, "douze", 3), "douze")  # wrong as ever: nothing to save


@pytest.mark.parametrize("edition", EDITIONS, ids=lambda edition: edition.call.slug)
@pytest.mark.parametrize("number", range(12))
def test_invented_answers_come_back_as_they_were(edition: Edition, number: int) -> None:
    """Every question of the shipped calls, through the inputs of a form."""
    answers = examples.complete_answers(edition, number)
    fields = {field.id: field for field in edition.form.fields}
    back = {name: from_inputs(fields[name], Inputs(to_inputs(fields[name], value))) for name, value in answers.items()}
    assert back == {name: _stripped(value) for name, value in answers.items()}


def _stripped(value: Any) -> Any:
    """What a form does not tell apart: empty parts of an object."""
    return {key: part for key, part in value.items() if part != ""} if isinstance(value, dict) else value


@pytest.mark.parametrize(
    ("field", "sent", "value"),
    [
        (kinds.Money(id="f", label=NAME), [("f", "12 500,50 €")], 12500.5),
        (kinds.Money(id="f", label=NAME), [("f", "12\u202f500")], 12500),
        (kinds.Percentage(id="f", label=NAME), [("f", "12,5 %")], 12.5),
        (kinds.Integer(id="f", label=NAME), [("f", "")], None),
        (kinds.Integer(id="f", label=NAME), [("f", "douze")], "douze"),
        (kinds.Integer(id="f", label=NAME), [("f", "1,5")], "1,5"),
        (kinds.Date(id="f", label=NAME), [("f", "30/04/2025")], "2025-04-30"),
        (kinds.YesNo(id="f", label=NAME), [("f", "non")], False),
        (kinds.YesNo(id="f", label=NAME), [], None),
        (kinds.Declaration(id="f", label=NAME), [], None),
        (kinds.LongText(id="f", label=NAME), [("f", " un\r\ndeux \r\n")], "un\ndeux"),
        (kinds.OneOf(id="f", label=NAME, options=(), other=True), [("f", "other"), ("f/other", " x ")], {"other": "x"}),
        (kinds.Person(id="f", label=NAME), [("f/email", ""), ("f/phone", " ")], None),
        (kinds.Period(id="f", label=NAME), [("f/start", "1/4/2026"), ("f/end", " ")], {"start": "2026-04-01"}),
        (
            kinds.Keywords(id="f", label=NAME, free=True),
            [("f", "eau"), ("f", "sols"), ("f/other", "air, mer;\r\n terre \r\n")],
            ["eau", "sols", {"other": "air"}, {"other": "mer"}, {"other": "terre"}],
        ),
        (kinds.Orcid(id="f", label=NAME), [("f", "orcid.org/000000021694233x")], "0000-0002-1694-233X"),
        (TABLE, [("budget/rows/0/what", ""), ("budget/rows/0/amount", "")], None),
        (
            TABLE,
            [("budget/rows/0/what", ""), ("budget/rows/7/what", "a"), ("budget/rows/7/amount", "3")],
            {"rows": [{"what": "a", "amount": 3}]},
        ),
    ],
)
def test_what_is_typed(field: Field, sent: list[tuple[str, str]], value: object) -> None:
    """As people in France type it; what can't be read stays as typed, for the field's own check to refuse."""
    assert from_inputs(field, Inputs(sent)) == value


@pytest.mark.parametrize("edition", EDITIONS, ids=lambda edition: edition.call.slug)
def test_hostile_names_and_texts_make_no_error(edition: Edition) -> None:
    """Whatever is sent, parsing gives a value that the field accepts or refuses in words."""
    hostile = ["\x1f", "9" * 400, "1e999", "NaN", "-", "<script>", "²", "٣", "  ", "0x10", "٤/٥/٢٠٢٥"]
    for field in (field for field in edition.form.fields if field.answered):
        names = [name for name, _ in to_inputs(field, examples.complete_answers(edition, 1).get(field.id))] or [
            field.id
        ]
        for text in hostile:
            pairs = [(name, text) for name in names] + [
                (f"{field.id}/rows/²/x", text),
                (f"{field.id}/rows/99999/x", "a"),
            ]
            value = from_inputs(field, Inputs(pairs))
            for error in check_draft(edition.form, field.id, value):
                assert error.fr


def test_a_field_carries_its_version_and_tells_whether_it_changed() -> None:
    """Values that only differ in how they were typed count as unchanged."""
    field = kinds.Money(id="f", label=NAME)
    carried = mark(field, 12500.5, 3)
    assert (version_of(carried), unchanged(carried, 12500.5), unchanged(carried, 12500)) == (3, True, False)
    assert (version_of("nonsense"), version_of(""), version_of("²")) == (0, 0, 0)


def test_french() -> None:
    """Spaces, plurals, dates of Paris."""
    assert typography("Qui ? « Oui » : 12 %") == "Qui\u202f? «\u00a0Oui\u00a0»\u00a0: 12\u00a0%"
    assert typography("Séance n° 3, article L. 242-1") == "Séance n°\u00a03, article L.\u00a0242-1"
    assert (plural(0, "pièce", "pièces"), plural(2, "pièce", "pièces")) == ("0\u00a0pièce", "2\u00a0pièces")
    assert (plural(1.5, "point", "points"), plural(2.5, "point", "points")) == ("1,5\u00a0point", "2,5\u00a0points")
    assert (size(999), size(3_400_000)) == ("999\u00a0octets", "3,4\u00a0Mo")
    assert (duration("10wd"), duration("P14D"), duration("P1M")) == (
        "10\u00a0jours ouvrés",
        "14\u00a0jours",
        "1\u00a0mois",
    )
    assert moment(OPENS) == "1er\u00a0janvier 2020 à 1\u00a0h\u00a000"
    assert (left(OPENS, CLOSES), left(CLOSES, OPENS)) == ("échéance dépassée", "29\u202f220\u00a0jours")


def test_the_changes_of_a_block_are_told_row_by_row() -> None:
    form = shipped("european-research").form
    rows: dict[str, dict[str, Any]] = {
        one: {"@id": one, "name": f"Nom {one}", "entity": "company", "sme": True} for one in "abcd"
    }
    before = [rows["a"], rows["b"], rows["c"]]
    after = [rows["c"] | {"sme": False, "name": "Nom changé"}, rows["a"], rows["d"]]
    old, new = (Given({"partners": {"rows": some}}, {}, date(2026, 11, 27)) for some in (before, after))
    page = environment().from_string('{% import "changes.html" as diff %}{{ diff.listed(form, changes) }}')
    html = page.render(form=form, changes=forms.changes(form, old, new))
    told = " ".join(re.sub(r"<[^>]+>", " ", html.replace("<del>", "[-").replace("<ins>", "[+")).split())
    mine = told.partition("Contribution demandée")[0]
    assert mine.split("Participant ")[1:] == [
        "1 : Nom changé Déplacement Dénomination Nom [-c [+changé Petite ou moyenne entreprise Avant Oui Après Non ",
        "2 : Nom b Retrait Dénomination Nom b Nature de l’entité Entreprise Petite ou moyenne entreprise Oui ",
        "3 : Nom d Ajout Dénomination Nom d Nature de l’entité Entreprise Petite ou moyenne entreprise Oui",
    ]
