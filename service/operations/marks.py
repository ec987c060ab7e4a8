"""What an expert marks for themselves on a proposal: a doubt, a note. Nobody else ever reads either."""

from datetime import datetime
from uuid import UUID

import msgspec

from forms import FieldError
from forms.kinds.texts import accept_text
from service.domain.actor import Actor
from service.domain.policy import Action
from service.operations.acting import operation
from service.operations.holding import held_by
from service.problems import Invalid, NotFound
from service.store.database import execute, row, value

MOST = 10_000
"""Characters of a note."""


class MarkContent(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What changes; null leaves it alone. `based_on`: the version of the note that was read."""

    doubt: bool | None = None
    note: str | None = None
    based_on: int = 0


class SavedMark(msgspec.Struct, frozen=True):
    """The mark as it is. `version`: of the note; `clash`: another window wrote this note meanwhile, and it was left as
    it is, here."""

    review: UUID
    doubt: bool
    note: str
    version: int
    clash: bool = False


@operation
async def save_mark(actor: Actor, review_id: UUID, content: MarkContent, *, now: datetime) -> SavedMark:
    """Keep a doubt, a note, or both. No entry in the journal: it is no act on the proposal. Raises Invalid for a text
    that can't be kept."""
    proposal, review = await held_by(actor, "review", review_id, now)
    asked = await value("SELECT round FROM assignment WHERE review = {} AND expert = {}", review["id"], actor.account)
    if asked != proposal.round:
        raise NotFound
    await proposal.require(Action.REVIEW_MARK)
    errors: list[FieldError] = accept_text(content.note, "note", lines=True, most=MOST) if content.note else []
    if errors:
        raise Invalid(errors, "Cette note ne peut pas être gardée telle quelle.")
    known = await row("SELECT * FROM mark WHERE review = {} AND expert = {}", review_id, actor.account)
    doubt = bool(known and known["doubt"]) if content.doubt is None else content.doubt
    note, version = (known["note"], known["version"]) if known else ("", 0)
    wanted = content.note is not None and content.note != note
    clash = wanted and content.based_on != version
    if wanted and not clash:
        note, version = str(content.note), version + 1
    await execute(
        "INSERT INTO mark (review, proposal, expert, doubt, note, version, saved_at)"
        " VALUES ({}, {}, {}, {}, {}, {}, {}) ON CONFLICT (review, expert) DO UPDATE SET doubt = EXCLUDED.doubt,"
        " note = EXCLUDED.note, version = EXCLUDED.version, saved_at = EXCLUDED.saved_at",
        *(review_id, proposal.id, actor.person, doubt, note, version, proposal.now),
    )
    return SavedMark(review_id, doubt, note, version, clash)
