"""The incubator in a year: each figure on a case that one can count by hand, at its end and while it lasts."""

from datetime import UTC, date, datetime, timedelta

import pytest

from reports.figures import AnnualFigures, CallYear, PilotEnds
from service import clock
from service.domain.actor import Actor, Role
from service.operations import corrections, pilots
from service.operations.corrections import CorrectionContent
from service.operations.pilots import PilotEnd, PilotReviewContent
from service.problems import Invalid, NotFound, SignInNeeded
from service.store.database import value
from service.views.annual import annual, reported, years
from tests.operations.course import Course, checked
from tests.process.call import Trial
from tests.support.people import person


async def a_call(begun: datetime) -> tuple[Trial, Course]:
    """A pilot, and another proposal that experts have."""
    trial = await Trial.publish(begun)
    pilot, other = Course(), Course()
    for course in (pilot, other):
        course.trial, course.now, course.id = trial, begun, await trial.submit(begun)
    await pilot.to("pilot")
    await checked(other)
    return trial, pilot


def said(found: AnnualFigures) -> tuple[object, ...]:
    pipe, phases = [(one.code, one.count) for one in found.pipe], [(one.code, one.count) for one in found.pilots]
    return found.calls[0].submitted, found.calls[0].retained, found.begun, found.reviews, pipe, phases, found.ends


async def test_a_year_is_told_as_it_ended_and_the_present_one_as_it_is(database: None) -> None:
    present = clock.now().year
    trial, pilot = await a_call(datetime(present - 2, 6, 3, 8, tzinfo=UTC))
    pilot.now = datetime(present - 1, 5, 4, 8, tzinfo=UTC)
    for phase in ("investigation", "construction"):
        reasons = "Motifs de la revue."
        held = PilotReviewContent(phase, "go" if phase == "investigation" else "stop", reasons, None)
        await pilots.hold_review(trial.officer, pilot.id, held, now=pilot.later())
    await pilots.end_pilot(trial.officer, pilot.id, PilotEnd("completed", "Leçons."), now=pilot.later())
    await pilot.close()
    first = await annual(trial.officer, present - 2)
    assert first.calls == (CallYear(trial.slug, first.calls[0].title, 2, 1, 1, 1),)
    assert said(first) == (2, 1, 1, 2, [("review", 1)], [("investigation", 1)], ())
    assert (first.over, first.expertise, [one.month for one in first.months if one.submitted]) == (True, 1, [6])
    second = await annual(trial.officer, present - 1)
    assert said(second) == (0, 0, 0, 0, [("review", 1)], [], (PilotEnds("Achevé", 1),))
    assert second.foresight is not None
    assert (second.foresight.n, second.foresight.handed_over) == (1, 0)
    now = await annual(trial.officer)
    assert (now.year, now.over, said(now)) == (present, False, (0, 0, 0, 0, [("review", 1)], [], ()))
    mine, _ = await reported(trial.officer)
    assert await years(mine) == [present, present - 1, present - 2]
    # The committee reads the same, but what experts had foreseen.
    assert (await annual(trial.chair, present - 1)).foresight is None


async def test_a_correction_is_of_its_own_year(database: None) -> None:
    """What a past year retained is what was in force when it ended."""
    present = clock.now().year
    trial, course = await a_call(datetime(present - 2, 6, 3, 8, tzinfo=UTC))
    before = await annual(trial.officer, present - 2)
    course.now = datetime(present - 1, 2, 3, 8, tzinfo=UTC)
    cited = await value("SELECT id FROM decision WHERE proposal = {}", course.id)
    heard = date(present - 1, 1, 5)
    why = CorrectionContent(cited, "fraud", "Un faux.", "declined", "Un faux.", "Présidente", heard_on=heard)
    await corrections.take_correction(trial.chair, course.id, why, 0, now=course.later())
    await trial.publish_decisions(course.later())
    after = await annual(trial.officer, present - 2)
    assert (after.calls, after.months) == (before.calls, before.months)
    assert [(one.decided, one.retained) for one in before.calls] == [(1, 1)]
    for year in (present - 1, present):
        assert [(one.decided, one.retained) for one in (await annual(trial.officer, year)).calls] == [(0, 0)]


async def test_of_calls_whose_reports_one_may_not_read_nothing_is_told(database: None) -> None:
    other = await Trial.publish(clock.now() - timedelta(days=30))
    mine = await Trial.publish(clock.now() - timedelta(days=30))
    assert [one.call for one in (await annual(mine.officer)).calls] == [mine.slug]
    every = {one.call for one in (await annual(await person((Role.AUDITOR, None)))).calls}
    assert {other.slug, mine.slug} <= every
    for stranger in (await person(), mine.applicant, mine.experts[0], await person((Role.ADMIN, None))):
        with pytest.raises(NotFound):
            await annual(stranger)
    with pytest.raises(SignInNeeded):
        await annual(Actor())
    for wanted in (1999, clock.now().year + 2):
        with pytest.raises(Invalid):
            await annual(mine.officer, wanted)
