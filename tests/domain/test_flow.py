"""The flow that places takers, against every way to place them."""

import itertools
from collections import Counter
from collections.abc import Iterator

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from service.domain import flow
from service.domain.flow import UNIT, Net
from tests.support.thorough import many


@st.composite
def nets(draw: st.DrawFn) -> Net:
    proposals, takers = draw(st.integers(1, 3)), draw(st.integers(1, 4))
    rng = np.random.default_rng(draw(st.integers(0, 10**6)))
    return Net(
        wanted=rng.integers(0, 3, proposals),
        room=rng.integers(0, 3, takers),
        load=rng.integers(0, 4, takers),
        affinity=(rng.integers(-10, 11, (proposals, takers)) / 10).astype(np.float32),
        allowed=rng.random((proposals, takers)) < 0.8,
        balance=draw(st.sampled_from([0.0, 0.5, 1.0, 3.0])),
    )


def ways(net: Net) -> Iterator[tuple[tuple[int, ...], ...]]:
    """Every choice of takers for every proposal, limits of takers aside."""
    choices = []
    for p, wanted in enumerate(net.wanted):
        open_to = [int(t) for t in np.flatnonzero(net.allowed[p])]
        choices.append([c for number in range(wanted + 1) for c in itertools.combinations(open_to, number)])
    return itertools.product(*choices)


def worth(net: Net, way: tuple[tuple[int, ...], ...], *, beyond: bool) -> tuple[int, ...] | None:
    """The less, the better: missing places and how they are spread, likewise beyond the room, then the cost. None of a
    way that goes beyond the room where it must not. Written from the words of the docstrings, not from the code."""
    loads = Counter(t for chosen in way for t in chosen)
    over = {t: max(0, loads[t] - int(net.room[t])) for t in range(len(net.room))}
    if any(over.values()) and not beyond:
        return None
    short = [int(wanted) - len(chosen) for wanted, chosen in zip(net.wanted, way, strict=True)]
    fair = max(1.0, float(net.wanted.sum() + net.load.sum()) / len(net.room))
    cost = sum(round((1 - float(net.affinity[p, t])) * UNIT) for p, chosen in enumerate(way) for t in chosen)
    for t, number in loads.items():
        for nth in range(int(net.load[t]) + 1, int(net.load[t]) + min(number, int(net.room[t])) + 1):
            cost += int(np.rint(net.balance * UNIT * (2 * nth - 1) / (2 * fair)))
    spread = sum(n * (n - 1) // 2 for n in (*short, *over.values()))
    return sum(short), sum(over.values()), spread, cost


@settings(max_examples=many(50), deadline=None)
@given(nets(), st.booleans())
def test_no_way_is_better_than_the_flow(net: Net, beyond: bool) -> None:  # noqa: FBT001
    found = flow.solve(net, beyond=beyond)
    way = tuple(tuple(map(int, np.flatnonzero(line))) for line in found.placed)
    judged = [one for one in (worth(net, each, beyond=beyond) for each in ways(net)) if one is not None]
    assert worth(net, way, beyond=beyond) == min(judged)
    assert not (found.placed & ~net.allowed).any()
    assert found.short.tolist() == (net.wanted - found.placed.sum(axis=1)).tolist()
    assert found.over.tolist() == np.maximum(0, found.placed.sum(axis=0) - net.room).tolist()


def test_equal_affinities_make_equal_loads() -> None:
    net = Net(
        wanted=np.full(30, 2),
        room=np.full(12, 30),
        load=np.array([3] + [0] * 11),
        affinity=np.zeros((30, 12), np.float32),
        allowed=np.ones((30, 12), np.bool_),
    )
    loads = flow.solve(net).placed.sum(axis=0) + net.load
    assert sorted(loads.tolist()) == [5] * 9 + [6] * 3
