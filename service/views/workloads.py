"""The experts of a call as the board tells them: asked, done, late, silent; over the proposals that the reader sees."""

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from service import clock
from service.domain.actor import Actor
from service.domain.policy import Action
from service.store.database import rows
from service.store.seats import STANDING
from service.views import cursors
from service.views.calibration import Severity, calibration
from service.views.calls import require_on_call
from service.views.ranking import last_round
from service.views.visible import visible

MOST = 200


class Workload(msgspec.Struct, frozen=True):
    """An expert. `asked` ever; `waiting` for an answer, of which `silent` though reminded; `writing`, of which `late`:
    past the last reminder, or their time is over; `done`; `left`: declined; `dropped`: released for silence, and not
    done since. `since`: the oldest of what they owe; `due_at`: its next end; `days`: from invitation to review, the
    mean; `chased_at`: last reminded by hand; `severity`: of the last round, None before they scored."""

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


class WorkloadPage(msgspec.Struct, frozen=True):
    """One page, whoever is late first, then by name; `total`: over all pages."""

    items: tuple[Workload, ...]
    next: str | None
    total: int


# What each assignment of a visible proposal is now; `{may}` is the policy's, after the instant twice and the call.
_EACH = (
    "SELECT a.id, a.expert, a.invited_at, a.ended_at, a.due_at, a.chased_at, a.status, s.state,"  # noqa: S608  ours
    " p.phase IN ('review', 'conciliation') AND a.round = p.round AND s.state IN ('invited', 'accepted') AS owed,"
    " s.state = 'accepted' AND coalesce(a.last_at, a.due_at) < {} AS late,"
    " s.state = 'invited' AND coalesce(a.half_at, a.due_at) < {} AS silent"
    f" FROM assignment a JOIN proposal p ON p.id = a.proposal,"
    f" LATERAL (SELECT CASE WHEN a.asked_again IS NULL THEN {STANDING} ELSE 'accepted' END AS state) s"
    " WHERE p.call = {} AND a.invited_at IS NOT NULL AND "
)
_COUNTED = (
    "SELECT k.id, k.name, CASE WHEN {} THEN k.email ELSE '' END AS email, k.organisation, count(m.id) AS asked,"
    " count(m.id) FILTER (WHERE m.owed AND m.state = 'invited') AS waiting,"
    " count(m.id) FILTER (WHERE m.owed AND m.silent) AS silent,"
    " count(m.id) FILTER (WHERE m.owed AND m.state = 'accepted') AS writing,"
    " count(m.id) FILTER (WHERE m.owed AND m.late) AS late,"
    " count(m.id) FILTER (WHERE m.state = 'done') AS done,"
    " count(m.id) FILTER (WHERE m.status = 'declined') AS left,"
    " count(m.id) FILTER (WHERE m.status = 'released') AS dropped,"
    " min(m.invited_at) FILTER (WHERE m.owed) AS since, min(m.due_at) FILTER (WHERE m.owed) AS due_at,"
    " avg(extract(epoch FROM m.ended_at - m.invited_at) / 86400) FILTER (WHERE m.state = 'done')::float8 AS days,"
    " max(m.chased_at) AS chased_at,"
    " coalesce(array_agg(m.id) FILTER (WHERE m.owed AND m.status <> 'released'), ARRAY[]::uuid[]) AS owed"
    " FROM role r JOIN account k ON k.id = r.account LEFT JOIN ({each}) m ON m.expert = k.id"
    " WHERE r.call = {} AND r.role = 'expert' GROUP BY k.id HAVING {} OR count(m.id) > 0"
)
_KEYED = (
    "SELECT *, lpad((99999 - late - silent)::text, 5, '0') || lower(name) AS sort_key, count(*) OVER () AS total"
    " FROM ({counted}) counted"
)


async def workloads(actor: Actor, slug: str, cursor: str | None = None, limit: int = 100) -> WorkloadPage:
    """The experts of a call, for whoever sees its board: all, with their addresses, for its officers; those who were
    asked, for auditors. NotFound."""
    about = await require_on_call(actor, slug, Action.CALL_BOARD)
    now = clock.now()
    may, args = visible(actor, Action.JOURNAL_READ)
    keyed = _KEYED.replace("{counted}", _COUNTED.replace("{each}", _EACH + may))
    runs = Action.ACCOUNT_INVITE in about.may
    asked: list[Any] = [runs, now, now, about.id, *args, about.id, runs]
    condition = ""
    if cursor:
        condition = "WHERE (sort_key, id) > ({}, {})"
        asked += cursors.read(cursor)
    limit = max(1, min(limit, MOST))
    found = await rows(
        f"SELECT * FROM ({keyed}) keyed {condition} ORDER BY sort_key, id LIMIT {limit + 1}",  # noqa: S608  the policy's
        *asked,
    )
    number = await last_round(actor, about.id)
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
    more = len(found) > limit
    following = cursors.write(shown[-1]["sort_key"], shown[-1]["id"]) if more else None
    return WorkloadPage(items, following, found[0]["total"] if found else 0)
