"""What is counted of scores: published examples, other ways to the same numbers, and what must change nothing."""

import krippendorff
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forms import Criterion, Grid, Stance, Text, Totals, totals
from service.domain import severity
from service.domain.reliability import alpha
from service.domain.student import quantile
from tests.support.thorough import many

# Yields of penicillin, blends x treatments: Box, Hunter and Hunter, Statistics for Experimenters (2nd ed., 2005), 4.2.
PENICILLIN = ((89, 88, 97, 94), (84, 77, 92, 79), (81, 87, 87, 85), (87, 92, 89, 84), (79, 81, 80, 88))
# Krippendorff, « Computing Krippendorff's alpha-reliability » (2011), section E: four observers, twelve units.
KRIPPENDORFF = (
    *((1, 1, 1), (2, 2, 3, 2), (3, 3, 3, 3), (3, 3, 3, 3), (2, 2, 2, 2), (1, 2, 3, 4)),
    *((4, 4, 4, 4), (1, 1, 2, 1), (2, 2, 2, 2), (5, 5, 5), (1, 1), (3,)),
)
REVIEWS = st.lists(
    st.tuples(st.integers(0, 7), st.integers(0, 5), st.integers(0, 20)),
    min_size=1,
    max_size=40,
    unique_by=lambda one: one[:2],
)


@pytest.mark.parametrize(
    ("freedom", "expected"),
    [(1, 12.7062), (2, 4.3027), (3, 3.1824), (10, 2.2281), (30, 2.0423), (120, 1.9799), (10**6, 1.9604)],
)
def test_quantiles_are_those_of_the_tables(freedom: int, expected: float) -> None:
    assert quantile(0.975, freedom) == pytest.approx(expected, abs=5e-5)


def test_a_published_randomised_block_is_fitted_as_published() -> None:
    fitted = severity.fit([(b, t, y) for b, block in enumerate(PENICILLIN) for t, y in enumerate(block)])
    assert [round(fitted.experts[t].effect, 9) + 0 for t in range(4)] == [-2, -1, 3, 0]
    # A balanced design corrects nothing: each blend met every treatment.
    assert [round(fitted.proposals[b].corrected, 9) for b in range(5)] == [92, 83, 85, 88, 82]
    assert (fitted.freedom, round((fitted.sigma or 0) ** 2 * fitted.freedom, 9)) == (12, 226)
    half = quantile(0.975, 12) * (226 / 12 / 4) ** 0.5
    assert fitted.proposals[0].high == pytest.approx(92 + half)


def test_a_severe_expert_is_told_from_a_weak_proposal() -> None:
    """Expert « c » gives two points less than the others everywhere: what they alone saw is lifted."""
    fitted = severity.fit([(1, "a", 8), (1, "c", 6), (2, "a", 5), (2, "b", 5), (3, "b", 8), (3, "c", 6)])
    corrected = [fitted.proposals[one].corrected for one in (1, 2, 3)]
    assert corrected == pytest.approx([22 / 3, 13 / 3, 22 / 3])
    assert round(fitted.experts["a"].effect - fitted.experts["c"].effect, 9) == 2
    assert fitted.freedom == 1
    assert fitted.sigma == pytest.approx(0, abs=1e-9)


def test_experts_who_share_nothing_are_not_compared() -> None:
    fitted = severity.fit([(1, "a", 2), (1, "b", 4), (2, "c", 9), (3, "c", 7)])
    assert (fitted.groups, fitted.freedom, fitted.sigma) == (2, 0, None)
    assert [(one.group, one.alone) for one in fitted.proposals.values()] == [(0, False), (1, True), (1, True)]
    assert fitted.proposals[2] == severity.Correction(1, 9, 9, None, None, 1, alone=True)
    assert severity.fit([]) == severity.Model({}, {}, None, 0, 0)


@settings(max_examples=many(40))
@given(REVIEWS)
def test_the_fit_is_that_of_least_squares_over_the_whole_design(reviews: list[tuple[int, int, int]]) -> None:
    """Means of fitted values, residual variance and the variance of each corrected score, from the full matrix."""
    fitted = severity.fit(reviews)
    rows, experts = list(fitted.proposals), list(fitted.experts)
    design = np.zeros((len(reviews), len(rows) + len(experts)))
    for n, (proposal, expert, _) in enumerate(reviews):
        design[n, rows.index(proposal)] = design[n, len(rows) + experts.index(expert)] = 1
    y = np.array([total for *_, total in reviews], dtype=float)
    inverse = np.linalg.pinv(design.T @ design)
    best = design @ inverse @ design.T @ y
    found = [fitted.proposals[p].corrected + fitted.experts[e].effect for p, e, _ in reviews]
    assert found == pytest.approx(best.tolist(), abs=1e-7)
    assert fitted.freedom == len(reviews) - np.linalg.matrix_rank(design)
    if fitted.sigma is None:
        return
    assert fitted.sigma**2 * fitted.freedom == pytest.approx(float((y - best) @ (y - best)), abs=1e-7)
    for n, proposal in enumerate(rows):  # what is estimable: the proposal, and the weighted mean of its group's effects
        group = fitted.proposals[proposal].group
        members = {j: one.n for j, e in enumerate(experts) if (one := fitted.experts[e]).group == group}
        contrast = np.zeros(design.shape[1])
        contrast[n] = 1
        for j, given_reviews in members.items():
            contrast[len(rows) + j] = given_reviews / sum(members.values())
        half = quantile(0.975, fitted.freedom) * fitted.sigma * float(contrast @ inverse @ contrast) ** 0.5
        high = fitted.proposals[proposal].high
        assert high is not None
        assert high - fitted.proposals[proposal].corrected == pytest.approx(half, abs=1e-6)


@settings(max_examples=many(40))
@given(REVIEWS, st.integers(0, 5), st.integers(-9, 9))
def test_whoever_scores_higher_everywhere_moves_no_proposal_past_another(
    reviews: list[tuple[int, int, int]], expert: int, shift: int
) -> None:
    before = severity.fit(reviews)
    after = severity.fit([(p, e, y + shift * (e == expert)) for p, e, y in reviews])
    for group in range(before.groups):
        moved = [
            after.proposals[one].corrected - found.corrected
            for one, found in before.proposals.items()
            if found.group == group
        ]
        assert moved == pytest.approx([moved[0]] * len(moved), abs=1e-8)
    assert after.sigma == (None if before.sigma is None else pytest.approx(before.sigma, abs=1e-7))
    # And the mean over all reviews is that of the raw scores.
    whole = sum(found.n * found.corrected for found in after.proposals.values())
    assert whole == pytest.approx(sum(y + shift * (e == expert) for _, e, y in reviews), abs=1e-6)


def test_alpha_of_the_published_example() -> None:
    assert round(alpha(KRIPPENDORFF, "ordinal") or 0, 3) == 0.815
    assert round(alpha(KRIPPENDORFF, "interval") or 0, 3) == 0.849


@pytest.mark.parametrize("units", [[], [(1, 2)], [(1,), (2,), (1, 2)], [(3, 3), (3, 3, 3)]])
def test_alpha_says_nothing_where_nothing_can_be_said(units: list[tuple[int, ...]]) -> None:
    assert alpha(units, "interval") is alpha(units, "ordinal") is None


@given(st.lists(st.lists(st.integers(0, 4), min_size=1, max_size=4), min_size=2, max_size=12))
def test_alpha_is_that_of_the_library(units: list[list[int]]) -> None:
    data = np.full((4, len(units)), np.nan)
    for n, unit in enumerate(units):
        data[: len(unit), n] = unit
    for level in ("ordinal", "interval"):
        found = alpha(units, level)
        if found is not None:
            assert found == pytest.approx(
                float(krippendorff.alpha(data, level_of_measurement=level)),
                abs=1e-9,
            )


SURE = tuple(Stance(one, Text(one, one)) for one in ("low", "middle", "high"))
CRITERIA = tuple(Criterion(one, Text(one, one), Text(one, one), weight) for one, weight in (("a", 1), ("b", 3)))
GRID = Grid(CRITERIA, confidence=SURE)


@pytest.mark.parametrize(
    ("reviews", "expected"),
    [
        ([], Totals(0)),
        ([({"a": None}, "high")], Totals(0)),
        # 2.75 from the surest weighs three times 1 from the least sure, and « nothing said » counts as that.
        (
            [({"a": 2, "b": 3}, "high"), ({"a": 1, "b": 1}, "low"), ({"a": 1, "b": None}, "")],
            Totals(3, 4.75 / 3, 1, 1, 2.75, 1.75, (3 * 2.75 + 1 + 1) / 5),
        ),
    ],
)
def test_totals_of_a_proposal(reviews: list[tuple[dict[str, int | None], str]], expected: Totals) -> None:
    assert totals(GRID, reviews) == expected
