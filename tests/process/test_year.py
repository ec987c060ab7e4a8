"""A call that never closes, over a whole year: a committee every month, people as they are, holidays. Nothing is stuck.

2042 begins on a Wednesday. Two months always, by the rules on paper; the year with Temporal by `--long`.
"""

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from temporalio.client import Client

import forms
from forms.clocks import local_day
from service import invariants
from service.store import backlog, journal
from service.store.database import rows
from tests.process.ahead import Ahead
from tests.process.engines import OnPaper, OnTemporal
from tests.process.paper import HEAVY, on_paper
from tests.process.year import CANCELLED, INELIGIBLE, OUTCOMES, SILENT, WITHDRAWN, Year, sitting
from workflows.names import call_workflow, proposal_workflow

HOLIDAYS = {  # those that fall on a day that would be worked
    *(date(2042, 4, 7), date(2042, 5, 1), date(2042, 5, 8), date(2042, 5, 15), date(2042, 5, 26), date(2042, 7, 14)),
    *(date(2042, 8, 15), date(2042, 11, 11), date(2042, 12, 25), date(2043, 1, 1)),
}
STATUS = {"funded": "accepted", "rework": "reserve", "declined": "declined"}
EVENTS = 200  # of a proposal's stage
SUGGESTED = 4096 + 100  # where the server suggests to go on as a new run


async def test_two_months(database: None) -> None:
    with on_paper(datetime(2042, 4, 14, 8, tzinfo=UTC)) as paper:
        year = await Year.begin(OnPaper(paper))
        await year.live(date(2042, 6, 13), last_arrival=date(2042, 5, 20), each=timedelta(days=6))
        runs = [length for lengths in paper.lengths.values() for length in lengths]
        await paper.stop()
    await holds(year, date(2042, 4, 14), date(2042, 6, 13))
    assert (paper.lengths[year.call.call], max(runs)) == ([HEAVY, HEAVY], HEAVY)


@pytest.mark.long
@pytest.mark.timeout(3600)
async def test_a_year(ahead: Ahead) -> None:
    await ahead.go("2042-01-06 09:00")
    year = await Year.begin(OnTemporal(ahead))
    await year.live(date(2043, 3, 1), last_arrival=date(2042, 12, 31), each=timedelta(days=9))
    await holds(year, date(2042, 1, 6), date(2043, 3, 1))
    assert {line["status"] for line in await of(year)} == {*STATUS.values(), "ineligible", "withdrawn"}
    client = ahead.environment.client
    for proposal in year.proposals:
        assert max([length async for length in runs_of(client, proposal_workflow(proposal))]) < EVENTS
    assert max([length async for length in runs_of(client, call_workflow(year.call.call))]) < SUGGESTED


async def of(year: Year) -> list[dict[str, object]]:
    """Its proposals, in their order."""
    return await rows("SELECT * FROM proposal WHERE call = {} ORDER BY reference", year.call.call)


async def holds(year: Year, first: date, end: date) -> None:
    """What must be so at the end, and after whatever has happened."""
    now = await year.engine.now()
    lines = await of(year)
    assert [line["id"] for line in lines] == year.proposals
    subjects = [str(line["reference"]) for line in lines] + [str(expert) for expert in year.experts]
    assert await invariants.broken(*invariants.PROMISES, of=subjects) == {}
    waiting = [*await backlog.unseen(10_000), *await backlog.missed(now, 10_000), *await backlog.unchecked(now, 10_000)]
    assert {line["id"] for line in waiting} & set(year.proposals) == set()
    for stream in (f"call:{year.call.call}", *(f"proposal:{one}" for one in year.proposals)):
        assert await journal.verify(stream) == []
    assert [(line["id"], line["status"]) for line in lines if line["status"] != "in_progress"] == [
        (line["id"], becomes(number)) for number, line in enumerate(lines) if line["status"] != "in_progress"
    ]
    assert await decided(year) == await to_be_decided(year)
    steps = await rows("SELECT at FROM call_step WHERE call = {} AND kind = 'morning' ORDER BY at", year.call.call)
    assert [local_day(line["at"]) for line in steps] == [
        day for day in days(first, end + timedelta(days=1)) if day.weekday() < 5 and day not in HOLIDAYS
    ]


def becomes(number: int) -> str:
    """How the proposal of that number ends."""
    ends = {SILENT: "ineligible", INELIGIBLE: "ineligible", WITHDRAWN: "withdrawn"}
    return ends.get(number % 8, STATUS[OUTCOMES[number % 4]])


def days(first: date, end: date) -> list[date]:
    """From one day to another, that one not included."""
    return [first + timedelta(days=number) for number in range((end - first).days)]


async def decided(year: Year) -> dict[UUID, date]:
    """On which days decisions were taken."""
    found = await rows("SELECT stream, at FROM entry WHERE kind = 'decision_taken' AND stream = ANY({})", streams(year))
    return {UUID(line["stream"].partition(":")[2]): local_day(line["at"]) for line in found}


async def to_be_decided(year: Year) -> dict[UUID, date]:
    """The first sitting for which each was ready in time, or the next one where that was cancelled."""
    found = await rows(
        "SELECT stream, at FROM entry WHERE kind = 'stage_closed' AND data ->> 'next' = 'committee'"
        " AND stream = ANY({})",
        streams(year),
    )
    now, calendar = await year.engine.now(), year.edition.process.calendar
    sittings = {}
    for line in found:
        day = local_day(forms.due(line["at"], "monthly:2TU/5wd", calendar))
        if day == CANCELLED:
            day = next(one for one in days(day + timedelta(days=1), day + timedelta(days=40)) if sitting(one))
        if day < local_day(now):
            sittings[UUID(line["stream"].partition(":")[2])] = day
    return sittings


def streams(year: Year) -> list[str]:
    """The journals of its proposals."""
    return [f"proposal:{one}" for one in year.proposals]


async def runs_of(client: Client, workflow: str) -> AsyncIterator[int]:
    """How many events each run of a workflow came to, the last one first."""
    run: str | None = None
    while run != "":
        history = await client.get_workflow_handle(workflow, run_id=run).fetch_history()
        yield len(history.events)
        run = history.events[0].workflow_execution_started_event_attributes.continued_execution_run_id
