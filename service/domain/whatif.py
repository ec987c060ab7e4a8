"""What the ranking would be with other weights, thresholds, places or budget, and how firm each place is. Pure.

A proposal's total is that of the means of its criteria, by the grid's rule (`forms.scoring`). In the order of the
totals, ties in the order that they come in, proposals that meet the thresholds are taken while places and budget last:
one that the budget no longer holds ends the list, so that nobody passes in front of a better one by asking for less.

How firm a place is: the reviews of each proposal are drawn again from themselves, with replacement, as many as there
are (B. Efron, « Bootstrap methods: another look at the jackknife », *Annals of Statistics* 7, 1979); the share of these
draws in which the proposal is taken is told. For ranks of this kind, and why they need such a measure: H. Goldstein and
D. Spiegelhalter, *Journal of the Royal Statistical Society* A 159, 1996. A proposal with one review always draws that
one: its own total never moves, only its neighbours'.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
import numpy as np

DRAWS = 200
AT_ONCE = 20  # draws in memory at once
SEED = 1979
DIGITS = 9  # totals that are equal by the exact rule stay equal
Array = np.ndarray[Any, np.dtype[Any]]


class Wanted(msgspec.Struct, frozen=True):
    """What is tried: the weight of each criterion, the least mean of some, the least total, how many places, how much
    money. None: no limit."""

    weights: dict[str, float]
    thresholds: dict[str, float] = {}
    threshold: float | None = None
    places: int | None = None
    budget: float | None = None


class Found(msgspec.Struct, frozen=True):
    """For each proposal: its total, None without scores; its place, from 1, among those that have one; whether it is
    taken; the share of the draws in which it is."""

    totals: list[float | None]
    ranks: list[int | None]
    taken: list[bool]
    firm: list[float]


class Pool:
    """The reviews of all proposals, as numbers. `sums`: totals are sums, and there is none where a score is missing."""

    def __init__(
        self, reviews: Sequence[Sequence[Mapping[str, float | None]]], criteria: Sequence[str], *, sums: bool
    ) -> None:
        self.criteria = tuple(criteria)
        self.sums = sums
        self.counts = np.array([len(given) for given in reviews], dtype=np.int64)
        self.scored = np.flatnonzero(self.counts)
        counts = self.counts[self.scored]
        self.starts = np.concatenate(([0], np.cumsum(counts)))[:-1].astype(np.int64)
        self.first = np.repeat(self.starts, counts)
        self.many = np.repeat(counts, counts)
        rows = [[_number(review.get(one)) for one in criteria] for given in reviews for review in given]
        self.scores: Array = np.array(rows, dtype=float).reshape(len(rows), len(self.criteria))

    def means(self, drawn: Array) -> Array:
        """The mean of each criterion of each scored proposal, over the reviews drawn: (draws, reviews) of their
        numbers; nan where none of them has a score."""
        picked = self.scores[drawn]
        known = ~np.isnan(picked)
        sums = np.add.reduceat(np.where(known, picked, 0.0), self.starts, axis=1)
        counts = np.add.reduceat(known.astype(float), self.starts, axis=1)
        with np.errstate(invalid="ignore"):
            return np.where(counts > 0, sums / np.maximum(counts, 1.0), np.nan)


def _number(score: float | None) -> float:
    return np.nan if score is None else float(score)


def tried(pool: Pool, wanted: Wanted, amounts: Sequence[float]) -> Found:
    """What comes of it. `amounts`: what each proposal asks for, in the order of the pool."""
    size = len(pool.counts)
    if not len(pool.scored):
        return Found([None] * size, [None] * size, [False] * size, [0.0] * size)
    asked = np.asarray(amounts, dtype=float)
    every = np.arange(len(pool.scores))[None, :]
    totals, passing = _totals(pool, pool.means(every), wanted)
    taken = _taken(totals, passing, asked[pool.scored], wanted)[0]
    ranks = _ranks(totals[0])
    firm = _firmness(pool, wanted, asked[pool.scored])
    found = Found([None] * size, [None] * size, [False] * size, [0.0] * size)
    for at, place in enumerate(pool.scored):
        if not np.isnan(totals[0, at]):
            found.totals[place], found.ranks[place] = float(totals[0, at]), int(ranks[at])
        found.taken[place], found.firm[place] = bool(taken[at]), float(firm[at])
    return found


def _totals(pool: Pool, means: Array, wanted: Wanted) -> tuple[Array, Array]:
    """Totals (draws, proposals), nan for none, and whether they meet every threshold."""
    weights = np.array([wanted.weights.get(one, 0.0) for one in pool.criteria])
    known = ~np.isnan(means)
    sums = np.where(known, means, 0.0) @ weights
    if pool.sums:
        totals = np.where(known.all(axis=2), sums, np.nan)
    else:
        whole = known @ weights
        totals = np.where(whole > 0, sums / np.where(whole > 0, whole, 1.0), np.nan)
    totals = np.round(totals, DIGITS)
    passing = ~np.isnan(totals)
    for place, one in enumerate(pool.criteria):
        if one in wanted.thresholds:
            # As with the grid's own: a criterion that nobody scored does not pass.
            passing &= (
                np.round(np.where(known[:, :, place], means[:, :, place], -np.inf), DIGITS) >= wanted.thresholds[one]
            )
    if wanted.threshold is not None:
        passing &= np.where(np.isnan(totals), -np.inf, totals) >= wanted.threshold
    return totals, passing


def _taken(totals: Array, passing: Array, amounts: Array, wanted: Wanted) -> Array:
    """Which are taken in each draw."""
    order = np.argsort(np.where(passing, -totals, np.inf), axis=1, kind="stable")
    inside = np.take_along_axis(passing, order, axis=1)
    if wanted.places is not None:
        inside &= np.arange(totals.shape[1]) < wanted.places
    if wanted.budget is not None:
        inside &= np.cumsum(amounts[order], axis=1) <= wanted.budget + 1e-6
    taken = np.zeros(totals.shape, dtype=bool)
    np.put_along_axis(taken, order, inside, axis=1)
    return taken


def _ranks(totals: Array) -> Array:
    """Places from 1, ties sharing the better one."""
    return 1 + np.searchsorted(np.sort(-totals), -totals, side="left")


def _firmness(pool: Pool, wanted: Wanted, amounts: Array) -> Array:
    """The share of the draws in which each is taken. The same draws each time: two tries compare."""
    chance = np.random.default_rng(SEED)
    counts = np.zeros(len(pool.scored))
    for _ in range(DRAWS // AT_ONCE):
        drawn = pool.first + (chance.random((AT_ONCE, len(pool.scores))) * pool.many).astype(np.int64)
        totals, passing = _totals(pool, pool.means(drawn), wanted)
        counts += _taken(totals, passing, amounts, wanted).sum(axis=0)
    shares: Array = counts / DRAWS
    return shares
