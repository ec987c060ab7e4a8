"""Those who share a proposal with its owner: their level, their leaving, their removal."""

from datetime import datetime
from uuid import UUID

import msgspec

from service.domain.actor import Actor
from service.domain.policy import Action
from service.notify.mails import Mail
from service.operations.acting import operation
from service.operations.holding import Held, held
from service.operations.sharing import Level
from service.operations.telling import tell, tell_owner
from service.problems import NotFound
from service.store.database import execute, value


class Collaboration(msgspec.Struct, frozen=True):
    """What somebody is to a proposal from now on; `level`: reader, writer, or "" for nothing any more."""

    proposal: UUID
    account: UUID
    level: str


@operation
async def change_level(actor: Actor, proposal_id: UUID, account: UUID, level: Level, *, now: datetime) -> Collaboration:
    """Have a collaborator write, or only read, from their next request on. NotFound for anybody else."""
    proposal = await held(actor, proposal_id, now)
    await proposal.require(Action.SHARING_MANAGE)
    present = await _level(proposal, account)
    if not present:
        raise NotFound("Cette personne ne participe pas à la candidature.")
    if present != level:
        await execute(
            "UPDATE collaborator SET level = {} WHERE proposal = {} AND account = {}", level, proposal_id, account
        )
        await proposal.append("collaborator_changed", account=account, level=level)
        await tell(proposal, account, Mail.SHARE_CHANGED, f"level-{proposal.line['last_seq']}", level=level)
    return Collaboration(proposal_id, account, level)


@operation
async def remove_collaborator(actor: Actor, proposal_id: UUID, account: UUID, *, now: datetime) -> Collaboration:
    """End somebody's access with this commit; what they wrote stays. Safe to repeat."""
    proposal = await held(actor, proposal_id, now)
    await proposal.require(Action.SHARING_MANAGE)
    if await _level(proposal, account):
        await _end(proposal, account)
        await proposal.append("collaborator_removed", account=account)
        await tell(proposal, account, Mail.SHARE_ENDED, f"removed-{proposal.line['last_seq']}")
    return Collaboration(proposal_id, account, "")


@operation
async def leave_proposal(actor: Actor, proposal_id: UUID, *, now: datetime) -> Collaboration:
    """Leave a proposal that one joined: coming back takes another invitation. What one wrote stays; the owner is
    told."""
    proposal = await held(actor, proposal_id, now)
    await proposal.require(Action.SHARING_LEAVE)
    await _end(proposal, actor.person)
    await proposal.append("collaborator_left", account=actor.person)
    await tell_owner(proposal, Mail.SHARE_LEFT, f"left-{proposal.line['last_seq']}")
    return Collaboration(proposal_id, actor.person, "")


async def _level(proposal: Held, account: UUID) -> str:
    found: str | None = await value(
        "SELECT level FROM collaborator WHERE proposal = {} AND account = {}", proposal.id, account
    )
    return found or ""


async def _end(proposal: Held, account: UUID) -> None:
    """The seat, and the ownership that may have been offered to it."""
    await execute("DELETE FROM collaborator WHERE proposal = {} AND account = {}", proposal.id, account)
    await execute(
        "UPDATE share SET ended_at = {} WHERE proposal = {} AND ended_at IS NULL"
        " AND email = (SELECT email FROM account WHERE id = {})",
        *(proposal.now, proposal.id, account),
    )
