"""A sitting: its quorum, who votes, what a vote comes to, and the order of its items."""

from itertools import permutations
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms.process import Rules
from service.domain.agenda import absences, ordered, ordered_by_call
from service.domain.sitting import (
    CAPACITIES,
    Figures,
    Member,
    Presence,
    Standing,
    figures,
    for_call,
    presence_faults,
    standing,
)

IDS = [UUID(int=number) for number in range(1, 8)]
A, B, C, D, E, F, G = IDS
CODE = Rules()
PRESENCES: tuple[Presence, ...] = ("", "room", "video", "proxy", "absent")


def body(**there: str) -> list[Member]:
    """A committee of five by their letters, A in the chair: `room`, `video`, or the letter of who holds their proxy."""
    found = []
    for letter, one in zip("ABCDE", IDS, strict=False):
        said = there.get(letter, "")
        capacity = "chair" if letter == "A" else "member"
        holder = IDS["ABCDE".index(said)] if said in tuple("ABCDE") else None
        found.append(Member(one, capacity, "proxy" if holder else said, holder))  # type: ignore[arg-type]
    return found


@pytest.mark.parametrize(
    ("rules", "there", "recused", "second", "expected", "met"),
    [
        (CODE, {"A": "room", "B": "room"}, (), False, Standing(5, 3, {A: A, B: B}), False),
        (CODE, {"A": "room", "B": "video", "C": "room"}, (), False, Standing(5, 3, {A: A, B: B, C: C}), True),
        (CODE, {"A": "room", "B": "room", "C": "B"}, (), False, Standing(5, 3, {A: A, B: B, C: B}), True),
        # Who is out takes their voice along, and the one that they hold.
        (CODE, {"A": "room", "B": "room", "C": "B"}, (B,), False, Standing(5, 3, {A: A}), False),
        (CODE, {"A": "room", "B": "room", "C": "B"}, (C,), False, Standing(5, 3, {A: A, B: B}), False),
        (CODE, {"A": "room"}, (), True, Standing(5, 0, {A: A}), True),
        (CODE, {}, (), True, Standing(5, 0, {}), False),
        (Rules(second_sitting=False), {"A": "room"}, (), True, Standing(5, 3, {A: A}), False),
        (Rules(quorum=1), dict.fromkeys("ABCDE", "room"), (E,), False, Standing(5, 5, {A: A, B: B, C: C, D: D}), False),
    ],
)  # fmt: skip
def test_who_votes_on_an_item(  # noqa: PLR0917  columns of a table
    rules: Rules,
    there: dict[str, str],
    recused: tuple[UUID, ...],
    second: bool,  # noqa: FBT001  a case
    expected: Standing,
    met: bool,  # noqa: FBT001
) -> None:
    others = [Member(F, "secretary", "room"), Member(G, "observer", "room")]
    found = standing(rules, [*body(**there), *others], recused, second=second)
    assert (found, found.met) == (expected, met)


@pytest.mark.parametrize(
    ("rules", "there", "expected"),
    [
        (CODE, {"A": "room", "B": "video", "C": "B", "D": "A"}, []),
        (CODE, {"A": "room", "C": "A", "D": "A"}, [(C, "too_many_proxies"), (D, "too_many_proxies")]),
        (Rules(proxies=2), {"A": "room", "C": "A", "D": "A"}, []),
        (CODE, {"A": "absent", "C": "A"}, [(C, "holder_not_there")]),
        (CODE, {"A": "room", "B": "A", "C": "B"}, [(C, "holder_not_there")]),  # no chain
        (CODE, {"A": "A"}, [(A, "holder_not_there")]),
        (Rules(proxies=0), {"A": "room", "C": "A"}, [(C, "no_proxy")]),
        (Rules(video=False), {"A": "video"}, [(A, "no_video")]),
    ],
)
def test_how_one_may_be_there(rules: Rules, there: dict[str, str], expected: list[tuple[UUID, str]]) -> None:
    assert presence_faults(rules, body(**there)) == expected


MEMBERS = st.lists(
    st.tuples(st.sampled_from(CAPACITIES), st.sampled_from(PRESENCES), st.sampled_from([None, *IDS])),
    min_size=1,
    max_size=7,
).map(lambda many: [Member(one, *said) for one, said in zip(IDS, many, strict=False)])


@given(MEMBERS, st.sets(st.sampled_from(IDS)), st.floats(0.1, 1), st.booleans())
def test_a_vote_belongs_to_one_member_who_is_not_recused(
    members: list[Member],
    recused: set[UUID],
    part: float,
    second: bool,  # noqa: FBT001  drawn
) -> None:
    found = standing(Rules(quorum=part), members, recused, second=second)
    known = {one.id: one for one in members}
    for whose, by in found.voters.items():
        assert not {whose, by} & recused
        assert (known[whose].votes, known[by].votes, known[by].there) == (True, True, True)
        assert whose == by or (known[whose].presence, known[whose].holder) == ("proxy", by)
    assert {one.id for one in members if one.votes and one.there} - recused <= set(found.voters)
    alone = standing(Rules(quorum=part), members, set(IDS), second=second)
    assert (alone.voters, alone.met) == ({}, False)  # whom everybody left


@pytest.mark.parametrize(
    ("kind", "counts", "chair", "expected"),
    [
        ("open", {"for": 3, "against": 2, "abstain": 4}, "against", Figures(3, 2, 4, carried=True)),
        ("open", {"for": 2, "against": 3}, "for", Figures(2, 3, 0, carried=False)),
        ("open", {"for": 2, "against": 2}, "for", Figures(2, 2, 0, carried=True, casting=True)),
        ("sealed", {"for": 2, "against": 2}, "against", Figures(2, 2, 0, carried=False, casting=True)),
        ("open", {"for": 2, "against": 2}, "abstain", Figures(2, 2, 0, carried=False)),
        ("open", {"for": 2, "against": 2}, "", Figures(2, 2, 0, carried=False)),
        ("secret", {"for": 2, "against": 2}, "for", Figures(2, 2, 0, carried=False)),
        ("open", {"abstain": 3}, "abstain", Figures(0, 0, 3, carried=False)),
        ("open", {}, "", Figures(0, 0, 0, carried=False)),
    ],
)
def test_what_a_vote_comes_to(kind: str, counts: dict[str, int], chair: str, expected: Figures) -> None:
    assert figures(CODE, kind, counts, chair) == expected  # type: ignore[arg-type]
    if expected.casting:
        assert figures(Rules(casting_vote=False), kind, counts, chair).carried is False  # type: ignore[arg-type]


SETS = st.frozensets(st.sampled_from(IDS[:4]), max_size=3)


@given(st.lists(SETS, max_size=6))
def test_recused_members_come_and_go_as_little_as_can_be(sets: list[frozenset[UUID]]) -> None:
    ranked = list(range(len(sets)))
    recused = dict(enumerate(sets))
    found = ordered(ranked, recused)
    assert sorted(found) == ranked
    assert absences(found, recused) == min(absences(one, recused) for one in permutations(ranked))
    free = [one for one in ranked if not recused[one]]
    assert list(found[: len(free)]) == free  # with nobody recused, in the order of their ranks
    assert [one for one in found if recused[one] == (recused[found[-1]] if found else None)] == [
        one for one in ranked if recused[one] == (recused[found[-1]] if found else None)
    ]


@given(st.lists(st.tuples(st.sampled_from(IDS[:3]), SETS), max_size=8))
def test_an_agenda_of_several_calls_goes_call_by_call_and_each_as_if_alone(
    lines: list[tuple[UUID, frozenset[UUID]]],
) -> None:
    ranked = list(range(len(lines)))
    calls, recused = {n: call for n, (call, _) in enumerate(lines)}, {n: out for n, (_, out) in enumerate(lines)}
    found = ordered_by_call(ranked, calls, recused)
    order = list(dict.fromkeys(calls.values()))
    assert found == tuple(one for call in order for one in ordered([n for n in ranked if calls[n] == call], recused))
    assert ordered_by_call(ranked, dict.fromkeys(ranked, IDS[0]), recused) == ordered(ranked, recused)


@given(st.lists(st.sets(st.sampled_from(IDS[:3])), max_size=6))
def test_a_call_is_deliberated_on_by_those_who_sit_for_it(parts: list[set[UUID]]) -> None:
    members = [Member(IDS[n % len(IDS)], "member", "room", None, tuple(calls)) for n, calls in enumerate(parts)]
    for call in IDS[:3]:
        seated = for_call(members, call)
        assert set(seated) == {one for one in members if call in one.calls}
        assert set(standing(Rules(), seated, ()).voters) == {one.id for one in seated}


def test_a_sitting_with_many_recusals_is_ordered_too() -> None:
    """More different sets than every order can be looked at for: no worse than one after the other."""
    recused = {number: frozenset(one for bit, one in enumerate(IDS[:5]) if number >> bit & 1) for number in range(32)}
    found = ordered(range(32), recused)
    assert sorted(found) == list(range(32))
    assert absences(found, recused) == 16  # each step lets one come or go: a Gray code
