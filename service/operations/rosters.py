"""A list of experts from a file: read and checked, looked at, then applied line by line.

What a file says is kept until it is applied, a week at most. Each line is a transaction of its own that also counts it:
whatever stops the work, going on begins where it stopped, and two that go on at once do nothing twice. What is blank in
a file changes nothing; nobody is taken off.
"""

import asyncio
from datetime import datetime
from uuid import UUID

import msgspec

from service.domain import policy
from service.domain.actor import PROCESS, Actor, Role
from service.domain.policy import Action
from service.domain.profiles import Profile
from service.domain.rosters import NAMES, Fault, Line, lines_of
from service.domain.tables import rows_of
from service.identity.addresses import normalised
from service.operations.acting import operation
from service.operations.apart import apart
from service.operations.holding import call_named, refuse
from service.operations.members import invite_person
from service.operations.persons import Person, record
from service.operations.profiles import write_profile
from service.operations.rechecking import locked_person, recheck_person
from service.problems import Conflict, NotFound, Problem
from service.store import journal
from service.store.database import Row, execute, row, rows, savepoint, transaction, value
from service.store.filetypes import shown_name
from service.store.ids import uuid7
from service.store.profiled import profiles_of


class ReadRoster(msgspec.Struct, frozen=True):
    """A list that was read and waits to be applied: how many lines, how many of them have faults; the heads of columns
    that say nothing here."""

    id: UUID
    lines: int
    faulty: int
    ignored: tuple[str, ...]


class BegunRoster(msgspec.Struct, frozen=True):
    """A list that is being applied, or was."""

    id: UUID
    lines: int


async def read_roster(actor: Actor, slug: str, name: str, content: bytes, *, now: datetime) -> ReadRoster:
    """Read a CSV or XLSX file, check every line, and keep it for a week. Nothing else is changed.

    Raises TableRefused for what cannot be read as a whole; NotFound, Forbidden.
    """
    reading = await asyncio.to_thread(lambda: lines_of(rows_of(content), normalised))
    return await _keep(actor, slug, shown_name(name), reading.lines, reading.ignored, now=now)


@operation
async def _keep(
    actor: Actor, slug: str, name: str, lines: tuple[Line, ...], ignored: tuple[str, ...], *, now: datetime
) -> ReadRoster:
    call = await call_named(slug)
    _require(actor, call["id"])
    roster = uuid7(now)
    await execute(
        "INSERT INTO roster (id, call, author, file, lines, total, read_at) VALUES ({}, {}, {}, {}, {}, {}, {})",
        *(roster, call["id"], actor.account, name, msgspec.json.encode(lines).decode(), len(lines), now),
    )
    return ReadRoster(roster, len(lines), sum(bool(line.faults) for line in lines), ignored)


@operation
async def begin_roster(actor: Actor, roster_id: UUID, *, now: datetime) -> BegunRoster:
    """Have it applied by the worker: lines without faults alone. Repeating it changes nothing. Raises NotFound."""
    line = await _held(actor, roster_id)
    if line["begun_at"] is None:
        await execute("UPDATE roster SET begun_at = {} WHERE id = {}", now, roster_id)
        said = {"roster": roster_id, "lines": line["total"]}
        await journal.append(f"call:{line['call']}", "experts_imported", actor, now, said)
    return BegunRoster(roster_id, line["total"])


@operation
async def drop_roster(actor: Actor, roster_id: UUID, *, now: datetime) -> BegunRoster:  # noqa: ARG001  all take it
    """Forget a list that was read and not applied. Raises NotFound, Conflict once it is begun."""
    line = await _held(actor, roster_id)
    if line["begun_at"] is not None:
        raise Conflict("Cette liste est déjà appliquée, ou en train de l’être.", code="roster_begun")
    await execute("DELETE FROM roster WHERE id = {}", roster_id)
    return BegunRoster(roster_id, line["total"])


async def apply_begun(now: datetime) -> int:
    """Apply the lists that are begun, each to its end; how many lines. For the worker: it may stop at any time."""
    begun = await rows("SELECT id FROM roster WHERE begun_at IS NOT NULL AND finished_at IS NULL ORDER BY begun_at")
    count = 0

    async def whole(roster: UUID) -> None:
        nonlocal count
        while await apply_next(roster, now):
            count += 1

    await apart(whole, (line["id"] for line in begun), "roster_not_applied")
    return count


async def apply_next(roster_id: UUID, now: datetime) -> bool:
    """Apply the next line of a begun list in one transaction; False once there is none."""
    async with transaction():
        roster = await row(
            "SELECT r.id, r.call, r.applied, r.total, r.lines -> r.applied AS line, c.slug FROM roster r"
            " JOIN call c ON c.id = r.call"
            " WHERE r.id = {} AND r.begun_at IS NOT NULL AND r.finished_at IS NULL FOR UPDATE OF r",
            roster_id,
        )
        if roster is None:
            return False
        if roster["applied"] >= roster["total"]:
            await execute(f"UPDATE roster SET finished_at = {{}}, lines = {_LEFT_OUT} WHERE id = {{}}", now, roster_id)  # noqa: S608
            return False
        # Erasing a person leaves a null in their line's place.
        line = msgspec.json.decode(roster["line"], type=Line | None)
        refused = await _try(roster, line, now) if line is not None and not line.faults else None
        if refused is not None:
            await execute(
                "UPDATE roster SET lines = jsonb_set(lines, ARRAY[applied::text], {}::jsonb) WHERE id = {}",
                *(msgspec.json.encode(refused).decode(), roster_id),
            )
        await execute("UPDATE roster SET applied = applied + 1 WHERE id = {}", roster_id)
        return True


# What is kept of a list once it is applied: the lines that were left out, with why.
_LEFT_OUT = (
    "coalesce((SELECT jsonb_agg(one ORDER BY place) FROM jsonb_array_elements(lines) WITH ORDINALITY AS l (one, place)"
    " WHERE one ->> 'faults' IS NOT NULL), '[]')"
)


async def _try(roster: Row, line: Line, now: datetime) -> Line | None:
    """None where the line is applied; else the line with why not, for whoever sent the list."""
    try:
        async with savepoint():
            await _apply(roster, line, now)
    except Problem as problem:
        return msgspec.structs.replace(line, faults=(Fault(NAMES["email"], problem.detail),))
    return None


async def _apply(roster: Row, line: Line, now: datetime) -> None:
    """As the process: the right to it was asked for when the list was begun."""
    call = await call_named(roster["slug"], "FOR NO KEY UPDATE")
    account = await value(
        "SELECT a.id FROM account a JOIN role r ON r.account = a.id WHERE a.email = {} AND r.call = {}"
        " AND r.role = 'expert'",
        *(line.email, call["id"]),
    )
    if account is None:
        person = Person(line.email, line.name, line.organisation)
        account = (await invite_person(PROCESS, person, Role.EXPERT, call["slug"], now=now)).account
    holding = await locked_person(PROCESS, account, now)
    before, version = (await profiles_of([account])).get(account, (Profile(), 0))
    wanted = line.merged(before)
    if wanted != before:
        await write_profile(account, wanted, now)
        await record(account, "profile_saved", PROCESS, now, version=version + 1, roster=roster["id"])
        await recheck_person(account, holding, now)
    if line.most_in_call is not None:
        await _limit(account, call["id"], line.most_in_call, now)
    if line.team:
        await _join(call["id"], account, line.team, now)


async def _limit(account: UUID, call: UUID, most: int, now: datetime) -> None:
    changed = await rows(
        "UPDATE role SET most = {} WHERE account = {} AND call = {} AND role = 'expert' AND most IS DISTINCT FROM {}"
        " RETURNING id",
        *(most, account, call, most),
    )
    if changed:
        await record(account, "expert_limited", PROCESS, now, call=call, most=most)


async def _join(call: UUID, account: UUID, name: str, now: datetime) -> None:
    """Put somebody into the team of that name, formed with the first who is named in it."""
    team = await value(
        "SELECT id FROM team WHERE call = {} AND lower(name) = lower({}) AND ended_at IS NULL", call, name
    )
    kind = "team_changed" if team else "team_formed"
    if team is None:
        team = uuid7(now)
        await execute("INSERT INTO team (id, call, name, created_at) VALUES ({}, {}, {}, {})", team, call, name, now)
    added = await rows(
        "INSERT INTO team_member (team, account) VALUES ({}, {}) ON CONFLICT DO NOTHING RETURNING account",
        *(team, account),
    )
    if added:
        members = [
            line["account"]
            for line in await rows("SELECT account FROM team_member WHERE team = {} ORDER BY account", team)
        ]
        await journal.append(f"call:{call}", kind, PROCESS, now, {"team": team, "members": members})


async def _held(actor: Actor, roster_id: UUID) -> Row:
    line = await row("SELECT * FROM roster WHERE id = {} FOR UPDATE", roster_id)
    if line is None:
        raise NotFound
    _require(actor, line["call"])
    return line


def _require(actor: Actor, call: UUID) -> None:
    if not actor.process:
        refuse(policy.why_not_on_call(actor, Action.EXPERT_MANAGE, call))
