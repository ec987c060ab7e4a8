"""Whom an expert may hand a proposal to: the other members of their teams in its call."""

from uuid import UUID

import msgspec

from forms import local_day
from service import clock
from service.domain.actor import Actor
from service.domain.loads import Hindrance
from service.domain.policy import Action
from service.problems import NotFound
from service.store.conflicts import conflicted
from service.store.database import row, rows
from service.store.seats import loads
from service.views.readable import readable


class Colleague(msgspec.Struct, frozen=True):
    """A member of one's team. `hindrance`: why they cannot be asked today, None where they can."""

    id: UUID
    name: str
    hindrance: Hindrance | None


class Colleagues(msgspec.Struct, frozen=True):
    """By name; without whoever was asked already, or has a conflict of interest."""

    items: tuple[Colleague, ...]


async def colleagues(actor: Actor, assignment_id: UUID) -> Colleagues:
    """For the holder of an assignment, while it can be handed on. NotFound."""
    line = await row(
        "SELECT a.proposal, a.round, p.round AS present, p.call FROM assignment a JOIN proposal p ON p.id = a.proposal"
        " WHERE a.id = {} AND a.expert = {} AND a.status IN ('invited', 'accepted')",
        *(assignment_id, actor.account),
    )
    if line is None or line["round"] != line["present"]:
        raise NotFound
    await readable(actor, line["proposal"], Action.ASSIGNMENT_DELEGATE)
    found = await rows(
        "SELECT DISTINCT k.id, k.name FROM team_member mine JOIN team t ON t.id = mine.team"  # noqa: S608  our names
        " JOIN team_member m ON m.team = t.id AND m.account <> mine.account"
        " JOIN role r ON r.account = m.account AND r.call = t.call AND r.role = 'expert'"
        " JOIN account k ON k.id = m.account AND k.disabled_at IS NULL"
        " WHERE mine.account = {} AND t.call = {} AND t.ended_at IS NULL"
        f" AND NOT {conflicted('{}', 'm.account')}"
        " AND NOT EXISTS (SELECT FROM assignment a WHERE a.proposal = {} AND a.round = {} AND a.expert = m.account"
        "  AND a.status <> 'proposed') ORDER BY k.name, k.id",
        *(actor.account, line["call"], line["proposal"], line["proposal"], line["round"]),
    )
    load = await loads(line["call"], [one["id"] for one in found], local_day(clock.now()))
    return Colleagues(tuple(Colleague(one["id"], one["name"], load[one["id"]].hindrance) for one in found))
