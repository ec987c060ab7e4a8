"""Acts of officers on many proposals: how far each is, and what every proposal came to."""

from datetime import datetime
from uuid import UUID

import msgspec

from service.domain.actor import Actor
from service.domain.policy import Action
from service.problems import NotFound, SignInNeeded
from service.store.database import rows
from service.views import calls
from service.views.visible import visible

PAGE = 100
_COUNTED = (
    "SELECT b.id, c.slug AS call, b.act, b.content ->> 'reason' AS reason, a.name AS author, b.created_at,"
    " b.finished_at, count(i.*) AS total, count(i.*) FILTER (WHERE i.state = 'done') AS done,"
    " count(i.*) FILTER (WHERE i.state = 'refused') AS refused"
    " FROM batch b JOIN call c ON c.id = b.call JOIN account a ON a.id = b.author"
    " LEFT JOIN (batch_item i JOIN proposal p ON p.id = i.proposal AND {visible}) ON i.batch = b.id"
    " WHERE {condition} GROUP BY b.id, c.slug, a.name"
    " ORDER BY b.created_at DESC, b.id DESC LIMIT {{}}"
)


class BatchLine(msgspec.Struct, frozen=True):
    """One batch. `total` proposals, of which `done` and `refused`; the others wait. `finished_at`: None until then."""

    id: UUID
    call: str
    act: str
    reason: str
    author: str
    created_at: datetime
    finished_at: datetime | None
    total: int
    done: int
    refused: int


class ItemLine(msgspec.Struct, frozen=True):
    """One proposal of a batch: `state` is waiting, done or refused, and then `detail` says why, in French."""

    number: int
    proposal: UUID
    reference: str
    title: str
    state: str
    detail: str


class BatchView(msgspec.Struct, frozen=True):
    """A batch, and a page of its proposals, those that were refused first; `next` is the cursor of the following page.
    Proposals that the reader may not read are not among them, nor counted."""

    batch: BatchLine
    items: tuple[ItemLine, ...]
    next: int | None


async def batches(actor: Actor, slug: str) -> tuple[BatchLine, ...]:
    """The last hundred of a call, the latest first. For its officers."""
    about = await calls.require_on_call(actor, slug, Action.CALL_STEER)
    condition, args = visible(actor, Action.PROPOSAL_READ)
    found = await rows(_COUNTED.format(visible=condition, condition="c.slug = {}"), *args, about.slug, PAGE)
    return tuple(BatchLine(**line) for line in found)


async def batch(actor: Actor, batch_id: UUID, after: int = 0) -> BatchView:
    """One, for the officers of its call, with the proposals behind the cursor. NotFound."""
    if actor.account is None:
        raise SignInNeeded
    condition, args = visible(actor, Action.PROPOSAL_READ)
    found = await rows(_COUNTED.format(visible=condition, condition="b.id = {}"), *args, batch_id, 1)
    if not found or Action.CALL_STEER not in (await calls.call(actor, found[0]["call"])).may:
        raise NotFound
    lines = await rows(
        "SELECT * FROM (SELECT i.number, i.proposal, p.reference, p.title, i.state, i.detail,"  # noqa: S608
        " row_number() OVER (ORDER BY i.state <> 'refused', i.number) AS place"
        " FROM batch_item i JOIN proposal p ON p.id = i.proposal"
        f" WHERE i.batch = {{}} AND {condition}) t WHERE place > {{}} ORDER BY place LIMIT {{}}",
        *(batch_id, *args, after, PAGE + 1),
    )
    places = [line.pop("place") for line in lines]
    items = tuple(ItemLine(**line) for line in lines[:PAGE])
    return BatchView(BatchLine(**found[0]), items, places[PAGE - 1] if len(lines) > PAGE else None)
