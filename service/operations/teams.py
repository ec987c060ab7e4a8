"""Teams of a call: experts who take the same proposals, and hold one seat together (a "binôme")."""

from datetime import datetime
from uuid import UUID

import msgspec

from forms import FieldError
from service.domain import policy
from service.domain.actor import Actor
from service.domain.policy import Action
from service.operations.acting import operation
from service.operations.holding import call_named, refuse
from service.operations.persons import one_line
from service.problems import Conflict, Invalid, NotFound
from service.store import journal
from service.store.database import Row, execute, row, rows, value
from service.store.ids import uuid7

LEAST, MOST = 2, 10
LONGEST_NAME = 120


class TeamContent(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A team's name, and the accounts of its members: two to ten experts of the call."""

    name: str
    members: tuple[UUID, ...]


class KeptTeam(msgspec.Struct, frozen=True):
    """A team of the call; `ended` once it takes no more proposals."""

    id: UUID
    ended: bool = False


@operation
async def form_team(actor: Actor, slug: str, content: TeamContent, *, now: datetime) -> KeptTeam:
    """A new team. Raises Invalid for its name, for fewer than two members or whoever is no expert of the call;
    Conflict for a name that another team of the call has."""
    call = await call_named(slug, "FOR NO KEY UPDATE")
    refuse(policy.why_not_on_call(actor, Action.TEAM_MANAGE, call["id"]))
    checked = await _checked(call["id"], content, None)
    team = uuid7(now)
    await execute(
        "INSERT INTO team (id, call, name, created_at) VALUES ({}, {}, {}, {})", team, call["id"], checked.name, now
    )
    await _join(team, checked.members)
    await _record(actor, call["id"], "team_formed", team, checked.members, now)
    return KeptTeam(team)


@operation
async def change_team(actor: Actor, team_id: UUID, content: TeamContent, *, now: datetime) -> KeptTeam:
    """Another name or other members, for the proposals that it is put on from now on: those that it was given keep
    whoever was asked. Raises as `form_team`, NotFound; Conflict once it has ended."""
    line = await _held(actor, team_id)
    checked = await _checked(line["call"], content, team_id)
    await execute("UPDATE team SET name = {} WHERE id = {}", checked.name, team_id)
    await execute("DELETE FROM team_member WHERE team = {}", team_id)
    await _join(team_id, checked.members)
    await _record(actor, line["call"], "team_changed", team_id, checked.members, now)
    return KeptTeam(team_id)


@operation
async def end_team(actor: Actor, team_id: UUID, *, now: datetime) -> KeptTeam:
    """It is put on no more proposals; those that it holds stay its. Repeating it changes nothing."""
    line = await _held(actor, team_id, ended=True)
    if line["ended_at"] is None:
        await execute("UPDATE team SET ended_at = {} WHERE id = {}", now, team_id)
        await _record(actor, line["call"], "team_ended", team_id, (), now)
    return KeptTeam(team_id, ended=True)


async def members_of(call: UUID, team_id: UUID) -> tuple[UUID, ...]:
    """The members of a team of this call, by id. NotFound where there is none, or it has ended."""
    found = await rows(
        "SELECT m.account FROM team_member m JOIN team t ON t.id = m.team"
        " WHERE t.id = {} AND t.call = {} AND t.ended_at IS NULL ORDER BY m.account",
        *(team_id, call),
    )
    if not found:
        raise NotFound("Cette équipe n’existe pas dans cet appel, ou n’y est plus.")
    return tuple(line["account"] for line in found)


async def _held(actor: Actor, team_id: UUID, *, ended: bool = False) -> Row:
    """A team under the lock of its call."""
    call = await value("SELECT call FROM team WHERE id = {}", team_id)
    if call is None:
        raise NotFound
    refuse(policy.why_not_on_call(actor, Action.TEAM_MANAGE, call))
    await row("SELECT id FROM call WHERE id = {} FOR NO KEY UPDATE", call)
    line = await row("SELECT * FROM team WHERE id = {}", team_id)
    if line is None:
        raise NotFound
    if line["ended_at"] is not None and not ended:
        raise Conflict("Cette équipe a été dissoute.", code="team_ended")
    return line


async def _checked(call: UUID, content: TeamContent, own: UUID | None) -> TeamContent:
    name, members = one_line(content.name), tuple(sorted(set(content.members)))
    errors = []
    if not name or len(name) > LONGEST_NAME:
        errors.append(
            FieldError("name", "name", f"Nommez l’équipe en {LONGEST_NAME} caractères au plus.", "Name the team.")
        )
    if not LEAST <= len(members) <= MOST:
        said = f"Une équipe compte de {LEAST} à {MOST} évaluateurs."
        errors.append(FieldError("members", "members", said, f"A team has {LEAST} to {MOST} members."))
    known = await value(
        "SELECT count(*) FROM role WHERE call = {} AND role = 'expert' AND account = ANY({})", call, list(members)
    )
    if known != len(members):
        said = "Tous les membres doivent être évaluateurs de cet appel."
        errors.append(FieldError("members", "not_an_expert", said, "Every member must be an expert of this call."))
    if errors:
        raise Invalid(errors, "L’équipe est à corriger.")
    taken = await value(
        "SELECT id FROM team WHERE call = {} AND lower(name) = lower({}) AND ended_at IS NULL", call, name
    )
    if taken is not None and taken != own:
        raise Conflict("Une autre équipe de cet appel porte déjà ce nom.", code="team_exists")
    return TeamContent(name, members)


async def _join(team: UUID, members: tuple[UUID, ...]) -> None:
    for member in members:
        await execute("INSERT INTO team_member (team, account) VALUES ({}, {})", team, member)


async def _record(  # noqa: PLR0917  an entry's parts
    actor: Actor, call: UUID, kind: str, team: UUID, members: tuple[UUID, ...], now: datetime
) -> None:
    await journal.append(f"call:{call}", kind, actor, now, {"team": team, "members": members})
