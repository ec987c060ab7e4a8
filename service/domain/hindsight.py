"""How well what experts thought of proposals told what became of them. Pure.

`auc`: the chance that a pilot that was handed over had been scored above one that was stopped, ties counting half:
0.5 is no better than a coin. It is the Mann-Whitney statistic over the number of pairs (J. Hanley and B. McNeil,
*Radiology* 143, 1982). `spearman`: the correlation of two rankings, ties sharing their mean rank (C. Spearman,
*American Journal of Psychology* 15, 1904).
"""

from collections.abc import Sequence
from statistics import fmean

import msgspec


class Ended(msgspec.Struct, frozen=True):
    """A pilot that has ended: its experts' total as a share of the scale, from 0 to 1, None without one; whether it was
    handed over; the share of the way that its indicator has made, None where that cannot be told; what its experts had
    recommended."""

    total: float | None
    handed_over: bool
    progress: float | None
    recommendations: tuple[str, ...] = ()


class Group(msgspec.Struct, frozen=True):
    """Those that were thought alike: how many, how many of them were handed over, their mean progress."""

    name: str
    n: int
    handed_over: int
    progress: float | None


class Hindsight(msgspec.Struct, frozen=True):
    """`thirds`: by total, the lowest third of the scale first; `recommendations`: by what was recommended, each review
    counting. None where there is nothing to compare."""

    n: int
    handed_over: int
    auc: float | None
    spearman: float | None
    thirds: tuple[Group, ...]
    recommendations: tuple[Group, ...]


def hindsight(ended: Sequence[Ended]) -> Hindsight:
    """All of it."""
    scored = [(one.total, one) for one in ended if one.total is not None]
    moved = [(total, one.progress) for total, one in scored if one.progress is not None]
    named = sorted({name for one in ended for name in one.recommendations})
    return Hindsight(
        n=len(ended),
        handed_over=sum(one.handed_over for one in ended),
        auc=auc(
            [total for total, one in scored if one.handed_over], [total for total, one in scored if not one.handed_over]
        ),
        spearman=spearman([total for total, _ in moved], [progress for _, progress in moved]),
        thirds=tuple(
            _group(name, [one for total, one in scored if min(2, int(total * 3)) == third])
            for third, name in enumerate(("low", "middle", "high"))
        ),
        recommendations=tuple(
            _group(name, [one for one in ended for said in one.recommendations if said == name]) for name in named
        ),
    )


def _group(name: str, found: Sequence[Ended]) -> Group:
    moved = [one.progress for one in found if one.progress is not None]
    return Group(name, len(found), sum(one.handed_over for one in found), fmean(moved) if moved else None)


def auc(better: Sequence[float], worse: Sequence[float]) -> float | None:
    """The chance that one of the first is above one of the second."""
    if not better or not worse:
        return None
    ranks = _ranks([*better, *worse])
    above = sum(ranks[: len(better)]) - len(better) * (len(better) + 1) / 2
    return above / (len(better) * len(worse))


def spearman(first: Sequence[float], second: Sequence[float]) -> float | None:
    """The correlation of the ranks; None for fewer than three pairs, or where one side never varies."""
    if len(first) < 3:
        return None
    a, b = _ranks(first), _ranks(second)
    middle = (len(a) + 1) / 2
    spread = sum((x - middle) ** 2 for x in a) * sum((y - middle) ** 2 for y in b)
    together = sum((x - middle) * (y - middle) for x, y in zip(a, b, strict=True))
    return together / spread**0.5 if spread else None


def _ranks(values: Sequence[float]) -> list[float]:
    """From 1, the lowest first; equal values share the mean of their places."""
    order = sorted(range(len(values)), key=values.__getitem__)
    ranks = [0.0] * len(values)
    start = 0
    while start < len(order):
        end = start
        while end < len(order) and values[order[end]] == values[order[start]]:
            end += 1
        for place in order[start:end]:
            ranks[place] = (start + 1 + end) / 2
        start = end
    return ranks
