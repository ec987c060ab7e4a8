"""What has had its time is dropped; what nothing refers to is removed. Each can be repeated, and by several at once."""

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from uuid import UUID

from service import logs
from service.operations.accounts import forget_expired
from service.operations.acting import forget_keys
from service.store import objects
from service.store.database import execute, rows
from service.store.objects import Listed

log = logs.logger(__name__)

READINGS = timedelta(days=365)
QUARANTINE = timedelta(days=30)
# An object is written before its row: what is younger may still get one (D11).
YOUNG = timedelta(hours=24)
PAGE = 500
# Beyond this share without a row, it is the database that lacks rows: restored beside a newer store, say.
SUSPICIOUS, FEW = 0.5, 20
TABLES = {"attachment": "attachment", "document": "job"}


async def forget(now: datetime) -> None:
    """Idempotency keys after a week, dead sessions and links, readings after twelve months."""
    await forget_keys(now)
    await forget_expired(now=now)
    await execute("DELETE FROM access_log WHERE at < {}", now - READINGS)


async def drop_removed(now: datetime) -> int:
    """Delete the files that applicants removed thirty days ago, where no submitted revision names them; how many."""
    found = await rows(
        "SELECT a.id FROM attachment a WHERE a.removed_at < {} AND NOT EXISTS (SELECT FROM revision v"
        " WHERE v.subject = 'answers' AND v.subject_id = a.proposal"
        " AND v.content -> 'files' @> jsonb_build_array(jsonb_build_object('id', a.id::text))) LIMIT {}",
        *(now - QUARANTINE, PAGE),
    )
    for line in found:
        # The object first: a row without one says what became of it, an object without a row is swept as well.
        await objects.store().remove(f"attachment/{line['id']}")
        await execute("DELETE FROM attachment WHERE id = {}", line["id"])
        log.info("removed_file_deleted", attachment=str(line["id"]))
    return len(found)


async def erase_discarded(now: datetime) -> int:
    """Erase the answers of drafts that were discarded thirty days ago; how many. What their journal says stays."""
    found = await rows(
        "WITH gone AS (SELECT p.id FROM proposal p WHERE p.discarded_at < {} AND (p.title <> '' OR p.organisation <> ''"
        "  OR EXISTS (SELECT FROM answer a WHERE a.proposal = p.id)) LIMIT {}),"
        " answers AS (DELETE FROM answer WHERE proposal IN (SELECT id FROM gone))"
        " UPDATE proposal SET title = '', organisation = '' WHERE id IN (SELECT id FROM gone) RETURNING id",
        *(now - QUARANTINE, PAGE),
    )
    for line in found:
        log.info("discarded_draft_erased", proposal=str(line["id"]))
    return len(found)


async def sweep_objects(now: datetime) -> int:
    """Remove the objects that have had no row for a day; how many. None at all where they are suspiciously many."""
    removed = 0
    for prefix, table in TABLES.items():
        known, orphans = 0, []
        async for page in _pages(prefix, now - YOUNG):
            kept = await _kept(table, [id_ for _, id_ in page])
            known += len(kept)
            orphans += [key for key, id_ in page if id_ not in kept]
        if len(orphans) > FEW and len(orphans) > SUSPICIOUS * (known + len(orphans)):
            log.error("objects_without_rows", prefix=prefix, orphans=len(orphans), known=known)
            continue
        for key in orphans:
            await objects.store().remove(key)
            log.info("object_removed", key=key)
        removed += len(orphans)
    return removed


async def _pages(prefix: str, before: datetime) -> AsyncIterator[list[tuple[str, UUID]]]:
    """The objects of a kind that were written before, some at a time: key, and the id it names."""
    page: list[tuple[str, UUID]] = []
    async for listed in objects.store().list(f"{prefix}/"):
        id_ = _named(listed, prefix)
        if id_ is not None and listed.modified_at < before:
            page.append((listed.key, id_))
        if len(page) == PAGE:
            yield page
            page = []
    yield page


def _named(listed: Listed, prefix: str) -> UUID | None:
    try:
        return UUID(listed.key.removeprefix(f"{prefix}/"))
    except ValueError:
        log.warning("object_not_ours", key=listed.key)
        return None


async def _kept(table: str, ids: list[UUID]) -> set[UUID]:
    found = await rows(f"SELECT id FROM {table} WHERE id = ANY({{}}::uuid[])", ids)  # noqa: S608  our names
    return {line["id"] for line in found}
