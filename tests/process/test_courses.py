"""A call from its opening to its end, in seconds: it opens, reminds, closes, is given more time, and closes again."""

from datetime import datetime, timedelta

from forms.clocks import PARIS
from service import clock
from service.operations import extending, steering
from service.operations.courses import look_at_call, take_step
from service.operations.eligibility import Verdict
from service.operations.extending import Extend
from service.operations.steering import Skip
from service.settings import Settings
from service.starting import poke_call
from service.store.database import execute, rows, value
from service.views.sittings import sittings
from tests.process.ahead import Ahead
from tests.process.call import Trial
from tests.process.real import client_of, until, workers
from tests.process.scenarios import a_call
from workflows.messages import Course, LookAtCall, TakeStep


async def told(trial: Trial) -> list[tuple[str, str]]:
    """The steps of a call, when they were taken, and the mornings on which something was told."""
    found = await rows(
        "SELECT at, kind FROM entry WHERE stream = {} AND kind <> 'edition_published'"
        " UNION ALL SELECT created_at, template FROM outbox WHERE template IN ('officer_morning', 'draft_reminded',"
        " 'officer_closed') AND data ->> 'call' = {} ORDER BY 1, 2",
        *(f"call:{trial.call}", trial.slug),
    )
    return [(f"{line['at'].astimezone(PARIS):%m-%d %H:%M}", line["kind"]) for line in found]


async def test_a_call_goes_its_way_by_itself(ahead: Ahead) -> None:
    trial = await a_call(ahead)
    assert await told(trial) == [
        ("04-09 10:00", "call_opened"),
        ("04-15 08:00", "officer_morning"),
        ("04-16 08:00", "officer_morning"),
        ("04-17 08:00", "officer_morning"),
        ("04-23 12:00", "draft_reminded"),
        ("04-23 12:00", "drafts_reminded"),
        ("04-29 12:00", "draft_reminded"),
        ("04-29 12:00", "drafts_reminded"),
        ("04-30 12:00", "call_closed"),
        ("04-30 12:00", "officer_closed"),
        ("05-02 09:00", "deadline_extended"),
        ("05-04 12:00", "draft_reminded"),
        ("05-04 12:00", "drafts_reminded"),
        ("05-05 12:00", "call_closed"),
        ("05-05 12:00", "officer_closed"),
    ]
    assert await value("SELECT next_at FROM call WHERE id = {}", trial.call) is None


async def test_a_call_prepares_a_sitting_once_something_has_waited_overnight(
    settings: Settings, database: None
) -> None:
    """Its committee sits on no fixed day: its workflow opens one, at the notice of the rules, and tells the officer."""
    before = clock.now() - timedelta(days=10)
    trial = await Trial.publish(before, experts=0)
    proposal = await trial.submit(before)
    for stage, outcome in (("eligibility", "eligible"), ("review", "partial"), ("synthesis", "submitted")):
        await steering.skip_stage(trial.officer, proposal, Skip(stage, outcome, "Urgence."), now=before)

    async def prepared() -> bool:
        return bool(await value("SELECT count(*) FROM sitting WHERE call = {}", trial.call))

    async with workers(settings):
        client = await client_of(settings)
        await poke_call(client, settings.task_queue, trial.call)
        await until(prepared)
    [sitting] = (await sittings(trial.officer, trial.slug)).items
    assert (sitting.state, sitting.starts_at > clock.now() + timedelta(days=1)) == ("prepared", True)
    told = await rows(
        "SELECT account FROM outbox WHERE template = 'officer_sitting' AND data ->> 'call' = {}", trial.slug
    )
    assert [line["account"] for line in told] == [trial.officer.account]


async def test_a_step_is_taken_once_and_only_when_it_is_due(database: None) -> None:
    now = datetime(2042, 4, 9, 13, tzinfo=PARIS)
    trial = await Trial.publish(now)
    call = str(trial.call)
    course = await look_at_call(LookAtCall(call, now))
    assert course.step == "opened"
    take = TakeStep(call, course.step, course.at, now)
    following = await take_step(take)
    assert following.step != "opened"
    assert await take_step(take) == following
    assert await take_step(TakeStep(call, following.step, following.at, now)) == following  # not due yet
    entries = await rows("SELECT kind FROM entry WHERE stream = {} AND kind = 'call_opened'", f"call:{call}")
    assert len(entries) == 1
    nobody = "00000000-0000-0000-0000-000000000000"
    assert await look_at_call(LookAtCall(nobody, now)) == Course("")
    assert await take_step(TakeStep(nobody, "opened", now, now)) == Course("")


async def test_an_applicant_is_reminded_once_of_what_they_owe(database: None) -> None:
    """On the working morning before the day on which its time ends, or once more where they are given more time."""
    now = datetime(2042, 4, 9, 13, tzinfo=PARIS)
    trial = await Trial.publish(now, experts=0)
    proposal = await trial.submit(now)
    await trial.check(proposal, Verdict.RETURNED, now)
    found = []
    for day in range(1, 30):
        morning = (now + timedelta(days=day)).replace(hour=8)
        if day == 14:  # 23 April, on which it ends
            more = Extend("eligibility", datetime(2042, 5, 5, 23, 59, tzinfo=PARIS), "Congés.", "completion")
            await extending.extend_stage(trial.officer, proposal, more, now=morning)
        course = await look_at_call(LookAtCall(str(trial.call), morning))
        while course.at is not None and course.at <= morning:
            course = await take_step(TakeStep(str(trial.call), course.step, course.at, morning))
        told = await value(
            "SELECT count(*) FROM outbox WHERE about = {} AND template = 'owed_reminded' AND created_at = {}",
            *(proposal, morning),
        )
        found += [f"{morning:%m-%d}"] * told
    assert found == ["04-22", "05-02"]  # 5 May is a Monday


async def test_the_closing_tells_officers_which_plan_was_made(database: None) -> None:
    """None where nobody could be asked for a review."""
    now = datetime(2042, 4, 9, 13, tzinfo=PARIS)
    closes = now + timedelta(days=1)
    told = []
    for experts in (2, 0):
        trial = await Trial.publish(now, experts=experts)
        await trial.submit(now)
        await execute("UPDATE call SET closes_at = {} WHERE id = {}", closes, trial.call)
        later = closes + timedelta(days=1)
        course = await look_at_call(LookAtCall(str(trial.call), later))
        while course.step not in ("", "morning"):
            course = await take_step(TakeStep(str(trial.call), course.step, course.at, later))
        told += await rows(
            "SELECT (data ->> 'plan')::int AS plan, (SELECT max(number) FROM plan WHERE call = {}) AS made, held"
            " FROM outbox WHERE template = 'officer_closed' AND data ->> 'call' = {}",
            *(trial.call, trial.slug),
        )
    assert told == [{"plan": 1, "made": 1, "held": False}, {"plan": None, "made": None, "held": False}]
