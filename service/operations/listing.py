"""A plan's experts put on the lists of proposals, one transaction each: begun again, it goes on where it stopped."""

from datetime import datetime
from uuid import UUID

import msgspec

from service.domain.actor import PROCESS, Actor
from service.domain.policy import ASSIGNING
from service.operations.holding import Held, held
from service.problems import NotFound
from service.store.database import Row, execute, row, rows, transaction
from service.store.ids import uuid7
from service.store.seats import POSSIBLE

BANNED = "Écarté de cette candidature par le service."
_LEFT = (
    "SELECT DISTINCT l.proposal FROM plan_line l WHERE l.plan = {} AND l.place <> 'alternative'"
    " AND NOT EXISTS (SELECT FROM plan_item i WHERE i.plan = l.plan AND i.proposal = l.proposal) ORDER BY l.proposal"
)
# The wanted takers, then those behind them, a row for each member of a team.
_LINES = (
    f"SELECT coalesce(l.team, l.expert) AS taker, l.team, a.expert, {POSSIBLE} AS possible,"  # noqa: S608  our names
    " EXISTS (SELECT FROM pin n WHERE n.proposal = l.proposal AND n.kind = 'ban' AND n.taker IN (l.expert, l.team))"
    " AS banned FROM plan_line l CROSS JOIN LATERAL (SELECT l.proposal, l.expert WHERE l.team IS NULL"
    " UNION ALL SELECT l.proposal, m.account FROM team_member m JOIN team t ON t.id = m.team AND t.ended_at IS NULL"
    " WHERE m.team = l.team) a (proposal, expert) WHERE l.plan = {} AND l.proposal = {} AND l.place <> 'alternative'"
    " ORDER BY array_position(ARRAY['seat', 'reserve']::varchar[], l.place), l.rank, a.expert"
)


class Taker(msgspec.Struct, frozen=True):
    """An expert, or the members of a team, to be asked together."""

    team: UUID | None
    experts: tuple[UUID, ...]
    possible: bool


async def left_to_list(plan_id: UUID) -> list[UUID]:
    """The proposals of a plan that is applied which were not looked at yet."""
    return [line["proposal"] for line in await rows(_LEFT, plan_id)]


async def list_planned(plan_id: UUID, proposal_id: UUID, *, now: datetime) -> None:
    """Put a plan's takers at the head of a proposal's list, under its lock; whoever cannot be any more is left out.

    Who was on the list stays behind them, but for those whom an officer banned. Safe to repeat.
    """
    async with transaction():
        plan = await row("SELECT applied_by FROM plan WHERE id = {} AND status = 'applying'", plan_id)
        if plan is None:
            return
        actor = Actor(account=plan["applied_by"]) if plan["applied_by"] else PROCESS
        try:
            proposal = await held(actor, proposal_id, now)
        except NotFound:
            return  # deleted, with its lines
        if await row("SELECT plan FROM plan_item WHERE plan = {} AND proposal = {}", plan_id, proposal_id):
            return
        takers = await _takers(plan_id, proposal_id)
        possible = [one for one in takers if one.possible] if _may_be_listed(proposal) else []
        listed = await _put(proposal, possible, plan_id)
        await execute(
            "INSERT INTO plan_item (plan, proposal, listed, skipped) VALUES ({}, {}, {}, {})",
            *(plan_id, proposal_id, listed, len(takers) - listed),
        )


async def finish_application(plan_id: UUID, *, now: datetime) -> None:
    """All of its proposals were looked at."""
    async with transaction():
        await execute(
            "UPDATE plan SET status = 'applied', applied_at = {}, claimed_at = NULL"
            " WHERE id = {} AND status = 'applying'",
            *(now, plan_id),
        )


def _may_be_listed(proposal: Held) -> bool:
    return proposal.line["status"] == "in_progress" and proposal.phase in ASSIGNING


async def _takers(plan_id: UUID, proposal_id: UUID) -> list[Taker]:
    found: dict[UUID, list[Row]] = {}
    for line in await rows(_LINES, plan_id, proposal_id):
        found.setdefault(line["taker"], []).append(line)
    return [
        Taker(
            team=lines[0]["team"],
            experts=tuple(line["expert"] for line in lines),
            possible=all(line["possible"] and not line["banned"] for line in lines),
        )
        for lines in found.values()
    ]


async def _put(proposal: Held, takers: list[Taker], plan_id: UUID) -> int:
    """How many takers are on the list. Whoever has had an answer of theirs in this round is on no list again."""
    known = {
        line["expert"]: line
        for line in await rows(
            "SELECT id, expert, team, rank, status FROM assignment WHERE proposal = {} AND round = {}"
            " ORDER BY rank, id",
            *(proposal.id, proposal.round),
        )
    }
    fresh = [one for one in takers if all(known[e]["status"] == "proposed" for e in one.experts if e in known)]
    order = [(expert, one.team) for one in fresh for expert in one.experts]
    waiting = [line for line in known.values() if line["status"] == "proposed"]
    banned = await _banned(proposal)
    first = 1 + max((line["rank"] for line in known.values() if line["status"] != "proposed"), default=0)
    behind = [
        line for line in waiting if line["expert"] not in banned and line["expert"] not in {one for one, _ in order}
    ]
    wanted = [*order, *((line["expert"], line["team"]) for line in behind)]
    if [(line["expert"], line["team"]) for line in waiting] == wanted:
        return len(fresh)
    added = await _write(proposal, wanted, known, first)
    gone = [line["id"] for line in waiting if line["expert"] in banned]
    await _take_off(proposal, gone)
    await proposal.append("experts_listed", plan=plan_id, assignments=added, listed=len(fresh), removed=len(gone))
    return len(fresh)


async def _take_off(proposal: Held, gone: list[UUID]) -> None:
    """Whoever was asked before, and left a review begun, somebody in their place or a place handed on, is not forgotten
    but released."""
    await execute(
        "UPDATE assignment a SET status = 'released', ended_at = {}, reason = {} WHERE a.id = ANY({})"
        " AND (EXISTS (SELECT FROM review r WHERE r.assignment = a.id)"
        " OR EXISTS (SELECT FROM suggestion s WHERE s.assignment = a.id)"
        " OR EXISTS (SELECT FROM assignment o WHERE o.delegated_from = a.id))",
        *(proposal.now, BANNED, gone),
    )
    await execute("DELETE FROM assignment WHERE id = ANY({}) AND status = 'proposed'", gone)


async def _write(
    proposal: Held, wanted: list[tuple[UUID, UUID | None]], known: dict[UUID, Row], first: int
) -> list[UUID]:
    added: list[UUID] = []
    for rank, (expert, team) in enumerate(wanted, first):
        if expert in known:
            await execute("UPDATE assignment SET rank = {}, team = {} WHERE id = {}", rank, team, known[expert]["id"])
            continue
        added.append(uuid7(proposal.now))
        await execute(
            "INSERT INTO assignment (id, proposal, round, expert, team, rank, status, proposed_at)"
            " VALUES ({}, {}, {}, {}, {}, {}, 'proposed', {})",
            *(added[-1], proposal.id, proposal.round, expert, team, rank, proposal.now),
        )
    return added


async def _banned(proposal: Held) -> set[UUID]:
    found = await rows(
        "SELECT n.expert AS account FROM pin n WHERE n.proposal = {} AND n.kind = 'ban' AND n.expert IS NOT NULL"
        " UNION SELECT a.expert FROM assignment a JOIN pin n ON n.team = a.team AND n.proposal = a.proposal"
        " WHERE a.proposal = {} AND n.kind = 'ban'",
        *(proposal.id, proposal.id),
    )
    return {line["account"] for line in found}
