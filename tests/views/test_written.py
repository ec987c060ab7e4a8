"""A call's reviews as a table takes them: whichever parts are asked for, they are those of the whole reading."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service import clock
from service.demo.advancing import advance
from service.operations.eligibility import Verdict
from service.operations.reviews import ReviewContent
from service.views.written import PARTS, joined, last_of, reviews_written
from tests.process.call import Trial

SAID = {"": "L’ensemble, « tout bien pesé ».\nSur deux lignes.", "impact": "Sur ce critère."}


async def _read(trial: Trial, parts: Sequence[str] = PARTS) -> list[Mapping[str, Sequence[Any]]]:
    return [batch async for batch in reviews_written(trial.officer, trial.slug, parts)]


FEW = st.integers(0, 4).map(lambda number: UUID(int=number))


@given(st.lists(st.tuples(FEW, st.integers(1, 3)), unique=True))
def test_the_last_revision_of_each_review_counts(revisions: list[tuple[UUID, int]]) -> None:
    found = last_of([review for review, _ in revisions], [number for _, number in revisions])
    greatest = {review: max(n for one, n in revisions if one == review) for review, _ in revisions}
    assert {review: revisions[place][1] for review, place in found.items()} == greatest
    assert all(revisions[place][0] == review for review, place in found.items())


@given(st.lists(st.tuples(FEW, st.integers(1, 2), FEW, st.sampled_from("ABC")), min_size=1))
def test_a_joint_review_is_one_line_with_the_names_of_all(seats: list[tuple[UUID, int, UUID, str]]) -> None:
    lines = list(zip(*joined(list(zip(*seats, strict=True))), strict=True))
    keys = [line[:3] for line in lines]
    assert keys == list(dict.fromkeys(seat[:3] for seat in seats))
    assert [line[3] for line in lines] == [", ".join(s[3] for s in seats if s[:3] == key) for key in keys]


@pytest.mark.usefixtures("database")
async def test_any_parts_are_those_of_the_whole_reading() -> None:
    now = clock.now() - timedelta(days=3)
    trial = await Trial.publish(now)
    first, second, *_ = trial.experts
    assert await _read(trial) == []
    proposal = await trial.submit(now)
    await trial.submit(now)  # without a review
    await trial.propose(proposal, [first, second], now)
    await trial.check(proposal, Verdict.ELIGIBLE, now)
    await advance(proposal, now)
    for expert, content in ((first, ReviewContent({"impact": 0}, SAID)), (second, ReviewContent({"impact": 5}, {}))):
        await trial.accept(proposal, expert, now)
        await trial.review(proposal, expert, now, content)
    [whole] = await _read(trial)
    assert {len(column) for column in whole.values()} == {2}
    assert [one["impact"] for one in whole["scores"]] == [0, 5]
    assert list(whole["comments"]) == [SAID, {}]
    assert list(whole["comment"]) == [SAID[""], ""]
    assert list(whole["experts"]) == [first.name, second.name]
    for asked in (*([part] for part in PARTS), PARTS[::3], PARTS[1::2]):
        [told] = await _read(trial, asked)
        assert {part: list(told[part]) for part in asked} == {part: list(whole[part]) for part in asked}
