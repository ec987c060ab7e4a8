"""What each proposal of a call waits for: whom, since when, until when, and what happens then."""

from collections.abc import AsyncIterator
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

import msgspec

from forms import Edition, FieldError
from service import clock
from service.domain.actor import Actor
from service.domain.policy import Action
from service.problems import Invalid
from service.store.database import Row, rows
from service.store.editions import edition
from service.views import cursors
from service.views.calls import require_on_call
from service.views.seats import SeatLine, seats_of
from service.views.visible import visible

WHOM = ("experts", "list", "officer", "applicant", "committee", "publication")
Then = Literal["", "goes_on", "waits_for_officer", "lapses"]
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
    what the process does when the stage's deadline passes. `wanted` reviews, `given`."""

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


# A seat is empty and nobody is on the list: `{seats}` is how many a proposal has.
_WHOM = (
    "CASE WHEN p.returned OR p.stage_kind = 'submission' OR m.asked_at IS NOT NULL THEN 'applicant'"
    " WHEN p.stage_kind = 'review' THEN"
    "  CASE WHEN NOT coalesce(e.listed, false) AND coalesce(e.held, 0) < {seats} THEN 'list' ELSE 'experts' END"
    " WHEN p.stage_kind = 'conciliation' THEN 'experts'"
    " WHEN p.stage_kind = 'committee' THEN CASE WHEN n.id IS NULL THEN 'committee' ELSE 'publication' END"
    " ELSE 'officer' END"
)
# The call is a parameter twice. What hangs on assignments is gathered once for all of its proposals, not for each.
_SQL = (
    "SELECT p.id, p.reference, p.title, p.edition, p.stage, p.round, w.whom, d.due_at AS stage_due, d.paused_at,"  # noqa: S608  our words
    " d.started_at, c.due_at AS completion_due, c.started_at AS returned_at, e.due_at AS expert_due,"
    " u.due::text AS sort_key, u.due, m.asked_at, n.decided_at"
    " FROM proposal p"
    " LEFT JOIN deadline d ON d.proposal = p.id AND d.visit = p.visit AND d.kind = 'stage' AND d.closed_at IS NULL"
    " LEFT JOIN deadline c ON c.proposal = p.id AND c.visit = p.visit AND c.kind = 'completion'"
    "  AND c.closed_at IS NULL AND p.returned"
    " LEFT JOIN (SELECT a.proposal, bool_or(a.status = 'proposed') AS listed,"
    "  min(a.due_at) FILTER (WHERE a.status IN ('invited', 'accepted') OR a.asked_again IS NOT NULL) AS due_at,"
    "  count(DISTINCT a.seat) FILTER (WHERE a.status IN ('invited', 'accepted', 'done')) AS held"
    "  FROM assignment a JOIN proposal q ON q.id = a.proposal AND q.round = a.round AND q.call = {}"
    "  WHERE q.stage_kind IN ('review', 'conciliation') GROUP BY a.proposal) e ON e.proposal = p.id"
    " LEFT JOIN (SELECT proposal, min(at) AS asked_at FROM message WHERE question AND closed_at IS NULL"
    "  GROUP BY proposal) m ON m.proposal = p.id"
    " LEFT JOIN decision n ON n.proposal = p.id AND n.round = p.round AND n.publication IS NULL,"
    f" LATERAL (SELECT {_WHOM} AS whom) w,"
    " LATERAL (SELECT coalesce(least(CASE WHEN d.paused_at IS NULL THEN d.due_at END, c.due_at, e.due_at),"
    "  'infinity') AS due) u"
    " WHERE p.call = {} AND p.stage_kind NOT IN ('', 'pilot') AND "
)


async def awaited(actor: Actor, slug: str, wanted: Wanted, cursor: str | None = None, limit: int = 50) -> AwaitedPage:
    """What is awaited on the proposals of a call whose journal the reader may read. NotFound; Invalid."""
    about = await require_on_call(actor, slug, Action.CALL_BOARD)
    now = clock.now()
    where, args = _conditions(actor, wanted, now)
    if cursor:
        value, last = _read(cursor)
        where.append("(u.due, p.id) > ({}::text::timestamptz, {})")
        args += [value, last]
    limit = max(1, min(limit, MOST))
    found = await rows(
        _SQL.replace("{seats}", _seats(about.content))
        + f"{' AND '.join(where)} ORDER BY u.due, p.id LIMIT {limit + 1}",
        *(about.id, about.id, *args),
    )
    shown = found[:limit]
    seats = await seats_of([line["id"] for line in shown], now)
    items = tuple([await _line(line, seats.get(line["id"], ()), now) for line in shown])
    more = len(found) > limit
    return AwaitedPage(items, cursors.write(shown[-1]["sort_key"], shown[-1]["id"]) if more else None)


async def awaited_by(actor: Actor, slug: str) -> tuple[Share, ...]:
    """Of whom how much is awaited, over all proposals of the call, in the order of WHOM. NotFound."""
    about = await require_on_call(actor, slug, Action.CALL_BOARD)
    may, args = visible(actor, Action.JOURNAL_READ)
    each = _SQL.replace("{seats}", _seats(about.content)) + may
    found = await rows(
        "SELECT whom, count(*) AS number, count(*) FILTER (WHERE due < {}) AS late,"  # noqa: S608  built by the policy
        f" min(due) FILTER (WHERE due < {{}}) AS oldest FROM ({each}) each GROUP BY whom",
        *(clock.now(), clock.now(), about.id, about.id, *args),
    )
    by = {line["whom"]: line for line in found}
    return tuple(Share(**by[one]) for one in WHOM if one in by)


async def all_awaited(actor: Actor, slug: str, wanted: Wanted) -> AsyncIterator[AwaitedLine]:
    """Every one, page after page."""
    cursor: str | None = None
    while True:
        page = await awaited(actor, slug, wanted, cursor, MOST)
        for line in page.items:
            yield line
        cursor = page.next
        if cursor is None:
            return


def _seats(content: Edition) -> str:
    """How many reviews a proposal is to have, by its round: numbers of the edition, so no parameters."""
    process = content.process
    stages = ((number, process.review_stage(number)) for number in range(1, process.rounds + 1))
    cases = " ".join(f"WHEN {number} THEN {stage.seats}" for number, stage in stages if stage)
    return f"CASE p.round {cases} ELSE 0 END" if cases else "0"


def _conditions(actor: Actor, wanted: Wanted, now: datetime) -> tuple[list[str], list[Any]]:
    may, args = visible(actor, Action.JOURNAL_READ)
    where = [may]
    if wanted.whom:
        if wanted.whom not in WHOM:
            said = f"Filtre inconnu : choisissez parmi {', '.join(WHOM)}."
            raise Invalid([FieldError("whom", "unknown_filter", said, "Not somebody who is awaited.")], said)
        where.append("w.whom = {}")
        args.append(wanted.whom)
    if wanted.late:
        where.append("u.due < {}")
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
        where.append("(p.reference ILIKE {} OR p.title ILIKE {})")
        args += [f"%{escaped}%", f"%{escaped}%"]
    return where, args


def _read(cursor: str) -> tuple[str, UUID]:
    value, last = cursors.read(cursor)
    if value != "infinity":
        try:
            datetime.fromisoformat(value)
        except ValueError as error:
            raise cursors.refused() from error
    return value, last


async def _line(line: Row, seats: tuple[SeatLine, ...], now: datetime) -> AwaitedLine:
    kept = await edition(line["edition"])
    stage = kept.process.stage(line["stage"])
    due = min((at for at in (line["completion_due"], line["expert_due"]) if at is not None), default=None)
    running = line["stage_due"] if line["paused_at"] is None else None
    due = min((at for at in (due, running) if at is not None), default=None)
    given = sum(one.state == "done" for one in seats)
    since = {
        "applicant": line["returned_at"] or line["asked_at"] or line["started_at"],
        "experts": min((one.since for one in seats if one.state != "done"), default=line["started_at"]),
        "publication": line["decided_at"],
    }.get(line["whom"], line["started_at"])
    then: Then = ""
    if line["completion_due"] is not None:
        then = "lapses"
    elif line["stage_due"] is not None and stage is not None:
        then = "goes_on" if stage.kind == "review" and given >= stage.minimum else "waits_for_officer"
    return AwaitedLine(
        id=line["id"],
        reference=line["reference"] or "",
        title=line["title"],
        stage=line["stage"],
        stage_name=stage.name.fr if stage else line["stage"],
        whom=line["whom"],
        since=since,
        due_at=due,
        stage_due=line["stage_due"],
        paused=line["paused_at"] is not None,
        late=due is not None and due < now,
        then=then,
        wanted=stage.seats if stage else 0,
        given=given,
        seats=seats,
    )
