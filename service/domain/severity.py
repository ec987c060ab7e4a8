"""Scores corrected for severe and lenient experts, by the additive model: to stand beside the raw ones, never instead.

The model (two-way classification without interaction, one observation per filled cell): y = μ + proposal + expert + ε,
errors independent with one variance σ². It is fitted by ordinary least squares. See S. R. Searle, *Linear Models*
(Wiley, 1971), chapter 7; for reviews and their assignment, C. Roos, J. Rothe and B. Scheuermann, « How to calibrate the
scores of biased reviewers by quadratic programming », AAAI 2011.

Only experts who share a proposal, or are linked by others who do, can be compared: the bipartite graph of proposals and
experts falls into connected components, and each has a scale of its own (Weeks and Williams, *Technometrics* 6, 1964).
"""

from collections.abc import Hashable, Sequence
from typing import Any

import msgspec
import numpy as np

from service.domain.student import quantile

MOST_EXPERTS = 3000  # a component's matrix has the square of it: 72 MB
LEVEL = 0.95
Array = np.ndarray[Any, np.dtype[Any]]


class Correction(msgspec.Struct, frozen=True):
    """A proposal: `raw`, the mean of its totals; `corrected`, what it comes to less the experts' effects, with the ends
    of its interval, None where nothing is left to estimate an error from. `group`: the component, from 0, the largest
    first; `alone`: no expert of it has a colleague to be compared with, so that nothing was corrected."""

    n: int
    raw: float
    corrected: float
    low: float | None
    high: float | None
    group: int
    alone: bool


class Effect(msgspec.Struct, frozen=True):
    """An expert: how far they score above (lenient) or below (severe) those of their group, with the interval."""

    n: int
    effect: float
    low: float | None
    high: float | None
    group: int
    alone: bool


class Model(msgspec.Struct, frozen=True):
    """The fit. `sigma`: residual standard error, None without residual degrees of freedom (`freedom` = 0). `groups`:
    how many components there are; `level`: of the intervals."""

    proposals: dict[Any, Correction]
    experts: dict[Any, Effect]
    sigma: float | None
    freedom: int
    groups: int
    level: float = LEVEL


def fit(reviews: Sequence[tuple[Hashable, Hashable, float]]) -> Model:
    """Fit (proposal, expert, total) triples, of which each pair occurs once. Raises ValueError for a component of more
    than MOST_EXPERTS experts.

    With the proposals eliminated, the experts' effects b solve S b = Aᵀ(y − ȳ), S = D_e − Aᵀ D_p⁻¹ A, where A is the
    incidence, D the numbers of reviews. S is the Laplacian of a connected graph, component by component, so
    S⁺ = (S + J/m)⁻¹ − J/m. Effects are centred by Σ n_j b_j = 0, so that corrected scores keep the mean of all reviews.
    Then corrected = ȳ_i − wᵀb (w: 1/n_i at its experts), and as ȳ_i and b are uncorrelated,
    var = σ² (1/n_i + wᵀ P S⁺ Pᵀ w), P the centring; σ² = Σ residual² / ν, ν = reviews − proposals − experts + groups;
    the interval is ± t(ν) √var.
    """
    if not reviews:
        return Model({}, {}, None, 0, 0)
    proposals = list(dict.fromkeys(one for one, _, _ in reviews))
    experts = list(dict.fromkeys(one for _, one, _ in reviews))
    places = ({one: n for n, one in enumerate(proposals)}, {one: n for n, one in enumerate(experts)})
    p = np.array([places[0][one] for one, _, _ in reviews])
    e = np.array([places[1][one] for _, one, _ in reviews])
    y = np.array([total for _, _, total in reviews], dtype=float)
    order = np.argsort(p, kind="stable")
    return _solve(proposals, experts, p[order], e[order], y[order])


def _solve(proposals: list[Any], experts: list[Any], p: Array, e: Array, y: Array) -> Model:
    n_p, n_e = np.bincount(p), np.bincount(e)
    raw = np.bincount(p, y) / n_p
    group_e = _components(len(experts), p, e)
    group_p = np.zeros(len(proposals), dtype=int)
    group_p[p] = group_e[e]
    groups = int(group_e.max()) + 1
    left, right = _pairs(p, n_p)
    effects, own, shared = np.zeros(len(experts)), np.zeros(len(experts)), np.zeros(len(left))
    aimed = np.bincount(e, y - raw[p], minlength=len(experts))
    for group in range(groups):
        members = np.flatnonzero(group_e == group)
        inside = group_e[e[left]] == group
        place = np.zeros(len(experts), dtype=int)
        place[members] = np.arange(len(members))
        a, b = place[e[left[inside]]], place[e[right[inside]]]
        spread = _covariance(a, b, 1 / n_p[p[left[inside]]], n_e[members])
        effects[members] = spread[1] @ aimed[members]
        own[members] = np.diag(spread[0])
        shared[inside] = spread[0][a, b]
    corrected = raw - np.bincount(p, effects[e]) / n_p
    freedom = max(0, len(y) - len(proposals) - len(experts) + groups)
    residual = y - corrected[p] - effects[e]
    sigma = float(np.sqrt(residual @ residual / freedom)) if freedom else None
    half = quantile((1 + LEVEL) / 2, freedom) * sigma if sigma is not None else None
    variance_p = 1 / n_p + np.bincount(p[left], shared) / n_p**2
    alone = np.bincount(group_e) == 1
    made = _ends(corrected, variance_p, half), _ends(effects, own, half)
    return Model(
        {
            one: Correction(int(n_p[i]), float(raw[i]), *made[0][i], int(group_p[i]), bool(alone[group_p[i]]))
            for i, one in enumerate(proposals)
        },
        {
            one: Effect(int(n_e[j]), *made[1][j], int(group_e[j]), bool(alone[group_e[j]]))
            for j, one in enumerate(experts)
        },
        sigma,
        freedom,
        groups,
    )


def _covariance(a: Array, b: Array, shares: Array, reviews: Array) -> tuple[Array, Array]:
    """P S⁺ Pᵀ and P S⁺ of one component: pairs of its experts in one proposal, and what each pair's proposal weighs."""
    size = len(reviews)
    if size > MOST_EXPERTS:
        raise ValueError(f"more than {MOST_EXPERTS} experts who are to be compared")
    laplacian = np.diag(reviews.astype(float))
    np.subtract.at(laplacian, (a, b), shares)
    inverse = np.linalg.inv(laplacian + 1 / size) - 1 / size
    centred = inverse - (reviews / reviews.sum()) @ inverse
    return centred - np.outer(centred @ (reviews / reviews.sum()), np.ones(size)), centred


def _pairs(p: Array, n_p: Array) -> tuple[Array, Array]:
    """Every pair of reviews of one proposal, each with itself too, as two arrays of places in `p`, which is sorted."""
    wide = n_p[p]
    left = np.repeat(np.arange(len(p)), wide)
    starts = np.concatenate(([0], np.cumsum(n_p)[:-1]))
    within = np.arange(len(left)) - np.repeat(np.cumsum(wide) - wide, wide)
    return left, starts[p[left]] + within


def _ends(values: Array, variances: Array, half: float | None) -> list[tuple[float, float | None, float | None]]:
    if half is None:
        return [(float(value), None, None) for value in values]
    reach = half * np.sqrt(np.maximum(variances, 0))
    return [(float(v), float(v - r), float(v + r)) for v, r in zip(values, reach, strict=True)]


def _components(size: int, p: Array, e: Array) -> Array:
    """The component of each expert, from 0, those with most experts first."""
    parent = list(range(size))

    def root(one: int) -> int:
        while parent[one] != one:
            parent[one] = parent[parent[one]]
            one = parent[one]
        return one

    first: dict[int, int] = {}
    for proposal, expert in zip(p.tolist(), e.tolist(), strict=True):
        parent[root(expert)] = root(first.setdefault(proposal, expert))
    roots = [root(one) for one in range(size)]
    sizes: dict[int, int] = {}
    for one in roots:
        sizes[one] = sizes.get(one, 0) + 1
    numbers = {one: n for n, one in enumerate(sorted(sizes, key=lambda one: -sizes[one]))}
    return np.array([numbers[one] for one in roots])
