"""What another rule of the ranking comes to: the grid's own totals, the line by places and budget, how firm it is."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms import Criterion, Grid, summary
from forms.base import Text
from forms.scales import Level
from service.domain.whatif import Pool, Wanted, tried

A, B = "a", "b"
EQUAL = {A: 1.0, B: 1.0}
# Three proposals: two reviews each, one without a score of b, one without any review.
REVIEWS: list[list[dict[str, float | None]]] = [
    [{A: 5, B: 1}, {A: 5, B: 3}],
    [{A: 3, B: 4}, {A: 3, B: None}],
    [{A: 2, B: 2}],
    [],
]
AMOUNTS = [100.0, 60.0, 10.0, 0.0]
NOBODY = [False] * 4


@pytest.mark.parametrize(
    ("wanted", "totals", "ranks", "taken"),
    [
        (Wanted(EQUAL), [3.5, 3.5, 2.0, None], [1, 1, 3, None], [True, True, True, False]),
        (Wanted(EQUAL, places=1), [3.5, 3.5, 2.0, None], [1, 1, 3, None], [True, False, False, False]),
        (Wanted({A: 0.0, B: 1.0}, places=1), [2.0, 4.0, 2.0, None], [2, 1, 2, None], [False, True, False, False]),
        (Wanted(EQUAL, {B: 2.5}), [3.5, 3.5, 2.0, None], [1, 1, 3, None], [False, True, False, False]),
        (Wanted(EQUAL, threshold=3.5), [3.5, 3.5, 2.0, None], [1, 1, 3, None], [True, True, False, False]),
        (Wanted(EQUAL, budget=165), [3.5, 3.5, 2.0, None], [1, 1, 3, None], [True, True, False, False]),
        # What no longer fits ends the list: the third would.
        (Wanted(EQUAL, budget=115), [3.5, 3.5, 2.0, None], [1, 1, 3, None], [True, False, False, False]),
        (Wanted({A: 0.0, B: 0.0}), [None] * 4, [None] * 4, NOBODY),
        (Wanted(EQUAL, places=0), [3.5, 3.5, 2.0, None], [1, 1, 3, None], NOBODY),
    ],
)
def test_the_line(wanted: Wanted, totals: list[float | None], ranks: list[int | None], taken: list[bool]) -> None:
    found = tried(Pool(REVIEWS, (A, B), sums=False), wanted, AMOUNTS)
    assert (found.totals, found.ranks, found.taken) == (totals, ranks, taken)


def test_sums_lack_a_total_where_a_criterion_has_no_score() -> None:
    reviews: list[list[dict[str, float | None]]] = [[{A: 2, B: 3}], [{A: 4, B: None}]]
    found = tried(Pool(reviews, (A, B), sums=True), Wanted({A: 1.0, B: 2.0}), [0.0, 0.0])
    assert (found.totals, found.taken) == ([8.0, None], [True, False])


def test_how_firm() -> None:
    """Certain where nothing can move; a share where a draw may change the order; the same each time."""
    reviews: list[list[dict[str, float | None]]] = [[{A: 9}, {A: 9}], [{A: 8}, {A: 2}], [{A: 4}], [{A: 1}, {A: 1}]]
    pool, wanted = Pool(reviews, (A,), sums=False), Wanted({A: 1.0}, places=2)
    found = tried(pool, wanted, [0.0] * 4)
    assert found.taken == [True, True, False, False]
    assert (found.firm[0], found.firm[3]) == (1.0, 0.0)
    assert 0.65 < found.firm[1] < 0.85  # both draws of 2 are a quarter
    assert found.firm[1] + found.firm[2] == pytest.approx(1.0)
    assert tried(pool, wanted, [0.0] * 4) == found
    assert tried(Pool([], (A,), sums=False), wanted, []).taken == []


scores = st.dictionaries(st.sampled_from([A, B]), st.sampled_from([1, 2, 3, 4, 5]))


@given(st.lists(st.lists(scores, max_size=4), max_size=8), st.integers(0, 4), st.integers(1, 4))
def test_totals_are_those_of_the_grid(reviews: list[list[dict[str, Any]]], first: int, second: int) -> None:
    levels = tuple(Level(value=n, name=X, definition=X) for n in range(1, 6))
    criteria = tuple(
        Criterion(id=one, name=X, question=X, weight=weight, levels=levels) for one, weight in ((A, first), (B, second))
    )
    for rule in ("mean", "sum"):
        grid = Grid(criteria=criteria, total=rule)
        pool = Pool(reviews, (A, B), sums=rule == "sum")
        found = tried(pool, Wanted({A: float(first), B: float(second)}), [0.0] * len(reviews))
        wanted = [summary(grid, given).total for given in reviews]
        assert found.totals == [None if one is None else pytest.approx(one) for one in wanted]


X = Text(fr="x", en="x")
