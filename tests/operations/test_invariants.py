"""The promises that `alliance doctor` checks: each holds of a proposal in review, and is found where it is broken."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from service import invariants
from service.invariants import PROMISES, Fault
from service.operations import process
from service.operations.eligibility import Verdict
from service.settings import Settings
from service.store import objects
from service.store.database import execute, transaction, value
from tests.process.call import Trial
from tests.support.commands import Commands
from workflows.messages import Answer, Case, Close, Look, OfSeat

START = datetime(2042, 4, 8, 8, 0, tzinfo=UTC)


class World:
    """A proposal in review: its first seat is accepted, its second one has its review."""

    def __init__(self, trial: Trial, proposal: UUID, reference: str) -> None:
        self.trial = trial
        self.proposal = proposal
        self.reference = reference
        self.names = {
            "proposal": proposal,
            "call": trial.call,
            "officer": trial.officer.person,
            "accepted": trial.experts[0].person,
            "done": trial.experts[1].person,
            "free": trial.experts[2].person,
        }

    def named(self, statement: str) -> str:
        """With the ids in the places of their names."""
        for name, id_ in self.names.items():
            statement = statement.replace(f":{name}", f"'{id_}'")
        return statement

    async def faults(self, *, expert: str = "") -> dict[str, list[str]]:
        """Which promises are broken here, and how."""
        subject = str(self.names[expert]) if expert else self.reference
        found = await invariants.broken(*PROMISES, of=[subject])
        return {name: [fault.what for fault in faults] for name, faults in found.items()}


@pytest.fixture(scope="module")
async def world(settings: Settings, database: None) -> World:
    objects.configure(settings)
    trial = await Trial.publish(START)
    proposal = await trial.submit(START)

    async def step(act: object, *args: object) -> Answer:
        seen = (await process.look(Look(str(proposal), START))).snapshot
        case = Case(str(proposal), seen.visit, seen.mark, START)
        return await act(case, *args)  # type: ignore[no-any-return,operator]

    await trial.propose(proposal, trial.experts[:2], START)
    await trial.check(proposal, Verdict.ELIGIBLE, START)
    await step(lambda case: process.close_stage(Close(case, "eligible")))
    for seat in (0, 1):
        await step(lambda case, seat=seat: process.fill_seat(OfSeat(case, seat)))
        await trial.accept(proposal, trial.experts[seat], START)
    await trial.review(proposal, trial.experts[1], START)
    reference = await value("SELECT reference FROM proposal WHERE id = {}", proposal)
    return World(trial, proposal, reference)


class Undone(Exception):  # noqa: N818  how a change ends that is not to stay
    """Take the change back."""


@asynccontextmanager
async def undone() -> AsyncIterator[None]:
    """What is written inside is gone afterwards."""
    try:
        async with transaction():
            yield
            raise Undone  # noqa: TRY301  it is how the transaction ends
    except Undone:
        pass


# What is done to the rows behind the service's back; the promises that it breaks.
DAMAGES: dict[str, tuple[str, dict[str, list[str]]]] = {
    "nobody is left to wait for": (
        (
            "WITH gone AS (UPDATE account SET disabled_at = now() WHERE id = :officer)"
            " UPDATE deadline SET overdue_at = due_at WHERE proposal = :proposal AND visit = 2"
        ),
        {"waiting": ["stage review waits for no deadline and for nobody"]},
    ),
    "a clock that nobody starts again": (
        "UPDATE deadline SET paused_at = '2042-04-08 08:00+00' WHERE proposal = :proposal AND visit = 2",
        {"paused": ["its clock has stood still since 2042-04-08 08:00:00+00"]},
    ),
    "a clock of a past stage": (
        "UPDATE deadline SET closed_at = NULL WHERE proposal = :proposal AND visit = 1",
        {"clocks": ["the clock stage of visit 1 still runs"]},
    ),
    "accepted by nobody": (
        "UPDATE proposal SET status = 'accepted' WHERE id = :proposal",
        {"status": ["status accepted, stage review"]},
    ),
    "a conflict that ended nothing": (
        (
            "INSERT INTO conflict (id, proposal, expert, origin, rule, reason, created_at)"
            " VALUES (gen_random_uuid(), :proposal, :accepted, 'declared', 'declared', '', now())"
        ),
        {"conflicts": ["assignment {accepted} is accepted against a conflict"]},
    ),
    "an expert who writes it": (
        "INSERT INTO collaborator (proposal, account, level, since) VALUES (:proposal, :done, 'reader', now())",
        {"sides": ["assignment {done} is of the applicant’s side"]},
    ),
    "an invitation without an end": (
        "UPDATE assignment SET due_at = NULL WHERE proposal = :proposal AND expert = :accepted",
        {"seats": ["seat 0 has 1 holders"]},
    ),
    "a review taken back": (
        "UPDATE review SET submitted_at = NULL WHERE proposal = :proposal AND expert = :done",
        {"reviews": ["assignment {done} is done without a submitted review"]},
    ),
    "a review that is not counted": (
        "UPDATE tally SET reviews = '[]' WHERE proposal = :proposal",
        {"tallies": ["round 1: 1 reviews given, 0 counted"]},
    ),
    "an agenda that lies": (
        "UPDATE agenda SET whom = 'list' WHERE proposal = :proposal",
        {"agenda": ["kept as {agenda}, which is {waits}"]},
    ),
    "an entry too many": (
        "UPDATE stream SET last_seq = last_seq + 1 WHERE name = 'proposal:' || :proposal",
        {"heads": ["entry {last}, its journal ends at {next}"]},
    ),
}


async def test_a_proposal_in_review_breaks_no_promise(world: World) -> None:
    assert await world.faults() == {}
    assert await world.faults(expert="accepted") == {}


@pytest.mark.parametrize("damage", DAMAGES)
async def test_what_is_broken_is_found(world: World, damage: str) -> None:
    statement, expected = DAMAGES[damage]
    last = await value("SELECT last_seq FROM proposal WHERE id = {}", world.proposal)
    waits = str(await value("SELECT (g.*)::text FROM agenda g WHERE g.proposal = {}", world.proposal))
    known = {
        "agenda": waits.replace("experts", "list"),
        "waits": waits,
        "last": last,
        "next": last + 1,
        "accepted": await world.trial.assignment(world.proposal, world.trial.experts[0]),
        "done": await world.trial.assignment(world.proposal, world.trial.experts[1]),
    }
    async with undone():
        await execute(world.named(statement))
        told = {name: [what.format_map(known) for what in faults] for name, faults in expected.items()}
        assert await world.faults() == told


# What an expert, or an officer of them, had said a day before they were asked; the promise that was not kept.
LIMITS = {
    "reviews at once": (
        "INSERT INTO profile (account, most, saved_at) VALUES (:accepted, 0, '2042-04-07 08:00+00')",
        "UPDATE profile SET saved_at = '2042-04-09 08:00+00' WHERE account = :accepted",
        {"loads": ["1 reviews at once, at most 0"]},
    ),
    "proposals of the call": (
        (
            "WITH limited AS (UPDATE role SET most = 0 WHERE account = :accepted), head AS (INSERT INTO stream"
            " VALUES ('account:' || :accepted, 2, '', '2042-04-07 08:00+00'))"
            " INSERT INTO entry SELECT 'account:' || :accepted, 1, 'expert_limited', NULL, '2042-04-07 08:00+00',"
            " jsonb_build_object('call', :call), '', ''"
        ),
        (
            "INSERT INTO entry SELECT stream, 2, kind, actor, '2042-04-09 08:00+00', data, previous, hash FROM entry"
            " WHERE stream = 'account:' || :accepted"
        ),
        {"limits": ["1 proposals of {slug}, at most 0"]},
    ),
    "absence": (
        (
            "WITH said AS (INSERT INTO profile (account, saved_at) VALUES (:accepted, '2042-04-07 08:00+00'))"
            " INSERT INTO absence (id, account, starts, ends)"
            " VALUES (gen_random_uuid(), :accepted, '2042-04-08', '2042-04-08')"
        ),
        "UPDATE profile SET saved_at = '2042-04-09 08:00+00' WHERE account = :accepted",
        {"absences": ["asked for {reference} while absent until 2042-04-08"]},
    ),
}


@pytest.mark.parametrize("limit", LIMITS)
async def test_more_than_an_expert_takes_is_found(world: World, limit: str) -> None:
    before, after, expected = LIMITS[limit]
    known = {"slug": world.trial.slug, "reference": world.reference}
    async with undone():
        await execute(world.named(before))
        assert await world.faults(expert="accepted") == {
            name: [what.format_map(known) for what in faults] for name, faults in expected.items()
        }
        # Whoever takes less from now on goes on with what they have.
        await execute(world.named(after))
        assert await world.faults(expert="accepted") == {}


async def test_files_and_rows_are_compared(world: World) -> None:
    kept, lost, cut = (uuid4() for _ in range(3))
    for id_ in (kept, cut):
        await objects.store().put_bytes(f"attachment/{id_}", b"four")
    ahead = datetime.now(UTC) + timedelta(days=2)  # noqa: TID251  of the store's own clock
    try:
        async with undone():
            for id_, size in ((lost, 4), (cut, 5)):
                await execute(
                    "INSERT INTO attachment (id, proposal, field, name, size, sha256, media_type, added_at, added_by)"
                    " VALUES ({}, {}, 'files', 'a.pdf', {}, '', 'application/pdf', {}, {})",
                    *(id_, world.proposal, size, START - timedelta(days=9000), world.trial.applicant.person),
                )
            found = {verdict.id: verdict.faults async for verdict in invariants.compared(ahead)}
        ours = {f"attachment/{id_}" for id_ in (kept, lost, cut)}
        assert {name: {one for one in faults if one.subject in ours} for name, faults in found.items()} == {
            "objects": {Fault(f"attachment/{kept}", "an object without a row, for more than a day")},
            "files": {
                Fault(f"attachment/{lost}", "is not in the object store"),
                Fault(f"attachment/{cut}", "has 4 bytes instead of 5"),
            },
        }
    finally:
        for id_ in (kept, cut):
            await objects.store().remove(f"attachment/{id_}")


async def test_the_command_tells_each_promise(commands: Commands, servers: dict[str, str], world: World) -> None:
    ended = await asyncio.to_thread(commands.run, servers, "doctor", "--without-files")
    assert ended.err == ""
    told = [line for line in ended.out.splitlines() if not line.startswith(" ")]
    assert [line.split(maxsplit=1)[1] for line in told][: len(PROMISES)] == [one.says for one in PROMISES]
    assert ended.status == any(line.startswith("broken") for line in told)
