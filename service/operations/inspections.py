"""What the worker finds out about a file once it is there: whether it is clean, what its pages look like.

A worker claims a file before it looks at it, and another one takes it over when the first has not come back.
"""

from datetime import datetime, timedelta
from uuid import UUID

from service.clamd import Verdict
from service.domain.actor import Actor
from service.domain.files import StoredFile
from service.notify.mails import Mail
from service.operations.acting import operation
from service.operations.holding import held_by
from service.operations.telling import tell
from service.store.database import execute, row

LEASE = timedelta(minutes=10)
_CLAIM = (
    "UPDATE attachment SET claimed_at = {{}}, tries = tries + 1 WHERE id = (SELECT id FROM attachment"
    " WHERE {} AND (claimed_at IS NULL OR claimed_at < {{}}) ORDER BY claimed_at NULLS FIRST, added_at LIMIT 1"
    " FOR UPDATE SKIP LOCKED) RETURNING id, field, name, size, sha256, media_type, tries"
)
UNSCANNED = "scan = 'waiting'"
UNDRAWN = "pages IS NULL AND scan IN ('off', 'clean') AND removed_at IS NULL"
MOST_TRIES = 4  # of drawing a file: it may have taken its worker down


class Claimed(StoredFile, frozen=True):
    """A file for the caller alone; `tries`: how often it was claimed by now."""

    tries: int


async def claim(which: str, *, now: datetime) -> Claimed | None:
    """The next file of those that wait for this, for the caller alone; None where there is none."""
    line = await row(_CLAIM.format(which), now, now - LEASE)  # our own words
    return Claimed(**line) if line else None


async def put_back(file_id: UUID, *, now: datetime) -> None:
    """Let a claimed file be taken again, after five seconds, and ever later up to five minutes."""
    await execute(
        "UPDATE attachment SET claimed_at = {}::timestamptz"
        " + least(interval '5 minutes', interval '5 seconds' * power(2, least(tries, 10) - 1)) WHERE id = {}",
        *(now - LEASE, file_id),
    )


@operation
async def record_scan(actor: Actor, attachment_id: UUID, verdict: Verdict, *, now: datetime) -> None:
    """Keep what the antivirus says. An infected file goes to quarantine, and its sender is told. Safe to repeat."""
    proposal, line = await held_by(actor, "attachment", attachment_id, now)
    if line["scan"] != "waiting":
        return
    await execute(
        "UPDATE attachment SET scan = {}, claimed_at = NULL, tries = 0 WHERE id = {}", verdict.scan, attachment_id
    )
    if verdict.scan != "infected":
        return
    await execute(
        "UPDATE attachment SET removed_at = coalesce(removed_at, {}) WHERE id = {}", proposal.now, attachment_id
    )
    await proposal.append("attachment_quarantined", attachment=attachment_id, field=line["field"])
    await tell(proposal, line["added_by"], Mail.FILE_REFUSED, f"infected-{attachment_id}")


async def record_pages(attachment_id: UUID, pages: int) -> None:
    """Pictures of so many pages are in the store. Safe to repeat."""
    await execute("UPDATE attachment SET pages = {}, claimed_at = NULL, tries = 0 WHERE id = {}", pages, attachment_id)
