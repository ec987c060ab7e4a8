"""The incubator in a year: what came in, what experts read, what was decided, what became of pilots; over the calls
whose reports one may read. As it was at the end of the year, by the journal, or as it is while the year lasts."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from forms import FieldError, local_day
from forms.clocks import PARIS
from reports.counting import STAGES, THIRDS
from reports.figures import (
    AnnualFigures,
    CallYear,
    Foreseen,
    Foresight,
    MonthFigures,
    PilotEnds,
    PipeFigures,
)
from service import clock
from service.domain.actor import Actor
from service.domain.hindsight import Group
from service.domain.piloting import PHASES
from service.domain.policy import Action
from service.domain.steering import committee_of
from service.problems import Invalid, NotFound, SignInNeeded
from service.store.database import Row, row, rows, value
from service.store.editions import edition
from service.store.moves import MOVES, stages_of
from service.views.calls import CallView, call, calls
from service.views.hindsight import hindsight

EARLIEST = 2000
RETAINING = ("accepted", "completed")
_PARIS = "AT TIME ZONE 'Europe/Paris'"


async def reported(actor: Actor) -> tuple[list[CallView], int]:
    """The calls whose reports somebody may read, and how many others there are. NotFound where there is none."""
    if actor.account is None:
        raise SignInNeeded
    every = [await call(actor, line.slug) for line in await calls(actor)]
    mine = [about for about in every if Action.CALL_REPORT in about.may]
    if not mine:
        raise NotFound
    return sorted(mine, key=lambda about: about.slug), len(every) - len(mine)


async def years(mine: Sequence[CallView]) -> list[int]:
    """Those in which anything was submitted, and the present one, the last first."""
    first: datetime | None = await value(
        "SELECT min(submitted_at) FROM proposal WHERE call = ANY({})", [about.id for about in mine]
    )
    present = local_day(clock.now()).year
    return list(range(present, min(present, local_day(first).year if first else present) - 1, -1))


def require_year(wanted: int) -> int:
    """The year itself; the present one for 0. Invalid for one that has not begun."""
    present = local_day(clock.now()).year
    if wanted and not EARLIEST <= wanted <= present:
        said = f"Choisissez une année de {EARLIEST} à {present}."
        raise Invalid([FieldError("year", "unknown_year", said, f"A year from {EARLIEST} to {present}.")], said)
    return wanted or present


async def annual(actor: Actor, wanted: int = 0) -> AnnualFigures:
    """The figures of a year, the present one for 0. NotFound for whoever may read no call's report; Invalid."""
    year, now = require_year(wanted), clock.now()
    mine, others = await reported(actor)
    ids = [about.id for about in mine]
    begins, ends = (datetime(one, 1, 1, tzinfo=PARIS).astimezone(UTC) for one in (year, year + 1))
    examined = await _examined(mine, min(ends, now))
    submitted, decided, retained, months = await _flow(ids, begins, ends)
    services = {about.content.call.service.name.fr for about in mine}
    return AnnualFigures(
        year=year,
        at=now,
        over=ends <= now,
        service=services.pop() if len(services) == 1 else "",
        calls=tuple(
            CallYear(
                *(about.slug, about.content.call.title.fr, submitted[about.id], decided[about.id], retained[about.id]),
                examined=sum(examined[about.id].values()),
            )
            for about in mine
        ),
        others=others,
        months=months,
        pipe=_pipe(examined),
        **await _expertise(ids, begins, ends),
        **await _pilots(mine, begins, min(ends, now)),
        foresight=await _foresight(actor, mine, year),
    )


async def _flow(
    ids: list[UUID], begins: datetime, ends: datetime
) -> tuple[Counter[UUID], Counter[UUID], Counter[UUID], tuple[MonthFigures, ...]]:
    """What was submitted, decided and retained, by call, and by month."""
    came = await rows(
        f"SELECT call, extract(month FROM submitted_at {_PARIS})::integer AS month, count(*) AS n FROM proposal"  # noqa: S608
        " WHERE call = ANY({}) AND submitted_at >= {} AND submitted_at < {} GROUP BY 1, 2",
        *(ids, begins, ends),
    )
    went = await _decided(ids, begins, ends)
    submitted, decided = _by(came, "month", "n"), _by(went, "month", "n")
    months = tuple(MonthFigures(month, submitted[month], decided[month]) for month in range(1, 13))
    return _by(came, "call", "n"), _by(went, "call", "n"), _by(went, "call", "retained"), months


async def _decided(ids: list[UUID], begins: datetime, ends: datetime) -> list[Row]:
    """What was decided, by call and month: where the round that was decided last by the end led out of the examination,
    by the decision that was in force then. What corrects it later is of a later year."""
    found = await rows(
        "SELECT p.call, p.edition, p.status, d.round, d.outcome, count(*) AS n,"  # noqa: S608  our words
        f" extract(month FROM d.first_at {_PARIS})::integer AS month FROM proposal p CROSS JOIN LATERAL"
        " (SELECT y.round, (array_agg(y.outcome ORDER BY y.number DESC))[1] AS outcome, min(n.at) AS first_at"
        "  FROM decision y JOIN publication n ON n.id = y.publication WHERE y.proposal = p.id AND n.at < {}"
        "  GROUP BY y.round ORDER BY y.round DESC LIMIT 1) d"
        " WHERE p.call = ANY({}) AND d.first_at >= {} GROUP BY 1, 2, 3, 4, 5, 7",
        *(ends, ids, begins),
    )
    went = []
    for line in found:
        committee = committee_of((await edition(line["edition"])).process, line["round"])
        outcome = committee.outcome(line["outcome"]) if committee else None
        status = outcome.status if outcome else line["status"]  # an outcome that its edition has no more
        if status != "in_progress":
            went.append({**line, "retained": line["n"] if status in RETAINING else 0})
    return went


def _by(lines: Sequence[Row], key: str, number: str) -> Counter[Any]:
    found: Counter[Any] = Counter()
    for line in lines:
        found[line[key]] += line[number]
    return found


async def _examined(mine: Sequence[CallView], at: datetime) -> dict[UUID, Counter[str]]:
    """How many proposals of each call were in each kind of stage at an instant: where the last entry before it led."""
    found = await rows(
        f"{MOVES} SELECT call, entered, count(*) AS n FROM (SELECT DISTINCT ON (id) id, call, entered FROM moves"  # noqa: S608
        " WHERE at < {} ORDER BY id, seq DESC) last WHERE entered <> '' GROUP BY 1, 2",
        *([about.id for about in mine], at),
    )
    examined: dict[UUID, Counter[str]] = {about.id: Counter() for about in mine}
    kinds = {(about.id, one.id): one.kind for about in mine for one in await stages_of(about.id)}
    for line in found:
        kind = kinds.get((line["call"], line["entered"]), "")
        if kind not in ("", "pilot"):
            examined[line["call"]][kind] += line["n"]
    return examined


def _pipe(examined: Mapping[UUID, Counter[str]]) -> tuple[PipeFigures, ...]:
    whole = sum(examined.values(), Counter())
    return tuple(PipeFigures(kind, whole[kind]) for kind in STAGES if whole[kind])


async def _expertise(ids: list[UUID], begins: datetime, ends: datetime) -> Row:
    found = await row(
        "SELECT count(*) FILTER (WHERE a.invited_at >= {} AND a.invited_at < {}) AS asked,"
        " count(*) FILTER (WHERE r.given) AS reviews, count(DISTINCT a.expert) FILTER (WHERE r.given) AS experts"
        " FROM assignment a JOIN proposal p ON p.id = a.proposal,"
        " LATERAL (SELECT a.status = 'done' AND a.ended_at >= {} AND a.ended_at < {} AS given) r"
        " WHERE p.call = ANY({})",
        *(begins, ends, begins, ends, ids),
    )
    assert found is not None  # noqa: S101  an aggregate gives one row
    return found


async def _pilots(mine: Sequence[CallView], begins: datetime, until: datetime) -> dict[str, Any]:
    """A pilot was in the phase that the next review after an instant looked at."""
    ids = [about.id for about in mine]
    begun = await value(
        "SELECT count(*) FROM pilot WHERE call = ANY({}) AND began_at >= {} AND began_at < {}", *(ids, begins, until)
    )
    phases = await rows(
        "SELECT coalesce((SELECT r.phase FROM pilot_review r WHERE r.proposal = t.proposal AND r.held_at >= {}"
        "  ORDER BY r.held_at LIMIT 1), t.phase) AS phase, count(*) AS n FROM pilot t WHERE t.call = ANY({})"
        " AND t.began_at < {} AND (t.ended_at IS NULL OR t.ended_at >= {}) GROUP BY 1",
        *(until, ids, until, until),
    )
    ended = await rows(
        "SELECT call, outcome, phase, count(*) AS n FROM pilot WHERE call = ANY({}) AND ended_at >= {}"
        " AND ended_at < {} GROUP BY 1, 2, 3",
        *(ids, begins, until),
    )
    number, names = _by(phases, "phase", "n"), _outcomes(mine)
    ends: Counter[str] = Counter()
    for line in ended:
        ends[names.get((line["call"], line["outcome"]), "Sans résultat enregistré")] += line["n"]
    return {
        "begun": begun,
        "pilots": tuple(PipeFigures(phase, number[phase]) for phase in PHASES if number[phase]),
        "ends": tuple(PilotEnds(name, n) for name, n in sorted(ends.items(), key=lambda one: (-one[1], one[0]))),
    }


def _outcomes(mine: Sequence[CallView]) -> dict[tuple[UUID, str], str]:
    stages = ((about.id, stage) for about in mine for stage in about.content.process.stages if stage.kind == "pilot")
    return {(id_, one.id): one.name.fr for id_, stage in stages for one in stage.outcomes}


async def _foresight(actor: Actor, mine: Sequence[CallView], year: int) -> Foresight | None:
    if not any(Action.CALL_BOARD in about.may for about in mine):
        return None
    found = await hindsight(actor, "", year)
    advice = {one.id: one.name.fr for about in mine for one in about.content.grid.recommendation}
    return Foresight(
        *(found.n, found.handed_over, found.auc, found.spearman),
        thirds=tuple(_foreseen(one, THIRDS) for one in reversed(found.thirds)),
        recommendations=tuple(_foreseen(one, advice) for one in found.recommendations),
    )


def _foreseen(one: Group, names: Mapping[str, str]) -> Foreseen:
    return Foreseen(names.get(one.name, one.name), one.n, one.handed_over, one.progress)
