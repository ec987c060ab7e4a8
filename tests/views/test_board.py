"""The officer's board: of whom what is awaited, over what the reader sees; reminders by hand; spreadsheets."""

from datetime import datetime, timedelta
from uuid import UUID

import pytest

from service import clock, invariants
from service.demo.advancing import advance
from service.domain.actor import Actor, Role
from service.notify import facts
from service.operations import chasing
from service.operations.eligibility import Verdict
from service.problems import Conflict, Forbidden, NotFound, Problem
from service.store.database import execute, rows, value
from service.store.ids import uuid7
from service.views import calls, cursors, reviews
from service.views import experts as directory
from service.views.awaited import Wanted, awaited, awaited_by
from service.views.calibration import bars
from service.views.experts import ExpertFilters
from service.views.heat import heat
from service.views.seats import seats_of
from service.views.workloads import workloads
from tests.process.call import Trial, kinds
from tests.support.people import person

pytestmark = pytest.mark.usefixtures("database")


async def a_call() -> tuple[Trial, dict[str, UUID]]:
    """One proposal in each place, told by the day it was when they came there: what is late is late today."""
    now = clock.now() - timedelta(days=3)
    trial = await Trial.publish(now)
    first, second, third, _ = trial.experts
    made = {"unchecked": await trial.submit(now), "returned": await trial.submit(now)}
    await trial.check(made["returned"], Verdict.RETURNED, now)
    for name, experts in (("asked", [first, second]), ("given", [second, third]), ("short", [third])):
        made[name] = await trial.submit(now)
        await trial.propose(made[name], experts, now)
        await trial.check(made[name], Verdict.ELIGIBLE, now)
        await advance(made[name], now)
    await trial.accept(made["asked"], first, now)
    for expert in (second, third):
        await trial.accept(made["given"], expert, now)
    await trial.review(made["given"], second, now)
    return trial, made


async def waits(actor: Actor, trial: Trial, **wanted: object) -> dict[UUID, str]:
    found: dict[UUID, str] = {}
    cursor: str | None = None
    while True:
        page = await awaited(actor, trial.slug, Wanted(**wanted), cursor, limit=2)  # type: ignore[arg-type]
        found |= {line.id: line.whom for line in page.items}
        cursor = page.next
        if cursor is None:
            return found


async def test_the_board_says_of_whom_what_is_awaited_and_who_owes_what() -> None:
    trial, made = await a_call()
    first, second, third, fourth = trial.experts
    whom = {"unchecked": "officer", "returned": "applicant", "asked": "experts", "given": "experts", "short": "list"}
    every = {made[name]: who for name, who in whom.items()}
    assert await waits(trial.officer, trial) == every
    shares = {one.whom: one.number for one in await awaited_by(trial.officer, trial.slug)}
    assert shares == {"experts": 2, "list": 1, "officer": 1, "applicant": 1}
    assert await waits(trial.officer, trial, whom="list") == {made["short"]: "list"}
    assert set(await waits(trial.officer, trial, expert=third.person)) == {made["given"], made["short"]}
    assert await waits(trial.officer, trial, q="T-%") == {}
    by = {one.id: one for one in (await workloads(trial.officer, trial.slug)).items}
    told = {who: (by[who].asked, by[who].waiting, by[who].writing, by[who].done) for who in by}
    assert told == {
        first.person: (1, 0, 1, 0),
        second.person: (2, 1, 0, 1),
        third.person: (2, 1, 1, 0),
        fourth.person: (0, 0, 0, 0),
    }
    shown = {line.id: line for line in (await heat(trial.officer, trial.slug)).items}
    assert [[(one.seat.name, one.total) for one in cells] for cells in shown[made["given"]].cells] == [
        [(second.name, 5.0)],
        [(third.name, None)],
    ]
    assert shown[made["short"]].cells[1] == ()

    # Whoever may not see a proposal finds nothing of it, in no count.
    await execute(
        "INSERT INTO conflict (id, proposal, expert, origin, reason, created_at) VALUES ({}, {}, {}, 'found', '', {})",
        *(uuid7(clock.now()), made["given"], trial.officer.account, clock.now()),
    )
    del every[made["given"]]
    assert await waits(trial.officer, trial) == every
    assert made["given"] not in {line.id for line in (await heat(trial.officer, trial.slug)).items}
    again = {one.id: (one.asked, one.done) for one in (await workloads(trial.officer, trial.slug)).items}
    assert again[second.person] == (1, 0)
    auditor = await person((Role.AUDITOR, None))
    seen = (await workloads(auditor, trial.slug)).items
    assert {(one.id, one.email) for one in seen} == {(one.person, "") for one in (first, second, third)}
    for other in (first, trial.chair, trial.applicant, await person((Role.ADMIN, None))):
        with pytest.raises(NotFound):
            await awaited(other, trial.slug, Wanted())


async def test_an_officer_reminds_by_hand_rarely_and_whoever_owes_something() -> None:
    trial, made = await a_call()
    first, second, third, _ = trial.experts
    owed, given = await trial.assignment(made["asked"], first), await trial.assignment(made["given"], second)
    at = await value("SELECT invited_at FROM assignment WHERE id = {}", owed) + timedelta(hours=1)
    done = await chasing.remind_expert(trial.officer, owed, now=at)
    assert (done.id, done.number) == (owed, 1)
    assert await mails(owed) == ["expert_invited", "expert_reminded"]
    assert (await kinds(made["asked"]))[-1] == "expert_chased"

    async def code(actor: Actor, assignment: UUID, now: datetime) -> str:
        try:
            await chasing.remind_expert(actor, assignment, now=now)
        except Problem as problem:
            return problem.code
        return ""

    assert await code(trial.officer, owed, at + timedelta(hours=23)) == "reminded_lately"
    assert await code(trial.officer, given, at) == "not_awaited"
    assert await code(trial.chair, owed, at) in (Forbidden.code, NotFound.code)
    await execute("UPDATE assignment SET chased = 5, chased_at = NULL WHERE id = {}", owed)
    with pytest.raises(Conflict, match="autre personne"):
        await chasing.remind_expert(trial.officer, owed, now=at)
    other = await trial.assignment(made["short"], third)
    many = await chasing.remind_experts(trial.officer, (owed, given, other, uuid7(at)), now=at)
    assert many.sent == (other,)
    assert sorted(many.refused.values()) == ["not_awaited", "not_found", "reminded_enough"]


async def mails(assignment: UUID) -> list[str]:
    found = await rows(
        "SELECT template FROM outbox WHERE data ->> 'assignment' = {} ORDER BY created_at, id", str(assignment)
    )
    return [line["template"] for line in found]


async def test_nobody_is_late_while_an_applicant_owes_an_answer() -> None:
    """On the board, in the directory, on the expert’s own pages, in mails of the process."""
    trial, made = await a_call()
    first, second, *_ = trial.experts
    now, proposal = clock.now(), made["asked"]
    passed = [now - timedelta(hours=hours) for hours in (4, 3, 2)]
    await execute(
        "UPDATE assignment SET half_at = {}, last_at = {}, due_at = {}, reminders = NULL, reminded = 2"
        " WHERE proposal = {}",
        *(*passed, proposal),
    )
    review = await value("SELECT review FROM assignment WHERE proposal = {} AND expert = {}", proposal, first.account)
    mail = {
        "template": "expert_reminded",
        "account": first.person,
        "data": f'{{"proposal": "{proposal}", "assignment": "{await trial.assignment(proposal, first)}"}}',
    }

    async def told() -> list[object]:
        by = {one.id: one for one in (await workloads(trial.officer, trial.slug)).items}
        listed = {one.id: one for one in (await directory.experts(trial.officer, trial.slug, ExpertFilters())).items}
        seen = {one.id: one for one in await calls.experts(trial.officer, trial.slug)}
        page = await reviews.review(first, review, "all")
        [known] = await facts.known([mail], now)
        return [
            *((by[who.person].late, by[who.person].silent, by[who.person].paused) for who in (first, second)),
            (listed[first.person].late, seen[first.person].late),
            [(one.pace, one.next) for one in (await seats_of([proposal], now))[proposal]],
            (page.paused, page.walk.due_at is None, known.why_not, known.due is None),
        ]

    assert await told() == [
        *((1, 0, 0), (0, 1, 0), (1, 1), [("late", None), ("late", None)], (False, False, "", False)),
    ]
    await trial.ask(proposal, now)
    assert await told() == [
        *((0, 0, 1), (0, 0, 1), (0, 0), [("paused", None), ("paused", None)]),
        (True, True, "the applicant owes an answer first", True),
    ]


def test_bars_hold_every_value_once() -> None:
    assert [bar.count for bar in bars([0, 0.5, 4.999, 5, 5], 0, 5)] == [1, 1, 0, 0, 0, 0, 0, 0, 0, 3]
    assert bars([1], 3, 3) == ()


async def test_a_list_of_nobody_but_experts_in_conflict_waits_for_an_officer() -> None:
    trial, made = await a_call()
    proposal, listed = made["short"], [trial.experts[0], trial.experts[3]]
    await trial.propose(proposal, listed, clock.now())
    reference = await value("SELECT reference FROM proposal WHERE id = {}", proposal)
    [promise] = [one for one in invariants.PROMISES if one.id == "agenda"]
    told = []
    found = (
        "INSERT INTO conflict (id, proposal, expert, origin, rule, strength, value, field, reason, created_at)"
        " SELECT gen_random_uuid(), {}, one, 'found', 'mentioned', 'weak', 'un nom', '', '', now()"
        " FROM unnest({}::uuid[]) AS one"
    )
    confirmed = "UPDATE conflict SET confirmed_at = now(), confirmed_by = expert"
    closed = "UPDATE conflict SET closed_at = now()"
    for act in (found, *(f"{what} WHERE proposal = {{}} AND expert = ANY({{}})" for what in (confirmed, closed))):
        await execute(act, proposal, [one.account for one in listed])
        told.append((await waits(trial.officer, trial))[proposal])
        assert await invariants.broken(promise, of=[reference]) == {}
    assert told == ["experts", "list", "experts"]


async def test_a_cursor_whose_instant_only_python_reads_is_a_cursor() -> None:
    trial = await Trial.publish(clock.now())
    at = cursors.write("2026-W48-5", uuid7(clock.now()))
    assert (await awaited(trial.officer, trial.slug, Wanted(), at)).items == ()
