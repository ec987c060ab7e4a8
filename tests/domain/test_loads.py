"""When an expert can be asked for one more."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.domain.loads import Load, all_free
from tests.support.thorough import many

LIMITS = st.none() | st.integers(0, 5)
LOADS = st.builds(Load, st.integers(0, 6), st.integers(0, 6), LIMITS, LIMITS, st.booleans())


@pytest.mark.parametrize(
    ("load", "room", "hindrance", "over"),
    [
        (Load(), None, None, False),
        (Load(7, 7), None, None, False),
        (Load(2, 5, most=3), 1, None, False),
        (Load(3, 3, most=3), 0, "at_once", False),
        (Load(1, 5, most_in_call=5), 0, "in_call", False),
        (Load(3, 5, most=3, most_in_call=5), 0, "at_once", False),
        (Load(0, 6, most=9, most_in_call=5), 0, "in_call", True),
        (Load(0, 0, most=0), 0, "at_once", False),
        (Load(absent=True), None, "absent", False),
    ],
)
def test_what_a_load_leaves(load: Load, room: int | None, hindrance: str | None, over: bool) -> None:  # noqa: FBT001
    assert (load.room, load.hindrance, load.over) == (room, hindrance, over)


@settings(max_examples=many(100))
@given(LOADS)
def test_whoever_has_room_and_is_there_is_asked(load: Load) -> None:
    assert (load.hindrance is None) == (load.room != 0 and not load.absent)
    assert all_free([load, Load()]) == (load.hindrance is None)
    if load.over:
        assert load.room == 0
