"""The teams of a call, for its officers."""

from datetime import datetime
from uuid import UUID

import msgspec

from service.domain.actor import Actor
from service.domain.policy import Action
from service.problems import NotFound
from service.store.database import rows
from service.views.calls import require_on_call


class Member(msgspec.Struct, frozen=True):
    """A member of a team; `expert`: still an expert of the call."""

    id: UUID
    name: str
    expert: bool


class TeamView(msgspec.Struct, frozen=True):
    """A team, its members by name. `proposals`: how many it was asked for, or is listed on. `ended_at`: since when it
    is put on no more, None while it is."""

    id: UUID
    name: str
    members: tuple[Member, ...]
    proposals: int
    ended_at: datetime | None


class TeamsView(msgspec.Struct, frozen=True):
    """Every team of the call by name, those that have ended last."""

    items: tuple[TeamView, ...]


async def teams(actor: Actor, slug: str) -> TeamsView:
    """For the officers of the call."""
    about = await require_on_call(actor, slug, Action.TEAM_MANAGE)
    members: dict[UUID, list[Member]] = {}
    for line in await rows(
        "SELECT m.team, a.id, a.name, EXISTS (SELECT FROM role r WHERE r.account = a.id AND r.call = t.call"
        "  AND r.role = 'expert') AS expert FROM team_member m JOIN team t ON t.id = m.team"
        " JOIN account a ON a.id = m.account WHERE t.call = {} ORDER BY a.name, a.id",
        about.id,
    ):
        members.setdefault(line.pop("team"), []).append(Member(**line))
    found = await rows(
        "SELECT t.id, t.name, t.ended_at, (SELECT count(DISTINCT s.proposal) FROM assignment s WHERE s.team = t.id)"
        " AS proposals FROM team t WHERE t.call = {} ORDER BY t.ended_at IS NOT NULL, lower(t.name), t.id",
        about.id,
    )
    return TeamsView(tuple(TeamView(members=tuple(members.get(line["id"], ())), **line) for line in found))


async def team(actor: Actor, slug: str, team_id: UUID) -> TeamView:
    """One of them. NotFound."""
    found = next((one for one in (await teams(actor, slug)).items if one.id == team_id), None)
    if found is None:
        raise NotFound
    return found
