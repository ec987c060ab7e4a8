"""What if: over what the reader may see, nothing saved, the grid's own rule where nothing is tried."""

import pytest

from service.problems import NotFound
from service.store.database import value
from service.views.ranking import ranking
from service.views.whatif import Trial as Tried
from service.views.whatif import TriedLine, whatif
from tests.support.people import person
from tests.views.test_ranking import a_call

pytestmark = pytest.mark.usefixtures("database")


def said(lines: tuple[TriedLine, ...]) -> list[tuple[float | None, int | None, bool, bool]]:
    return [(one.total, one.rank, one.before, one.now) for one in lines]


async def test_a_try_is_counted_over_the_ranking_and_changes_nothing() -> None:
    trial, ids = await a_call()
    before = await value("SELECT sum(last_seq) FROM proposal WHERE call = {}", trial.call)
    found = await whatif(trial.officer, trial.slug, Tried(places=2))
    assert [one.id for one in found.lines] == [line.id for line in (await ranking(trial.officer, trial.slug)).lines]
    assert {one.id for one in found.lines} == set(ids)
    assert said(found.lines) == [(5.0, 1, True, True), (2.5, 2, True, True), (2.5, 2, False, False)]
    assert (found.taken, found.entering, found.leaving, found.proposals) == (2, (), (), 3)
    stricter = await whatif(trial.officer, trial.slug, Tried(places=2, thresholds={"impact": 3.0}))
    assert said(stricter.lines) == [(5.0, 1, True, True), (2.5, 2, True, False), (2.5, 2, False, False)]
    assert [one.id for one in stricter.leaving] == [found.lines[1].id]
    assert stricter.lines[0].firm == 1.0
    assert 0 < stricter.lines[1].firm < 1
    second = await whatif(trial.officer, trial.slug, Tried(places=2), after=1, limit=1)
    assert ([one.id for one in second.lines], second.next) == ([found.lines[1].id], 2)
    assert await value("SELECT sum(last_seq) FROM proposal WHERE call = {}", trial.call) == before


async def test_of_what_one_may_not_see_nothing_is_counted() -> None:
    trial, _ = await a_call()
    with pytest.raises(NotFound):
        await whatif(trial.officer, trial.slug, Tried(), 2)
    for stranger in (await person(), trial.experts[1], trial.applicant):
        with pytest.raises(NotFound):
            await whatif(stranger, trial.slug, Tried())
    # Before the committee's stage its members read no reviews yet.
    assert (await whatif(trial.chair, trial.slug, Tried())).proposals == 0
