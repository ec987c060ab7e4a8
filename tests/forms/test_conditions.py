"""Condition trees, by table."""

from datetime import date
from typing import Any

import pytest

import forms
from forms.conditions import AllOf, Among, AnyOf, AtLeast, AtMost, Condition, Contains, Equals, Filled, Not

TODAY = date(2026, 1, 31)
CASES: list[tuple[Condition, dict[str, Any], bool]] = [
    (Equals("f", "FR"), {"f": "FR"}, True),
    (Equals("f", "FR"), {"f": "DE"}, False),
    (Equals("f", "FR"), {}, False),
    (Equals("f", "other"), {"f": {"other": "texte"}}, True),
    (Equals("f", True), {"f": True}, True),
    (Equals("f", True), {"f": 1}, False),  # as in the page, true is not 1
    (Equals("f", 1), {"f": True}, False),
    (Equals("f", 1), {"f": 1.0}, True),
    (Among("f", ("a", "b")), {"f": "b"}, True),
    (Among("f", ("a", "b")), {"f": ["b"]}, False),
    (Among("f", ("a", "other")), {"f": {"other": ""}}, True),
    (Contains("f", "a"), {"f": ["b", "a"]}, True),
    (Contains("f", "other"), {"f": ["b", {"other": "x"}]}, True),
    (Contains("f", "a"), {"f": "a"}, False),
    (Filled("f"), {"f": "x"}, True),
    (Filled("f"), {"f": False}, True),
    (Filled("f"), {"f": 0}, True),
    (Filled("f"), {"f": ""}, False),
    (Filled("f"), {"f": []}, False),
    (Filled("f"), {"f": " \u00a0"}, False),
    (Filled("f"), {"f": {"given_name": ""}}, False),
    (Filled("f"), {"f": {"rows": [{}]}}, False),
    (Filled("f"), {"f": {"rows": [{"amount": 0}]}}, True),
    (Filled("f"), {"f": None}, False),
    (AtLeast("f", 7), {"f": 7}, True),
    (AtLeast("f", 7), {"f": 6.9}, False),
    (AtLeast("f", 7), {"f": "8"}, False),
    (AtLeast("f", 0), {"f": True}, False),
    (AtMost("f", 7), {"f": 7}, True),
    (AtMost("f", 7), {}, False),
    (Not(Equals("f", "FR")), {}, True),
    (AllOf((Filled("f"), Not(Equals("f", "FR")))), {"f": "DE"}, True),
    (AllOf((Filled("f"), Not(Equals("f", "FR")))), {}, False),
    (AnyOf((Equals("f", "a"), Equals("g", "b"))), {"g": "b"}, True),
    (AllOf(()), {}, True),
    (AnyOf(()), {}, False),
]


@pytest.mark.parametrize(("condition", "answers", "expected"), CASES)
def test_holds(condition: Condition, answers: dict[str, Any], *, expected: bool) -> None:
    assert forms.holds(condition, answers, TODAY) is expected
