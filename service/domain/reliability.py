"""How far experts agree over a whole call: Krippendorff's alpha.

Ours, because for these two levels it is a ratio of variances, in time linear in the scores: the library `krippendorff`,
which the tests compare it with, takes proposals × values², seconds for a large call, and is under the GPL.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Literal

RELIABLE, TENTATIVE = 0.8, 0.667  # K. Krippendorff, Content Analysis (4th ed., Sage, 2018), chapter 12


def alpha(units: Iterable[Sequence[float]], level: Literal["ordinal", "interval"]) -> float | None:
    """α = 1 − D_o / D_e, observed over expected disagreement: 1 for perfect agreement, 0 for what chance would give,
    below for systematic disagreement. `units`: the scores that each proposal was given, by whomever; a single score
    pairs with nothing and is left out.

    Over the n scores c of the units u with m_u > 1, D_o = (1/n) Σ_u Σ_{c≠k in u} δ²(c, k) / (m_u − 1) and
    D_e = Σ_{c≠k} δ²(c, k) / (n (n − 1)). `interval`: δ = c − k. `ordinal`: δ = Σ_{g=c..k} n_g − (n_c + n_k) / 2, which
    is the difference of the mid-ranks of c and k. Of both, Σ_{c≠k} (c − k)² = 2 (m Σ c² − (Σ c)²).

    None where nothing can be said: fewer than two proposals with two scores, or one value everywhere (D_e = 0).
    Source: K. Krippendorff, « Computing Krippendorff's alpha-reliability » (University of Pennsylvania, 2011).
    """
    pairable = [list(unit) for unit in units if len(unit) > 1]
    counts = Counter(value for unit in pairable for value in unit)
    if len(pairable) < 2 or len(counts) < 2:
        return None
    if level == "ordinal":
        ranks = _mid_ranks(counts)
        pairable = [[ranks[value] for value in unit] for unit in pairable]
    everything = [value for unit in pairable for value in unit]
    middle = sum(everything) / len(everything)  # so that squares of like sizes are subtracted
    observed = sum(_apart([value - middle for value in unit]) / (len(unit) - 1) for unit in pairable)
    expected = _apart([value - middle for value in everything]) / (len(everything) - 1)
    return 1 - observed / expected


def _apart(values: Sequence[float]) -> float:
    """Half the sum of squared differences over all ordered pairs."""
    return len(values) * sum(value * value for value in values) - sum(values) ** 2


def _mid_ranks(counts: Counter[float]) -> dict[float, float]:
    ranks, below = {}, 0
    for value in sorted(counts):
        ranks[value] = below + counts[value] / 2
        below += counts[value]
    return ranks
