"""Two sides that change a block at once: other rows merge, the same row is nobody's guess."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms.merging import digests, merged

Rows = list[tuple[str, str]]


def value(rows: Rows) -> dict[str, Any]:
    return {"rows": [{"@id": identity, "name": name} for identity, name in rows]}


def rows(content: dict[str, Any] | None) -> Rows | None:
    return None if content is None else [(row["@id"], row["name"]) for row in content["rows"]]


BASE = [("a", "1"), ("b", "2"), ("c", "3")]
CASES: list[tuple[str, Rows, Rows, Rows | None]] = [
    ("nothing", BASE, BASE, BASE),
    ("other rows", [("a", "x"), *BASE[1:]], [*BASE[:2], ("c", "y")], [("a", "x"), ("b", "2"), ("c", "y")]),
    ("the same row", [("a", "x"), *BASE[1:]], [("a", "y"), *BASE[1:]], None),
    ("the same row alike", [("a", "x"), *BASE[1:]], [("a", "x"), *BASE[1:]], [("a", "x"), *BASE[1:]]),
    ("both add", [*BASE, ("d", "4")], [*BASE, ("e", "5")], [*BASE, ("e", "5"), ("d", "4")]),
    ("one removes, one changes another", BASE[1:], [*BASE[:2], ("c", "y")], [("b", "2"), ("c", "y")]),
    ("one removes what the other changes", BASE[1:], [("a", "x"), *BASE[1:]], None),
    ("one changes what the other removes", [("a", "x"), *BASE[1:]], BASE[1:], None),
    ("one moves, one changes", BASE[::-1], [("a", "x"), *BASE[1:]], [("c", "3"), ("b", "2"), ("a", "x")]),
    ("one adds first, one moves", [("d", "4"), *BASE], BASE[::-1], [("d", "4"), *BASE[::-1]]),
    ("one empties", [], [*BASE, ("d", "4")], [("d", "4")]),
]


@pytest.mark.parametrize(("stored", "sent", "expected"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_cases(stored: Rows, sent: Rows, expected: Rows | None) -> None:
    assert rows(merged(value(stored), value(sent), digests(value(BASE)))) == expected


def test_rows_without_identity_are_not_merged() -> None:
    assert merged({"rows": [{"name": "x"}]}, value(BASE), {}) is None
    assert merged(None, value(BASE), {}) == value(BASE)


@st.composite
def edited(draw: st.DrawFn, own: str) -> Callable[[Rows], Rows]:
    """What one side does: to some rows of its own half, and rows that it adds."""
    chosen = draw(st.dictionaries(st.sampled_from("abcdef"), st.sampled_from(["x", "y", None]), max_size=4))
    added = draw(st.integers(0, 2))

    def apply(before: Rows) -> Rows:
        kept = [(one, chosen.get(one, name)) for one, name in before]
        return [(one, name) for one, name in kept if name is not None] + [(f"{own}{n}", own) for n in range(added)]

    return apply


@given(edited("p"), edited("q"))
def test_what_each_did_alone_is_there_and_the_order_of_sending_does_not_matter(
    one: Callable[[Rows], Rows], other: Callable[[Rows], Rows]
) -> None:
    """Whoever sends first, the same rows come out, or neither way can be settled. Sending again changes nothing."""
    base = [(name, name) for name in "abcdef"]
    mine, theirs, known = one(base), other(base), digests(value(base))
    found = [merged(value(theirs), value(mine), known), merged(value(mine), value(theirs), known)]
    if found[0] is None or found[1] is None:
        assert found == [None, None]
        return
    assert sorted(rows(found[0]) or ()) == sorted(rows(found[1]) or ())
    before, changed = dict(base), {**dict(mine)}
    for name, said in rows(found[0]) or ():
        assert said in (changed.get(name), dict(theirs).get(name))
    for name, said in mine:
        if said != before.get(name):
            assert (name, said) in (rows(found[0]) or ())
    assert merged(found[0], value(mine), known) == found[0]
