"""A call's reviews as a table takes them: the brief reading is the whole one without what it leaves out."""

from datetime import timedelta

import msgspec
import pytest

from service import clock
from service.demo.advancing import advance
from service.operations.eligibility import Verdict
from service.operations.reviews import ReviewContent
from service.views.written import Content, WrittenReview, reviews_written
from tests.process.call import Trial

pytestmark = pytest.mark.usefixtures("database")

SAID = {"": "L’ensemble, « tout bien pesé ».\nSur deux lignes.", "impact": "Sur ce critère."}


async def _read(trial: Trial, *, whole: bool) -> list[WrittenReview]:
    return [one async for batch in reviews_written(trial.officer, trial.slug, whole=whole) for one in batch]


async def test_the_brief_reading_is_the_whole_one_without_the_comments_on_criteria() -> None:
    now = clock.now() - timedelta(days=3)
    trial = await Trial.publish(now)
    first, second, *_ = trial.experts
    proposal = await trial.submit(now)
    await trial.propose(proposal, [first, second], now)
    await trial.check(proposal, Verdict.ELIGIBLE, now)
    await advance(proposal, now)
    for expert, content in ((first, ReviewContent({"impact": 0}, SAID)), (second, ReviewContent({"impact": 5}, {}))):
        await trial.accept(proposal, expert, now)
        await trial.review(proposal, expert, now, content)
    whole = await _read(trial, whole=True)
    assert [(one.content.scores["impact"], dict(one.content.comments)) for one in whole] == [(0, SAID), (5, {})]
    brief = [
        msgspec.structs.replace(
            one,
            content=Content(
                *(one.content.scores, {"": one.content.comments.get("", "")}, {}),
                *(one.content.confidence, one.content.recommendation),
            ),
        )
        for one in whole
    ]
    assert await _read(trial, whole=False) == brief
