"""Which proposals an edition of their call still waits for, and what of each would no longer fit."""

from datetime import datetime
from uuid import UUID

import msgspec

import forms
from service import clock
from service.domain.actor import Actor
from service.domain.migration import no_longer_fits, why_not_move
from service.domain.policy import Action
from service.store.database import Row, rows
from service.store.editions import edition
from service.store.given import given_to
from service.views.calls import require_on_call
from service.views.editions import edition_numbered


class Candidate(msgspec.Struct, frozen=True):
    """A proposal on another edition. `reference` is None for a draft; `refusal`: why it cannot be moved, "" where it
    can; `gone` and `errors`: as `migrate_proposal` tells them."""

    id: UUID
    reference: str | None
    stage: str
    number: int
    refusal: str
    gone: tuple[str, ...]
    errors: tuple[forms.FieldError, ...]


class Plan(msgspec.Struct, frozen=True):
    """A page of candidates, in the order of their ids; `next`: the id to read after, None at the end."""

    call: str
    to: int
    items: tuple[Candidate, ...]
    next: UUID | None


async def candidates(
    actor: Actor, slug: str, to: int, *, open_too: bool = False, after: UUID | None = None, limit: int = 200
) -> Plan:
    """The drafts of a call on another edition than `to`, and with `open_too` the proposals in a stage."""
    if not actor.process:
        await require_on_call(actor, slug, Action.CALL_MIGRATE)
    target, _ = await edition_numbered(slug, to)
    lines = await rows(
        "SELECT p.*, e.number AS edition_number FROM proposal p JOIN edition e ON e.id = p.edition"
        " WHERE p.call = (SELECT id FROM call WHERE slug = {}) AND p.edition <> {}"
        " AND (p.status = 'draft' OR ({} AND p.stage <> '')) AND p.id > {} ORDER BY p.id LIMIT {}",
        *(slug, target, open_too, after or UUID(int=0), limit + 1),
    )
    now = clock.now()
    items = tuple([await _candidate(line, target, now) for line in lines[:limit]])
    return Plan(slug, to, items, items[-1].id if len(lines) > limit else None)


async def _candidate(line: Row, target: UUID, now: datetime) -> Candidate:
    new, given = await edition(target), await given_to(line["id"])
    found = no_longer_fits(await edition(line["edition"]), new, given, forms.local_day(now))
    refusal = why_not_move(new, line["stage"], line["stage_kind"], given)
    return Candidate(
        line["id"], line["reference"], line["stage"], line["edition_number"], refusal, found.gone, found.errors
    )
