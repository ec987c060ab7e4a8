"""What is left of a person who asked to be erased, and of a proposal whose time has come."""

import asyncio
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from asyncpg import PostgresError

from service import housekeeping
from service.domain.actor import PROCESS, Actor, Role
from service.domain.personal import OF_PROPOSAL
from service.domain.retention import KeptFile
from service.identity import secrets
from service.operations import drafts, inquiries
from service.operations.disposing import dispose, pseudonym
from service.operations.erasing import Erased, erase_person, foresee_erasure
from service.problems import Conflict, NotFound, SignInNeeded
from service.settings import Settings
from service.store import journal, objects
from service.store.database import execute, row, rows, transaction, value
from service.views.inquiries import all_inquiries
from tests.operations.test_personal import file
from tests.process.call import Trial, kinds
from tests.support.people import person

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
DAY = timedelta(days=1)
RULES = """
[retention]
draft = { after = "P3M", fate = "delete" }
declined = { after = "P1Y", fate = "delete" }
accepted = { after = "P10Y", fate = "archive" }
"""
pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture(autouse=True)
def configured(settings: Settings) -> None:
    secrets.configure(settings.secret)
    objects.configure(settings)


async def reference(proposal: UUID) -> str:
    return str(await value("SELECT reference FROM proposal WHERE id = {}", proposal))


async def snapshot(account: UUID) -> list[dict[str, object]]:
    """The account, and how much the journal says of its erasure."""
    return await rows(
        "SELECT a.*, (SELECT count(*) FROM entry WHERE stream = 'system' AND data ->> 'account' = a.id::text) AS told"
        " FROM account a WHERE id = {}",
        account,
    )


async def left_of(proposal: UUID) -> dict[str, int]:
    counts = {table: await value(f"SELECT count(*) FROM {table} WHERE proposal = {{}}", proposal)  # noqa: S608
              for table in OF_PROPOSAL}  # fmt: skip
    counts["proposal"] = await value("SELECT count(*) FROM proposal WHERE id = {}", proposal)
    counts["outbox"] = await value("SELECT count(*) FROM outbox WHERE data ->> 'proposal' = {}", str(proposal))
    return {table: count for table, count in counts.items() if count}


async def test_whoever_has_only_drafts_leaves_nothing() -> None:
    trial = await Trial.publish(NOW, experts=0)
    draft = await trial.draft(NOW)
    kept = await file(draft, trial.applicant, b"mon plan", "plan.pdf")
    account = trial.applicant.person
    await execute(
        "INSERT INTO inquiry (id, call, asker, text, salt, digest, at, state)"
        " VALUES (gen_random_uuid(), {}, {}, 'Je suis Camille', 'x', 'x', {}, 'waiting')",
        *(trial.call, account, NOW),
    )
    assert await erase_person(trial.applicant, account, now=NOW + DAY) == Erased(account, 1, (), 0)
    assert await left_of(draft) == {}
    asked = await rows("SELECT text, salt, state FROM inquiry WHERE asker = {}", account)
    assert asked == [{"text": "", "salt": b"", "state": "declined"}]
    assert (await all_inquiries(trial.officer, trial.slug)).items == ()
    line = await row("SELECT email, name, organisation, password_hash, salt FROM account WHERE id = {}", account)
    assert line == {"email": "", "name": pseudonym(account), "organisation": "", "password_hash": None, "salt": b""}
    assert await objects.store().size(f"attachment/{kept}") == 8
    await housekeeping.drop_disposed()
    assert await objects.store().size(f"attachment/{kept}") is None
    assert await value("SELECT count(*) FROM disposal WHERE key = {}", f"attachment/{kept}") == 0
    for stream in (f"proposal:{draft}", "system"):
        assert await journal.verify(stream) == []
    said = "SELECT count(*) FROM entry WHERE stream = 'system' AND kind = 'person_erased' AND data ->> 'account' = {}"
    assert await erase_person(PROCESS, account, now=NOW + 2 * DAY) == Erased(account, 0, (), 0)
    assert await value(said, str(account)) == 1


async def test_what_was_submitted_is_kept_for_its_time_which_is_told() -> None:
    trial = await Trial.publish(NOW, experts=0, letters=RULES)
    proposal = await trial.submit(NOW)
    named = await reference(proposal)
    with pytest.raises(Conflict, match=named) as refused:
        await erase_person(trial.applicant, trial.applicant.person, now=NOW)
    assert refused.value.code == "being_examined"
    await trial.withdraw(proposal, NOW + DAY)
    lost = await trial.draft(NOW)
    before = await snapshot(trial.applicant.person)
    foreseen = await foresee_erasure(PROCESS, trial.applicant.person, now=NOW + 2 * DAY)
    assert (await snapshot(trial.applicant.person), (await left_of(lost))["proposal"]) == (before, 1)
    done = await erase_person(trial.applicant, trial.applicant.person, now=NOW + 2 * DAY)
    assert (done, done.drafts, await left_of(lost)) == (foreseen, 1, {})
    assert done.kept == (KeptFile(named, datetime(2027, 3, 3, 9, 30, tzinfo=UTC)),)
    assert (await left_of(proposal))["revision"] == 1
    again = await erase_person(PROCESS, trial.applicant.person, now=NOW + 3 * DAY)
    assert again == Erased(trial.applicant.person, 0, done.kept, 0)


async def test_a_stranger_a_sharer_and_staff_are_refused() -> None:
    trial = await Trial.publish(NOW, experts=0)
    draft, partner = await trial.draft(NOW), await person()
    for stranger in (partner, Actor(), trial.officer):
        with pytest.raises(NotFound):
            await erase_person(stranger, trial.applicant.person, now=NOW)
    await execute("INSERT INTO collaborator VALUES ({}, {}, 'writer', {})", draft, partner.account, NOW)
    with pytest.raises(Conflict) as refused:
        await erase_person(trial.applicant, trial.applicant.person, now=NOW)
    assert refused.value.code == "shared_draft"
    with pytest.raises(Conflict) as held:
        await erase_person(trial.officer, trial.officer.person, now=NOW)
    assert held.value.code == "role_held"
    await erase_person(partner, partner.person, now=NOW)
    assert (await kinds(draft))[-1] == "collaborator_left"
    assert await value("SELECT count(*) FROM collaborator WHERE account = {}", partner.account) == 0
    assert (await erase_person(trial.applicant, trial.applicant.person, now=NOW)).drafts == 1
    assert await rows("SELECT role FROM role WHERE account = {}", trial.officer.account) == [{"role": Role.OFFICER}]


async def test_a_reviewer_keeps_their_name_on_what_is_kept_and_no_longer() -> None:
    trial = await Trial.publish(NOW, experts=1)
    proposal = await trial.submit(NOW)
    expert = trial.experts[0]
    await execute(
        "WITH seat AS (INSERT INTO assignment (id, proposal, expert, rank, status, proposed_at)"
        " VALUES (gen_random_uuid(), {}, {}, 1, 'done', {}) RETURNING id)"
        " INSERT INTO review (id, proposal, assignment, expert) SELECT gen_random_uuid(), {}, id, {} FROM seat",
        *(proposal, expert.account, NOW, proposal, expert.account),
    )
    await execute("UPDATE assignment a SET review = r.id FROM review r WHERE r.assignment = a.id")
    done = await erase_person(PROCESS, expert.person, now=NOW)
    assert (done.reviews, done.kept, done.drafts) == (1, (), 0)
    assert await value("SELECT name FROM account WHERE id = {}", expert.account) == expert.name
    with pytest.raises(PostgresError):
        await execute("DELETE FROM revision WHERE proposal = {}", proposal)
    async with transaction():
        await dispose(proposal, NOW)
    assert await left_of(proposal) == {}
    assert await value("SELECT name FROM account WHERE id = {}", expert.account) == pseudonym(expert.person)


async def test_what_is_begun_meanwhile_is_not_forgotten() -> None:
    trial = await Trial.publish(NOW, experts=0)
    account, ready = trial.applicant.person, asyncio.Event()

    async def erase() -> Erased:
        await ready.wait()
        return await erase_person(PROCESS, account, now=NOW)

    erasing = asyncio.create_task(erase())  # before the transaction, which is no part of it
    async with transaction():
        await row("SELECT FROM account WHERE id = {} FOR NO KEY UPDATE", account)
        await execute(
            "INSERT INTO proposal (id, call, edition, owner, status, last_at, created_at, salt)"
            " SELECT gen_random_uuid(), call, id, {}, 'draft', {}, {}, 'x' FROM edition WHERE call = {}",
            *(account, NOW, NOW, trial.call),
        )
        ready.set()
        # Not pg_stat_activity, which a transaction sees as it was at its first look.
        waits = "SELECT count(*) FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY (pg_blocking_pids(pid))"
        while not await value(waits) and not erasing.done():
            await asyncio.sleep(0.01)
    with pytest.raises(Conflict) as refused:
        await erasing
    assert refused.value.code == "just_opened"
    assert (await erase_person(PROCESS, account, now=NOW)).drafts == 1
    with pytest.raises(SignInNeeded):
        await drafts.open_draft(trial.applicant, trial.slug, now=NOW)
    with pytest.raises(SignInNeeded):
        await inquiries.ask_inquiry(trial.applicant, trial.slug, inquiries.InquiryContent("Et moi ?"), now=NOW)
