"""Answering an invitation to a proposal, or the offer of its ownership: accepted, or declined.

A link grants nothing by itself: whoever has it must be signed in with the address that was invited.
"""

from datetime import datetime
from uuid import UUID

import msgspec

from service.domain import policy
from service.domain.actor import Actor
from service.domain.conflicts import Rule
from service.domain.policy import Phase
from service.identity import secrets
from service.notify.mails import Mail
from service.operations.acting import operation
from service.operations.drafts import require_few
from service.operations.holding import Held, held
from service.operations.persons import link_refused, signed_in
from service.operations.rechecking import recheck
from service.operations.telling import tell, tell_owner
from service.problems import Forbidden
from service.store.database import Row, execute, row, value
from service.store.ids import uuid7


class Joined(msgspec.Struct, frozen=True):
    """The proposal that was joined; `level`: reader, writer, or owner."""

    proposal: UUID
    level: str


class DeclinedInvitation(msgspec.Struct, frozen=True):
    """The invitation that was declined."""

    id: UUID


async def join_proposal(actor: Actor, token: str, *, now: datetime) -> Joined:
    """Accept what a link offers. Raises SignInNeeded; Conflict for a link that was used, replaced or is too old;
    Forbidden for anybody but the holder of the invited address, and for whoever has a part in running the call."""
    signed_in(actor)
    return await _join_proposal(actor, secrets.digest(token), now=now)


@operation
async def _join_proposal(actor: Actor, mark: bytes, *, now: datetime) -> Joined:
    share, proposal = await _answering(actor, mark, now)
    here = (await proposal.facts()).sharing
    if share["ended_at"] is not None or share["expires_at"] <= proposal.now or proposal.phase is Phase.DISCARDED:
        level = "owner" if actor.account == proposal.line["owner"] else here
        if level == share["level"]:
            return Joined(proposal.id, level)  # a repeat after a lost answer
        raise link_refused()
    await _require_no_part(proposal)
    if share["level"] == "owner":
        await _take_over(proposal, share, here)
        return Joined(proposal.id, "owner")
    await execute("UPDATE share SET ended_at = {} WHERE id = {}", proposal.now, share["id"])
    await execute(
        "INSERT INTO collaborator (proposal, account, level, since) VALUES ({}, {}, {}, {})"
        " ON CONFLICT (proposal, account) DO UPDATE SET level = excluded.level",
        *(proposal.id, actor.person, share["level"], proposal.now),
    )
    await _in_conflict(proposal, actor.person)
    await proposal.append("collaborator_joined", invitation=share["id"], account=actor.person, level=share["level"])
    await tell_owner(proposal, Mail.SHARE_ACCEPTED, f"joined-{share['id']}")
    return Joined(proposal.id, share["level"])


async def decline_invitation(actor: Actor, token: str, *, now: datetime) -> DeclinedInvitation:
    """Decline what a link offers; whoever sent it is told. Raises as `join_proposal` does."""
    signed_in(actor)
    return await _decline_invitation(actor, secrets.digest(token), now=now)


@operation
async def _decline_invitation(actor: Actor, mark: bytes, *, now: datetime) -> DeclinedInvitation:
    share, proposal = await _answering(actor, mark, now)
    if share["ended_at"] is not None or share["expires_at"] <= proposal.now:
        raise link_refused()
    await execute("UPDATE share SET ended_at = {} WHERE id = {}", proposal.now, share["id"])
    await proposal.append("invitation_declined", invitation=share["id"])
    await tell_owner(proposal, Mail.SHARE_DECLINED, f"declined-{share['id']}")
    return DeclinedInvitation(share["id"])


async def _answering(actor: Actor, mark: bytes, now: datetime) -> tuple[Row, Held]:
    """The invitation of a link, under the locks of its call and its proposal, for the holder of its address."""
    seen = await row(
        "SELECT s.proposal, p.call FROM share s JOIN proposal p ON p.id = s.proposal WHERE s.secret_hash = {}", mark
    )
    if seen is None:
        raise link_refused()
    # The call before the proposal: nobody is given a part in running it meanwhile.
    await row("SELECT id FROM call WHERE id = {} FOR SHARE", seen["call"])
    proposal = await held(actor, seen["proposal"], now)
    share = await row("SELECT * FROM share WHERE secret_hash = {}", mark)
    if share is None:
        raise link_refused()
    if share["email"] != actor.email:
        raise Forbidden(
            f"Cette invitation a été envoyée à {share['email']}, et votre session est ouverte avec {actor.email}."
            f" Connectez-vous avec l’adresse invitée, ou demandez une invitation pour {actor.email}.",
            code="other_address",
        )
    return share, proposal


async def _require_no_part(proposal: Held) -> None:
    """Whoever runs the call, or was asked to judge this proposal, does not come over to its applicant's side."""
    part = await value(
        "SELECT EXISTS (SELECT FROM role WHERE account = {} AND call = {} AND role = ANY({}))"
        " OR EXISTS (SELECT FROM assignment WHERE proposal = {} AND expert = {})",
        *(proposal.actor.person, proposal.line["call"], [role.value for role in policy.STAFF_ROLES]),
        *(proposal.id, proposal.actor.person),
    )
    if part:
        raise Forbidden(
            "Vous participez à l’instruction de cet appel : vous ne pouvez pas rejoindre une candidature.",
            code="staff_of_call",
        )


async def _take_over(proposal: Held, share: Row, here: str) -> None:
    """The collaborator becomes the owner, the owner a writer. What the former owner had offered others is over."""
    if not here:
        raise link_refused()
    person, before = proposal.actor.person, proposal.line["owner"]
    if proposal.phase is Phase.DRAFT:
        await require_few(person, proposal.line["call"])
    await execute("UPDATE share SET ended_at = {} WHERE proposal = {} AND ended_at IS NULL", proposal.now, proposal.id)
    await execute("DELETE FROM collaborator WHERE proposal = {} AND account = {}", proposal.id, person)
    await execute(
        "INSERT INTO collaborator (proposal, account, level, since) VALUES ({}, {}, 'writer', {})",
        *(proposal.id, before, proposal.now),
    )
    await proposal.set(owner=person)
    await _in_conflict(proposal, before)
    await proposal.append("ownership_transferred", invitation=share["id"], previous=before, account=person)
    for one in (before, person):
        await tell(proposal, one, Mail.OWNERSHIP_TRANSFERRED, f"transferred-{share['id']}")


async def _in_conflict(proposal: Held, person: UUID) -> None:
    """Whoever was on the applicant's side never judges the proposal, even once they have left it."""
    await execute(
        "INSERT INTO conflict (id, proposal, expert, origin, rule, value, reason, created_at)"
        " VALUES ({}, {}, {}, 'found', {}, {}, '', {}) ON CONFLICT (proposal, expert, rule, value) DO NOTHING",
        *(uuid7(proposal.now), proposal.id, person, Rule.APPLICANT.value, str(person), proposal.now),
    )
    await recheck(proposal)
