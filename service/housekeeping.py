"""What has had its time is dropped; what nothing refers to is removed. Each can be repeated, and by several at once."""

from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import datetime, timedelta
from uuid import UUID

from service import logs
from service.domain.files import QUARANTINE, key_of, page_key
from service.operations.accounts import forget_expired
from service.operations.acting import forget_keys
from service.operations.documents import ask_paper
from service.operations.plans import forget_superseded
from service.operations.sharing import forget_shares
from service.operations.uploads import KEPT, rest_of
from service.problems import NotFound
from service.store import objects
from service.store.database import execute, rows, transaction
from service.store.objects import Listed
from service.views import packs

log = logs.logger(__name__)

READINGS = timedelta(days=365)
MAILS = timedelta(days=365)
PAPERS = timedelta(days=30)  # of a sitting, each entry on one of its items makes another pack; reports too
UNUSED = timedelta(days=7)  # a list of experts that was read and not applied
# An object is written before its row: what is younger may still get one.
YOUNG = timedelta(hours=24)
PAGE = 500
# Beyond this share without a row, it is the database that lacks rows: restored beside a newer store, say.
SUSPICIOUS, FEW = 0.5, 20
# Where the row of an object is. A file that comes in pieces is whole before it is an attachment.
ROWS = {
    "attachment": "SELECT id FROM (SELECT id FROM attachment UNION ALL SELECT id FROM upload) known",
    "document": "SELECT id FROM job",
    "upload": "SELECT id FROM upload",
    "page": "SELECT id FROM attachment",
    # Of packs: under a proposal that one holds.
    "part": "SELECT id FROM (SELECT i.proposal AS id FROM sitting_item i JOIN job j ON j.sitting = i.sitting"
    " AND j.kind = 'pack') known",
}
DRAWN_AGAIN = frozenset({"part"})  # nothing is lost with them


async def forget(now: datetime) -> None:
    """Idempotency keys after a week, dead sessions and links, readings and mails after twelve months."""
    await forget_keys(now)
    await forget_expired(now=now)
    await forget_shares(now)
    await execute("DELETE FROM roster WHERE begun_at IS NULL AND read_at < {}", now - UNUSED)
    await execute("UPDATE roster SET lines = '[]' WHERE finished_at < {} AND lines <> '[]'", now - UNUSED)
    await forget_superseded(now)
    # Drawn again for whoever asks; the sweep takes their objects.
    await execute(
        "DELETE FROM job WHERE (sitting IS NOT NULL OR kind IN ('report', 'annual')) AND created_at < {}", now - PAPERS
    )
    await execute("DELETE FROM access_log WHERE at < {}", now - READINGS)
    # The row stays, so that nothing is told a second time.
    await execute(
        "UPDATE outbox SET account = NULL, email = '', data = {} WHERE created_at < {} AND email <> ''",
        *("{}", now - MAILS),
    )


async def ready_packs(now: datetime) -> None:
    """Have the packs of the sittings that are near drawn for whoever is called to them, so that they need not wait."""
    for sitting in await packs.coming(now):
        for reader in await packs.readers(sitting):
            with suppress(NotFound):
                content, _ = await packs.contents(reader, sitting)
                await ask_paper(reader, content, now=now)


async def drop_removed(now: datetime) -> int:
    """Delete the files that applicants removed thirty days ago, where no submitted revision names them, and no message
    unless they are infected; how many."""
    found = await rows(
        "SELECT a.id, coalesce(a.pages, 0) AS pages FROM attachment a WHERE a.removed_at < {}"
        " AND NOT EXISTS (SELECT FROM revision v WHERE v.subject = 'answers' AND v.subject_id = a.proposal"
        " AND v.content -> 'files' @> jsonb_build_array(jsonb_build_object('id', a.id::text)))"
        " AND (a.scan = 'infected' OR NOT EXISTS (SELECT FROM message m WHERE m.proposal = a.proposal"
        "  AND m.files @> jsonb_build_array(a.id::text))) LIMIT {}",
        *(now - QUARANTINE, PAGE),
    )
    for line in found:
        # The object first: a row without one says what became of it, an object without a row is swept as well.
        for number in range(line["pages"]):
            await objects.store().remove(page_key(line["id"], number + 1))
        await objects.store().remove(key_of(line["id"]))
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


_UNSENT = (
    "a.field = '@thread' AND a.removed_at IS NULL AND a.added_at < {} AND NOT EXISTS (SELECT FROM message m"
    " WHERE m.proposal = a.proposal AND m.files @> jsonb_build_array(a.id::text))"
)


async def drop_unsent(now: datetime) -> int:
    """Put in quarantine the files that were added to a thread a month ago and never sent; how many. Under the locks of
    their proposals, which whoever sends a message holds: one that is held now is looked at another time."""
    async with transaction():
        free = await rows(
            f"SELECT p.id FROM proposal p WHERE p.id IN (SELECT a.proposal FROM attachment a WHERE {_UNSENT})"  # noqa: S608
            " ORDER BY p.id LIMIT {} FOR NO KEY UPDATE SKIP LOCKED",
            *(now - QUARANTINE, PAGE),
        )
        found = await rows(
            f"UPDATE attachment a SET removed_at = {{}} WHERE a.proposal = ANY({{}}) AND {_UNSENT} RETURNING id",  # noqa: S608
            *(now, [line["id"] for line in free], now - QUARANTINE),
        )
    return len(found)


async def drop_uploads(now: datetime) -> int:
    """Give up the files of which no byte has come for a week; how many."""
    found = await rows(
        "SELECT id, handle, received FROM upload WHERE touched_at < {} ORDER BY touched_at LIMIT {}", now - KEPT, PAGE
    )
    for line in found:
        store = objects.store()
        if line["handle"]:
            await store.parts.abandon(key_of(line["id"]), line["handle"])
        await store.remove(rest_of(line["id"], line["received"]))
        await execute("DELETE FROM upload WHERE id = {} AND touched_at < {}", line["id"], now - KEPT)
        log.info("upload_given_up", upload=str(line["id"]))
    return len(found)


async def drop_disposed() -> int:
    """Remove the objects of what was deleted; how many. One that is gone already is no fault."""
    count = 0
    while found := await rows("SELECT key, handle FROM disposal ORDER BY since, key LIMIT {}", PAGE):
        for line in found:
            if line["handle"]:
                with suppress(NotFound):  # given up before a power cut
                    await objects.store().parts.abandon(line["key"], line["handle"])
            await objects.store().remove(line["key"])
            await execute("DELETE FROM disposal WHERE key = {}", line["key"])
        count += len(found)
    if count:
        log.info("disposed_objects_removed", count=count)
    return count


async def sweep_objects(now: datetime) -> int:
    """Remove the objects that have had no row for a day; how many. None at all where they are suspiciously many."""
    removed = 0
    for prefix, known_rows in ROWS.items():
        known, orphans = 0, []
        async for page in _pages(prefix, now - YOUNG):
            kept = await _kept(known_rows, [id_ for _, id_ in page])
            known += len(kept)
            orphans += [key for key, id_ in page if id_ not in kept]
        lost = prefix not in DRAWN_AGAIN
        if lost and len(orphans) > FEW and len(orphans) > SUSPICIOUS * (known + len(orphans)):
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
        return UUID(listed.key.removeprefix(f"{prefix}/").partition("/")[0])
    except ValueError:
        log.warning("object_not_ours", key=listed.key)
        return None


async def _kept(known_rows: str, ids: list[UUID]) -> set[UUID]:
    found = await rows(f"{known_rows} WHERE id = ANY({{}}::uuid[])", ids)
    return {line["id"] for line in found}
