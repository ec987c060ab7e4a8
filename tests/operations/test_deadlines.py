"""The last minute: grace, more time for one draft or for everybody, and what an officer learns of drafts (nothing)."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from service.domain.actor import Actor
from service.domain.closing import code_of
from service.operations import deadlines, drafts, submissions, withdrawals
from service.operations.deadlines import MoreTime
from service.problems import Conflict, Forbidden, Invalid
from service.store import journal
from service.store.database import rows, value
from tests.process.call import Trial, kinds
from tests.support.people import person

CLOSES = datetime(2026, 5, 15, 21, 59, 59, tzinfo=UTC)
BEFORE, SECOND, DAY = CLOSES - timedelta(days=1), timedelta(seconds=1), timedelta(days=1)
HALF = timedelta(minutes=30)
pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
async def trial() -> Trial:
    return await Trial.publish(BEFORE, experts=0, about='closes = 2026-05-15\ngrace = "PT30M"')


async def refused(trial: Trial, draft: UUID, now: datetime) -> str:
    """The code of the refusal to submit then; "" where it is not refused."""
    try:
        await submissions.submit_proposal(trial.applicant, draft, now=now)
    except Conflict as problem:
        return problem.code
    return ""


async def test_grace_is_for_drafts_that_were_begun(trial: Trial) -> None:
    one, other = await trial.draft(BEFORE), await trial.draft(CLOSES)
    with pytest.raises(Conflict, match="clos") as closed:
        await trial.draft(CLOSES + SECOND)
    assert closed.value.code == "call_closed"
    assert await refused(trial, one, CLOSES + HALF) == ""
    assert await refused(trial, other, CLOSES + HALF + SECOND) == "call_closed"


async def test_more_time_for_one_draft_is_for_that_draft(trial: Trial) -> None:
    one, other = await trial.draft(BEFORE), await trial.draft(BEFORE)
    late = CLOSES + DAY
    more = MoreTime(late, "Panne constatée.", code_of(one).lower())
    granted = await deadlines.extend_deadline(trial.officer, trial.slug, more, now=CLOSES + HALF + SECOND)
    assert (granted.until, granted.draft) == (late, code_of(one))
    assert await refused(trial, other, late) == "call_closed"
    assert await refused(trial, one, late + SECOND) == "call_closed"
    assert await refused(trial, one, late) == ""
    assert await value("SELECT closes_at FROM call WHERE slug = {}", trial.slug) == CLOSES
    (entry,) = [e for e in await journal.entries(f"proposal:{one}") if e.kind == "deadline_extended"]
    assert set(entry.data) == {"extension", "until", "digest"}
    mails = await rows(
        "SELECT data FROM outbox WHERE email = {} AND template = 'deadline_extended'", trial.applicant.email
    )
    assert len(mails) == 1
    assert "Panne" not in mails[0]["data"]


async def test_more_time_for_everybody_opens_the_call_again(trial: Trial) -> None:
    one = await trial.draft(BEFORE)
    await trial.draft(BEFORE)
    until = CLOSES + 2 * DAY
    await deadlines.extend_deadline(trial.officer, trial.slug, MoreTime(until, "Panne du service."), now=CLOSES + DAY)
    late = await trial.draft(until)
    assert await refused(trial, one, until + HALF) == ""
    assert await refused(trial, late, until + HALF + SECOND) == "call_closed"
    mails = await rows(
        "SELECT data FROM outbox WHERE email = {} AND template = 'deadline_extended'", trial.applicant.email
    )
    assert len(mails) == 1, "one mail each, however many drafts"
    assert "deadline_extended" not in await kinds(one)
    assert [entry.kind for entry in await journal.entries(f"call:{trial.call}")][-1] == "deadline_extended"


@pytest.mark.parametrize(
    ("until", "reason", "draft", "codes"),
    [
        (CLOSES, "Panne.", "", ["too_early"]),
        (CLOSES + 400 * DAY, "Panne.", "", ["too_late"]),
        (CLOSES + DAY, " ", "", ["required"]),
        (CLOSES + DAY, "a" * 2001, "", ["too_long"]),
        (CLOSES + DAY, "Panne.", "0000-0000-0000", ["unknown_draft"]),
        (CLOSES + DAY, "Panne.", "%", ["unknown_draft"]),
        (CLOSES - DAY, "", "nul", ["unknown_draft", "required", "too_early"]),
        ((CLOSES + DAY).replace(tzinfo=None), "Panne.", "", ["bad_instant"]),
    ],
)
async def test_every_fault_at_once(trial: Trial, until: datetime, reason: str, draft: str, codes: list[str]) -> None:
    with pytest.raises(Invalid) as problem:
        await deadlines.extend_deadline(trial.officer, trial.slug, MoreTime(until, reason, draft), now=BEFORE)
    assert [error.code for error in problem.value.errors] == codes


async def test_a_code_that_is_no_drafts_of_this_call_tells_nothing(trial: Trial) -> None:
    """Of another call, submitted, discarded, or nobody's: the same words."""
    elsewhere = await Trial.publish(BEFORE, experts=0)
    submitted, discarded = await trial.submit(BEFORE), await trial.draft(BEFORE)
    await withdrawals.discard_draft(trial.applicant, discarded, now=BEFORE)
    told = set()
    for draft in (await elsewhere.draft(BEFORE), submitted, discarded, UUID(int=1)):
        more = MoreTime(CLOSES + DAY, "Panne.", code_of(draft))
        with pytest.raises(Invalid) as problem:
            await deadlines.extend_deadline(trial.officer, trial.slug, more, now=BEFORE)
        told.add(str(problem.value.errors))
    assert len(told) == 1


async def test_nobody_else_gives_time(trial: Trial) -> None:
    stranger = await person()
    for somebody in (stranger, trial.applicant, trial.chair, Actor(account=stranger.account)):
        with pytest.raises(Forbidden):
            await deadlines.extend_deadline(somebody, trial.slug, MoreTime(CLOSES + DAY, "Panne."), now=BEFORE)


async def test_what_stays_open_is_not_extended() -> None:
    trial = await Trial.publish(BEFORE, experts=0)
    with pytest.raises(Conflict, match="pas de date de clôture"):
        await deadlines.extend_deadline(trial.officer, trial.slug, MoreTime(CLOSES, "Panne."), now=BEFORE)
    assert await drafts.open_draft(trial.applicant, trial.slug, now=CLOSES + 1000 * DAY)
