"""What each proposal of a call waits for: whom, since when, until when, and what happens then."""

from collections.abc import AsyncIterator
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

import msgspec

from forms import FieldError, Stage
from service import clock
from service.domain.actor import Actor
from service.domain.policy import Action
from service.problems import Invalid
from service.store.agenda import AGENDA
from service.store.database import Row, rows
from service.store.editions import edition
from service.store.seats import seats_given
from service.views import cursors
from service.views.calls import require_on_call
from service.views.seats import SeatLine, seats_of
from service.views.visible import visible

WHOM = ("experts", "list", "officer", "applicant", "committee", "publication")
Then = Literal["", "goes_on", "waits_for_officer", "lapses", "closes", "convenes"]
MOST = 100


class Wanted(msgspec.Struct, frozen=True):
    """What is looked for: "" is no filter. `whom`: one of WHOM; `late`: past the deadline of whoever is awaited;
    `expert`: who is awaited; `stage`: its id; `q`: words of reference or title."""

    whom: str = ""
    late: bool = False
    expert: UUID | None = None
    stage: str = ""
    q: str = ""


class AwaitedLine(msgspec.Struct, frozen=True):
    """A proposal and whom it waits for: `experts`; `list`, an officer, to name more of them; `officer`; `applicant`;
    `committee`; `publication` of a decision. `due_at`: the next deadline, of the stage or of who is awaited; `then`:
    what the process does when the stage's deadline passes. `wanted` seats, `given`: those whose reviews are
    there, each of a team. `starved`: a seat is vacant, and nobody on the list has time today."""

    id: UUID
    reference: str
    title: str
    stage: str
    stage_name: str
    whom: str
    since: datetime | None
    due_at: datetime | None
    stage_due: datetime | None
    paused: bool
    late: bool
    then: Then
    wanted: int
    given: int
    seats: tuple[SeatLine, ...]
    starved: bool = False


class AwaitedPage(msgspec.Struct, frozen=True):
    """One page, the most urgent first; `next`: the cursor of the following one."""

    items: tuple[AwaitedLine, ...]
    next: str | None


class Share(msgspec.Struct, frozen=True):
    """How many proposals wait for one of WHOM, how many of them past the deadline, `oldest` of these deadlines."""

    whom: str
    number: int
    late: int
    oldest: datetime | None


# Whom, and until when, is kept (service/store/agenda.py); what else a line tells is looked up for those of one page.
_FOUND = f"SELECT p.id, p.whom, p.due_at FROM {AGENDA} WHERE p.call = {{}} AND p.whom <> '' AND "  # noqa: S608  our words
_SQL = (
    "WITH page AS MATERIALIZED ({found})"  # noqa: S608  our names
    " SELECT p.id, p.reference, p.title, p.edition, p.stage, p.starved, g.whom, nullif(g.due_at, 'infinity') AS due,"
    " g.due_at::text AS sort_key, d.due_at AS stage_due, d.paused_at, d.started_at, c.due_at AS completion_due,"
    " c.started_at AS returned_at, m.asked_at, n.decided_at, coalesce((o.seats ->> p.stage)::integer"
    "  + (p.more_experts IS NOT DISTINCT FROM p.round)::integer, 0) AS wanted,"
    f" CASE WHEN p.stage_kind IN ('review', 'conciliation') THEN {seats_given('p.id', 'p.round')} ELSE 0 END AS given"
    " FROM page g JOIN proposal p ON p.id = g.id JOIN edition o ON o.id = coalesce(p.stage_edition, p.edition)"
    " LEFT JOIN deadline d ON d.proposal = p.id AND d.visit = p.visit AND d.kind = 'stage' AND d.closed_at IS NULL"
    " LEFT JOIN deadline c ON c.proposal = p.id AND c.visit = p.visit AND c.kind = 'completion'"
    "  AND c.closed_at IS NULL AND p.returned"
    " LEFT JOIN LATERAL (SELECT min(q.at) AS asked_at FROM message q"
    "  WHERE q.proposal = p.id AND q.question AND q.closed_at IS NULL) m ON true"
    " LEFT JOIN decision n ON n.proposal = p.id AND n.round = p.round AND n.publication IS NULL"
    " ORDER BY g.due_at, g.id"
)


async def awaited(actor: Actor, slug: str, wanted: Wanted, cursor: str | None = None, limit: int = 50) -> AwaitedPage:
    """What is awaited on the proposals of a call whose journal the reader may read. NotFound; Invalid."""
    about = await require_on_call(actor, slug, Action.CALL_BOARD)
    now = clock.now()
    where, args = _conditions(actor, wanted, now)
    if cursor:
        value, last = _read(cursor)
        where.append("(p.due_at, p.id) > ({}::text::timestamptz, {})")
        args += [value, last]
    limit = max(1, min(limit, MOST))
    page = f"{_FOUND}{' AND '.join(where)} ORDER BY p.due_at, p.id LIMIT {limit + 1}"
    found = await rows(_SQL.replace("{found}", page), about.id, *args)
    shown = found[:limit]
    seats = await seats_of([line["id"] for line in shown], now)
    items = tuple([await _line(line, seats.get(line["id"], ()), now) for line in shown])
    more = len(found) > limit
    return AwaitedPage(items, cursors.write(shown[-1]["sort_key"], shown[-1]["id"]) if more else None)


async def awaited_by(actor: Actor, slug: str) -> tuple[Share, ...]:
    """Of whom how much is awaited, over all proposals of the call, in the order of WHOM. NotFound."""
    about = await require_on_call(actor, slug, Action.CALL_BOARD)
    may, args = visible(actor, Action.JOURNAL_READ)
    found = await rows(
        "SELECT p.whom, count(*) AS number, count(*) FILTER (WHERE p.due_at < {}) AS late,"  # noqa: S608  the policy's
        f" min(p.due_at) FILTER (WHERE p.due_at < {{}}) AS oldest FROM {AGENDA}"
        f" WHERE p.call = {{}} AND p.whom <> '' AND {may} GROUP BY p.whom",
        *(clock.now(), clock.now(), about.id, *args),
    )
    by = {line["whom"]: line for line in found}
    return tuple(Share(**by[one]) for one in WHOM if one in by)


async def all_awaited(actor: Actor, slug: str, wanted: Wanted) -> AsyncIterator[AwaitedLine]:
    """Every one, page after page."""
    async for page in cursors.pages(lambda cursor: awaited(actor, slug, wanted, cursor, MOST)):
        for line in page.items:
            yield line


def _conditions(actor: Actor, wanted: Wanted, now: datetime) -> tuple[list[str], list[Any]]:
    may, args = visible(actor, Action.JOURNAL_READ)
    where = [may]
    if wanted.whom:
        if wanted.whom not in WHOM:
            said = f"Filtre inconnu : choisissez parmi {', '.join(WHOM)}."
            raise Invalid([FieldError("whom", "unknown_filter", said, "Not somebody who is awaited.")], said)
        where.append("p.whom = {}")
        args.append(wanted.whom)
    if wanted.late:
        where.append("p.due_at < {}")
        args.append(now)
    if wanted.stage:
        where.append("p.stage = {}")
        args.append(wanted.stage)
    if wanted.expert is not None:
        where.append(
            "EXISTS (SELECT FROM assignment x WHERE x.proposal = p.id AND x.round = p.round AND x.expert = {}"
            " AND x.status IN ('invited', 'accepted'))"
        )
        args.append(wanted.expert)
    if wanted.q.strip():
        words = wanted.q.strip()[:200].replace("\0", "")
        escaped = words.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
        where.append("EXISTS (SELECT FROM proposal t WHERE t.id = p.id AND (t.reference ILIKE {} OR t.title ILIKE {}))")
        args += [f"%{escaped}%", f"%{escaped}%"]
    return where, args


def _read(cursor: str) -> tuple[str, UUID]:
    value, last = cursors.read(cursor)
    if value != "infinity":
        try:
            value = datetime.fromisoformat(value).isoformat()  # more than PostgreSQL reads is an instant to Python
        except ValueError as error:
            raise cursors.refused() from error
    return value, last


async def _line(line: Row, seats: tuple[SeatLine, ...], now: datetime) -> AwaitedLine:
    kept = await edition(line["edition"])
    stage = kept.process.stage(line["stage"])
    since = {
        "applicant": line["returned_at"] or line["asked_at"] or line["started_at"],
        "experts": min((one.since for one in seats if one.state != "done"), default=line["started_at"]),
        "publication": line["decided_at"],
    }.get(line["whom"], line["started_at"])
    then: Then = ""
    if line["completion_due"] is not None:
        then = "lapses"
    elif line["stage_due"] is not None and stage is not None:
        then = _then(stage, line["given"])
    return AwaitedLine(
        id=line["id"],
        reference=line["reference"] or "",
        title=line["title"],
        stage=line["stage"],
        stage_name=stage.name.fr if stage else line["stage"],
        whom=line["whom"],
        since=since,
        due_at=line["due"],
        stage_due=line["stage_due"],
        paused=line["paused_at"] is not None,
        late=line["due"] is not None and line["due"] < now,
        then=then,
        wanted=line["wanted"],
        given=line["given"],
        seats=seats,
        starved=line["starved"],
    )


def _then(stage: Stage, given: int) -> Then:
    """What its deadline brings, as its workflow has it."""
    if stage.kind == "review":
        return "goes_on" if given >= stage.minimum else "waits_for_officer"
    alone: dict[str, Then] = {"conciliation": "goes_on", "submission": "closes", "pilot": "convenes"}
    return alone.get(stage.kind, "waits_for_officer")
