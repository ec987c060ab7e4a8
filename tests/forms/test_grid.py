"""Reviews against the grid, and scores brought together, against sums done by hand."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import forms
from forms.grid import Criterion
from forms.scales import Level
from tests.forms.shipped import shipped

T = forms.Text("texte", "text")


def criterion(name: str, weight: int, **more: Any) -> Criterion:
    levels = tuple(Level(value=value, name=T, definition=T) for value in range(6))
    return Criterion(id=name, name=T, question=T, weight=weight, levels=levels, **more)


GRID = forms.Grid(
    criteria=(
        criterion("impact", 40, threshold=2, comment_below=1, comment_above=5),
        criterion("maturity", 30),
        criterion("integration", 15, may_abstain=True),
        criterion("compliance", 15, threshold=2.5),
    ),
    threshold=3,
)
FULL = {"impact": 3, "maturity": 4, "integration": 2, "compliance": 5}
SAID = {"": "Bon dossier."}


@pytest.mark.parametrize(
    ("scores", "comments", "complete", "found"),
    [
        (FULL, SAID, True, []),
        ({}, {}, False, []),
        ({}, {}, True, ["scores/impact", "scores/maturity", "comments/integration", "scores/compliance", "comments/"]),
        ({**FULL, "integration": None}, {**SAID, "integration": "Hors de ma compétence."}, True, []),
        ({**FULL, "integration": None}, SAID, True, ["comments/integration"]),
        ({**FULL, "impact": 1}, SAID, True, ["comments/impact"]),
        ({**FULL, "impact": 5}, {**SAID, "impact": "  "}, True, ["comments/impact"]),
        ({**FULL, "impact": 5}, SAID, False, []),
        ({"impact": 6}, {}, False, ["scores/impact"]),
        ({"impact": 2.5}, {}, False, ["scores/impact"]),
        ({"impact": True}, {}, False, ["scores/impact"]),
        ({"impact": float("nan")}, {}, False, ["scores/impact"]),
        ({"beauty": 3}, {"beauty": "x"}, False, ["scores/beauty", "comments/beauty"]),
        ({"": 3}, {}, False, ["scores/"]),
        ({}, {"impact": "a\0b"}, False, ["comments/impact"]),
        ({}, {"": "x" * 20_001}, False, ["comments/"]),
    ],
)
def test_validate_scores(scores: Any, comments: dict[str, str], *, complete: bool, found: list[str]) -> None:
    errors = forms.validate_scores(GRID, scores, comments, complete=complete)
    assert [error.path for error in errors] == found


@pytest.mark.parametrize(
    ("scores", "total"),
    [
        (FULL, 3.45),  # (40·3 + 30·4 + 15·2 + 15·5) / 100
        ({"impact": 5}, 5.0),  # what is blank is left out
        ({"impact": 0, "maturity": 5}, 150 / 70),
        ({"impact": None}, None),
        ({}, None),
    ],
)
def test_weighted_total(scores: dict[str, Any], total: float | None) -> None:
    assert forms.weighted_total(GRID, scores) == total


def test_summary_by_hand() -> None:
    other = {"impact": 2, "maturity": 1, "integration": None, "compliance": 2}
    found = forms.summary(GRID, [FULL, other])
    impact, maturity, integration, compliance = found.criteria
    assert impact == forms.CriterionSummary("impact", 2, 2.5, 2.5, 2.0, 3.0, 1.0, True)
    assert maturity == forms.CriterionSummary("maturity", 2, 2.5, 2.5, 1.0, 4.0, 3.0, True)
    assert integration == forms.CriterionSummary("integration", 1, 2.0, 2.0, 2.0, 2.0, 0.0, True)
    assert compliance == forms.CriterionSummary("compliance", 2, 3.5, 3.5, 2.0, 5.0, 3.0, True)
    # (40·2.5 + 30·2.5 + 15·2 + 15·3.5) / 100
    assert found.total == 2.575
    assert (found.n, found.total_met, found.met) == (2, False, False)


def test_thresholds_are_met_from_equality_on() -> None:
    three = dict.fromkeys(("impact", "maturity", "integration", "compliance"), 3)
    assert forms.summary(GRID, [three]).met is True
    low = forms.summary(GRID, [{**three, "impact": 5, "compliance": 2}])
    assert (low.total_met, low.met) == (True, False)


def test_nothing_scored() -> None:
    found = forms.summary(GRID, [{}, {"impact": None}])
    assert (found.n, found.total, found.total_met, found.met) == (0, None, None, None)
    assert {line.met for line in found.criteria} == {None}


SCORES = st.fixed_dictionaries({one.id: st.one_of(st.none(), st.integers(0, 5)) for one in GRID.criteria})


@given(SCORES)
def test_a_total_lies_on_the_scale(scores: dict[str, int | None]) -> None:
    given_scores = [score for score in scores.values() if score is not None]
    total = forms.weighted_total(GRID, scores)
    if not given_scores:
        assert total is None
    else:
        assert total is not None
        assert min(given_scores) <= total <= max(given_scores)


@given(st.lists(SCORES, max_size=5), st.randoms())
def test_order_of_reviews_changes_nothing(reviews: list[dict[str, int | None]], luck: Any) -> None:
    shuffled = list(reviews)
    luck.shuffle(shuffled)
    assert forms.summary(GRID, shuffled) == forms.summary(GRID, reviews)


@given(SCORES)
def test_one_review_is_its_own_summary(scores: dict[str, int | None]) -> None:
    assert forms.summary(GRID, [scores]).total == forms.weighted_total(GRID, scores)


def test_shipped_grids_ask_for_reasons_at_both_ends() -> None:
    for slug in ("ami-2025", "incubateur"):
        grid = shipped(slug).grid
        for score, reasons in ((0, True), (1, True), (2, False), (4, False), (5, True)):
            scores = {one.id: score for one in grid.criteria}
            errors = forms.validate_scores(grid, scores, SAID, complete=True)
            assert bool(errors) is reasons
