"""A proposal handed on within a team: another member takes the place."""

from datetime import datetime
from uuid import UUID

import msgspec

from service.domain.actor import Actor
from service.domain.policy import Action
from service.notify.mails import Mail
from service.operations import joint
from service.operations.acting import operation
from service.operations.assignments import own_assignment, require_possible
from service.operations.holding import Held
from service.operations.inviting import lock_accounts, present, term
from service.operations.rechecking import recheck_listed
from service.operations.telling import tell
from service.operations.wording import whole
from service.problems import Conflict, Forbidden, NotFound
from service.store.database import Row, execute, row, value
from service.store.ids import uuid7
from service.store.seats import loads

LONGEST_REASON = 2000


class DelegatedAssignment(msgspec.Struct, frozen=True):
    """The assignment of whoever was asked in one's place, and until when they have time."""

    id: UUID
    due_at: datetime


@operation
async def delegate_assignment(
    actor: Actor, assignment_id: UUID, member: UUID, reason: str, *, now: datetime
) -> DelegatedAssignment:
    """Hand one's place to another member of one's team, who is invited at once and has the whole time of an invitation.

    Raises NotFound for whoever is in no team of the call with the actor; Conflict where the place is not the actor's to
    hand on, for one who has no time or is absent, and, without telling which, for one who was asked already or has a
    conflict of interest: that is no colleague's to know.
    """
    proposal, line = await own_assignment(actor, assignment_id, now)
    await proposal.require(Action.ASSIGNMENT_DELEGATE)
    if line["status"] not in ("invited", "accepted"):
        raise Conflict("Cette invitation n’attend plus de réponse.", code="not_invited")
    why = whole("reason", reason, LONGEST_REASON)
    await _require_colleague(proposal, actor.person, member)
    await recheck_listed(proposal, [member])
    await lock_accounts([member])
    try:
        await require_possible(proposal, member)
    except Forbidden as error:
        raise _not_free() from error
    known = await row(
        "SELECT id, status FROM assignment WHERE proposal = {} AND round = {} AND expert = {}",
        *(proposal.id, proposal.round, member),
    )
    if known is not None and known["status"] != "proposed":
        raise _not_free()
    load = (await loads(proposal.line["call"], [member], proposal.today))[member]
    if load.hindrance is not None:
        raise Conflict("Cette personne est absente, ou a atteint sa limite d’évaluations.", code="no_time")
    await execute(
        "UPDATE assignment SET status = 'declined', ended_at = {}, reason = {} WHERE id = {}",
        *(proposal.now, why, assignment_id),
    )
    await joint.leave(proposal, line, tainted=False)
    return await _ask(proposal, line, member, known["id"] if known is not None else None)


def _not_free() -> Conflict:
    said = "Cette personne ne peut pas prendre cette évaluation : choisissez-en une autre, ou prévenez le service."
    return Conflict(said.replace(" :", "\u00a0:"), code="not_free")


async def _require_colleague(proposal: Held, one: UUID, other: UUID) -> None:
    together = await value(
        "SELECT t.id FROM team t JOIN team_member a ON a.team = t.id JOIN team_member b ON b.team = t.id"
        " WHERE t.call = {} AND t.ended_at IS NULL AND a.account = {} AND b.account = {} AND a.account <> b.account"
        " LIMIT 1",
        *(proposal.line["call"], one, other),
    )
    if together is None:
        raise NotFound("Cette personne n’est pas de votre équipe.")


async def _ask(proposal: Held, line: Row, member: UUID, known: UUID | None) -> DelegatedAssignment:
    due, reminders = term(proposal, present(proposal))
    assignment = known or uuid7(proposal.now)
    if known is None:
        rank = 1 + (await value("SELECT max(rank) FROM assignment WHERE proposal = {}", proposal.id) or 0)
        await execute(
            "INSERT INTO assignment (id, proposal, round, expert, rank, status, proposed_at)"
            " VALUES ({}, {}, {}, {}, {}, 'proposed', {})",
            *(assignment, proposal.id, proposal.round, member, rank, proposal.now),
        )
    first, last = (reminders[0], reminders[-1]) if reminders else (None, None)
    await execute(
        "UPDATE assignment SET status = 'invited', seat = {}, team = {}, delegated_from = {}, invited_at = {},"
        " half_at = {}, last_at = {}, due_at = {}, reminders = {} WHERE id = {}",
        *(line["seat"], line["team"], line["id"], proposal.now, first, last, due),
        *(msgspec.json.encode(reminders).decode(), assignment),
    )
    await proposal.append("assignment_delegated", assignment=line["id"], to=assignment, seat=line["seat"], due=due)
    key = f"invited-{assignment}-{proposal.line['last_seq']}"
    await tell(proposal, member, Mail.EXPERT_INVITED, key, assignment=str(assignment))
    return DelegatedAssignment(assignment, due)
