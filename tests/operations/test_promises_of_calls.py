"""What `alliance doctor` says of calls: each fault is found where the rows have it, none where a call goes its way."""

from datetime import UTC, datetime, timedelta

import pytest

from service.invariants import calls
from service.operations.courses import look_at_call, take_step
from service.store.database import execute
from tests.process.call import Trial
from workflows.messages import LookAtCall, TakeStep

START = datetime(2042, 4, 8, 8, 0, tzinfo=UTC)
CLOSES, DAY = START + timedelta(days=1), timedelta(days=1)
pytestmark = pytest.mark.usefixtures("database")


async def closing(experts: int = 2) -> Trial:
    """A call with a proposal that waits for experts, a day before it closes."""
    trial = await Trial.publish(START, experts=experts)
    await execute("UPDATE role SET granted_at = {} WHERE call = {}", START, trial.call)
    await execute("UPDATE call SET closes_at = {} WHERE id = {}", CLOSES, trial.call)
    await trial.submit(START)
    return trial


async def go_on(trial: Trial, now: datetime) -> None:
    """What its workflow does until then."""
    call = str(trial.call)
    course = await look_at_call(LookAtCall(call, now))
    while course.at is not None and course.at <= now:
        course = await take_step(TakeStep(call, course.step, course.at, now))


async def broken(trial: Trial, now: datetime) -> list[str]:
    """Which promises it breaks."""
    slugs, found = [trial.slug], []
    for name, check in (
        ("stuck", await calls.stuck(now, 20, slugs)),
        ("open", await calls.open_past_closing(now, slugs)),
        ("unplanned", await calls.unplanned(now, slugs)),
    ):
        assert {slug for slug, _ in check} <= {trial.slug}
        found += [name] * len(check)
    return found


async def test_a_call_that_nobody_guides_is_found() -> None:
    trial = await closing()
    assert await broken(trial, START) == []  # a minute has not passed
    assert await broken(trial, CLOSES + DAY) == ["stuck", "open"]
    await go_on(trial, CLOSES + DAY)
    assert await broken(trial, CLOSES + DAY) == []
    # It reads, and does not close: its step was lost.
    await execute("DELETE FROM call_step WHERE call = {} AND kind = 'closed'", trial.call)
    assert await broken(trial, CLOSES + DAY) == ["open"]
    # More time for everybody: it is open again, until it should have closed again.
    await execute("UPDATE call SET closes_at = {} WHERE id = {}", CLOSES + 2 * DAY, trial.call)
    assert await broken(trial, CLOSES + DAY) == []
    assert "open" in await broken(trial, CLOSES + 3 * DAY)


async def test_a_plan_that_was_lost_is_found() -> None:
    trial, empty = await closing(), await closing(experts=0)
    for call in (trial, empty):
        await go_on(call, CLOSES + timedelta(hours=1))
        assert await broken(call, CLOSES + timedelta(hours=1)) == []
    await execute(
        "UPDATE plan SET status = 'failed', created_at = {}, finished_at = {} WHERE call = {}",
        *(START, START, trial.call),
    )
    assert await broken(trial, CLOSES + timedelta(hours=1)) == ["unplanned"]
    # Whoever became an expert afterwards is planned by an officer.
    await execute("UPDATE role SET granted_at = {} WHERE call = {}", CLOSES + DAY, trial.call)
    assert await broken(trial, CLOSES + timedelta(hours=1)) == []
