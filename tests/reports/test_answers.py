"""Answers to the shipped form, as a person reads them."""

from datetime import date
from typing import Any

import pytest

from forms import Edition, parse_edition
from forms.catalogue import read
from reports.answers import lay_out
from reports.model import (
    AnswerLine,
    Audience,
    Choices,
    Column,
    Content,
    Entries,
    Entry,
    Missing,
    Paragraphs,
    Table,
    Value,
)
from reports.sheet import CELLS_LIMIT, Sheet
from service.pages import reading
from service.views.readable import AnswerView
from tests.forms.shipped import shipped

TODAY = date(2025, 5, 1)
ANSWERS: dict[str, Any] = {
    "organisation_name": "Coopérative Lumen",
    "organisation_kind": {"other": "Coopérative d’activité"},
    "country": "FR",
    "siret": "73282932000074",
    "foreign_id": {"scheme": "eu_vat", "number": "BE 0123.456.749"},
    "staff": 1250,
    "contact": {"given_name": "Ariane", "family_name": "Exemple", "position": " ", "email": "ariane@lumen.example"},
    "title": "Lumen",
    "description": "Un premier paragraphe.\n\nUn second.",
    "has_public_partner": False,
    "public_partner": "Mairie de Nulle-Part",
    "trl": 7,
    "in_service_since": "2025-03-01",
    "accessibility": "partial",
    "accessibility_rate": 87.5,
    "budget": {
        "rows": [
            {"item": "Licence", "nature": "licence", "first_year": 12500, "amount": 12500.5},
            {"item": " ", "nature": None},
            {"item": "Calcul", "nature": "hosting", "first_year": 3000, "amount": 0},
        ]
    },
    "accuracy": True,
}


@pytest.fixture(scope="module")
def edition() -> Edition:
    """The call that ships first."""
    return parse_edition(read("ami-2025"))


def laid(edition: Edition, answers: dict[str, Any], **options: Any) -> dict[str, Content]:
    """What each question shows, by the id of its field."""
    files = {"presentation": ["présentation.pdf"]}
    lang = options.pop("lang", "fr")
    ids = {field.label.to(lang): field.id for field in edition.form.fields}
    sections = lay_out(edition.form, answers, files, lang, today=TODAY, **options)
    return {ids[line.label]: line.content for section in sections for line in section.lines}


def test_each_kind_of_answer_is_put_in_words(edition: Edition) -> None:
    expected: dict[str, Content] = {
        "organisation_name": Value("Coopérative Lumen", typed=True),
        "organisation_kind": Value("Autre\xa0: Coopérative d’activité"),
        "country": Value("France"),
        "siret": Value("732\xa0829\xa0320\xa000074"),
        "website": Missing(),
        "staff": Value("1\u202f250\xa0ETP"),
        "contact": Value("Ariane Exemple\nariane@lumen.example"),
        "description": Paragraphs("Un premier paragraphe.\n\nUn second."),
        "has_public_partner": Value("Non"),
        "accessibility_rate": Value("87,5\xa0%"),
        "presentation": Choices(("présentation.pdf",)),
        "accuracy": Value("Oui"),
        "rights": Missing(),
    }
    shown = laid(edition, ANSWERS, audience="officer")
    assert {field: shown[field] for field in expected} == expected


def test_a_table_has_its_totals_and_no_empty_row(edition: Edition) -> None:
    shown = laid(edition, ANSWERS)["budget"]
    assert shown == Table(
        (
            Column("Poste", typed=True),
            Column("Nature"),
            Column("Première année", True),
            Column("Par année suivante", True),
        ),
        (
            ("Licence", "Licence ou abonnement", "12\u202f500\xa0€", "12\u202f500,50\xa0€"),
            ("Calcul", "Hébergement et calcul", "3\u202f000\xa0€", "0\xa0€"),
        ),
        ("Totaux", "", "15\u202f500\xa0€", "12\u202f500,50\xa0€"),
    )


def test_what_conditions_hide_is_absent(edition: Edition) -> None:
    hidden = set(edition.form.index) - set(laid(edition, ANSWERS))
    assert hidden >= {
        "foreign_id",  # the country is France
        "public_partner",  # there is none
        "in_service_since",  # the product is not in service
        "publication_notice",  # a text to read, not a question
    }
    foreign = laid(edition, {**ANSWERS, "country": "BE"})
    assert foreign["foreign_id"] == Value("BE 0123.456.749 (TVA intracommunautaire)")
    assert "siret" not in foreign


def test_what_was_asked_is_told_whoever_may_read_what_that_hung_on(edition: Edition) -> None:
    """On paper, and on the page of somebody who is given the one answer without the other."""
    form, answers = edition.form, {**ANSWERS, "has_public_partner": True, "trl": None}
    partner = {"public_partner": Value("Mairie de Nulle-Part", typed=True)}
    assert laid(edition, answers, told={"public_partner"}) == partner
    assert laid(edition, ANSWERS, told={"public_partner"}) == {}
    given = {"public_partner": AnswerView(answers["public_partner"])}
    asked = {draft: reading.shown(form, given, TODAY, draft, ["annexes"]) for draft in (True, False)}
    assert asked[False] - asked[True] == {"public_partner"}
    said = {draft: reading.counts(form, given, TODAY, draft) for draft in (True, False)}
    assert said == {True: {}, False: {"public_partner": "Mairie de Nulle-Part"}}


def test_an_audience_reads_what_the_form_says(edition: Edition) -> None:
    def asked(audience: Audience) -> set[str]:
        return set(laid(edition, ANSWERS, audience=audience))

    by_reader = {"officers": set[str](), "reviewers": set[str](), "public": set[str]()}
    for field in edition.form.fields:
        by_reader[field.audience].add(field.id)
    everything = asked("officer")
    assert by_reader["officers"] & everything, "the shipped form has such a field"
    assert asked("applicant") == everything
    assert asked("committee") == asked("expert") == everything - by_reader["officers"]
    assert asked("public") == everything & by_reader["public"]


def test_english_labels_and_words(edition: Edition) -> None:
    shown = laid(edition, {**ANSWERS, "country": "DE"}, lang="en")
    expected = {
        "organisation_kind": Value("Other: Coopérative d’activité"),
        "country": Value("Germany"),
        "has_public_partner": Value("No"),
    }
    assert {field: shown[field] for field in expected} == expected


def test_an_answer_to_another_edition_is_shown_as_it_is(edition: Edition) -> None:
    shown = laid(edition, {**ANSWERS, "staff": {"men": 2}, "trl": 99})
    assert (shown["staff"], shown["trl"]) == (Value('{"men": 2}'), Value("99"))


def test_nothing_answered_is_said(edition: Edition) -> None:
    assert set(map(type, laid_without_files(edition))) == {Missing}


def laid_without_files(edition: Edition) -> list[Content]:
    """What each question shows when nothing was given."""
    return [line.content for section in lay_out(edition.form, {}, {}, "fr", today=TODAY) for line in section.lines]


def test_a_block_is_told_row_by_row_without_what_it_hides() -> None:
    form = shipped("european-research").form
    row = {
        "@id": "a",
        "name": "Lune",
        "entity": "public",
        "sme": True,
        "country": "DE",
        "contribution": 12500,
        "months": 8,
    }
    told = {
        line.label: line.content
        for section in lay_out(form, {"partners": {"rows": [row, {"@id": "b"}]}}, {}, "en", today=TODAY)
        for line in section.lines
    }
    assert told["Participants"] == Entries(
        (
            Entry(
                "Participant 1: Lune",
                (
                    AnswerLine("Legal name", Value("Lune", typed=True)),
                    AnswerLine("Kind of entity", Value("Public body")),
                    AnswerLine("Country of establishment", Value("Germany")),
                    AnswerLine("ROR identifier", Missing()),
                    AnswerLine("Lead researcher", Missing()),
                    AnswerLine("Their ORCID identifier", Missing()),
                    AnswerLine("Role in the project", Missing()),
                    AnswerLine("Requested contribution", Value("€12,500")),
                    AnswerLine("Person-months", Value("8")),
                    AnswerLine("Contribution for each person-month", Value("€1,562.50")),
                    AnswerLine("Gender equality plan, published and with resources", Missing()),
                ),
            ),
        )
    )


def test_rows_that_do_not_fit_are_joined_to_the_document() -> None:
    rows = [Entry(f"Ligne {number}", (AnswerLine("Nom", Value("x")),) * 40) for number in range(200)]
    sheet = Sheet()
    shown, note = sheet.entries(rows)
    assert len(shown) == CELLS_LIMIT // 40
    assert "50 de plus" in note
    assert "Ligne 199" in sheet.enclosures[0].text
