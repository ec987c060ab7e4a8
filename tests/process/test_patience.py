"""Trying many things: none that fails keeps another waiting."""

from functools import partial

import pytest
from structlog.testing import capture_logs

from service.patience import AT_ONCE, Patience, all_of, one_by_one


def test_patience() -> None:
    patience: Patience[str] = Patience(2.0, 8.0)
    assert patience.due(["a", "b"], 0.0) == ["a", "b"]
    assert patience.due(["a", "b", "c"], 1.0) == ["c"]
    assert patience.due(["a"], 2.0) == ["a"]  # then after 4, after 8, and never more rarely
    assert patience.due(["a"], 5.9) == []
    assert patience.due(["a"], 6.0) == ["a"]
    assert patience.due(["a"], 14.0) == ["a"]
    assert patience.due(["a"], 21.9) == []
    assert patience.due(["a"], 22.0) == ["a"]
    patience.forget()
    assert patience.due(["a"], 22.1) == ["a"]


def test_what_was_never_tried_goes_before_what_nothing_came_of() -> None:
    patience: Patience[int] = Patience(2.0)
    assert patience.due(range(5000), 0.0) == list(range(200))
    assert patience.due(range(5000), 3.0) == list(range(200, 400))


async def test_a_fault_in_one_act_keeps_no_other_waiting() -> None:
    done = []

    async def act(number: int) -> None:
        if number == 0:
            raise KeyError(number)
        done.append(number)

    with capture_logs() as said:
        await all_of(act(number) for number in range(2 * AT_ONCE))
    assert done == list(range(1, 2 * AT_ONCE))
    assert [(line["event"], line["error"]) for line in said] == [("workflow_not_told", "KeyError")]


async def test_an_object_store_that_is_away_does_not_keep_drafts_from_being_erased() -> None:
    """Of what is tidied up, each is tried; what failed first is told."""
    done: list[int] = []

    async def tidy(number: int) -> None:
        if number % 2:
            raise OSError(number)
        done.append(number)

    with pytest.raises(OSError, match="1"):
        await one_by_one(*(partial(tidy, number) for number in range(5)))
    assert done == [0, 2, 4]
