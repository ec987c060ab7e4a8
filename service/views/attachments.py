"""One attachment, for whoever may have its bytes."""

from uuid import UUID

import msgspec

from service.domain import thread
from service.domain.actor import Actor
from service.domain.files import key_of
from service.domain.policy import Action
from service.problems import NotFound
from service.store.database import Row, row, value
from service.views.files import PASSED
from service.views.readable import Readable, note_reading, readable
from service.views.submitted import submitted_state


class AttachmentView(msgspec.Struct, frozen=True):
    """An attachment whose bytes the reader may have; they lie in the object store under `key`; `pages`: how many
    images of its pages there are."""

    id: UUID
    proposal: UUID
    name: str
    size: int
    sha256: str
    media_type: str
    key: str
    pages: int = 0


async def attachment(actor: Actor, attachment_id: UUID) -> AttachmentView:
    """One attachment. NotFound; for staff and experts, only what was submitted."""
    line = await row("SELECT * FROM attachment WHERE id = {}", attachment_id)
    if line is None:
        raise NotFound
    found = await readable(actor, line["proposal"], Action.ATTACHMENT_READ)
    _require_passed(line, own=line["added_by"] == actor.account)
    if line["field"].startswith("@"):
        await _require_told(actor, found, line)
    elif not found.mine:
        submitted = await submitted_state(line["proposal"])
        if submitted.edition is None or not found.tells(line["field"], await submitted.form()):
            raise NotFound
    if not line["field"].startswith("@") and (not found.mine or line["removed_at"] is not None):
        named = await value(
            "SELECT count(*) FROM revision WHERE subject = 'answers' AND subject_id = {}"
            " AND content -> 'files' @> jsonb_build_array(jsonb_build_object('id', {}::text))",
            *(line["proposal"], str(attachment_id)),
        )
        if not named:
            raise NotFound
    if not found.mine:
        await note_reading(actor, line["proposal"], "attachment")
    return AttachmentView(
        id=attachment_id,
        proposal=line["proposal"],
        name=line["name"],
        size=line["size"],
        sha256=line["sha256"],
        media_type=line["media_type"],
        key=key_of(attachment_id),
        pages=line["pages"] or 0,
    )


def _require_passed(line: Row, *, own: bool) -> None:
    """What has not been found clean is its sender's alone; what was found infected is nobody's."""
    if line["scan"] == "infected" or not (own or line["scan"] in PASSED):
        raise NotFound


async def _require_told(actor: Actor, found: Readable, line: Row) -> None:
    """A file of no form is for whoever reads what it belongs to: the thread, or the pilot."""
    if line["field"] == thread.FIELD:
        if Action.THREAD_READ not in found.may:
            raise NotFound
        await _require_sent(actor, line)
    elif Action.PILOT_READ not in found.may or line["removed_at"] is not None:
        raise NotFound


async def _require_sent(actor: Actor, line: Row) -> None:
    """A file of the thread is its author's alone until a message names it."""
    sent = await value(
        "SELECT EXISTS (SELECT FROM message WHERE proposal = {} AND files @> jsonb_build_array({}::text))",
        *(line["proposal"], str(line["id"])),
    )
    if not sent and (line["added_by"] != actor.account or line["removed_at"] is not None):
        raise NotFound
