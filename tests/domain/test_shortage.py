"""What a plan says where somebody is missing: who, why, and the least that would do."""

from uuid import UUID

import msgspec
from hypothesis import given, settings

from service.domain.matching import make_plan
from service.domain.plans import (
    Expert,
    Missing,
    More,
    Pair,
    Plan,
    Problem,
    Relaxation,
)
from tests.domain.problems import expert, problems, proposal, subject
from tests.support.thorough import many


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
