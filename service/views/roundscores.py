"""The scores of a call's rounds, for its report: over the proposals whose reviews the reader may see."""

from collections.abc import Sequence
from math import inf
from statistics import fmean, median
from uuid import UUID

import msgspec

from forms import Grid
from reports.figures import CriterionFigures, RoundFigures, ScoreBand
from service.domain import figures as rules
from service.domain.actor import Actor, Role
from service.store.conflicts import conflicts_of
from service.store.database import Row, rows
from service.views.calibration import Bar, Calibration, calibration, ranked
from service.views.calls import CallView

# Whoever reads everything, and is in conflict with nothing: what is told to everybody is counted so.
EVERYTHING = Actor(account=UUID(int=0), roles=frozenset({(Role.AUDITOR, None)}))


async def round_figures(actor: Actor | None, about: CallView) -> tuple[RoundFigures, ...]:
    """Each round of which a proposal is scored. actor: None for everybody, who are told of many alone; what somebody
    reads as an expert is not counted, so that a report is the same for all who have the same part in its call."""
    reader, found = EVERYTHING if actor is None else _as_staff(actor), []
    for number in range(1, about.content.process.rounds + 1):
        grid = about.content.grid_of(number)
        counted = await calibration(reader, about.id, number, grid)
        if counted.scored:
            lines = await _criteria(reader, about.id, number)
            found.append(_round(number, grid, counted, {line["id"]: line for line in lines}))
    return tuple(found if actor is not None else filter(None, map(rules.public_round, found)))


def _as_staff(actor: Actor) -> Actor:
    parts = frozenset((role, call) for role, call in actor.roles if role is not Role.EXPERT)
    return msgspec.structs.replace(actor, roles=parts)


async def apart(actor: Actor, calls: Sequence[UUID]) -> list[UUID]:
    """The proposals of these calls in which the reader takes no part, so that their scores are not counted: a conflict
    of theirs stands. An auditor still reads all."""
    if actor.has(Role.AUDITOR):
        return []
    found = await rows(
        "SELECT p.id FROM proposal p WHERE p.call = ANY({})"  # noqa: S608  our words
        f" AND p.id = ANY({conflicts_of('{}')}) ORDER BY p.id",
        *(list(calls), actor.account),
    )
    return [line["id"] for line in found]


async def _criteria(actor: Actor, call: UUID, number: int) -> list[Row]:
    where, args = ranked(actor, call, number)
    return await rows(
        "SELECT c ->> 'id' AS id, count(*) AS n, avg((c ->> 'mean')::float8) AS mean,"  # noqa: S608  our words
        " count(*) FILTER (WHERE c ->> 'met' = 'false') AS below FROM proposal p"
        " JOIN tally t ON t.proposal = p.id AND t.round = {},"
        " jsonb_array_elements(t.content -> 'summary' -> 'criteria') c"
        f" WHERE c ->> 'mean' IS NOT NULL AND {where} GROUP BY 1",
        *(number, *args),
    )


def _round(number: int, grid: Grid, counted: Calibration, lines: dict[str, Row]) -> RoundFigures:
    totals = [-key for key, _, _ in counted.orders["total"] if key != inf]
    agreement = dict(counted.agreement.criteria)
    return RoundFigures(
        number=number,
        scored=counted.scored,
        lowest=grid.lowest,
        highest=grid.highest,
        mean=fmean(totals),
        median=median(totals),
        threshold=grid.threshold,
        below=0 if grid.threshold is None else sum(one < grid.threshold for one in totals),
        alpha=counted.agreement.total,
        totals=_bands(counted.totals),
        spreads=_bands(counted.spreads),
        criteria=tuple(
            CriterionFigures(
                *(one.name.fr, line["n"] if line else 0, one.lowest, one.highest, line["mean"] if line else None),
                *(one.threshold, line["below"] if line else 0, agreement.get(one.id)),
            )
            for one in grid.criteria
            for line in [lines.get(one.id)]
        ),
    )


def _bands(bars: Sequence[Bar]) -> tuple[ScoreBand, ...]:
    return tuple(ScoreBand(one.low, one.high, one.count) for one in bars)
