"""Invitations to a proposal, and the offer of its ownership: sent, and taken back. `joining` answers them.

Whether an invited address has an account, or a part in running the call, is told to nobody but its holder.
"""

from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

import msgspec

from service.domain.actor import Actor
from service.domain.policy import Action
from service.identity import secrets
from service.notify.mails import Mail
from service.notify.queue import enqueue
from service.operations.acting import operation
from service.operations.holding import Held, held
from service.operations.persons import checked_email, locked
from service.problems import Conflict, NotFound
from service.store.database import execute, row, rows, value
from service.store.ids import uuid7

LIFE = timedelta(hours=24)
DAY = timedelta(days=1)
KEPT = timedelta(days=7)  # an invitation that is over
MOST = 20  # collaborators of one proposal, with those who have not answered yet
MOST_A_DAY = 40  # invitations of one person, on all of their proposals

Level = Literal["reader", "writer"]


class Invited(msgspec.Struct, frozen=True):
    """The invitation that a mail brings; it can be taken until `expires_at`."""

    id: UUID
    email: str
    level: str
    expires_at: datetime


class RevokedInvitation(msgspec.Struct, frozen=True):
    """The invitation whose link is no longer good."""

    id: UUID


@operation
async def invite_collaborator(actor: Actor, proposal_id: UUID, email: str, level: Level, *, now: datetime) -> Invited:
    """Send a link, good once and for 24 hours, to somebody who may then read the proposal, or write it too.

    Inviting the same address again replaces its link. Raises Invalid for an address that is none; Conflict for one's
    own, for somebody who is there already, and beyond 20 collaborators or 40 invitations a day.
    """
    proposal = await held(actor, proposal_id, now)
    await proposal.require(Action.SHARING_MANAGE)
    address = checked_email(email)
    await _require_new(proposal, address)
    await _end(proposal, address)
    await _require_room(proposal)
    share = await _share(proposal, address, level)
    await proposal.append("collaborator_invited", invitation=share.id, level=level)
    return share


@operation
async def revoke_invitation(actor: Actor, proposal_id: UUID, share_id: UUID, *, now: datetime) -> RevokedInvitation:
    """Take an invitation or an offer back, before it is answered. Nothing to do where that is too late."""
    proposal = await held(actor, proposal_id, now)
    await proposal.require(Action.SHARING_MANAGE)
    if await value("SELECT id FROM share WHERE id = {} AND proposal = {}", share_id, proposal_id) is None:
        raise NotFound
    ended = await value(
        "UPDATE share SET ended_at = {} WHERE id = {} AND ended_at IS NULL RETURNING id", proposal.now, share_id
    )
    if ended is not None:
        await proposal.append("invitation_revoked", invitation=share_id)
    return RevokedInvitation(share_id)


@operation
async def offer_ownership(actor: Actor, proposal_id: UUID, account: UUID, *, now: datetime) -> Invited:
    """Offer the proposal to one of its collaborators: it is theirs once they accept, within 24 hours. Another offer
    replaces the one that waits. NotFound for anybody else."""
    proposal = await held(actor, proposal_id, now)
    await proposal.require(Action.SHARING_MANAGE)
    found = await row(
        "SELECT a.email FROM collaborator k JOIN account a ON a.id = k.account"
        " WHERE k.proposal = {} AND k.account = {} AND a.disabled_at IS NULL",
        *(proposal_id, account),
    )
    if found is None:
        raise NotFound("Cette personne ne participe pas à la candidature.")
    await execute(
        "UPDATE share SET ended_at = {} WHERE proposal = {} AND level = 'owner' AND ended_at IS NULL",
        *(proposal.now, proposal_id),
    )
    await _end(proposal, found["email"])
    await _require_few_sent(proposal)
    offer = await _share(proposal, found["email"], "owner")
    await proposal.append("ownership_offered", invitation=offer.id, account=account)
    return offer


async def _share(proposal: Held, email: str, level: str) -> Invited:
    """A new invitation and its mail, which names it by its id alone."""
    share, expires_at = uuid7(proposal.now), proposal.now + LIFE
    await execute(
        "INSERT INTO share (id, proposal, email, level, inviter, secret_hash, at, expires_at)"
        " VALUES ({}, {}, {}, {}, {}, {}, {}, {})",
        *(share, proposal.id, email, level, proposal.actor.person),
        *(secrets.digest(secrets.derive("share", share)), proposal.now, expires_at),
    )
    account = await value("SELECT id FROM account WHERE email = {}", email)
    data = {"share": str(share), "proposal": str(proposal.id), "level": level}
    await enqueue(Mail.SHARE_INVITED, account, email, data, key=f"{Mail.SHARE_INVITED}-{share}", now=proposal.now)
    return Invited(share, email, level, expires_at)


async def _end(proposal: Held, email: str) -> None:
    await execute(
        "UPDATE share SET ended_at = {} WHERE proposal = {} AND email = {} AND ended_at IS NULL",
        *(proposal.now, proposal.id, email),
    )


async def _require_new(proposal: Held, email: str) -> None:
    if email == proposal.actor.email:
        raise Conflict("Cette adresse est la vôtre.", code="own_address")
    there = await value(
        "SELECT EXISTS (SELECT FROM collaborator k JOIN account a ON a.id = k.account"
        " WHERE k.proposal = {} AND a.email = {})",
        *(proposal.id, email),
    )
    if there:
        raise Conflict(
            "Cette personne participe déjà à la candidature : changez son niveau dans la liste.", code="already_there"
        )


async def _require_room(proposal: Held) -> None:
    taken = await value(
        "SELECT (SELECT count(*) FROM collaborator WHERE proposal = {})"
        " + (SELECT count(*) FROM share WHERE proposal = {} AND level <> 'owner' AND ended_at IS NULL"
        "    AND expires_at > {})",
        *(proposal.id, proposal.id, proposal.now),
    )
    if taken >= MOST:
        raise Conflict(
            f"Une candidature se partage avec {MOST} personnes au plus, invitations en attente comprises.",
            code="too_many_collaborators",
        )
    await _require_few_sent(proposal)


async def _require_few_sent(proposal: Held) -> None:
    await locked(proposal.actor.person)
    sent = await rows(
        "SELECT id FROM share WHERE inviter = {} AND at > {} LIMIT {}",
        *(proposal.actor.person, proposal.now - DAY, MOST_A_DAY),
    )
    if len(sent) >= MOST_A_DAY:
        raise Conflict(
            f"Vous avez déjà envoyé {MOST_A_DAY} invitations en un jour : réessayez demain.",
            code="too_many_invitations",
        )


async def forget_shares(now: datetime) -> None:
    """Drop the invitations that were over a week ago, and the addresses in them."""
    await execute("DELETE FROM share WHERE expires_at < {}", now - KEPT)
