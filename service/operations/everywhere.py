"""An expert wherever a review of theirs is awaited: what an officer does on one proposal of a batch, and what becomes
of the places of whoever is no expert any more."""

from collections.abc import Mapping
from datetime import datetime
from inspect import unwrap
from uuid import UUID

import msgspec

from service.domain.actor import Actor
from service.operations import joint
from service.operations.excluding import ROLE_ENDED
from service.operations.extending import Extended, ExtendExpert, extend_expert
from service.operations.holding import Held, held
from service.operations.reassigning import Reassign, Reassigned, reassign
from service.problems import Conflict
from service.store.database import execute, rows, value

# A proposal `p` on which a review of an expert, a parameter, is awaited; or which they are on the list of.
LISTED = (
    "EXISTS (SELECT FROM assignment a WHERE a.proposal = p.id AND a.round = p.round AND a.expert = {}"
    " AND p.stage_kind = 'review' AND a.status IN ('proposed', 'invited', 'accepted'))"
)
AWAITED = (
    "EXISTS (SELECT FROM assignment a WHERE a.proposal = p.id AND a.round = p.round AND a.expert = {}"
    " AND p.stage_kind = 'review' AND (a.status IN ('invited', 'accepted') OR a.asked_again IS NOT NULL))"
)


class ReplaceExpert(msgspec.Struct, frozen=True):
    """Release `expert`, whose review is not given; `by` is asked before everybody else on the list, None: whoever is
    next on it."""

    expert: UUID
    by: UUID | None
    reason: str


class ExtendReviews(msgspec.Struct, frozen=True):
    """Until when `expert` may give their review."""

    expert: UUID
    until: datetime
    reason: str


async def replace_everywhere(actor: Actor, proposal_id: UUID, act: ReplaceExpert, *, now: datetime) -> Reassigned:
    """On one proposal, in the caller's transaction. Conflict where the expert is not on its list, or has given their
    review; and as `reassign`."""
    proposal = await held(actor, proposal_id, now)
    found = await _assignment(proposal, act.expert, "status IN ('proposed', 'invited', 'accepted')")
    content = Reassign(act.reason, (found,), (act.by,) if act.by is not None else ())
    done: Reassigned = await unwrap(reassign)(actor, proposal_id, content, now=now)
    return done


async def extend_everywhere(actor: Actor, proposal_id: UUID, act: ExtendReviews, *, now: datetime) -> Extended:
    """The same: more time. Conflict where nothing is awaited of the expert; and as `extend_expert`."""
    proposal = await held(actor, proposal_id, now)
    found = await _assignment(proposal, act.expert, "(status IN ('invited', 'accepted') OR asked_again IS NOT NULL)")
    done: Extended = await unwrap(extend_expert)(actor, found, ExtendExpert(act.until, act.reason), now=now)
    return done


async def _assignment(proposal: Held, expert: UUID, condition: str) -> UUID:
    found: UUID | None = await value(
        f"SELECT id FROM assignment WHERE proposal = {{}} AND round = {{}} AND expert = {{}} AND {condition}",  # noqa: S608
        *(proposal.id, proposal.round, expert),
    )
    if found is None:
        raise Conflict("Aucune évaluation n’est attendue de cette personne.", code="not_awaited")
    return found


async def release_places(holding: Mapping[UUID, Held], account: UUID, call: UUID | None = None) -> None:
    """Whoever is no expert any more, of a call or of any, leaves the lists of these proposals, which are held: the
    process invites the next. What they gave stays. Raises Conflict where they are on another list by now."""
    elsewhere = await value(
        "SELECT p.id FROM assignment a JOIN proposal p ON p.id = a.proposal AND p.round = a.round WHERE a.expert = {}"
        " AND p.stage_kind = 'review' AND a.status IN ('proposed', 'invited', 'accepted') AND p.id <> ALL({}) LIMIT 1",
        *(account, list(holding)),
    )
    if elsewhere is not None:
        raise Conflict(
            "Une évaluation vient d’être proposée à cette personne : renouvelez votre demande.", code="just_listed"
        )
    for proposal in holding.values():
        if call is not None and proposal.line["call"] != call:
            continue
        for line in await rows(
            "SELECT * FROM assignment WHERE proposal = {} AND round = {} AND expert = {}"
            " AND (status IN ('proposed', 'invited', 'accepted') OR (status = 'released' AND released_at IS NOT NULL))",
            *(proposal.id, proposal.round, account),
        ):
            await execute(
                "UPDATE assignment SET status = 'released', ended_at = {}, released_at = NULL, asked_again = NULL,"
                " reason = {} WHERE id = {}",
                *(proposal.now, ROLE_ENDED, line["id"]),
            )
            await joint.leave(proposal, line, tainted=False)
            await proposal.append("expert_left", assignment=line["id"], seat=line["seat"])
