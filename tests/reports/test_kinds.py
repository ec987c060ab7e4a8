"""Answers of several parts and codes, as a dossier has them in both languages."""

from datetime import date
from typing import Any

import pytest

from forms import Form, Section
from reports.answers import lay_out
from reports.model import Choices, Content, Missing, Value
from tests.forms.shipped import one_field
from tests.forms.strategies import T

NB = "\u00a0"
LINKED = """
first_label = { fr = "Région", en = "Region" }
second_label = { fr = "Département", en = "Department" }
options = [
    { id = "n", label = { fr = "Nord", en = "North" }, options = [{ id = "a", label = { fr = "Un", en = "One" } }] },
]
"""
KEYWORDS = 'free = true\noptions = [{ id = "w", label = { fr = "Eau", en = "Water" } }]'
HOME = {"street": "1 rue du Test", "more": " ", "postcode": "75001", "city": "Lune", "country": "DE"}

CASES: list[tuple[str, str, Any, Content, Content]] = [
    ("decimal", 'unit = "km"', 1234.5, Value(f"1\u202f234,5{NB}km"), Value(f"1,234.5{NB}km")),
    ("siren", "", "732829320", Value(f"732{NB}829{NB}320"), Value(f"732{NB}829{NB}320")),
    ("orcid", "", "0000-0002-1825-0097", Value("0000-0002-1825-0097"), Value("0000-0002-1825-0097")),
    (
        *("period", "", {"start": "2026-04-01", "end": "2026-09-30"}),
        *(
            Value(f"du 1er{NB}avril{NB}2026 au 30{NB}septembre{NB}2026"),
            Value("from 1 April 2026 to 30 September 2026"),
        ),
    ),
    ("period", "", {"start": "2026-04-01"}, Value(f"du 1er{NB}avril{NB}2026"), Value("from 1 April 2026")),
    ("period", "", {"end": "bientôt"}, Value("au bientôt"), Value("to bientôt")),
    ("keywords", KEYWORDS, ["w", {"other": "mer"}], Choices(("Eau", "mer")), Choices(("Water", "mer"))),
    ("linked_choice", LINKED, {"first": "n", "second": "a"}, Value("Nord – Un"), Value("North – One")),
    (
        *("postal_address", "", HOME),
        *(Value("1 rue du Test\n75001 Lune\nAllemagne"), Value("1 rue du Test\n75001 Lune\nGermany")),
    ),
    (
        *("organisation", "", {"name": "Institut", "country": "FR", "identifier": "732829320"}),
        *(Value("Institut\n732829320\nFrance"), Value("Institut\n732829320\nFrance")),
    ),
    ("organisation", "", {"name": " "}, Missing(), Missing()),
]


@pytest.mark.parametrize(("kind", "constraints", "value", "fr", "en"), CASES)
def test_each_kind(kind: str, constraints: str, value: Any, fr: Content, en: Content) -> None:
    field: Any = one_field(kind, constraints)
    form = Form(sections=(Section(id="only", title=T, fields=(field,)),), title_field="f", organisation_field="f")
    for lang, expected in (("fr", fr), ("en", en)):
        (section,) = lay_out(form, {"f": value}, {}, lang, today=date(2026, 1, 1))
        assert [line.content for line in section.lines] == [expected]
