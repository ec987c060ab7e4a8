"""What experts would like to review: a preference for a plan, which weighs it with the rest."""

from datetime import datetime
from typing import Literal
from uuid import UUID

import msgspec

from service.domain import policy
from service.domain.actor import Actor
from service.domain.policy import ASSIGNING, Action
from service.operations.acting import operation
from service.operations.holding import call_named, refuse
from service.problems import NotFound
from service.store.database import execute, row
from service.store.editions import edition
from service.store.seats import POSSIBLE


class BidContent(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An expert's own wish: `neutral` takes back what was said."""

    bid: Literal["want", "not_for_me", "neutral"]


class KeptBid(msgspec.Struct, frozen=True):
    """What is kept of it."""

    proposal: UUID
    bid: str


@operation
async def keep_bid(actor: Actor, slug: str, proposal_id: UUID, content: BidContent, *, now: datetime) -> KeptBid:
    """Say whether one would like to review a proposal. No journal entry: it decides nothing.

    Raises NotFound for a call that does not ask its experts, and a proposal that is not shown to this one.
    """
    call = await call_named(slug)
    refuse(policy.why_not_on_call(actor, Action.CALL_BID, call["id"]))
    line = await row(
        f"SELECT p.edition, p.phase, {POSSIBLE} AND p.owner <> a.expert AS possible FROM proposal p"  # noqa: S608
        " CROSS JOIN LATERAL (SELECT p.id, {}::uuid) a (proposal, expert) WHERE p.id = {} AND p.call = {}",
        *(actor.person, proposal_id, call["id"]),
    )
    shown = line is not None and line["possible"] and line["phase"] in {phase.value for phase in ASSIGNING}
    if line is None or not shown or not (await edition(line["edition"])).process.bids:
        raise NotFound
    if content.bid == "neutral":
        await execute("DELETE FROM bid WHERE proposal = {} AND expert = {}", proposal_id, actor.person)
    else:
        await execute(
            "INSERT INTO bid (proposal, expert, bid, at) VALUES ({}, {}, {}, {})"
            " ON CONFLICT (proposal, expert) DO UPDATE SET bid = excluded.bid, at = excluded.at",
            *(proposal_id, actor.person, content.bid, now),
        )
    return KeptBid(proposal_id, content.bid)
