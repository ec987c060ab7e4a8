"""The flow behind a plan: proposals send their wanted places to takers, takers to one sink, at the least cost.

    proposal -> taker       at most 1, at (1 - affinity); no arc against a conflict or a ban
    taker -> sink           one arc a place, the next one ever dearer, as many as there is room: a convex cost
    proposal -> sink        what cannot be placed, dearer than anything else together

A place that is a taker's k-th in all costs `balance * (2k - 1) / (2 * fair)`, where `fair` is the mean of all loads, 1
at least: the sum is balance * load^2 / (2 * fair). A minimum-cost flow with convex costs by parallel arcs is exact
(Ahuja, Magnanti, Orlin, Network Flows, 1993, chapter 14), and integral, as all capacities are.
"""

import msgspec
import numpy as np
from numpy.typing import NDArray
from ortools.graph.python import min_cost_flow

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]
Mask = NDArray[np.bool_]

UNIT = 10_000  # cost of an affinity of 1 that is missed; costs are whole numbers
STEEP = 3  # beyond so many fair shares, and eight places, the cost of a place grows no more
LEVELS = 11  # likewise of what is missing, or beyond the room


class Net(msgspec.Struct, frozen=True):
    """What is to be placed: `wanted[p]` places a proposal; `room[t]` of a taker, never negative; `load[t]` that it has
    already; `affinity[p, t]`; `allowed[p, t]`. `surcharge[t]`: what each place of a taker costs besides."""

    wanted: Ints
    room: Ints
    load: Ints
    affinity: Floats
    allowed: Mask
    balance: float = 1.0
    surcharge: Ints | None = None


class Flow(msgspec.Struct, frozen=True):
    """`placed[p, t]`; `short[p]`: places that nobody has; `over[t]`: places beyond the room, where sold."""

    placed: Mask
    short: Ints
    over: Ints


def place_cost(load: int, number: int, fair: float, balance: float) -> Ints:
    """The cost of each of the next `number` places of a taker that has `load`."""
    nth = load + np.arange(1, number + 1, dtype=np.float64)
    return np.rint(balance * UNIT * (2 * nth - 1) / (2 * fair)).astype(np.int64)


def fair_share(net: Net) -> float:
    """The mean of the loads once everything is placed, 1 at least."""
    return max(1.0, float(net.wanted.sum() + net.load.sum()) / max(1, len(net.room)))


def solve(net: Net, *, beyond: bool = False) -> Flow:
    """The cheapest flow; the same input gives the same flow.

    A place that is missing costs more than all affinities together; of two proposals, the one that lacks less lacks one
    first. `beyond`: places beyond the room are for sale too, dearer than any affinity and cheaper than a missing
    place, the next one of the same taker ever dearer. So first the fewest are missing, then the fewest are beyond the
    room, then both are spread, then affinities and loads count: a cycle of the flow that would trade one for the
    other passes the sink once, and no way through the rest of the net can gain a `step`.
    """
    proposals, takers = net.allowed.shape
    sink = proposals + takers
    at_p, at_t = np.nonzero(net.allowed)
    cost = np.rint((1.0 - net.affinity[at_p, at_t].astype(np.float64)) * UNIT).astype(np.int64)
    if net.surcharge is not None:
        cost += net.surcharge[at_t]
    arcs = _Arcs(sink)
    arcs.add(at_p, proposals + at_t, np.ones(len(at_p), np.int64), cost)
    dearest = _sell_room(arcs, net)
    step = 2 * (min(proposals, takers) + 1) * int(cost.max(initial=UNIT)) + dearest + 1
    if beyond:
        for t in range(takers):
            arcs.add_levels(proposals + t, proposals, step * (12 + np.arange(LEVELS, dtype=np.int64)))
    for p in np.flatnonzero(net.wanted):
        arcs.add_levels(int(p), int(net.wanted[p]), step * (60 + np.arange(LEVELS, dtype=np.int64)))
    placed = np.zeros(net.allowed.shape, np.bool_)
    placed[at_p, at_t] = arcs.solve(net.wanted)[: len(at_p)] > 0
    return Flow(placed, net.wanted - placed.sum(axis=1), np.maximum(0, placed.sum(axis=0) - net.room))


def _sell_room(arcs: "_Arcs", net: Net) -> int:
    """An arc for each place that a taker has room for. Returns the cost of the dearest one."""
    proposals, takers = net.allowed.shape
    fair, dearest = fair_share(net), 0
    for t in range(takers):
        number = min(int(net.room[t]), proposals)
        costs = place_cost(int(net.load[t]), min(number, int(STEEP * fair) + 8), fair, net.balance)
        arcs.add_levels(proposals + t, number, costs)
        dearest = max(dearest, int(costs.max(initial=0)))
    return dearest


class _Arcs:
    """Arcs as they come, kept as arrays."""

    def __init__(self, sink: int) -> None:
        self._sink = sink
        self._parts: list[tuple[Ints, Ints, Ints, Ints]] = []

    def add(self, tail: Ints, head: Ints, capacity: Ints, cost: Ints) -> None:
        self._parts.append((tail, head, capacity, cost))

    def add_levels(self, tail: int, number: int, costs: Ints) -> None:
        """`number` places in all to the sink: one for each cost, the rest for the last one."""
        costs = costs[:number]
        if len(costs):
            capacities = np.ones(len(costs), np.int64)
            capacities[-1] += number - len(costs)
            self.add(np.full(len(costs), tail), np.full(len(costs), self._sink), capacities, costs)

    def solve(self, supplies: Ints) -> Ints:
        """The flow on each arc, in the order in which they came."""
        net = min_cost_flow.SimpleMinCostFlow()
        for tail, head, capacity, cost in self._parts:
            net.add_arcs_with_capacity_and_unit_cost(tail.astype(np.int32), head.astype(np.int32), capacity, cost)
        net.set_nodes_supplies(np.arange(len(supplies), dtype=np.int32), supplies)
        net.set_node_supply(self._sink, -int(supplies.sum()))
        status = net.solve()
        if status != net.OPTIMAL:  # every place has an arc of its own to the sink
            raise ArithmeticError(f"the flow was not solved: {status.name}")
        flows: Ints = net.flows(np.arange(net.num_arcs(), dtype=np.int32))
        return flows
