"""Plans of who reviews what: against brute force where that can be, by their invariants elsewhere."""

import itertools
import random
from collections import Counter
from collections.abc import Iterator
from uuid import UUID

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.domain import flow
from service.domain.flow import UNIT, Net
from service.domain.matching import ALTERNATIVES, make_plan
from service.domain.plans import (
    Bid,
    Expert,
    Line,
    Load,
    Missing,
    More,
    Pair,
    Place,
    Plan,
    Problem,
    Reasons,
    RefusedPin,
    Relaxation,
    Subject,
    Team,
    Weights,
    Wish,
)
from tests.support.thorough import many


def proposal(number: int) -> UUID:
    return UUID(int=number)


def expert(number: int) -> UUID:
    return UUID(int=1000 + number)


def seats(plan: Plan) -> set[tuple[UUID, UUID]]:
    return {(line.proposal, line.taker) for line in plan.lines if line.place is Place.SEAT}


# The flow against every way to place


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


# Plans


@st.composite
def problems(draw: st.DrawFn) -> Problem:
    chance = draw(st.randoms(use_true_random=False))
    proposals, experts = chance.randint(1, 7), chance.randint(1, 6)
    words = ["santé", "énergie", "justice", "sol", "forêt"]
    languages = [(), ("fr",), ("en",), ("fr", "en")]

    def told() -> dict[str, object]:
        return {
            "keywords": tuple(chance.sample(words, chance.randint(0, 3))),
            "languages": chance.choice(languages),
            "text": " ".join(chance.choices(words, k=chance.randint(0, 6))),
        }

    def pairs(most: int) -> tuple[Pair, ...]:
        # Some name what is not there: a proposal that was withdrawn, an expert who left.
        some = [(chance.randint(0, proposals), chance.randint(0, experts)) for _ in range(chance.randint(0, most))]
        return tuple(Pair(proposal(p), expert(e)) for p, e in some)

    people = [
        Expert(expert(n), chance.choice([None, 0, 1, 2, 3]), chance.randint(0, 2), **told())  # type: ignore[arg-type]
        for n in range(experts)
    ]
    teams = []
    if chance.random() < 0.3 and experts > 1:
        teams = [Team(UUID(int=5000 + n), tuple(one.id for one in people[n::3])) for n in range(2)]
    placed = {member for one in teams for member in one.members}
    ids = [*(one.id for one in teams), *(one.id for one in people if one.id not in placed)]
    return Problem(
        proposals=tuple(
            Subject(
                proposal(n),
                chance.randint(0, 3),
                held=tuple(chance.sample(ids, chance.randint(0, 1))),
                **told(),  # type: ignore[arg-type]
            )
            for n in range(proposals)
        ),
        experts=tuple(people),
        teams=tuple(teams),
        conflicts=pairs(6),
        bans=pairs(3),
        pins=tuple(Pair(pair.proposal, chance.choice(ids)) for pair in pairs(4)),
        wishes=tuple(Wish(pair.proposal, pair.taker, chance.choice(list(Bid))) for pair in pairs(6)),
        reserves=chance.randint(0, 2),
        weights=Weights(balance=chance.choice([0.0, 1.0])),
    )


@settings(max_examples=many(40), deadline=None)
@given(problems(), st.randoms(use_true_random=False))
def test_a_plan_keeps_every_rule(problem: Problem, order: random.Random) -> None:
    plan = make_plan(problem)
    members = {one.id: (one.id,) for one in problem.experts} | {one.id: one.members for one in problem.teams}
    barred = {(pair.proposal, pair.taker) for pair in problem.conflicts}
    refused = {(pin.proposal, pin.taker): pin.reason for pin in plan.refused}
    found = {place: [line for line in plan.lines if line.place is place] for place in Place}

    for line in plan.lines:
        assert not any((line.proposal, member) in barred for member in members[line.taker])
        assert Pair(line.proposal, line.taker) not in problem.bans
        assert line.taker not in next(one.held for one in problem.proposals if one.id == line.proposal)
    assert len({(line.proposal, line.taker) for line in plan.lines}) == len(plan.lines)
    for pin in problem.pins:
        assert ((pin.proposal, pin.taker) in seats(plan)) != ((pin.proposal, pin.taker) in refused)

    missing = {one.proposal: one.missing for one in plan.missing}
    given = Counter(line.proposal for line in found[Place.SEAT])
    assert {one.id: given[one.id] + missing.get(one.id, 0) for one in problem.proposals} == {
        one.id: one.wanted for one in problem.proposals
    }
    for load in plan.loads:
        assert load.planned == sum(line.taker == load.taker for line in found[Place.SEAT])
        assert load.most is None or load.planned <= max(0, load.most - load.before)
    for number in Counter(line.proposal for line in found[Place.RESERVE]).values():
        assert number <= problem.reserves

    explained(plan)
    mixed = msgspec.structs.replace(
        problem,
        **{
            name: tuple(order.sample(part, len(part)))
            for name in ("proposals", "experts", "teams", "conflicts", "bans", "pins", "wishes")
            for part in [getattr(problem, name)]
        },
    )
    assert make_plan(mixed) == plan


def explained(plan: Plan) -> None:
    """What is missing is told by bottlenecks, and what would be enough is no more than what is missing."""
    missing = {one.proposal: one.missing for one in plan.missing}
    blocked = [one for bottleneck in plan.bottlenecks for one in bottleneck.proposals]
    assert set(missing) <= set(blocked)
    assert len(blocked) == len(set(blocked))
    for one in plan.bottlenecks:
        assert one.wanted - one.room == sum(missing.get(each, 0) for each in one.proposals) > 0
    enough = sum(more.number for more in (*plan.relaxation.places, *plan.relaxation.recruits))
    assert enough == sum(missing.values())


@settings(max_examples=many(25), deadline=None)
@given(problems())
def test_what_would_be_enough_is_enough_and_nothing_less(problem: Problem) -> None:
    """With the places that the plan asks for nothing is missing but recruits; with one less something else is."""
    problem = msgspec.structs.replace(problem, teams=(), pins=())
    relaxed = make_plan(problem).relaxation
    recruits = sum(more.number for more in relaxed.recruits)

    def missing(places: dict[UUID, int]) -> int:
        experts = tuple(
            one if one.room is None else msgspec.structs.replace(one, room=one.room + places.get(one.id, 0))
            for one in problem.experts
        )
        return sum(one.missing for one in make_plan(msgspec.structs.replace(problem, experts=experts)).missing)

    places = {more.id: more.number for more in relaxed.places}
    assert missing(places) == recruits
    for one, number in places.items():
        assert missing({**places, one: number - 1}) == recruits + 1


# One case of each kind, by hand


def subject(number: int, wanted: int = 1, **told: object) -> Subject:
    return Subject(proposal(number), wanted, **told)  # type: ignore[arg-type]


def test_a_plan_says_who_why_and_who_else() -> None:
    plan = make_plan(
        Problem(
            proposals=(
                subject(
                    1,
                    keywords=("Santé publique", "Imagerie"),
                    languages=("en",),
                    text="Lire les images médicales : un réseau de neurones trie les radiographies des hôpitaux.",
                ),
            ),
            experts=(
                Expert(expert(1), keywords=("sante  publique",), languages=("en", "fr"), text="Radiographie médicale."),
                Expert(expert(2), keywords=("Forêt",), languages=("fr",), text="Bois et forêts."),
                Expert(expert(3), room=0, keywords=("IMAGERIE",), text="Le traitement des images."),
                Expert(expert(4)),
            ),
            conflicts=(Pair(proposal(1), expert(4)),),
            wishes=(Wish(proposal(1), expert(2), Bid.NOT_FOR_ME),),
            reserves=1,
        )
    )
    first, second, third = plan.lines
    assert [first.affinity, second.affinity, third.affinity] == sorted(
        [first.affinity, second.affinity, third.affinity], reverse=True
    )
    assert (first.taker, first.place, first.rank) == (expert(1), Place.SEAT, 1)
    assert first.reasons.keywords == ("Santé publique",)
    assert set(first.reasons.terms) == {"radiographies", "médicales"}
    assert (second.taker, second.place, second.full) == (expert(3), Place.RESERVE, False)
    assert third == Line(
        proposal(1),
        expert(2),
        Place.ALTERNATIVE,
        1,
        affinity=-1.5,
        reasons=Reasons(bid="not_for_me", language=False),
    )
    assert plan.loads == (
        Load(expert(1), 0, 1, None),
        Load(expert(2), 0, 0, None),
        Load(expert(3), 0, 0, 0),
        Load(expert(4), 0, 0, None),
    )
    assert plan.total == first.affinity


@pytest.mark.parametrize(
    ("bid", "affinity"), [(None, 0.5), (Bid.WANT, 0.75), (Bid.NOT_FOR_ME, -0.5)], ids=["neutral", "want", "not for me"]
)
def test_a_bid_moves_an_affinity_and_does_not_make_it(bid: Bid | None, affinity: float) -> None:
    wishes = (Wish(proposal(1), expert(1), bid),) if bid else ()
    four, one = ("a", "b", "c", "d"), ("a",)
    plan = make_plan(Problem((subject(1, keywords=four),), (Expert(expert(1), keywords=one),), wishes=wishes))
    assert plan.total == affinity


def test_a_team_takes_a_proposal_together_and_a_conflict_of_one_is_one_of_all() -> None:
    teams = (Team(UUID(int=1), (expert(1), expert(2))), Team(UUID(int=2), (expert(3), expert(4))))
    plan = make_plan(
        Problem(
            proposals=(subject(1, keywords=("sol",)), subject(2, keywords=("sol",))),
            experts=(
                Expert(expert(1), room=5, keywords=("sol",)),
                Expert(expert(2), room=1),
                Expert(expert(3)),
                Expert(expert(4)),
                Expert(expert(5), room=0),
            ),
            teams=teams,
            conflicts=(Pair(proposal(1), expert(2)),),
            weights=Weights(balance=0),
        )
    )
    assert seats(plan) == {(proposal(1), UUID(int=2)), (proposal(2), UUID(int=1))}
    assert [line.affinity for line in plan.lines if line.place is Place.SEAT] == [0.0, 0.5]
    assert plan.loads == (
        Load(UUID(int=1), 0, 1, 1),
        Load(UUID(int=2), 0, 1, None),
        Load(expert(5), 0, 0, 0),  # in no team, so alone
    )


def test_the_impossible_is_explained() -> None:
    """Three proposals for two each; one expert is full, one may take none of the first; nobody else is there."""
    plan = make_plan(
        Problem(
            proposals=tuple(subject(n, 2) for n in (1, 2, 3)),
            experts=(Expert(expert(1), room=2), Expert(expert(2), room=1), Expert(expert(3))),
            conflicts=(Pair(proposal(1), expert(3)), Pair(proposal(1), expert(2))),
        )
    )
    assert sum(one.missing for one in plan.missing) == 1
    assert plan.missing == (Missing(proposal(1), 1, placed=1, conflicts=2, banned=0, full=0),)
    assert plan.relaxation == Relaxation(recruits=(More(proposal(1), 1),))
    (bottleneck,) = plan.bottlenecks
    assert (bottleneck.proposals, bottleneck.takers, bottleneck.wanted, bottleneck.room) == ((proposal(1),), (), 1, 0)


def test_limits_that_bind_are_named_with_the_least_that_would_do() -> None:
    plan = make_plan(
        Problem(
            proposals=tuple(subject(n, 2) for n in (1, 2, 3)),
            experts=(Expert(expert(1), room=2), Expert(expert(2), room=2)),
        )
    )
    (bottleneck,) = plan.bottlenecks
    assert (bottleneck.proposals, bottleneck.takers) == (
        (proposal(1), proposal(2), proposal(3)),
        (expert(1), expert(2)),
    )
    assert (bottleneck.wanted, bottleneck.room) == (6, 4)
    assert plan.relaxation == Relaxation(places=(More(expert(1), 1), More(expert(2), 1)))
    assert all(one.missing <= 1 for one in plan.missing)


def test_a_pin_is_kept_or_told_why_not() -> None:
    p = proposal(1)
    pins = (*(Pair(p, expert(n)) for n in (1, 2, 3, 4, 5, 9)), Pair(proposal(9), expert(1)))
    plan = make_plan(
        Problem(
            proposals=(subject(1, 1, held=(expert(3),)),),
            experts=(*(Expert(expert(n)) for n in (1, 2, 3, 5)), Expert(expert(4), room=0)),
            conflicts=(Pair(p, expert(1)),),
            bans=(Pair(p, expert(2)),),
            pins=pins,
        )
    )
    assert seats(plan) == {(p, expert(5))}
    assert plan.refused == (
        RefusedPin(p, expert(1), "conflict"),
        RefusedPin(p, expert(2), "banned"),
        RefusedPin(p, expert(3), "held"),
        RefusedPin(p, expert(4), "full"),
        RefusedPin(p, expert(9), "unknown"),
        RefusedPin(proposal(9), expert(1), "unknown"),
    )
    assert plan.lines[0].pinned


@pytest.mark.parametrize("teams", [((1, 2), (2,)), ((),), ((1, 7),)])
def test_teams_that_are_none_are_refused(teams: tuple[tuple[int, ...], ...]) -> None:
    made = tuple(Team(UUID(int=n), tuple(expert(m) for m in each)) for n, each in enumerate(teams))
    with pytest.raises(ValueError, match="team"):
        make_plan(Problem((subject(1),), tuple(Expert(expert(n)) for n in (1, 2)), made))


def test_nothing_to_place_is_a_plan_too() -> None:
    assert make_plan(Problem((), ())) == Plan(loads=(), lines=())
    assert make_plan(Problem((), (Expert(expert(1)),))).loads == (Load(expert(1), 0, 0, None),)
    assert make_plan(Problem((subject(1, 2),), ())).relaxation.recruits == (More(proposal(1), 2),)


def test_alternatives_are_the_best_of_those_left_with_room_before_full_ones() -> None:
    words = tuple("abcdefgh")
    plan = make_plan(
        Problem(
            (subject(1, 1, keywords=words),),
            (
                Expert(expert(0), room=0, keywords=words),
                *(Expert(expert(n), keywords=words[:n]) for n in range(1, 8)),
            ),
        )
    )
    others = [line for line in plan.lines if line.place is Place.ALTERNATIVE]
    assert [line.taker for line in others] == [expert(n) for n in (6, 5, 4, 3, 2)][:ALTERNATIVES]
    assert not any(line.full for line in others)
