"""Whoever has an interest in a proposal takes no part in its examination by the committee (R133-12), nor decides on
it."""

from datetime import datetime
from uuid import UUID

import msgspec

from service.domain.actor import Actor
from service.domain.conflicts import Rule
from service.domain.policy import Action
from service.notify.mails import Mail
from service.operations.acting import operation
from service.operations.assignments import leave_in_conflict
from service.operations.holding import held
from service.operations.telling import tell_officers
from service.operations.wording import whole
from service.store.database import execute, row, rows
from service.store.ids import uuid7

LONGEST_REASON = 2000


class Recusal(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`reason`: for the officers alone."""

    reason: str = ""


class Recused(msgspec.Struct, frozen=True):
    """The proposal does not exist any more for whoever declared it."""

    proposal: UUID


@operation
async def recuse(actor: Actor, proposal_id: UUID, content: Recusal, *, now: datetime) -> Recused:
    """A member of the committee, or the authority, declares an interest: access ends with this commit, and every
    sitting knows; a review that they gave as an expert no longer counts. Raises Invalid; NotFound, also for whoever is
    recused already; Forbidden, Conflict where the committee is not examining it."""
    following = await rows(
        "SELECT id FROM sitting WHERE closed_at IS NULL AND cancelled_at IS NULL AND id IN"
        " (SELECT sitting FROM sitting_item WHERE proposal = {}) ORDER BY id FOR NO KEY UPDATE",
        proposal_id,
    )
    proposal = await held(actor, proposal_id, now)
    await proposal.require(Action.RECUSAL_DECLARE)
    reason = whole("reason", content.reason, LONGEST_REASON)
    conflict = uuid7(proposal.now)
    await execute(
        "INSERT INTO conflict (id, proposal, expert, origin, rule, reason, created_at)"
        " VALUES ({}, {}, {}, 'declared', {}, {}, {}) ON CONFLICT (proposal, expert, rule, value)"
        " DO UPDATE SET closed_at = NULL, dismissed_at = NULL, dismissed_by = NULL, dismissal = '',"
        " reason = excluded.reason, created_at = excluded.created_at",
        *(conflict, proposal.id, actor.person, Rule.DECLARED.value),
        *(reason, proposal.now),
    )
    seat = await row(
        "SELECT * FROM assignment WHERE proposal = {} AND round = {} AND expert = {}"
        " AND status NOT IN ('declined', 'released')",
        *(proposal.id, proposal.round, actor.person),
    )
    if seat is not None:
        await leave_in_conflict(proposal, seat, reason)
    await proposal.append("member_recused", member=actor.person)
    await tell_officers(proposal, Mail.OFFICER_RECUSAL, f"recusal-{actor.person}")
    for line in following:  # whoever follows the sitting sees it at once
        await execute("UPDATE sitting SET version = version + 1 WHERE id = {}", line["id"])
    return Recused(proposal_id)
