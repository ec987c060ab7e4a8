"""Files that arrive in pieces: begun, grown, finished as attachments, given up. The row says what was acknowledged.

Growing makes no journal entry, as saving an answer makes none; finishing is the attachment's own entry.
"""

from datetime import datetime, timedelta
from uuid import UUID

import msgspec

from forms import FileFact
from service.domain.actor import Actor
from service.domain.files import StoredFile
from service.operations.acting import operation
from service.operations.files import (
    AddedAttachment,
    check_attachment_wanted,
    faults_with,
    insert_attachment,
    require_writing,
)
from service.operations.holding import Held, held
from service.problems import Conflict, Invalid, NotFound, TooLarge, WrongOffset
from service.store.arriving import megabytes
from service.store.database import Row, execute, row, value
from service.store.ids import uuid7

KEPT = timedelta(days=7)  # after its last piece
MOST_UNFINISHED = 40  # of one person on one proposal


class NewUpload(msgspec.Struct, frozen=True):
    """A file to come: the field it is for, its name and size in bytes, what its sender will know it by again, and the
    attachment whose place it takes."""

    field: str
    name: str
    size: int
    mark: str = ""
    replaces: UUID | None = None


class BegunUpload(msgspec.Struct, frozen=True):
    """The upload; the attachment that it becomes has the same id."""

    id: UUID


class AbandonedUpload(msgspec.Struct, frozen=True):
    """What will not come any more: its parts in the object store, if any, are its door's to remove."""

    id: UUID
    handle: str = ""
    rest: str = ""


class Growing(msgspec.Struct, frozen=True):
    """An upload as it was acknowledged: `received` bytes, of which the parts with these `etags` hold the first."""

    id: UUID
    proposal: UUID
    field: str
    name: str
    size: int
    replaces: UUID | None
    received: int
    handle: str
    etags: tuple[str, ...]

    @property
    def rest(self) -> str:
        """The key of the object that holds the bytes behind the last whole part."""
        return rest_of(self.id, self.received)


def rest_of(upload_id: UUID, received: int) -> str:
    """A new key for each state: the one that was acknowledged is never written over."""
    return f"upload/{upload_id}/{received}"


@operation
async def begin_upload(actor: Actor, proposal_id: UUID, wanted: NewUpload, *, now: datetime) -> BegunUpload:
    """Make room for a file that will come in pieces. Raises TooLarge, Invalid, Conflict before any byte is sent."""
    limit = await check_attachment_wanted(actor, proposal_id, wanted.field, wanted.replaces, now=now)
    if wanted.size > limit:
        raise TooLarge(f"Ce fichier dépasse la taille maximale de {megabytes(limit)}.", code="file_too_large")
    proposal = await held(actor, proposal_id, now)
    await require_writing(proposal, wanted.field)
    await _require_room(proposal, wanted)
    upload_id = uuid7(now)
    await execute(
        "INSERT INTO upload (id, proposal, field, name, mark, size, replaces, sender, begun_at, touched_at)"
        " VALUES ({}, {}, {}, {}, {}, {}, {}, {}, {}, {})",
        *(upload_id, proposal_id, wanted.field, wanted.name, wanted.mark[:100], wanted.size, wanted.replaces),
        *(actor.person, now, now),
    )
    return BegunUpload(upload_id)


async def _require_room(proposal: Held, wanted: NewUpload) -> None:
    begun = await value(
        "SELECT count(*) FROM upload WHERE proposal = {} AND sender = {}", proposal.id, proposal.actor.person
    )
    if begun >= MOST_UNFINISHED:
        raise Conflict(
            f"{MOST_UNFINISHED} envois de fichiers sont déjà commencés sur cette candidature : terminez-les d’abord.",
            code="too_many_uploads",
        )
    errors = await faults_with(proposal, wanted.field, FileFact("", wanted.name, wanted.size, ""), wanted.replaces)
    # Its type is in bytes that are still to come.
    errors = [error for error in errors if error.code != "wrong_file_type"]
    if errors:
        raise Invalid(errors)


async def growing(actor: Actor, upload_id: UUID, *, now: datetime) -> Growing:
    """An upload of one's own that may go on. NotFound, or the refusal of its field's rights."""
    line = await row("SELECT * FROM upload WHERE id = {} AND sender = {}", upload_id, actor.account)
    if line is None:
        raise NotFound("Cet envoi n’existe pas, ou n’existe plus : recommencez-le.")
    await check_attachment_wanted(actor, line["proposal"], line["field"], line["replaces"], now=now)
    return _growing(line)


def _growing(line: Row) -> Growing:
    told = {name: line[name] for name in Growing.__struct_fields__ if name != "etags"}
    return Growing(**told, etags=msgspec.json.decode(line["etags"], type=tuple[str, ...]))


async def note_received(
    upload: Growing, received: int, handle: str, etags: tuple[str, ...], *, now: datetime
) -> Growing:
    """Acknowledge: these bytes are in the store. Raises WrongOffset where another request has gone on meanwhile."""
    line = await row(
        "UPDATE upload SET received = {}, handle = {}, etags = {}, touched_at = {}"
        " WHERE id = {} AND received = {} AND handle IN ('', {}) RETURNING *",
        *(received, handle, msgspec.json.encode(etags).decode(), now, upload.id, upload.received, handle),
    )
    if line is None:
        raise WrongOffset(await value("SELECT received FROM upload WHERE id = {}", upload.id) or 0)
    return _growing(line)


@operation
async def finish_upload(actor: Actor, upload_id: UUID, file: StoredFile, *, now: datetime) -> AddedAttachment:
    """Record the whole file as an attachment. Finished already: the same answer."""
    line = await row("SELECT * FROM upload WHERE id = {} AND sender = {} FOR UPDATE", upload_id, actor.account)
    if line is None:
        done = await row(
            "SELECT size, sha256 FROM attachment WHERE id = {} AND added_by = {}", upload_id, actor.account
        )
        if done is None:
            raise NotFound
        return AddedAttachment(upload_id, done["size"], done["sha256"])
    added = await insert_attachment(await held(actor, line["proposal"], now), file, line["replaces"])
    await execute("DELETE FROM upload WHERE id = {}", upload_id)
    return added


@operation
async def abandon_upload(actor: Actor, upload_id: UUID, *, now: datetime) -> AbandonedUpload:  # noqa: ARG001
    """Give one's own upload up; one that is not there any more is no error."""
    line = await row("DELETE FROM upload WHERE id = {} AND sender = {} RETURNING *", upload_id, actor.account)
    if line is None:
        return AbandonedUpload(upload_id)
    return AbandonedUpload(upload_id, line["handle"], rest_of(upload_id, line["received"]))
