"""Whom an expert who declines names in their place: kept for the officers, who may put that person on the list."""

from datetime import datetime
from uuid import UUID

import msgspec

from service.domain import policy
from service.domain.actor import Actor, Role
from service.domain.policy import Action
from service.operations.acting import beside, operation
from service.operations.assignments import put_on_list
from service.operations.holding import held, refuse
from service.operations.members import invite_account
from service.problems import Conflict, NotFound
from service.store.database import execute, row, value


class TakenSuggestion(msgspec.Struct, frozen=True):
    """The suggested person, now an expert of the call and on the proposal's list."""

    id: UUID
    account: UUID
    assignment: UUID


async def take_suggestion(actor: Actor, suggestion_id: UUID, *, now: datetime) -> TakenSuggestion:
    """Invite the person to the call by mail, if they are no expert of it yet, and put them on the proposal's list.

    Raises NotFound; Conflict where no address was given, the suggestion was erased, or they cannot be an expert of the
    call; Forbidden for a conflict of interest. Two transactions: whoever cannot be put on the list stays invited.
    """
    line = await row(
        "SELECT s.name, s.email, p.call, c.slug FROM suggestion s JOIN proposal p ON p.id = s.proposal"
        " JOIN call c ON c.id = p.call WHERE s.id = {}",
        suggestion_id,
    )
    if line is None:
        raise NotFound
    refuse(policy.why_not_on_call(actor, Action.EXPERT_MANAGE, line["call"]))
    if not line["email"]:
        raise Conflict("Aucune adresse n’a été donnée pour cette personne : invitez-la vous-même.", code="no_address")
    with beside("invite"):
        invited = await invite_account(actor, line["email"], line["name"], Role.EXPERT, line["slug"], now=now)
    return await _take(actor, suggestion_id, invited.account, now=now)


@operation
async def _take(actor: Actor, suggestion_id: UUID, account: UUID, *, now: datetime) -> TakenSuggestion:
    about = await value("SELECT proposal FROM suggestion WHERE id = {}", suggestion_id)
    if about is None:
        raise NotFound
    proposal = await held(actor, about, now)
    await proposal.require(Action.ASSIGNMENT_PROPOSE)
    added = await put_on_list(proposal, (account,))
    assignment = await value(
        "SELECT id FROM assignment WHERE proposal = {} AND round = {} AND expert = {}",
        *(proposal.id, proposal.round, account),
    )
    await execute("UPDATE suggestion SET taken_at = coalesce(taken_at, {}) WHERE id = {}", proposal.now, suggestion_id)
    if added:
        await proposal.append("experts_proposed", assignments=added, suggestion=suggestion_id)
    return TakenSuggestion(suggestion_id, account, assignment)
