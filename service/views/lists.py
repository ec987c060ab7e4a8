"""Lists of proposals: filtered, sorted, in pages by key (never by offset)."""

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from forms import Edition, FieldError
from service import clock
from service.domain import policy
from service.domain.actor import Actor, Role
from service.domain.policy import Action, Phase, ProposalFacts
from service.problems import Invalid
from service.store.conflicts import conflicted
from service.store.database import Row, rows, value
from service.store.editions import edition
from service.views import cursors
from service.views.visible import SHARED, Clause, visible


class Filters(msgspec.Struct, frozen=True):
    """What is wanted: "" is no filter. `call` a slug, `stage` a stage's id, `q` words, `mine` only one's own.

    `sort`: submitted, reference, title, due, or, of proposals that are scored and whose reviews one may read, total or
    spread; "-" before it turns it round. `late`: past the stage's deadline.
    """

    call: str = ""
    stage: str = ""
    status: str = ""
    q: str = ""
    mine: bool = False
    late: bool = False
    sort: str = "-submitted"


class ProposalLine(msgspec.Struct, frozen=True):
    """A proposal in a list. `total` of its reviews in the present round, and their `spread`, for whoever may read them.
    `stage_name` in the reader's words. `due_at` and `late` of its stage, `reviews` done of
    `wanted`, `pending` decision: for staff, None or empty for its applicant. `mine`: one's own,
    or one that was joined, as `level` says: owner, writer, reader."""

    id: UUID
    call: str
    call_title: str
    reference: str | None
    title: str
    organisation: str
    status: str
    phase: str
    stage: str
    stage_name: str
    mine: bool
    created_at: datetime
    submitted_at: datetime | None
    due_at: datetime | None = None
    late: bool = False
    reviews: int | None = None
    wanted: int | None = None
    pending: str = ""
    level: str = ""
    total: float | None = None
    spread: float | None = None


class Page(msgspec.Struct, frozen=True):
    """One page of a list; `next` is the cursor of the following one, None at the end."""

    items: tuple[ProposalLine, ...]
    next: str | None


SORTS = {
    "submitted": ("coalesce(p.submitted_at, p.created_at)", "timestamptz"),
    "reference": ("coalesce(p.reference, '')", "text"),
    "title": ("lower(p.title)", "text"),
    "due": ("g.stage_due", "timestamptz"),
    "total": ("t.total", "float8"),
    "spread": ("t.spread", "float8"),
}
SCORED = frozenset({"total", "spread"})  # an order that tells scores: of those whose reviews the reader may see, alone
MOST = 100

# Which proposals a page has is read in their order from an index; what else a line tells is looked up for those alone.
_SQL = (
    "WITH page AS MATERIALIZED ({page})"  # noqa: S608  our names
    " SELECT p.id, c.slug AS call, c.id AS call_id, p.edition, p.owner, p.reference, p.title, p.organisation,"
    " p.status, p.phase, p.stage, p.round, p.created_at, p.submitted_at, d.due_at, d.paused_at, n.outcome AS pending,"
    " g.key::text AS sort_key,"
    # Seats whose holders have all done: a team is one.
    " (SELECT count(DISTINCT a.seat) FROM assignment a WHERE a.proposal = p.id AND a.round = p.round"
    "   AND a.status = 'done' AND NOT EXISTS (SELECT FROM assignment w WHERE w.proposal = p.id AND w.round = p.round"
    "    AND w.seat = a.seat AND w.status IN ('invited', 'accepted'))) AS reviews,"
    f" {conflicted('p.id', '{}')} AS conflicted, t.total, t.spread,"
    " (SELECT level FROM collaborator k WHERE k.proposal = p.id AND k.account = {}) AS sharing"
    " FROM page g JOIN proposal p ON p.id = g.id JOIN call c ON c.id = p.call"
    " LEFT JOIN deadline d ON d.proposal = p.id AND d.visit = p.visit AND d.kind = 'stage' AND d.closed_at IS NULL"
    " LEFT JOIN decision n ON n.proposal = p.id AND n.publication IS NULL"
    " LEFT JOIN tally t ON t.proposal = p.id AND t.round = p.round ORDER BY g.key {direction}, g.id {direction}"
)


async def proposals(actor: Actor, filters: Filters, cursor: str | None = None, limit: int = 50) -> Page:
    """The proposals that the actor may read, one page. Invalid for an unknown sort or a cursor that is not ours."""
    key, kind, down = _sort(filters.sort)
    tables, conditions, args = await _found(actor, filters)
    if cursor:
        value, last = _read_cursor(cursor, kind)
        conditions.append(f"({key}, p.id) {'<' if down else '>'} ({{}}::text::{kind}, {{}})")
        args += [value, last]
    limit = max(1, min(limit, MOST))
    direction = "DESC" if down else "ASC"
    page = (
        f"SELECT p.id, {key} AS key FROM {tables} WHERE {' AND '.join(conditions)}"  # noqa: S608  built by the policy
        f" ORDER BY {key} {direction}, p.id {direction} LIMIT {limit + 1}"
    )
    sql = _SQL.replace("{page}", page).replace("{direction}", direction)
    found = await rows(sql, *args, actor.account, actor.account)
    now = clock.now()
    items = [await _line(actor, line, now) for line in found[:limit]]
    if len(found) <= limit:
        return Page(tuple(items), None)
    return Page(tuple(items), cursors.write(found[limit - 1]["sort_key"], found[limit - 1]["id"]))


async def _found(actor: Actor, filters: Filters) -> tuple[str, list[str], list[Any]]:
    """From which tables a page is found, under which conditions."""
    may, args = visible(actor, Action.PROPOSAL_READ)
    sort, conditions = filters.sort.removeprefix("-"), [may]
    tables = {"p": "proposal p"}

    def add(condition: str, *values: Any) -> None:
        conditions.append(condition)
        args.extend(values)

    if sort == "due":
        tables["g"] = "JOIN agenda g ON g.proposal = p.id"
    if sort in SCORED:
        tables["t"] = "JOIN tally t ON t.proposal = p.id AND t.round = p.round"
        scored, whose = visible(actor, Action.REVIEW_READ_ALL)
        add(f"{scored} AND {SORTS[sort][0]} IS NOT NULL AND t.call = p.call", *whose)
    if filters.call:
        call = await value("SELECT id FROM call WHERE slug = {}", filters.call)  # known, so an index gives the order
        add(" AND ".join(f"{one}.call = {{}}" for one in tables), *[call] * len(tables))
    for column, wanted in (("stage", filters.stage), ("status", filters.status)):
        if wanted:
            add(f"p.{column} = {{}}", wanted)
    if filters.mine:
        add(f"(p.owner = {{}} OR p.id = ANY({SHARED}))", actor.account, actor.account)
    if filters.late:
        late = "p.id IN (SELECT a.proposal FROM agenda a WHERE a.stage_due < {} AND NOT a.paused)"
        add(f"{late} AND p.owner <> {{}} AND p.id <> ALL({SHARED})", clock.now(), actor.account, actor.account)
    if words := filters.q.strip()[:200].replace("\0", ""):
        condition, whose = _matching(actor, words)
        add(condition, *whose)
    return " ".join(tables.values()), conditions, args


def _matching(actor: Actor, words: str) -> Clause:
    """Condition on those that words find, in what the reader may know of them."""
    escaped = words.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    named, whose = _named(actor)
    condition = (
        "(p.reference ILIKE {} OR p.title ILIKE {} OR ((p.search @@ websearch_to_tsquery('fr', {})"
        f" OR p.organisation ILIKE {{}}) AND {named}))"
    )
    return condition, [f"%{escaped}%", f"%{escaped}%", words, f"%{escaped}%", *whose]


def _named(actor: Actor) -> Clause:
    """Condition on those whose applicant the reader may know: to find one by its name is to be told the name."""
    if not actor.calls(Role.EXPERT):
        return "true", []
    others = frozenset((role, call) for role, call in actor.roles if role is not Role.EXPERT)
    otherwise, args = visible(msgspec.structs.replace(actor, roles=others), Action.PROPOSAL_READ)
    hides = '{"process": {"stages": [{"blind": "applicant_hidden"}]}}'
    known = "NOT EXISTS (SELECT FROM edition e WHERE e.id = p.edition AND e.content @> {}::jsonb)"
    return f"({otherwise} OR {known})", [*args, hides]


def _sort(wanted: str) -> tuple[str, str, bool]:
    name = wanted.removeprefix("-")
    if name not in SORTS:
        known = ", ".join(SORTS)
        error = FieldError("sort", "unknown_sort", f"Tri inconnu : choisissez parmi {known}.", f"Known: {known}.")
        raise Invalid([error], error.fr)
    key, kind = SORTS[name]
    return key, kind, wanted.startswith("-")


def _read_cursor(cursor: str, kind: str) -> tuple[str, UUID]:
    value, last = cursors.read(cursor)
    if kind == "timestamptz" and value != "infinity":
        try:
            datetime.fromisoformat(value)
        except ValueError as error:
            raise cursors.refused() from error
    return value, last


async def _line(actor: Actor, line: Row, now: datetime) -> ProposalLine:
    kept = await edition(line["edition"])
    stage = kept.process.stage(line["stage"]) if line["stage"] else None
    facts = ProposalFacts(
        line["call_id"],
        line["owner"],
        Phase(line["phase"]),
        conflicted=line["conflicted"],
        sharing=line["sharing"] or "",
    )
    may = policy.may(actor, facts)  # by role alone: an expert is told neither dates of staff nor others' progress
    mine = policy.on_applicants_side(actor, facts)
    staff = Action.ELIGIBILITY_READ in may
    hidden = kept.process.blind == "applicant_hidden" and Action.PROPOSAL_READ not in may
    return ProposalLine(
        id=line["id"],
        call=line["call"],
        call_title=kept.call.title.fr,
        reference=line["reference"],
        title=line["title"],
        organisation="" if hidden else line["organisation"],
        status=line["status"],
        phase=line["phase"],
        stage=line["stage"],
        stage_name=(stage.applicant_name if mine else stage.name).fr if stage else "",
        mine=mine,
        level="owner" if line["owner"] == actor.account else line["sharing"] or "",
        created_at=line["created_at"],
        submitted_at=line["submitted_at"],
        due_at=line["due_at"] if staff else None,
        late=bool(staff and line["due_at"] and line["paused_at"] is None and line["due_at"] < now),
        reviews=line["reviews"] if staff else None,
        wanted=_wanted(kept, line["round"]) if staff else None,
        total=line["total"] if Action.REVIEW_READ_ALL in may else None,
        spread=line["spread"] if Action.REVIEW_READ_ALL in may else None,
        pending=(line["pending"] or "") if Action.DECISION_READ_PENDING in may else "",
    )


def _wanted(kept: Edition, number: int) -> int:
    stage = kept.process.review_stage(number)
    return stage.seats if stage else 0
