"""An edition in words: nothing that decides what is asked is left untold."""

from typing import get_args

import msgspec
import pytest
from hypothesis import given, settings

import forms
from forms import gallery
from forms.base import Field
from forms.conditions import (
    AllOf,
    AllRows,
    Among,
    AnyOf,
    AnyRow,
    AtLeast,
    AtMost,
    Compare,
    Condition,
    Contains,
    Count,
    Equals,
    Filled,
    Leaf,
    Not,
)
from forms.kinds import AnyField, Explanation
from forms.operands import Answer, Days, Difference, Lowest, Most, Operand, Product, Ratio, Sum, Today, Total
from forms.telling import blank_form, collected, steps, told
from forms.telling.conditions import LEAVES
from forms.telling.french import NBSP
from forms.telling.limits import ELSEWHERE, KINDS, LIMITS, limits
from forms.telling.operands import OPERANDS, formula
from tests.forms.shipped import SLUGS, form_of, shipped
from tests.forms.strategies import some_forms

EVERY = [*map(shipped, SLUGS), *(forms.parse_edition(gallery.read(slug)) for slug in gallery.SLUGS)]
FIELDS = form_of("""
[[sections.fields]]
id = "country"
kind = "country"
label = { fr = "Pays", en = "Country" }
[[sections.fields]]
id = "sure"
kind = "declaration"
label = { fr = "Je le jure.", en = "I swear." }
[[sections.fields]]
id = "many"
kind = "several_of"
label = { fr = "Usages :", en = "Uses" }
options = [{ id = "a", label = { fr = "Lire", en = "Read" } }, { id = "b", label = { fr = "Écrire", en = "Write" } }]
[[sections.fields]]
id = "staff"
kind = "integer"
label = { fr = "Effectif", en = "Staff" }
unit = "ETP"
[[sections.fields]]
id = "since"
kind = "date"
label = { fr = "Depuis quand ?", en = "Since when?" }
[[sections.fields]]
id = "budget"
kind = "table"
label = { fr = "Budget", en = "Budget" }
columns = [{ id = "cost", kind = "money", label = { fr = "Coût", en = "Cost" } }]
""").index

SENTENCES: list[tuple[Condition, str]] = [
    (Equals("country", "FR"), "la réponse à « Pays » est « France »"),
    (Not(Equals("country", "FR")), "la réponse à « Pays » n’est pas « France »"),
    (Equals("sure", value=True), "la case « Je le jure » est cochée"),
    (Among("country", ("FR", "DE")), "la réponse à « Pays » est « France » ou « Allemagne »"),
    (Not(Among("country", ("FR", "DE"))), "la réponse à « Pays » n’est ni « France » ni « Allemagne »"),
    (Contains("many", "a"), "la réponse à « Usages » comprend « Lire »"),
    (Contains("many", "other"), "la réponse à « Usages » comprend « Autre »"),
    (Filled("since"), "« Depuis quand ? » a une réponse"),
    (Not(Filled("since")), "« Depuis quand ? » est sans réponse"),
    (AtLeast("staff", 10), "la réponse à « Effectif » est d’au moins 10 ETP"),
    (Not(AtLeast("staff", 10)), "la réponse à « Effectif » est inférieure à 10 ETP ou manque"),
    (AtMost("staff", 2), "la réponse à « Effectif » est d’au plus 2 ETP"),
    (Compare(Answer("since"), "before", Today(months=-6)), "« Depuis quand ? » est avant la date du jour moins 6 mois"),
    (Compare(Answer("since"), "at_most", "2025-04-01"), "« Depuis quand ? » n’est pas après le 1er avril 2025"),
    (Compare(Answer("staff"), "equal", Total("budget", "cost")), "« Effectif » est égal au total de « Coût »"),
    (Compare(Sum((Answer("staff"), 2)), "at_least", 5), "(« Effectif » + 2) est au moins égal à 5"),
    (Count("many", at_least=2), "« Usages » a au moins 2 choix"),
    (
        Count("budget", at_most=3, where=AtLeast("cost", 100)),
        "« Budget » a au plus 3 lignes remplies où la réponse à « Coût » est d’au moins 100 €",
    ),
    (
        AnyRow("budget", Filled("cost")),
        "dans « Budget », une ligne au moins est telle que « Coût » a une réponse",
    ),
    (AllRows("budget", Filled("cost")), "dans chaque ligne de « Budget », « Coût » a une réponse"),
    (Not(AllRows("budget", Filled("cost"))), "dans une ligne au moins de « Budget », « Coût » est sans réponse"),
    (
        AllOf((Filled("country"), Not(Equals("country", "FR")), Filled("since"))),
        "la réponse à « Pays » n’est pas « France » et « Depuis quand ? » a une réponse",
    ),
    (
        AnyOf((Equals("country", "FR"), AllOf((Filled("since"), Filled("staff"))))),
        (
            "soit la réponse à « Pays » est « France »,"
            " soit à la fois « Depuis quand ? » a une réponse et « Effectif » a une réponse"
        ),
    ),
    (
        Not(AnyOf((Filled("since"), Filled("staff")))),
        "« Depuis quand ? » est sans réponse et « Effectif » est sans réponse",
    ),
]


@pytest.mark.parametrize(("condition", "sentence"), SENTENCES)
def test_a_condition_is_a_clause(condition: Condition, sentence: str) -> None:
    assert told(condition, FIELDS).replace(NBSP, " ") == sentence


def test_every_comparison_and_operand_has_words() -> None:
    assert set(LEAVES) == set(get_args(Leaf)), "say in forms/telling/conditions.py what it means to an applicant"
    assert set(OPERANDS) | {int, float, str} == set(get_args(Operand))
    assert {type(condition) for condition, _ in SENTENCES} >= {*get_args(Leaf), AllOf, AnyOf, Not}


def test_a_formula_is_read_as_it_is_written() -> None:
    share = Product((100, Ratio(Total("budget", "cost"), Difference((Answer("staff"), 1)))))
    assert formula(share, FIELDS).replace(NBSP, " ") == "100 × (le total de « Coût » ÷ (« Effectif » − 1))"
    longest = Days(Lowest("budget", "cost"), Most((Answer("since"), Today())))
    assert formula(longest, FIELDS).replace(NBSP, " ") == (
        "le nombre de jours entre le plus petit de « Coût » et le plus grand de (« Depuis quand ? » ; la date du jour)"
    )


def test_every_kind_has_a_name_and_every_constraint_a_phrase() -> None:
    """A kind or a constraint that comes new needs its words in forms/telling/limits.py."""
    known = frozenset().union(ELSEWHERE, *(names for names, _ in LIMITS))
    base = set(Field.__struct_fields__)
    for kind in get_args(AnyField):
        name = str(kind.__struct_config__.tag)
        assert name in KINDS, f"how is the kind {name} called?"
        assert set(kind.__struct_fields__) - base <= known, f"a constraint of {name} that no phrase tells"


@settings(max_examples=25)
@given(some_forms())
def test_any_form_can_be_told(form: forms.Form) -> None:
    edition = msgspec.structs.replace(shipped("ami-2025"), form=form)
    asked = [one for part in blank_form(edition).parts for one in part.questions]
    assert [one.id for one in asked] == [field.id for field in form.fields]
    assert {one.id for one in asked if one.asked_if} == {field.id for field in form.fields if field.shown_if}
    for field in form.fields:
        assert all(phrase.strip() == phrase and phrase for phrase in limits(field))


@pytest.mark.parametrize("edition", EVERY, ids=lambda edition: edition.call.slug)
def test_the_calls_that_come_with_it_are_told_whole(edition: forms.Edition) -> None:
    told_form = blank_form(edition)
    assert [part.id for part in told_form.parts] == [section.id for section in edition.form.sections]
    answered = [field.id for field in edition.form.fields if not isinstance(field, Explanation)]
    assert sorted(one.id for one in collected(edition)) == sorted(answered)
    assert [step.stage for step in steps(edition)] == ["", *(stage.id for stage in edition.process.stages)]
    assert all(step.says for step in steps(edition))


def test_limits_of_each_sort() -> None:
    index = shipped("ami-2025").form.index
    found = {one: limits(index[one]) for one in ("staff", "domains", "annexes", "contact")}
    plain = {one: [" ".join(phrase.split()) for phrase in phrases] for one, phrases in found.items()}
    assert plain == {
        "staff": ["De 0 à 1 000 000 ETP"],
        "domains": ["1 choix au moins et 4 choix au plus", "Ou une autre réponse, à préciser"],
        "annexes": ["5 fichiers au plus, 150 Mo au plus chacun, format PDF, PNG, JPEG, MP4, DOCX, ODT, XLSX ou ODS"],
        "contact": ["Prénom, nom, fonction et adresse électronique ; si vous le souhaitez, téléphone"],
    }
