"""What has had its time goes; what something refers to stays."""

import json
from datetime import timedelta
from uuid import UUID, uuid4

import asyncpg
import pytest

from service import clock, housekeeping
from service.notify.mails import Mail
from service.notify.queue import enqueue
from service.problems import NotFound
from service.settings import Settings
from service.store import objects
from service.store.database import execute, row, rows, transaction, value
from tests.process.call import Trial


async def stored(id_: UUID) -> bool:
    """Whether the object of an attachment is in the store."""
    try:
        async for _ in await objects.store().get_stream(f"attachment/{id_}"):
            pass
    except NotFound:
        return False
    return True


async def put(*ids: UUID) -> None:
    for id_ in ids:
        await objects.store().put_bytes(f"attachment/{id_}", b"content")


async def attach(id_: UUID, trial: Trial) -> None:
    """A row for an object, as adding an attachment writes it."""
    proposal = await trial.submit(clock.now())
    await execute(
        "INSERT INTO attachment (id, proposal, field, name, size, sha256, media_type, added_at, added_by)"
        " VALUES ({}, {}, 'title', 'a.txt', 7, 'x', 'text/plain', {}, {})",
        *(id_, proposal, clock.now(), trial.applicant.person),
    )


async def test_objects_without_rows_go_after_a_day(settings: Settings, database: None) -> None:
    objects.configure(settings)
    trial = await Trial.publish(clock.now(), experts=0)
    orphan, kept = uuid4(), uuid4()
    await put(orphan, kept)
    await attach(kept, trial)

    await housekeeping.sweep_objects(clock.now() + timedelta(hours=23))
    assert (await stored(orphan), await stored(kept)) == (True, True)
    await housekeeping.sweep_objects(clock.now() + timedelta(hours=25))
    assert (await stored(orphan), await stored(kept)) == (False, True)


async def test_removed_files_go_after_thirty_days_unless_a_revision_names_them(
    settings: Settings, database: None
) -> None:
    objects.configure(settings)
    trial = await Trial.publish(clock.now(), experts=0)
    removed, present, submitted = uuid4(), uuid4(), uuid4()
    await put(removed, present, submitted)
    for one in (removed, present, submitted):
        await attach(one, trial)
    await execute("UPDATE attachment SET removed_at = {} WHERE id = ANY({})", clock.now(), [removed, submitted])
    await execute(
        "INSERT INTO revision (id, proposal, subject, subject_id, number, seq, content, salt, digest, author, at)"
        " SELECT {}, proposal, 'answers', proposal, 2, 9, {}, {}, '', added_by, added_at FROM attachment WHERE id = {}",
        *(uuid4(), json.dumps({"answers": {}, "files": [{"id": str(submitted)}]}), b"", submitted),
    )

    await housekeeping.drop_removed(clock.now() + timedelta(days=29))
    assert [await stored(one) for one in (removed, present, submitted)] == [True, True, True]
    await housekeeping.drop_removed(clock.now() + timedelta(days=31))
    assert [await stored(one) for one in (removed, present, submitted)] == [False, True, True]
    left = await value("SELECT count(*) FROM attachment WHERE id = ANY({})", [removed, present, submitted])
    assert left == 2


async def test_a_file_of_a_thread_is_put_away_unless_a_message_names_it(settings: Settings, database: None) -> None:
    """While a message is being sent its proposal is locked, and looked at another time; what a message names is not
    deleted, even had it been put away."""
    objects.configure(settings)
    trial = await Trial.publish(clock.now(), experts=0)
    forgotten, sent, sending = every = [uuid4() for _ in range(3)]
    await put(*every)
    for one in every:
        await attach(one, trial)
    before = clock.now() - timedelta(days=40)
    await execute("UPDATE attachment SET field = '@thread', added_at = {} WHERE id = ANY({})", before, every)
    await _sent(sent)

    async def put_away() -> set[UUID]:
        found = await rows("SELECT id FROM attachment WHERE removed_at IS NOT NULL AND id = ANY({})", every)
        return {line["id"] for line in found}

    other = await asyncpg.connect(settings.database_url)
    async with other.transaction():
        await other.execute(
            "SELECT FROM proposal p JOIN attachment a ON a.proposal = p.id WHERE a.id = $1 FOR NO KEY UPDATE OF p",
            sending,
        )
        await housekeeping.drop_unsent(clock.now())
        assert await put_away() == {forgotten}
    await other.close()
    await housekeeping.drop_unsent(clock.now())
    assert await put_away() == {forgotten, sending}
    await _sent(sending)
    await housekeeping.drop_removed(clock.now() + timedelta(days=31))
    assert [await stored(one) for one in every] == [False, True, True]


async def _sent(attachment: UUID) -> None:
    await execute(
        "INSERT INTO message (id, proposal, side, author, text, salt, digest, files, at)"
        " SELECT {}, proposal, 'applicant', added_by, '', {}, '', {}, added_at FROM attachment WHERE id = {}",
        *(uuid4(), b"", json.dumps([str(attachment)]), attachment),
    )


async def test_too_many_orphans_are_a_fault_of_the_database(
    settings: Settings, database: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    objects.configure(settings)
    monkeypatch.setattr(housekeeping, "SUSPICIOUS", 0.0)  # whatever other tests left in the store
    orphans = [uuid4() for _ in range(30)]
    await put(*orphans)
    later = clock.now() + timedelta(hours=25)
    assert await housekeeping.sweep_objects(later) == 0
    assert await stored(orphans[0])
    for id_ in orphans:
        await objects.store().remove(f"attachment/{id_}")


@pytest.mark.parametrize(("age", "left"), [(364, 1), (366, 0)])
async def test_readings_go_after_twelve_months(settings: Settings, database: None, age: int, left: int) -> None:
    now, proposal = clock.now(), uuid4()
    await execute(
        "INSERT INTO access_log (id, at, proposal, what) VALUES ({}, {}, {}, 'dossier')",
        *(uuid4(), now - timedelta(days=age), proposal),
    )
    await housekeeping.forget(now)
    assert await value("SELECT count(*) FROM access_log WHERE proposal = {}", proposal) == left


@pytest.mark.parametrize(("age", "stays"), [(364, True), (366, False)])
async def test_mails_are_blanked_after_twelve_months(settings: Settings, database: None, age: int, stays: bool) -> None:  # noqa: FBT001
    now, email = clock.now(), f"{uuid4()}@personne.test"
    queued = now - timedelta(days=age)
    async with transaction():
        await enqueue(Mail.ADDRESS_KNOWN, None, email, {"text": "privé"}, key=email, now=queued)
    found = await value("SELECT id FROM outbox WHERE email = {}", email)
    await housekeeping.forget(now)
    line = await row("SELECT email, data FROM outbox WHERE id = {}", found)
    assert line == ({"email": email, "data": '{"text": "privé"}'} if stays else {"email": "", "data": "{}"})


@pytest.mark.parametrize(("age", "left"), [(6, 1), (8, 0)])
async def test_idempotency_keys_go_after_a_week(settings: Settings, database: None, age: int, left: int) -> None:
    now, scope = clock.now(), str(uuid4())
    await execute(
        "INSERT INTO idempotency (scope, key, fingerprint, at) VALUES ({}, 'k', {}, {})",
        *(scope, b"", now - timedelta(days=age)),
    )
    await housekeeping.forget(now)
    assert await value("SELECT count(*) FROM idempotency WHERE scope = {}", scope) == left
