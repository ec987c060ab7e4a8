"""Proposals by the thousand in the midst of their examination: in every stage, with deadlines, experts and scores."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from uuid import UUID

import httpx
import msgspec

from forms import Edition
from service import clock
from service.domain.actor import Role
from service.operations.calls import PublishedEdition
from service.store.database import execute, rows
from service.store.editions import edition
from service.store.tallied import counted
from tests.api.people import client, token_of
from tests.bench.served import at_once, copies, served, still
from tests.bench.submit import submitted
from tests.support.calls import fresh_call
from tests.support.house import House
from tests.support.people import person

EACH = 40  # reviews of an expert
FEWEST = 20  # experts
# Of a hundred proposals; what is left is in review.
STAGES = (("eligibility", 6), ("returned", 2), ("synthesis", 4), ("committee", 8))


@asynccontextmanager
async def office(number: int) -> AsyncIterator[tuple[House, PublishedEdition, httpx.AsyncClient]]:
    """A service with so many of them, a call, and a client of its officer; nothing else happens there."""
    async with served() as house:
        call = await fresh_call("ami-2025")
        first, *_ = await submitted(house.address, call, 1)
        async with still(house):
            await copies(house, UUID(first), number, asleep=False)
            await examined(call, UUID(first))
            officer = await person((Role.OFFICER, call.call))
            async with client(house.address, await token_of(officer)) as http:
                yield house, call, http


async def examined(call: PublishedEdition, source: UUID) -> list[UUID]:
    """Bring every copy of this proposal that is not there yet into a stage; the experts of the call, old and new."""
    content = await edition(call.edition)
    found = await rows(
        "SELECT id FROM proposal WHERE call = {} AND id <> {} AND reference IS NOT NULL AND request <> 'examined'"
        " ORDER BY id",
        *(call.call, source),
    )
    experts = await _experts(call, len(found))
    ids = [line["id"] for line in found]
    async with at_once(ids):
        await execute(
            "CREATE TEMPORARY TABLE fresh ON COMMIT DROP AS"
            " SELECT id, n, n % 100 AS part FROM unnest({}::uuid[]) WITH ORDINALITY AS u (id, n)",
            ids,
        )
        await _owned()
        await _staged(content)
        await _seated(experts)
        await _reviewed(content)
    await execute("VACUUM ANALYZE")
    return experts


async def _experts(call: PublishedEdition, proposals: int) -> list[UUID]:
    there = [
        line["account"]
        for line in await rows("SELECT account FROM role WHERE call = {} AND role = 'expert'", call.call)
    ]
    wanted = max(FEWEST, 2 * proposals // EACH)
    return there + [(await person((Role.EXPERT, call.call))).person for _ in range(wanted - len(there))]


async def _owned() -> None:
    """An applicant for every four."""
    await execute(
        "INSERT INTO account (id, email, name, organisation, created_at, confirmed_at, salt)"
        " SELECT id, replace(id::text, '-', '') || '@candidat.test', 'Candidat ' || n, '', {}, {}, 'x'"
        " FROM (SELECT gen_random_uuid() AS id, n FROM fresh WHERE n % 4 = 1) made",
        *(clock.now(), clock.now()),
    )
    await execute(
        "UPDATE proposal p SET owner = k.id FROM fresh f"
        " JOIN account k ON k.name = 'Candidat ' || (f.n - (f.n - 1) % 4)"
        " WHERE p.id = f.id",
    )


async def _staged(content: Edition) -> None:
    """A stage for each, whose clock ends between three days ago and fifty days from now, no two at the same second."""
    first = 0
    kinds = []
    for kind, share in STAGES:
        kinds.append(f"WHEN f.part < {first + share} THEN '{kind}'")
        first += share
    ids = {stage.kind: stage.id for stage in content.process.stages}
    names = " ".join(f"WHEN '{kind}' THEN '{name}'" for kind, name in ids.items())
    chosen = f"CASE {' '.join(kinds)} ELSE 'review' END"
    await execute(
        f"UPDATE proposal p SET stage = CASE k.kind {names} END, stage_kind = k.kind, returned = f.part IN (6, 7),"  # noqa: S608  our words
        " seen_seq = p.last_seq, traced = true, request = 'examined', title = p.title || ' ' || n,"
        " submitted_at = p.submitted_at - n * '7s'::interval"
        f" FROM fresh f, LATERAL (SELECT replace({chosen}, 'returned', 'eligibility') AS kind) k WHERE p.id = f.id",
    )
    await execute(
        "UPDATE deadline d SET due_at = {}::timestamptz + (n * 7919 % 53 - 3) * '1 day'::interval + n * '1s'::interval,"
        " paused_at = CASE WHEN f.part IN (6, 7, 50) THEN d.started_at END,"
        " overdue_at = CASE WHEN n * 7919 % 53 < 3 THEN d.started_at END FROM fresh f WHERE d.proposal = f.id",
        clock.now(),
    )
    await execute(
        "INSERT INTO deadline (proposal, visit, kind, rule, started_at, due_at)"
        " SELECT p.id, p.visit, 'completion', '5wd', p.submitted_at, {}::timestamptz + n * '1s'::interval"
        " FROM fresh f JOIN proposal p ON p.id = f.id WHERE f.part IN (6, 7)",
        clock.now() + timedelta(days=2),
    )
    await execute(
        "INSERT INTO message (id, proposal, side, author, text, salt, digest, question, at)"
        " SELECT gen_random_uuid(), p.id, 'officer', p.owner, 'Quel budget ?', 'x', '', true, p.submitted_at"
        " FROM fresh f JOIN proposal p ON p.id = f.id WHERE f.part = 50"
    )
    await execute(
        "INSERT INTO decision (id, proposal, outcome, reasons, author, author_name, capacity, decided_at)"
        " SELECT gen_random_uuid(), p.id, 'retained', 'Projet utile.', p.owner, 'X', 'Y', p.submitted_at"
        " FROM fresh f JOIN proposal p ON p.id = f.id WHERE p.stage_kind = 'committee' AND n % 2 = 0"
    )


async def _seated(experts: list[UUID]) -> None:
    """Two seats for each that has come to review: done, begun, asked, or empty; one more name on the lists of most; one
    who has declined here and there, and one who must not be asked."""
    many = len(experts)
    places = (
        "SELECT gen_random_uuid(), p.id, ({}::uuid[])[1 + (f.n * 2 + seat * 7) % {}::bigint], seat, seat, s.status,"
        " p.submitted_at, p.submitted_at, CASE WHEN s.status <> 'invited' THEN p.submitted_at + '1 day'::interval END,"
        " t.due - '4 days'::interval, t.due - '36 hours'::interval, t.due, 2,"
        " CASE WHEN s.status = 'done' THEN p.submitted_at + '9 days'::interval END"
        " FROM fresh f JOIN proposal p ON p.id = f.id, generate_series(0, 1) seat,"
        " LATERAL (SELECT CASE WHEN p.stage_kind <> 'review' THEN 'done' ELSE (ARRAY['done', 'accepted', 'invited',"
        "  'accepted', 'done', 'proposed'])[1 + (f.n + seat * f.n / 6) % 6] END AS status) s,"
        " LATERAL (SELECT {}::timestamptz + (1 + (f.n * 31 + seat * 17) % 480) * '1 hour'::interval AS due) t"
        " WHERE p.stage_kind IN ('review', 'synthesis', 'committee') AND s.status <> 'proposed'"
    )
    await execute(
        "INSERT INTO assignment (id, proposal, expert, rank, seat, status, proposed_at, invited_at, answered_at,"
        f" half_at, last_at, due_at, reminded, ended_at) {places}",
        *(experts, many, clock.now()),
    )
    for shift, rank, status, share in ((3, 5, "proposed", 2), (5, 6, "declined", 10)):
        await execute(
            "INSERT INTO assignment (id, proposal, expert, rank, status, proposed_at, invited_at)"
            " SELECT gen_random_uuid(), p.id, ({}::uuid[])[1 + (f.n * 2 + {}::bigint) % {}::bigint], {}::integer,"
            " {}::text, p.submitted_at, CASE WHEN {}::boolean THEN p.submitted_at END"
            " FROM fresh f JOIN proposal p ON p.id = f.id WHERE p.stage_kind = 'review' AND f.n % {}::bigint = 0",
            *(experts, shift, many, rank, status, status == "declined", share),
        )
    await execute(
        "INSERT INTO conflict (id, proposal, expert, origin, reason, created_at) SELECT gen_random_uuid(), f.id,"
        " ({}::uuid[])[1 + (f.n * 2 + 11) % {}::bigint], 'found', 'x', {}::timestamptz FROM fresh f WHERE f.n % 20 = 0",
        *(experts, many, clock.now()),
    )


async def _reviewed(content: Edition) -> None:
    """What was begun has some scores, what is done all; what they come to is in the tally, as if it were counted."""
    scores: dict[str, float | None] = {one.id: one.choices[2].value for one in content.grid.criteria}
    some = dict(list(scores.items())[:2])
    await execute(
        "INSERT INTO review (id, proposal, assignment, expert, version, scores, comments, saved_at, submitted_at)"
        " SELECT gen_random_uuid(), a.proposal, a.id, a.expert, 1, CASE a.status WHEN 'done' THEN {}::jsonb"
        " WHEN 'accepted' THEN {}::jsonb END, '{{}}', a.answered_at, a.ended_at"
        " FROM assignment a JOIN fresh f ON f.id = a.proposal WHERE a.status IN ('done', 'accepted')",
        *(msgspec.json.encode(one).decode() for one in (scores, some)),
    )
    await execute("UPDATE assignment a SET review = r.id FROM review r WHERE r.assignment = a.id AND a.review IS NULL")
    found, _ = counted(content.grid, [(UUID(int=0), scores, "")] * 2)
    await execute(
        "UPDATE tally t SET stale = false, n = g.n, total = 5 * random(), spread = random(), content = {}, reviews ="
        " g.reviews FROM (SELECT r.proposal, count(*) AS n, jsonb_agg(jsonb_build_object('review', r.id, 'total',"
        "  5 * random(), 'scores', {}::jsonb)) AS reviews FROM review r JOIN fresh f ON f.id = r.proposal"
        "  WHERE r.submitted_at IS NOT NULL GROUP BY r.proposal) g WHERE t.proposal = g.proposal",
        *(msgspec.json.encode(one).decode() for one in (found, scores)),
    )
