"""Computed fields: what expressions come to, exactly; where they count; who may not write them."""

from datetime import date
from fractions import Fraction
from typing import Any

import pytest

import forms
from forms import EditionError
from forms.operands import (
    Answer,
    Days,
    Difference,
    Highest,
    Least,
    Lowest,
    Most,
    Operand,
    Product,
    Ratio,
    Rows,
    Scalar,
    Sum,
    Today,
    Total,
    rounded,
    worth,
)
from tests.forms.shipped import form_of

TODAY = date(2026, 2, 28)
ANSWERS: dict[str, Any] = {
    "n": 0.1,
    "m": 3,
    "day": "2024-02-28",
    "text": "x",
    "rows": {"rows": [{"a": 0.1, "d": "2024-03-01"}, {}, {"a": 0.2}, {"a": "trois", "d": "2023-12-31"}]},
}
ROWS = {"field": "rows", "column": "a"}
N, M, NONE = Answer("n"), Answer("m"), Answer("none")
CASES: list[tuple[Operand, Scalar]] = [
    (Sum((N, 0.2)), Fraction(3, 10)),
    (Sum((N, NONE)), None),
    (Sum((N, Answer("text"))), None),
    (Difference((M, N, 1)), Fraction(19, 10)),
    (Product((M, Ratio(1, M))), Fraction(1)),
    (Ratio(M, 0), None),
    (Ratio(0, M), Fraction(0)),
    (Least((M, N, 2)), Fraction(1, 10)),
    (Most((M, N, 2)), Fraction(3)),
    (Most((Answer("day"), Today())), "2026-02-28"),
    (Least((Answer("day"), M)), None),
    (Total(**ROWS), Fraction(3, 10)),
    (Lowest(**ROWS), Fraction(1, 10)),
    (Highest(**ROWS), Fraction(2, 10)),
    (Highest("rows", "d"), "2024-03-01"),
    (Lowest("rows", "none"), None),
    (Total("none", "a"), None),
    (Rows("rows"), Fraction(3)),
    (Rows("none"), None),
    (Days(Answer("day"), "2024-03-01"), Fraction(2)),  # 2024 has a 29 February
    (Days("2024-03-01", Answer("day")), Fraction(-2)),
    (Days(Answer("day"), Today()), Fraction(731)),
    (Days(Answer("day"), Answer("text")), None),
]


@pytest.mark.parametrize(("operand", "expected"), CASES)
def test_worth(operand: Operand, expected: Scalar) -> None:
    assert worth(operand, ANSWERS, TODAY) == expected


@pytest.mark.parametrize(
    ("value", "decimals", "expected"),
    [
        (Fraction(1, 3), 2, 0.33),
        (Fraction(1, 8), 2, 0.13),  # a half goes away from zero
        (Fraction(-1, 8), 2, -0.13),
        (Fraction(5, 2), 0, 3),
        (Fraction(-1, 1000), 2, 0),
        (Fraction(2**53), 2, 2**53),
        (Fraction(2**53 + 1), 0, None),
        ("2024-03-01", 0, None),
        (None, 0, None),
    ],
)
def test_rounded(value: Scalar, decimals: int, expected: float | None) -> None:
    found = rounded(value, decimals)
    assert (found, type(found)) == (expected, type(expected))


FIELDS = """
[[sections.fields]]
id = "budget"
kind = "table"
label = { fr = "Budget", en = "Budget" }
columns = [{ id = "amount", kind = "money", label = { fr = "Montant", en = "Amount" } }]

[[sections.fields]]
id = "own"
kind = "money"
label = { fr = "Apport", en = "Own share" }

[[sections.fields]]
id = "rate"
kind = "computed"
label = { fr = "Taux d’aide", en = "Rate of support" }
shown_as = "percentage"
decimals = 1
shown_if = { op = "filled", field = "budget" }
value = { get = "product", of = [
    100,
    { get = "ratio", of = { get = "difference", of = [@TOTAL@, { get = "answer", field = "own" }] }, to = @TOTAL@ },
] }

[[sections.fields]]
id = "half"
kind = "computed"
label = { fr = "La moitié", en = "Half" }
value = { get = "ratio", of = { get = "answer", field = "rate" }, to = 2 }

[[sections.fields]]
id = "why"
kind = "long_text"
label = { fr = "Pourquoi tant ?", en = "Why so much?" }
required = true
shown_if = { op = "at_least", field = "half", value = 40 }

[[rules]]
id = "at_most_90"
fields = ["rate"]
when = { op = "filled", field = "rate" }
must = { op = "at_most", field = "rate", value = 90 }
message = { fr = "90 % au plus.", en = "At most 90%." }
"""
FIELDS = FIELDS.replace("@TOTAL@", '{ get = "total", field = "budget", column = "amount" }')
FORM = form_of(FIELDS)


def given(own: float | None, *amounts: float | None) -> dict[str, Any]:
    return {"title": "T", "budget": {"rows": [{"amount": one} for one in amounts]}, "own": own}


def test_it_counts_in_conditions_rules_and_what_is_submitted() -> None:
    cases = [(40, 100.5, 20), (10, 70, 30), (1, 100), (None, 100), (5,)]
    told = []
    for own, *amounts in cases:
        answers = given(own, *amounts)
        errors = [(error.path, error.code) for error in forms.validate(FORM, answers, {}, TODAY)]
        sent = forms.visible(FORM, answers, TODAY)
        told.append((sent.get("rate"), sent.get("half"), errors))
    assert told == [
        (66.8, 33.4, []),
        (90, 45, [("why", "required")]),
        (99, 49.5, [("rate", "rule_at_most_90"), ("why", "required")]),
        (None, None, []),
        (None, None, []),  # hidden, with all that is worked out of it
    ]


def test_nobody_types_it() -> None:
    assert [error.code for error in forms.check_draft(FORM, "rate", 12)] == ["computed"]
    answers = given(40, 100)
    assert forms.validate(FORM, {**answers, "rate": 12}, {}, TODAY) == []
    assert forms.visible(FORM, {**answers, "rate": 12}, TODAY)["rate"] == 60


ROWS_FIELDS = """
[[sections.fields]]
id = "staff"
kind = "block"
label = { fr = "Personnel", en = "Staff" }
row_title = { fr = "Poste", en = "Post" }
fields = [
    { id = "months", kind = "integer", label = { fr = "Mois", en = "Months" } },
    { id = "rate", kind = "money", label = { fr = "Coût", en = "Cost" } },
    { id = "cost", kind = "computed", label = { fr = "En tout", en = "In all" }, value = { get = "product", of = [
        { get = "answer", field = "months" },
        { get = "answer", field = "rate" },
    ] } },
]

[[sections.fields]]
id = "costs"
kind = "computed"
label = { fr = "En tout", en = "In all" }
value = { get = "total", field = "staff", column = "cost" }
"""


def test_it_is_worked_out_row_by_row() -> None:
    form = form_of(ROWS_FIELDS)
    rows: list[dict[str, Any]] = [{"months": 3, "rate": 0.1}, {"months": 2}, {"months": 10, "rate": 4000.5}]
    answers = {"title": "T", "staff": {"rows": rows}}
    assert forms.validate(form, answers, {}, TODAY) == []
    sent = forms.visible(form, answers, TODAY)
    assert sent == {
        "title": "T",
        "staff": {"rows": [{**rows[0], "cost": 0.3}, rows[1], {**rows[2], "cost": 40005}]},
        "costs": 40005.3,
    }
    assert forms.visible(form, sent, TODAY) == sent
    typed = forms.check_draft(form, "staff", {"rows": [rows[1], {"months": 1, "cost": 9}]})
    assert [(error.path, error.code) for error in typed] == [("staff/rows/1/cost", "computed")]


def test_it_is_told_as_a_difference() -> None:
    before, after = (forms.amended.Given(given(own, 100), {}, TODAY) for own in (50, 40))
    changed = {change.field: (change.old, change.new) for change in forms.changes(FORM, before, after)}
    assert changed == {"own": (50, 40), "rate": (50, 60), "half": (25, 30)}


FAULTS = [
    ('field = "own" }', 'field = "title" }', "value.of[1].of.of", "a number, a text"),
    ('column = "amount" }, {', 'column = "nature" }, {', "value.of[1].of.of[0].column", "nature"),
    ('get = "answer", field = "rate" }, to', 'get = "answer", field = "half" }, to', "fields[4].value", "itself"),
    ('of = { get = "answer", field = "rate" }, to = 2', "of = 3, to = 2", "fields[4].value", "no answer changes"),
    ("decimals = 1", "decimals = 7", "decimals", "7"),
    ("decimals = 1", "decimals = 1\nrequired = true", "required", "required"),
    ('id = "own"', 'id = "own"\naudience = "officers"', "fields[3].value", "own, which only officers read"),
    (
        'get = "ratio", of = { get = "answer", field = "rate" }',
        'get = "days", since = 3, until = "x", of = 2',
        "",
        "of",
    ),
    ('{ get = "ratio", of = { get = "answer", field = "rate" }, to = 2 }', '{ get = "today" }', "value", "a day"),
    ('{ get = "answer", field = "rate" }, to = 2', '{ get = "rows", field = "own" }, to = 2', "value.of.field", "own"),
]


@pytest.mark.parametrize(("old", "new", "path", "found"), FAULTS)
def test_faults_of_an_expression(old: str, new: str, path: str, found: str) -> None:
    assert old in FIELDS
    with pytest.raises(EditionError) as raised:
        form_of(FIELDS.replace(old, new, 1))
    told = [(fault.path, fault.found) for fault in raised.value.faults]
    assert any(where.endswith(path) and found in f"{where} {what}" for where, what in told), told
