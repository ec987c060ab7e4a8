"""Who reviews what in a call: a plan is asked for, made by a worker, looked at, then applied to each proposal's list.

A plan invites nobody: it puts experts on lists, from which the process invites. What it rests on is digested; a plan is
not applied once that has changed, and what hinders a pair is looked at again under each proposal's lock.
"""

from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

import msgspec

import forms
from service import logs
from service.domain import policy
from service.domain.actor import PROCESS, Actor
from service.domain.plans import Line, Plan, Summary, Wanted
from service.domain.policy import Action
from service.operations.acting import operation
from service.operations.holding import call_named, held, refuse
from service.problems import Conflict, Forbidden, NotFound
from service.store import journal, matched
from service.store.database import execute, execute_each, row, transaction, value
from service.store.ids import uuid7
from service.store.matched import Facts
from service.store.seats import POSSIBLE

LEASE = timedelta(minutes=1)  # unless it is renewed, another worker takes a plan over
MOST_TRIES = 3
SUPERSEDED = timedelta(days=30)
FAILED = "La répartition n’a pas pu être calculée. Demandez-la à nouveau ; si l’échec se répète, prévenez le service."
OUTDATED = (
    "Depuis cette répartition, des candidatures, des évaluateurs, des conflits d’intérêts ou vos choix ont changé."
    " Recalculez-la avant de l’appliquer."
)


class AskedPlan(msgspec.Struct, frozen=True):
    """A plan of a call and how it stands: queued, running, done, failed, applying, applied."""

    id: UUID
    number: int
    status: str


class PinContent(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A taker (an expert's account, or a team) for a proposal: `pin` in every plan, `ban` from all, or `free`."""

    proposal: UUID
    taker: UUID
    kind: Literal["pin", "ban", "free"]


class KeptPin(msgspec.Struct, frozen=True):
    """What holds of a proposal and a taker now."""

    proposal: UUID
    taker: UUID
    kind: str


class Claimed(msgspec.Struct, frozen=True):
    """A plan for the caller alone to make; `tries`: how often it was claimed by now."""

    id: UUID
    call: UUID
    wanted: Wanted
    tries: int


@operation
async def make_plan(actor: Actor, slug: str, wanted: Wanted, *, now: datetime) -> AskedPlan:
    """Have a worker plan who reviews what. Asking while one is made, or applied, gives that one. Raises NotFound for a
    call there is not."""
    call = await call_named(slug, "FOR NO KEY UPDATE")
    if not actor.process:
        refuse(policy.why_not_on_call(actor, Action.CALL_PLAN, call["id"]))
    return await _ask(actor, call["id"], wanted, now)


async def plan_at_closing(call_id: UUID, closes_at: datetime, *, now: datetime) -> AskedPlan | None:
    """Have the plan made that officers find when a call has closed, in the transaction of whoever holds its lock.
    Nothing is applied by it.

    Safe to repeat: a plan that was asked for since the call closed is that plan. None where no proposal lacks an
    expert, or there are none. What was wanted of the last plan is wanted again.
    """
    last = await row(
        "SELECT id, number, status, settings, created_at FROM plan WHERE call = {} ORDER BY number DESC LIMIT 1",
        call_id,
    )
    if last is not None and last["created_at"] > closes_at:
        return AskedPlan(last["id"], last["number"], last["status"])
    wanted = msgspec.json.decode(last["settings"], type=Wanted) if last else Wanted()
    found = (await matched.facts(call_id, wanted, forms.local_day(now))).problem
    if not found.experts or not any(one.wanted for one in found.proposals):
        return None
    return await _ask(PROCESS, call_id, wanted, now)


async def _ask(actor: Actor, call: UUID, wanted: Wanted, now: datetime) -> AskedPlan:
    at_work = await row(
        "SELECT id, number, status FROM plan WHERE call = {} AND status IN ('queued', 'running', 'applying')", call
    )
    if at_work is not None:
        return AskedPlan(**at_work)
    number = 1 + (await value("SELECT max(number) FROM plan WHERE call = {}", call) or 0)
    plan = uuid7(now)
    await execute(
        "INSERT INTO plan (id, call, number, status, settings, author, created_at, request)"
        " VALUES ({}, {}, {}, 'queued', {}, {}, {}, {})",
        *(plan, call, number, msgspec.json.encode(wanted).decode(), actor.account, now, logs.request() or ""),
    )
    await journal.append(f"call:{call}", "plan_asked", actor, now, {"plan": plan, "number": number})
    return AskedPlan(plan, number, "queued")


async def claim_plan(*, now: datetime) -> Claimed | None:
    """The next plan to make, for the caller alone; None where there is none. One that was tried too often fails."""
    async with transaction():
        line = await row(
            "UPDATE plan SET status = 'running', claimed_at = {}, tries = tries + 1 WHERE id = (SELECT id FROM plan"
            " WHERE status = 'queued' OR (status = 'running' AND claimed_at < {}) ORDER BY created_at LIMIT 1"
            " FOR UPDATE SKIP LOCKED) RETURNING id, call, settings, tries, request",
            *(now, now - LEASE),
        )
    if line is None:
        return None
    logs.follow(line["request"])
    wanted = msgspec.json.decode(line["settings"], type=Wanted)
    return Claimed(line["id"], line["call"], wanted, line["tries"])


async def renew(plan_id: UUID, *, now: datetime) -> None:
    """Whoever claimed a plan is at it still."""
    async with transaction():
        await execute(
            "UPDATE plan SET claimed_at = {} WHERE id = {} AND status IN ('running', 'applying')", now, plan_id
        )


async def put_back_plan(plan_id: UUID) -> None:
    """Let a claimed plan be taken again: what was needed for it is down."""
    async with transaction():
        await execute(
            "UPDATE plan SET status = 'queued', claimed_at = NULL, tries = tries - 1"
            " WHERE id = {} AND status = 'running'",
            plan_id,
        )


async def fail_plan(plan_id: UUID, *, now: datetime) -> None:
    """It cannot be made. Another one may be asked for."""
    async with transaction():
        await execute(
            "UPDATE plan SET status = 'failed', error = {}, finished_at = {} WHERE id = {} AND status = 'running'",
            *(FAILED, now, plan_id),
        )


async def record_plan(plan_id: UUID, plan: Plan, found: Facts, *, now: datetime) -> None:
    """The plan that was made, and what it was made of. Safe to repeat."""
    teams = {team.id for team in found.problem.teams}
    summary = msgspec.convert(plan, Summary, from_attributes=True)
    async with transaction():
        line = await row("SELECT call, number, status FROM plan WHERE id = {} FOR NO KEY UPDATE", plan_id)
        if line is None or line["status"] != "running":
            return
        await execute_each(
            "INSERT INTO plan_line (plan, proposal, place, rank, expert, team, affinity, pinned, crowded, reasons)"
            " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
            [_stored(plan_id, one, teams) for one in plan.lines],
        )
        await execute(
            "UPDATE plan SET status = 'done', finished_at = {}, state = {}, outcome = {} WHERE id = {}",
            *(now, found.state, msgspec.json.encode(summary).decode(), plan_id),
        )
        said = {"plan": plan_id, "number": line["number"], "missing": sum(one.missing for one in plan.missing)}
        await journal.append(f"call:{line['call']}", "plan_made", PROCESS, now, said)


def _stored(plan_id: UUID, line: Line, teams: set[UUID]) -> tuple[object, ...]:
    expert, team = (None, line.taker) if line.taker in teams else (line.taker, None)
    reasons = msgspec.json.encode(line.reasons).decode()
    key = (plan_id, line.proposal, line.place.value, line.rank)
    return (*key, expert, team, line.affinity, line.pinned, line.full, reasons)


@operation
async def keep_pin(actor: Actor, slug: str, content: PinContent, *, now: datetime) -> KeptPin:
    """Fix or forbid a pair in every plan to come, or leave it to the plan again. Raises NotFound for whoever reviews
    nothing of this call, Forbidden for a pin against a conflict of interest."""
    call = await call_named(slug)
    proposal = await held(actor, content.proposal, now)
    if proposal.line["call"] != call["id"]:
        raise NotFound
    await proposal.require(Action.ASSIGNMENT_PROPOSE)
    known = await value("SELECT kind FROM pin WHERE proposal = {} AND taker = {}", proposal.id, content.taker)
    if (known or "free") == content.kind:
        return KeptPin(proposal.id, content.taker, content.kind)
    if content.kind == "free":
        await execute("DELETE FROM pin WHERE proposal = {} AND taker = {}", proposal.id, content.taker)
        await proposal.append("taker_freed", taker=content.taker)
        return KeptPin(proposal.id, content.taker, "free")
    members, team = await _members(call["id"], content.taker)
    if content.kind == "pin" and not await _possible(proposal.id, members):
        raise Forbidden("Cette personne est en conflit d’intérêts avec cette candidature.", code="conflict_of_interest")
    await execute(
        "INSERT INTO pin (proposal, taker, expert, team, kind, author, at) VALUES ({}, {}, {}, {}, {}, {}, {})"
        " ON CONFLICT (proposal, taker) DO UPDATE SET kind = excluded.kind, author = excluded.author, at = excluded.at",
        *(proposal.id, content.taker, None if team else content.taker, content.taker if team else None),
        *(content.kind, actor.account, proposal.now),
    )
    await proposal.append("taker_pinned" if content.kind == "pin" else "taker_banned", taker=content.taker)
    return KeptPin(proposal.id, content.taker, content.kind)


async def _members(call: UUID, taker: UUID) -> tuple[list[UUID], bool]:
    """The experts that a taker stands for, and whether it is a team. NotFound."""
    line = await row(
        "SELECT array_agg(m.account ORDER BY m.account) AS members FROM team t JOIN team_member m ON m.team = t.id"
        " WHERE t.id = {} AND t.call = {} AND t.ended_at IS NULL",
        *(taker, call),
    )
    team = bool(line and line["members"])
    members = line["members"] if line and team else [taker]
    experts = await value(
        "SELECT count(*) FROM role r JOIN account k ON k.id = r.account AND k.disabled_at IS NULL"
        " WHERE r.call = {} AND r.role = 'expert' AND r.account = ANY({})",
        *(call, members),
    )
    if experts != len(members):
        raise NotFound("Cette personne ou cette équipe n’évalue pas dans cet appel.")
    return members, team


async def _possible(proposal: UUID, members: list[UUID]) -> bool:
    impossible: int = await value(
        "SELECT count(*) FROM (SELECT {}::uuid, unnest({}::uuid[])) AS a (proposal, expert)"  # noqa: S608  our names
        f" WHERE NOT ({POSSIBLE})",
        *(proposal, members),
    )
    return impossible == 0


@operation
async def apply_plan(actor: Actor, slug: str, number: int, *, now: datetime) -> AskedPlan:
    """Have a worker put a plan's experts on the lists of the proposals. Raises NotFound; Conflict for a plan that is
    not made, is not the last one, or rests on what has changed since."""
    call = await call_named(slug, "FOR NO KEY UPDATE")
    if not actor.process:
        refuse(policy.why_not_on_call(actor, Action.CALL_PLAN, call["id"]))
    line = await row("SELECT * FROM plan WHERE call = {} AND number = {} FOR NO KEY UPDATE", call["id"], number)
    if line is None:
        raise NotFound("Cette répartition n’existe pas.")
    if line["status"] in ("applying", "applied"):
        return AskedPlan(line["id"], number, line["status"])
    if line["status"] != "done":
        raise Conflict("Cette répartition n’est pas prête.", code="plan_not_made")
    last = await value("SELECT max(number) FROM plan WHERE call = {}", call["id"])
    wanted = msgspec.json.decode(line["settings"], type=Wanted)
    found = await matched.facts(call["id"], wanted, forms.local_day(now))
    if last != number or found.state != line["state"]:
        raise Conflict(OUTDATED, code="plan_outdated")
    await execute(
        "UPDATE plan SET status = 'applying', applied_by = {}, claimed_at = NULL WHERE id = {}",
        *(actor.account, line["id"]),
    )
    said = {"plan": line["id"], "number": number}
    await journal.append(f"call:{call['id']}", "plan_applied", actor, now, said)
    return AskedPlan(line["id"], number, "applying")


async def claim_application(*, now: datetime) -> UUID | None:
    """The next plan to apply, for the caller alone for a while; None where there is none."""
    async with transaction():
        found: UUID | None = await value(
            "UPDATE plan SET claimed_at = {} WHERE id = (SELECT id FROM plan WHERE status = 'applying'"
            " AND (claimed_at IS NULL OR claimed_at < {}) ORDER BY created_at LIMIT 1 FOR UPDATE SKIP LOCKED)"
            " RETURNING id",
            *(now, now - LEASE),
        )
    return found


async def forget_superseded(now: datetime) -> None:
    """Drop the lines of plans that another one followed, and that were never applied: after thirty days."""
    await execute(
        "DELETE FROM plan_line l USING plan p WHERE l.plan = p.id AND p.status = 'done' AND p.finished_at < {}"
        " AND EXISTS (SELECT FROM plan n WHERE n.call = p.call AND n.number > p.number)",
        now - SUPERSEDED,
    )
