"""Files on their way: what has been received of them, for who sends them."""

from datetime import datetime
from uuid import UUID

import msgspec

from service.domain.actor import Actor
from service.problems import NotFound
from service.store.database import row, rows
from service.views.readable import readable


class UploadView(msgspec.Struct, frozen=True):
    """A file that arrives in pieces: `received` of `size` bytes. `mark`: what its sender knows it by; `touched_at`:
    None where it is an attachment by now, under the same id."""

    id: UUID
    proposal: UUID
    field: str
    name: str
    mark: str
    size: int
    received: int
    touched_at: datetime | None


_COLUMNS = "id, proposal, field, name, mark, size, received, touched_at"


async def upload(actor: Actor, upload_id: UUID) -> UploadView:
    """One's own upload, also when it has become an attachment. NotFound."""
    line = await row(f"SELECT {_COLUMNS} FROM upload WHERE id = {{}} AND sender = {{}}", upload_id, actor.account)  # noqa: S608  our names
    if line is None:
        line = await row(
            "SELECT id, proposal, field, name, '' AS mark, size, size AS received, NULL::timestamptz AS touched_at"
            " FROM attachment WHERE id = {} AND added_by = {}",
            *(upload_id, actor.account),
        )
    if line is None:
        raise NotFound
    return UploadView(**line)


async def unfinished(actor: Actor, proposal_id: UUID) -> tuple[UploadView, ...]:
    """One's own uploads to a proposal that are not at their end, the oldest first. NotFound."""
    await readable(actor, proposal_id)
    found = await rows(
        f"SELECT {_COLUMNS} FROM upload WHERE proposal = {{}} AND sender = {{}} ORDER BY begun_at, id",  # noqa: S608
        *(proposal_id, actor.account),
    )
    return tuple(UploadView(**line) for line in found)
