"""A mail as one of its readers would get it, before any is sent."""

from datetime import datetime
from uuid import UUID

import msgspec

import forms
from service.notify.dates import by
from service.notify.facts import Outdated, known
from service.notify.letters import invitation, words
from service.settings import Settings
from service.store.database import Row, row
from service.store.editions import edition


class Sample(msgspec.Struct, frozen=True):
    """What somebody will read, where this mail alone is told to them."""

    subject: str
    body: str


async def sample(settings: Settings, queued: Row, now: datetime) -> Sample | None:
    """Of a row of the outbox, in the transaction that queues it; None for one that would not leave now."""
    (it,) = await known((queued,), now)
    try:
        return Sample(*await words(settings, it, now))
    except Outdated:
        return None


async def invitation_sample(settings: Settings, proposal: UUID, now: datetime) -> Sample | None:
    """Of an invitation to review this proposal, as if it left now; None where its process has no review."""
    line = await row(
        "SELECT p.id, p.reference, p.title, p.edition, p.round, c.slug FROM proposal p JOIN call c ON c.id = p.call"
        " WHERE p.id = {}",
        proposal,
    )
    if line is None:
        return None
    process = (await edition(line["edition"])).process
    stage = process.review_stage(line["round"])
    if stage is None or stage.invitation is None:
        return None
    due = forms.due(now, stage.invitation, process.calendar)
    return Sample(*await invitation(settings, line, by(due)))
