"""Which working answers were saved, when and by whom: what an open page asks to show what others wrote."""

from datetime import datetime
from uuid import UUID

import msgspec

from service.domain.actor import Actor
from service.domain.policy import Action
from service.store.database import row, rows
from service.views.readable import readable


class SavedField(msgspec.Struct, frozen=True):
    """A field's present version. `saved_by`: a name; `mine`: the reader's own."""

    version: int
    saved_at: datetime
    saved_by: str
    mine: bool


class SavedFields(msgspec.Struct, frozen=True):
    """The fields that were ever saved. `mark`: of this state; the same as long as nothing was saved."""

    mark: str
    fields: dict[str, SavedField]


async def saved_fields(actor: Actor, proposal_id: UUID, known: str = "") -> SavedFields | str:
    """For whoever writes the proposal; `known`, itself, where it is still the mark. NotFound."""
    await readable(actor, proposal_id, Action.DRAFT_SAVE)
    state = await row(
        "SELECT count(*) AS count, coalesce(sum(version), 0) AS versions, max(saved_at) AS last FROM answer"
        " WHERE proposal = {}",
        proposal_id,
    )
    mark = (
        f'"{state["count"]}.{state["versions"]}.{state["last"].timestamp():.6f}"' if state and state["last"] else '"0"'
    )
    if known == mark:
        return mark
    lines = await rows(
        "SELECT n.field, n.version, n.saved_at, a.name, n.saved_by FROM answer n JOIN account a ON a.id = n.saved_by"
        " WHERE n.proposal = {} ORDER BY n.field",
        proposal_id,
    )
    return SavedFields(
        mark,
        {
            line["field"]: SavedField(
                line["version"], line["saved_at"], line["name"], line["saved_by"] == actor.account
            )
            for line in lines
        },
    )
