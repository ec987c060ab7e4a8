"""A call's reviews as a table takes them: whichever parts are asked for, they are those of the whole reading."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

import pytest

from service import clock
from service.demo.advancing import advance
from service.operations.eligibility import Verdict
from service.operations.reviews import ReviewContent
from service.views.written import PARTS, reviews_written
from tests.process.call import Trial

pytestmark = pytest.mark.usefixtures("database")

SAID = {"": "L’ensemble, « tout bien pesé ».\nSur deux lignes.", "impact": "Sur ce critère."}


async def _read(trial: Trial, parts: Sequence[str] = PARTS) -> list[Mapping[str, Sequence[Any]]]:
    return [batch async for batch in reviews_written(trial.officer, trial.slug, parts)]


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
