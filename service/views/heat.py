"""Proposals x reviews at a glance, and how the scores of a call spread; over what the reader may see."""

from collections.abc import AsyncIterator, Awaitable, Sequence
from typing import Any
from uuid import UUID

import msgspec

from forms import Grid
from service import clock
from service.domain.actor import Actor
from service.domain.policy import Action
from service.problems import NotFound
from service.store.database import rows
from service.store.seats import BEYOND, seats_given
from service.store.tallied import OneReview
from service.views import cursors
from service.views.calibration import Agreement, Bar, calibration, ranked
from service.views.calls import require_on_call
from service.views.ranking import last_round
from service.views.seats import SeatLine, seats_of

MOST = 100


class Cell(msgspec.Struct, frozen=True):
    """A seat: who holds it and how it stands, and the total of the review, None before it is given."""

    seat: SeatLine
    total: float | None


class HeatLine(msgspec.Struct, frozen=True):
    """A proposal. `cells` by seat: several where a team holds it, none where it is empty."""

    id: UUID
    reference: str
    title: str
    cells: tuple[tuple[Cell, ...], ...]
    n: int
    total: float | None
    spread: float | None


class HeatView(msgspec.Struct, frozen=True):
    """One page of the map, by reference; `totals` and `spreads` are of all proposals. `proposals` with a score."""

    call: str
    round: int
    rounds: int
    grid: Grid
    seats: int
    items: tuple[HeatLine, ...]
    next: str | None
    proposals: int
    totals: tuple[Bar, ...]
    spreads: tuple[Bar, ...]
    agreement: Agreement
    groups: int


# Of one round, in pages by reference.
_PROPOSALS = """
SELECT p.id, coalesce(p.reference, '') AS reference, p.title, coalesce(t.n, 0) AS n, t.total, t.spread,
       coalesce(t.reviews, '[]') AS reviews
  FROM proposal p LEFT JOIN tally t ON t.proposal = p.id AND t.round = {{}} WHERE {where}
 ORDER BY coalesce(p.reference, ''), p.id LIMIT {most}
"""


async def heat(
    actor: Actor, slug: str, number: int | None = None, *, incomplete: bool = False, cursor: str | None = None,
    limit: int = 50,
) -> HeatView:  # fmt: skip
    """The map of a round, the last one that has begun unless it is named. `incomplete`: only those that lack a review.
    NotFound."""
    about = await require_on_call(actor, slug, Action.CALL_BOARD)
    process = about.content.process
    number = number or await last_round(actor, about)
    stage = process.review_stage(number)
    if not 1 <= number <= process.rounds:
        raise NotFound("Ce tour n’existe pas dans cet appel.")
    grid, seats, limit = about.content.grid_of(number), stage.seats if stage else 0, max(1, min(limit, MOST))
    where, args = ranked(actor, about.id, number)
    if incomplete:
        where += f" AND {seats_given('p.id', '{}')} < {{}}"
        args += [number, seats]
    if cursor:
        where += " AND (coalesce(p.reference, ''), p.id) > ({}, {})"
        args += cursors.read(cursor)
    found = await rows(_PROPOSALS.format(where=where, most=limit + 1), number, *args)
    shown = found[:limit]
    held = await seats_of([line["id"] for line in shown], clock.now(), number)
    regular, width = _widths(seats, [one.seat for line in held.values() for one in line])
    counted = await calibration(actor, about.id, number, grid)
    return HeatView(
        call=slug,
        round=number,
        rounds=process.rounds,
        grid=grid,
        seats=width,
        items=tuple(_line(line, held.get(line["id"], ()), regular, width) for line in shown),
        next=cursors.write(shown[-1]["reference"], shown[-1]["id"]) if len(found) > limit else None,
        proposals=counted.scored,
        totals=counted.totals,
        spreads=counted.spreads,
        agreement=counted.agreement,
        groups=counted.groups,
    )


def _widths(seats: int, places: Sequence[int]) -> tuple[int, int]:
    """How many seats a line shows: those that the process wants or that are held, then with those of reviews that were
    given late."""
    regular = max([seats, *(place + 1 for place in places if place < BEYOND)])
    return regular, max([regular, *(regular + place - BEYOND + 1 for place in places if place >= BEYOND)])


def _line(line: dict[str, Any], held: Sequence[SeatLine], regular: int, width: int) -> HeatLine:
    """`regular` seats, then those of reviews that were given late, up to `width`."""
    totals = {one.review: one.total for one in msgspec.json.decode(line["reviews"], type=tuple[OneReview, ...])}
    return HeatLine(
        *(line["id"], line["reference"], line["title"]),
        tuple(
            tuple(Cell(one, totals.get(one.review) if one.review else None) for one in held if one.seat == place)
            for place in (*range(regular), *range(BEYOND, BEYOND + width - regular))
        ),
        *(line["n"], line["total"], line["spread"]),
    )


async def whole_heat(
    actor: Actor, slug: str, number: int | None, *, incomplete: bool
) -> AsyncIterator[tuple[HeatLine, int]]:
    """Every line with how many seats there are, page after page."""

    def read(cursor: str | None) -> Awaitable[HeatView]:
        return heat(actor, slug, number, incomplete=incomplete, cursor=cursor, limit=MOST)

    async for page in cursors.pages(read):
        for line in page.items:
            yield line, page.seats
