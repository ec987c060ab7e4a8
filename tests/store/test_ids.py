"""Identifiers sort by birth, and are version 7 by the standard's layout."""

from datetime import UTC, datetime, timedelta
from uuid import RFC_4122

from hypothesis import given
from hypothesis import strategies as st

from service.store.ids import uuid7

_SECONDS = st.integers(min_value=0, max_value=4_000_000_000).map(lambda seconds: datetime.fromtimestamp(seconds, UTC))


@given(_SECONDS)
def test_the_layout_is_the_standard_s(at: datetime) -> None:
    made = uuid7(at)
    assert (made.version, made.variant) == (7, RFC_4122)
    assert made.int >> 80 == (at - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(milliseconds=1)


@given(_SECONDS)
def test_those_of_one_instant_sort_by_birth_before_any_of_a_later_one(at: datetime) -> None:
    born = [uuid7(at) for _ in range(50)]
    assert born == sorted(set(born))
    assert born[-1] < uuid7(at + timedelta(milliseconds=1))
