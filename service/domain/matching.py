"""Who reviews what: every proposal gets the takers it wants, experts or teams, never against a conflict or a ban,
within limits; affinities as high and loads as even as can be; where that is impossible, why, and what would be enough.

Pure and deterministic: the same problem gives the same plan, in whatever order its parts are given. It imports numpy
and ortools, so whoever only reads plans imports `service/domain/plans.py`. 5,000 proposals by 3 of 1,000 experts take
some 30 s and 1 GB: it runs in a process of its own (`service/planning.py`).
"""

from collections import Counter
from collections.abc import Iterator
from uuid import UUID

import numpy as np

from service.domain import affinity, flow, shortage
from service.domain.flow import Floats, Ints, Mask, Net
from service.domain.plans import Line, Load, Pair, Place, Plan, Problem, RefusedPin, Relaxation, Team

ALTERNATIVES = 5
CANDIDATES = 60  # takers that a reserve is chosen among, best first: reserves are a help, and need not be the optimum
CROWDED = flow.UNIT // 2  # a reserve without room is worth half an affinity less


def make_plan(problem: Problem) -> Plan:
    """The best plan of a problem. Raises ValueError where somebody is in two teams, or a team without known members."""
    case = _Case(problem)
    refused = case.keep_pins()
    main = flow.solve(case.net())
    seats = main.placed | case.pinned
    reserves = case.reserves(seats) if problem.reserves else np.zeros_like(seats)
    lines = tuple(case.lines(seats, reserves))
    gaps, relaxation = shortage.Gaps(), Relaxation()
    if main.short.any():
        gaps = shortage.explain(case.view(), seats, main.short)
        relaxation = shortage.relax(case.view(), flow.solve(case.net(), beyond=True))
    return Plan(
        lines=lines,
        loads=case.loads(seats),
        missing=gaps.missing,
        bottlenecks=gaps.bottlenecks,
        relaxation=relaxation,
        refused=refused,
        total=round(sum(line.affinity for line in lines if line.place is Place.SEAT), 3),
    )


class _Case:
    """A problem as arrays: proposals and takers in the order of their ids."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.proposals = sorted(problem.proposals, key=lambda one: one.id)
        self.experts = sorted(problem.experts, key=lambda one: one.id)
        self.takers = _takers(problem)
        self._row = {one.id: p for p, one in enumerate(self.proposals)}
        self._column = {one.id: t for t, one in enumerate(self.takers)}
        place = {one.id: e for e, one in enumerate(self.experts)}
        self.members = [tuple(place[member] for member in one.members) for one in self.takers]
        wishes = {(one.proposal, one.expert): one.bid for one in sorted(problem.wishes)}
        self._affinities = affinity.Affinities(self.proposals, self.experts, wishes, problem.weights)
        self.affinity = self._of_takers(self._affinities.values)
        self.most: Ints = np.array([self._room(m) for m in self.members], np.int64)
        self.load: Ints = np.array([max(self.experts[e].load for e in m) for m in self.members], np.int64)
        self.wanted: Ints = np.array([one.wanted for one in self.proposals], np.int64)
        self._bar()
        self.pinned: Mask = np.zeros_like(self.conflicted)

    def _of_takers(self, values: Floats) -> Floats:
        found = np.zeros((len(self.proposals), len(self.takers)), np.float32)
        for t, members in enumerate(self.members):
            found[:, t] = values[:, list(members)].mean(axis=1)
        return found

    def _room(self, members: tuple[int, ...]) -> int:
        """A team has the room of its fullest member. Nobody takes a proposal twice: as many are no limit."""
        rooms = [room for e in members if (room := self.experts[e].room) is not None]
        return max(0, min([*rooms, len(self.proposals)]))

    def _bar(self) -> None:
        shape = (len(self.proposals), len(self.takers))
        self.conflicted, self.banned, self.held = (np.zeros(shape, np.bool_) for _ in range(3))
        teams: dict[UUID, list[int]] = {}
        for t, taker in enumerate(self.takers):
            for member in taker.members:
                teams.setdefault(member, []).append(t)
        for pair in self.problem.conflicts:
            if pair.proposal in self._row:
                self.conflicted[self._row[pair.proposal], teams.get(pair.taker, [])] = True
        for pair in self.problem.bans:
            if pair.proposal in self._row and pair.taker in self._column:
                self.banned[self._row[pair.proposal], self._column[pair.taker]] = True
        for p, subject in enumerate(self.proposals):
            self.held[p, [self._column[taker] for taker in subject.held if taker in self._column]] = True

    @property
    def allowed(self) -> Mask:
        """Pairs that may be."""
        return ~(self.conflicted | self.banned | self.held | self.pinned)

    def keep_pins(self) -> tuple[RefusedPin, ...]:
        """Give every pin its place; a limit, a conflict and a ban hold against a pin too."""
        refused = []
        for pin in sorted(set(self.problem.pins)):
            reason = self._why_not_pin(pin)
            if reason:
                refused.append(RefusedPin(pin.proposal, pin.taker, reason))
                continue
            p, t = self._row[pin.proposal], self._column[pin.taker]
            self.pinned[p, t] = True
        return tuple(refused)

    def _why_not_pin(self, pin: Pair) -> str:
        if pin.proposal not in self._row or pin.taker not in self._column:
            return "unknown"
        p, t = self._row[pin.proposal], self._column[pin.taker]
        for reason, bar in (("conflict", self.conflicted), ("banned", self.banned), ("held", self.held)):
            if bar[p, t]:
                return reason
        if self.pinned[:, t].sum() >= self.most[t]:
            return "full"
        return "seats" if self.pinned[p].sum() >= self.wanted[p] else ""

    def net(self) -> Net:
        """What is left to place once the pins have their places."""
        taken = self.pinned.sum(axis=0)
        return Net(
            wanted=self.wanted - self.pinned.sum(axis=1),
            room=self.most - taken,
            load=self.load + taken,
            affinity=self.affinity,
            allowed=self.allowed & (self.wanted > 0)[:, None],
            balance=self.problem.weights.balance,
        )

    def view(self) -> shortage.View:
        """What explains a shortage."""
        return shortage.View(
            proposals=tuple(one.id for one in self.proposals),
            takers=tuple(one.id for one in self.takers),
            net=self.net(),
            conflicted=self.conflicted,
            banned=self.banned,
            seated=self.pinned | self.held,
        )

    def reserves(self, seats: Mask) -> Mask:
        """Takers behind the seats, spread over everybody: first those who have room left."""
        free = self.allowed & ~seats & ((self.wanted > 0)[:, None])
        best = np.where(free, self.affinity, -np.inf)
        if best.shape[1] > CANDIDATES:
            bar = np.partition(best, -CANDIDATES, axis=1)[:, -CANDIDATES][:, None]
            free &= best >= bar
        taken = seats.sum(axis=0)
        number = np.minimum(self.problem.reserves, free.sum(axis=1))
        net = Net(
            wanted=np.where(self.wanted > 0, number, 0).astype(np.int64),
            room=np.full(len(self.takers), len(self.proposals), np.int64),
            load=self.load + taken,
            affinity=self.affinity,
            allowed=free,
            balance=self.problem.weights.balance,
            surcharge=np.where(taken >= self.most, CROWDED, 0).astype(np.int64),
        )
        return flow.solve(net).placed

    def lines(self, seats: Mask, reserves: Mask) -> Iterator[Line]:
        """The plan, of each proposal that wants somebody: seats, reserves, then the best of the others that may be."""
        full = seats.sum(axis=0) >= self.most
        others = self.allowed & ~seats & ~reserves
        for p in map(int, np.flatnonzero(self.wanted)):
            for place, chosen in ((Place.SEAT, seats), (Place.RESERVE, reserves), (Place.ALTERNATIVE, others)):
                found = np.flatnonzero(chosen[p])
                # Those with room first among the alternatives: what can be had comes before what would be best.
                crowded = full[found] if place is Place.ALTERNATIVE else np.zeros(len(found), np.bool_)
                order = np.lexsort((found, -self.affinity[p, found], crowded, ~self.pinned[p, found]))
                best = found[order][:ALTERNATIVES] if place is Place.ALTERNATIVE else found[order]
                for rank, t in enumerate(map(int, best), 1):
                    yield self._line(p, t, place, rank, full=bool(full[t]) and place is Place.ALTERNATIVE)

    def _line(self, p: int, t: int, place: Place, rank: int, *, full: bool) -> Line:
        return Line(
            proposal=self.proposals[p].id,
            taker=self.takers[t].id,
            place=place,
            rank=rank,
            affinity=round(float(self.affinity[p, t]), 3),
            pinned=bool(self.pinned[p, t]),
            full=full,
            reasons=self._affinities.reasons(p, self.members[t]),
        )

    def loads(self, seats: Mask) -> tuple[Load, ...]:
        """Of every taker."""
        limited = [any(self.experts[e].room is not None for e in m) for m in self.members]
        return tuple(
            Load(
                taker=taker.id,
                before=int(self.load[t]),
                planned=int(seats[:, t].sum()),
                most=int(self.load[t] + self.most[t]) if limited[t] else None,
            )
            for t, taker in enumerate(self.takers)
        )


def _takers(problem: Problem) -> list[Team]:
    """The teams, and whoever is in none of them, alone."""
    known = {one.id for one in problem.experts}
    count = Counter(member for team in problem.teams for member in team.members)
    if any(number > 1 for number in count.values()):
        raise ValueError("somebody is in two teams")
    if any(not team.members or not known.issuperset(team.members) for team in problem.teams):
        raise ValueError("a team has no members, or unknown ones")
    alone = [Team(one.id, (one.id,)) for one in problem.experts if one.id not in count]
    return sorted([*problem.teams, *alone], key=lambda one: one.id)
