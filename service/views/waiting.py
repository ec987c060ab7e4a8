"""Short lists at the edge of proposals: drafts that can be taken back, and more time that was granted."""

from datetime import datetime
from uuid import UUID

import msgspec

from service import clock
from service.domain.actor import Actor
from service.domain.closing import code_of
from service.domain.policy import Action
from service.store.database import rows
from service.store.editions import edition
from service.views.calls import require_on_call
from service.views.standing import RESTORABLE
from service.views.visible import visible


class DiscardedLine(msgspec.Struct, frozen=True):
    """A draft that its owner discarded, and until when they can take it back."""

    id: UUID
    title: str
    call_title: str
    discarded_at: datetime
    restorable_until: datetime


class ExtensionLine(msgspec.Struct, frozen=True):
    """More time that was granted: to the draft of that code, or to everybody ("")."""

    id: UUID
    draft: str
    until: datetime
    reason: str
    author: str
    at: datetime


async def discarded(actor: Actor) -> tuple[DiscardedLine, ...]:
    """One's own discarded drafts that can still be taken back, the latest first."""
    may, args = visible(actor, Action.DRAFT_RESTORE)
    found = await rows(
        f"SELECT p.id, p.title, p.edition, p.discarded_at FROM proposal p WHERE {may} AND p.discarded_at > {{}}"  # noqa: S608  built by the policy
        " ORDER BY p.discarded_at DESC LIMIT 50",
        *(*args, clock.now() - RESTORABLE),
    )
    return tuple(
        [
            DiscardedLine(
                *(line["id"], line["title"], (await edition(line["edition"])).call.title.fr),
                *(line["discarded_at"], line["discarded_at"] + RESTORABLE),
            )
            for line in found
        ]
    )


async def extensions(actor: Actor, slug: str) -> tuple[ExtensionLine, ...]:
    """The time that officers granted on a call, the latest first. NotFound for everybody else."""
    about = await require_on_call(actor, slug, Action.DEADLINE_EXTEND)
    found = await rows(
        "SELECT e.*, a.name FROM extension e JOIN account a ON a.id = e.author WHERE e.call = {}"
        " ORDER BY e.at DESC, e.id LIMIT 200",
        about.id,
    )
    return tuple(
        ExtensionLine(
            *(line["id"], code_of(line["proposal"]) if line["proposal"] else "", line["until"], line["reason"]),
            *(line["name"], line["at"]),
        )
        for line in found
    )
