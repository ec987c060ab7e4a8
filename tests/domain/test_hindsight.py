"""What experts thought beside what became of it: each figure on cases that one can count by hand."""

from statistics import fmean

import pytest

from service.domain.hindsight import Ended, Group, Hindsight, auc, hindsight, spearman


@pytest.mark.parametrize(
    ("better", "worse", "chance"),
    [
        ([3, 4], [1, 2], 1.0),
        ([1, 2], [3, 4], 0.0),
        ([2], [2], 0.5),
        ([1, 3], [2], 0.5),
        ([3, 2], [2, 1], 0.875),
        ([], [1], None),
        ([1], [], None),
    ],
)
def test_auc(better: list[float], worse: list[float], chance: float | None) -> None:
    assert auc(better, worse) == chance


@pytest.mark.parametrize(
    ("first", "second", "correlation"),
    [
        ([1, 2, 3], [10, 20, 90], 1.0),
        ([1, 2, 3], [3, 2, 1], -1.0),
        ([1, 2, 3, 4], [1, 3, 2, 4], 0.8),
        ([1, 1, 2], [1, 1, 2], 1.0),
        ([1, 1, 1], [1, 2, 3], None),
        ([1, 2], [1, 2], None),
    ],
)
def test_spearman(first: list[float], second: list[float], correlation: float | None) -> None:
    assert spearman(first, second) == (None if correlation is None else pytest.approx(correlation))


def test_all_figures() -> None:
    ended = [
        Ended(0.9, handed_over=True, progress=1.0, recommendations=("yes", "yes")),
        Ended(0.7, handed_over=True, progress=0.6, recommendations=("yes", "maybe")),
        Ended(0.8, handed_over=False, progress=0.2, recommendations=("maybe",)),
        Ended(0.1, handed_over=False, progress=None),
        Ended(None, handed_over=False, progress=0.0),
    ]
    assert hindsight(ended) == Hindsight(
        n=5,
        handed_over=2,
        auc=0.75,
        spearman=0.5,
        thirds=(
            Group("low", 1, 0, None),
            Group("middle", 0, 0, None),
            Group("high", 3, 2, fmean([1.0, 0.6, 0.2])),
        ),
        recommendations=(
            Group("maybe", 2, 1, fmean([0.6, 0.2])),
            Group("yes", 3, 3, fmean([1.0, 1.0, 0.6])),
        ),
    )
    assert hindsight([]).auc is None
