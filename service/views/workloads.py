"""The experts of a call as the board tells them: asked, done, late, silent; over the proposals that the reader sees."""

from datetime import datetime
from uuid import UUID

import msgspec

from service import clock
from service.domain.actor import Actor
from service.domain.policy import Action
from service.store.agenda import AGENDA
from service.store.database import Row, rows
from service.store.seats import STANDING
from service.views import cursors
from service.views.calibration import Severity, calibration
from service.views.calls import CallView, require_on_call
from service.views.ranking import last_round
from service.views.visible import visible

MOST = 200


class Workload(msgspec.Struct, frozen=True):
    """An expert. `asked` ever; `waiting` for an answer, of which `silent` though reminded; `writing`, of which `late`:
    past the last reminder, or their time is over; `done`; `left`: declined; `dropped`: released for silence, and not
    done since. `since`: the oldest of what they owe; `due_at`: its next end; `days`: from invitation to review, the
    mean; `chased_at`: last reminded by hand; `severity`: of the last round, None before they scored. `paused`: of what
    they owe, what waits for an applicant first: neither late nor silent, and of no `due_at`. `owed`: of what they may
    be reminded."""

    id: UUID
    name: str
    email: str
    organisation: str
    asked: int
    waiting: int
    silent: int
    writing: int
    late: int
    done: int
    left: int
    dropped: int
    since: datetime | None
    due_at: datetime | None
    days: float | None
    chased_at: datetime | None
    owed: tuple[UUID, ...]
    severity: Severity | None
    paused: int = 0


class WorkloadPage(msgspec.Struct, frozen=True):
    """One page, whoever is late or silent first, the most so, then by name; `total` and `behind`: how many there are,
    and how many are late or silent, over all pages."""

    items: tuple[Workload, ...]
    next: str | None
    total: int
    behind: int


_ASKED = f"FROM assignment a JOIN {AGENDA} ON p.id = a.proposal"
_ASKED_EVER = (
    f"EXISTS (SELECT {_ASKED} WHERE a.expert = k.id AND a.invited_at IS NOT NULL AND p.call = r.call AND {{may}})"
)
# OFFSET 0: it is evaluated once for each row, not wherever it is named.
_STATE = f"LATERAL (SELECT CASE WHEN a.asked_again IS NULL THEN {STANDING} ELSE 'accepted' END AS state OFFSET 0) s"
_OWED = "p.phase IN ('review', 'conciliation') AND a.round = p.round AND s.state IN ('invited', 'accepted')"
# As the index `assignment_behind` has it: what may be owed, and since when its holder is late, or silent.
_OPEN = (
    "(a.status IN ('invited', 'accepted') OR a.asked_again IS NOT NULL"
    " OR (a.status = 'released' AND a.released_at IS NOT NULL))"
)
_BEHIND_AT = (
    "(CASE WHEN a.status = 'invited' OR (a.status = 'released' AND a.answered_at IS NULL)"
    " THEN coalesce(a.half_at, a.due_at) ELSE coalesce(a.last_at, a.due_at) END)"
)
# Who is on the page is found by what few owe, and what all were asked is counted for those alone. `{may}` is the
# policy's, thrice; before it the instant and the call, whether addresses are told, the call; the call again.
_SQL = (
    "WITH behind AS MATERIALIZED (SELECT a.expert, count(*) FILTER (WHERE s.state = 'accepted') AS late,"  # noqa: S608
    f" count(*) FILTER (WHERE s.state = 'invited') AS silent {_ASKED}, {_STATE} WHERE {_OPEN} AND {_BEHIND_AT} < {{}}"
    f" AND p.call = {{}} AND {_OWED} AND NOT p.paused AND {{may}} GROUP BY a.expert),"
    " page AS MATERIALIZED (SELECT * FROM (SELECT *, count(*) OVER () AS total,"
    "  count(*) FILTER (WHERE late + silent > 0) OVER () AS behind,"
    "  lpad((99999 - late - silent)::text, 5, '0') || lower(name) AS sort_key FROM ("
    "  SELECT k.id, k.name, CASE WHEN {} THEN k.email ELSE '' END AS email, k.organisation,"
    "   coalesce(b.late, 0) AS late, coalesce(b.silent, 0) AS silent FROM role r JOIN account k ON k.id = r.account"
    "   LEFT JOIN behind b ON b.expert = k.id WHERE r.call = {} AND r.role = 'expert' AND ({} OR "
    f"{_ASKED_EVER})"
    "  ) named) keyed {after} ORDER BY sort_key, id LIMIT {limit})"
    " SELECT g.*, m.* FROM page g, LATERAL (SELECT count(*) AS asked,"
    "  count(*) FILTER (WHERE o.owed AND s.state = 'invited') AS waiting,"
    "  count(*) FILTER (WHERE o.owed AND s.state = 'accepted') AS writing,"
    "  count(*) FILTER (WHERE s.state = 'done') AS done,"
    "  count(*) FILTER (WHERE a.status = 'declined') AS left,"
    "  count(*) FILTER (WHERE a.status = 'released') AS dropped,"
    "  min(a.invited_at) FILTER (WHERE o.owed) AS since,"
    "  min(a.due_at) FILTER (WHERE o.owed AND NOT p.paused) AS due_at,"
    "  count(*) FILTER (WHERE o.owed AND p.paused) AS paused,"
    "  avg(extract(epoch FROM a.ended_at - a.invited_at) / 86400) FILTER (WHERE s.state = 'done')::float8 AS days,"
    "  max(a.chased_at) AS chased_at,"
    "  coalesce(array_agg(a.id) FILTER (WHERE o.owed AND NOT p.paused AND a.status <> 'released'),"
    "   ARRAY[]::uuid[]) AS owed"
    f"  {_ASKED}, {_STATE}, LATERAL (SELECT {_OWED} AS owed) o"
    "  WHERE a.expert = g.id AND a.invited_at IS NOT NULL AND p.call = {} AND {may}) m ORDER BY g.sort_key, g.id"
)


async def workloads(
    actor: Actor, slug: str, cursor: str | None = None, limit: int = 100, *, severities: bool = True
) -> WorkloadPage:
    """The experts of a call, for whoever sees its board: all, with their addresses, for its officers; those who were
    asked, for auditors. `severities`: whether these are told. NotFound."""
    about = await require_on_call(actor, slug, Action.CALL_BOARD)
    limit = max(1, min(limit, MOST))
    found = await _found(actor, about, cursor, limit + 1)
    effects: dict[UUID, Severity] = {}
    if severities:
        number = await last_round(actor, about)
        effects = (await calibration(actor, about.id, number, about.content.grid_of(number))).experts
    shown = found[:limit]
    items = tuple(
        Workload(
            **{name: line[name] for name in Workload.__struct_fields__ if name in line and name != "owed"},
            owed=tuple(line["owed"]),
            severity=effects.get(line["id"]),
        )
        for line in shown
    )
    following = cursors.write(shown[-1]["sort_key"], shown[-1]["id"]) if len(found) > limit else None
    return WorkloadPage(items, following, *((found[0]["total"], found[0]["behind"]) if found else (0, 0)))


async def names(actor: Actor, slug: str) -> tuple[tuple[UUID, str], ...]:
    """The experts of a call, of whom the same are told: id and name. NotFound."""
    about = await require_on_call(actor, slug, Action.CALL_BOARD)
    may, args = visible(actor, Action.JOURNAL_READ)
    found = await rows(
        "SELECT k.id, k.name FROM role r JOIN account k ON k.id = r.account WHERE r.call = {} AND r.role = 'expert'"  # noqa: S608
        f" AND ({{}} OR {_ASKED_EVER.replace('{may}', may)})",
        *(about.id, Action.ACCOUNT_INVITE in about.may, *args),
    )
    return tuple((line["id"], line["name"]) for line in found)


async def _found(actor: Actor, about: CallView, cursor: str | None, limit: int) -> list[Row]:
    may, args = visible(actor, Action.JOURNAL_READ)
    after, place = ("WHERE (sort_key, id) > ({}, {})", cursors.read(cursor)) if cursor else ("", ())
    sql = _SQL.replace("{may}", may).replace("{after}", after).replace("{limit}", str(limit))
    runs = Action.ACCOUNT_INVITE in about.may
    return await rows(sql, clock.now(), about.id, *args, runs, about.id, runs, *args, *place, about.id, *args)
