"""Plans of who reviews what: their invariants on any problem, and one case of each kind by hand."""

import random
from collections import Counter
from uuid import UUID

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.domain.matching import ALTERNATIVES, make_plan
from service.domain.plans import (
    Bid,
    Expert,
    Line,
    Load,
    More,
    Pair,
    Place,
    Plan,
    Problem,
    Reasons,
    RefusedPin,
    Team,
    Weights,
    Wish,
)
from tests.domain.problems import expert, problems, proposal, seats, subject
from tests.domain.test_shortage import explained
from tests.support.thorough import many


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
