"""What the scores of a whole call say together: order, corrected totals, agreement; over what the reader may see alone.

It is counted once per change: the mark of what it rests on is read at each request, and the result kept in this process
for whoever sees the same proposals.
"""

import asyncio
from bisect import bisect_right
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from typing import Any, Literal
from uuid import UUID

import msgspec

from forms import Criterion, Grid
from forms.scales import Numbers
from service.domain.actor import Actor
from service.domain.policy import Action
from service.domain.ranking import places
from service.domain.reliability import alpha
from service.store.agenda import AGENDA
from service.store.database import Row, row, rows
from service.store.tallied import OneReview
from service.views import cursors
from service.views.visible import Clause, visible

Sort = Literal["total", "corrected", "spread"]


class Correction(msgspec.Struct, frozen=True):
    """A proposal's total corrected for severe and lenient experts, with the ends of its interval at 95 %, None where
    there are too few reviews to tell. `group`: among which experts can be compared, from 0; `alone`: none of its
    experts can be, so nothing was corrected."""

    corrected: float
    low: float | None
    high: float | None
    group: int
    alone: bool


class Severity(msgspec.Struct, frozen=True):
    """An expert's effect: points above (lenient) or below (severe) those of the group, with its interval at 95 %."""

    effect: float
    low: float | None
    high: float | None
    n: int
    group: int
    alone: bool


class Agreement(msgspec.Struct, frozen=True):
    """Krippendorff's alpha of the totals, and of each criterion; None where it says nothing."""

    total: float | None
    criteria: tuple[tuple[str, float | None], ...]


class Bar(msgspec.Struct, frozen=True):
    """How many proposals lie from `low` to `high`, which belongs to the next bar but for the last one."""

    low: float
    high: float
    count: int


class Calibration(msgspec.Struct, frozen=True):
    """`ranks` by raw total, of the `scored` that have one. `groups`: of experts who can be compared with each other;
    `sigma`: residual standard error in points; `totals` and `spreads`: how those of the proposals are distributed."""

    ranks: dict[UUID, int]
    corrected: dict[UUID, Correction]
    experts: dict[UUID, Severity]
    groups: int
    sigma: float | None
    freedom: int
    agreement: Agreement
    scored: int
    totals: tuple[Bar, ...]
    spreads: tuple[Bar, ...]
    orders: dict[str, list[tuple[float, str, UUID]]]

    def page(self, sort: Sort, cursor: str | None, limit: int) -> tuple[list[UUID], str | None]:
        """The proposals of one page of an order, unscored ones last, and the cursor of the next."""
        order = self.orders[sort]
        start = bisect_right(order, _after(cursor)) if cursor else 0
        found = order[start : start + limit]
        more = len(order) > start + limit
        key, reference, last = found[-1] if found else (0.0, "", UUID(int=0))
        return [one for _, _, one in found], cursors.write(f"{key!r}|{reference}", last) if more else None


def _after(cursor: str) -> tuple[float, str, UUID]:
    key, last = cursors.read(cursor)
    number, _, reference = key.partition("|")
    try:
        return float(number), reference, last
    except ValueError as error:
        raise cursors.refused() from error


_kept: OrderedDict[tuple[Any, ...], Calibration] = OrderedDict()
KEPT = 16
BARS = 10


def ranked(actor: Actor, call: UUID, number: int) -> Clause:
    """Condition on `proposal p`: those that have come to the review of this round, or further, and whose reviews the
    reader may see."""
    may, args = visible(actor, Action.REVIEW_READ_ALL)
    begun = "p.phase IN ('review', 'conciliation', 'synthesis', 'committee', 'pilot', 'over')"
    there = f"p.call = {{}} AND (p.round > {{}} OR p.round = {{}} AND {begun})"
    return f"{there} AND p.status NOT IN ('withdrawn', 'ineligible') AND {may}", [call, number, number, *args]


async def mark_of(actor: Actor, call: UUID, number: int) -> tuple[Any, ...]:
    """What tells whether anything has changed of what the reader may see of a round."""
    where, args = ranked(actor, call, number)
    mark = await row(
        "SELECT count(*) AS proposals, bit_xor(uuid_hash_extended(p.id, 0)) AS which,"  # noqa: S608  built by the policy
        " (SELECT sum(t.version) FROM tally t WHERE t.call = {} AND t.round = {}) AS versions"
        f" FROM {AGENDA} WHERE {where}",
        *(call, number, *args),
    )
    assert mark is not None  # noqa: S101  an aggregate gives one row
    return tuple(mark.values())


async def calibration(actor: Actor, call: UUID, number: int, grid: Grid) -> Calibration:
    """That of a call's round for this reader."""
    key = (call, number, msgspec.json.encode(grid), *await mark_of(actor, call, number))
    if key not in _kept:
        where, args = ranked(actor, call, number)
        lines = await rows(
            "SELECT p.id, coalesce(p.reference, '') AS reference, t.total, t.spread,"  # noqa: S608
            " coalesce(t.reviews, '[]') AS reviews"
            f" FROM proposal p LEFT JOIN tally t ON t.proposal = p.id AND t.round = {{}} WHERE {where}",
            *(number, *args),
        )
        # A team that writes one review is one expert: whoever holds the review.
        authors = await rows(
            "SELECT r.id, r.expert FROM review r WHERE r.proposal = ANY({})", [line["id"] for line in lines]
        )
        who = {line["id"]: line["expert"] for line in authors}
        _kept[key] = await asyncio.to_thread(_calibrate, lines, who, grid)
        while len(_kept) > KEPT:
            _kept.popitem(last=False)
    _kept.move_to_end(key)
    return _kept[key]


def _calibrate(lines: list[Row], who: dict[UUID, UUID], grid: Grid) -> Calibration:
    from service.domain import severity  # numpy is loaded by whoever first asks for it

    read = msgspec.json.Decoder(tuple[OneReview, ...])
    reviews = {line["id"]: read.decode(line["reviews"]) for line in lines}
    scored = [
        (proposal, who[one.review], one.total)
        for proposal, given in reviews.items()
        for one in given
        if one.total is not None and one.review in who
    ]
    try:
        model = severity.fit(scored)
    except ValueError:  # more experts than can be compared
        model = severity.Model({}, {}, None, 0, 0)
    corrected = {
        one: Correction(found.corrected, found.low, found.high, found.group, found.alone)
        for one, found in model.proposals.items()
    }
    return Calibration(
        ranks=places({line["id"]: line["total"] for line in lines if line["total"] is not None}),
        corrected=corrected,
        experts={
            one: Severity(found.effect, found.low, found.high, found.n, found.group, found.alone)
            for one, found in model.experts.items()
        },
        groups=model.groups,
        sigma=model.sigma,
        freedom=model.freedom,
        agreement=_agreement(reviews.values(), grid),
        scored=sum(line["total"] is not None for line in lines),
        totals=bars([line["total"] for line in lines if line["total"] is not None], grid.lowest, grid.highest),
        spreads=bars([line["spread"] for line in lines if line["spread"] is not None], 0, grid.highest - grid.lowest),
        orders={
            "total": _order(lines, {line["id"]: line["total"] for line in lines}),
            "corrected": _order(lines, {one: found.corrected for one, found in corrected.items()}),
            "spread": _order(lines, {line["id"]: line["spread"] for line in lines}),
        },
    )


def bars(values: Sequence[float], low: float, high: float) -> tuple[Bar, ...]:
    """How values spread over a range, in ten equal steps."""
    width = (high - low) / BARS
    if width <= 0:
        return ()
    counts = [0] * BARS
    for one in values:
        counts[max(0, min(BARS - 1, int((one - low) / width + 1e-9)))] += 1
    return tuple(Bar(low + n * width, low + (n + 1) * width, count) for n, count in enumerate(counts))


def _order(lines: list[Row], values: dict[UUID, float]) -> list[tuple[float, str, UUID]]:
    """The highest first, equal ones by reference, what has none last."""
    keys = [(values.get(line["id"]), line["reference"], line["id"]) for line in lines]
    return sorted((float("inf") if key is None else -key, reference, one) for key, reference, one in keys)


def _agreement(reviews: Iterable[Sequence[OneReview]], grid: Grid) -> Agreement:
    given = list(reviews)
    return Agreement(
        alpha([[one.total for one in unit if one.total is not None] for unit in given], "interval"),
        tuple((criterion.id, _of_criterion(given, criterion)) for criterion in grid.criteria),
    )


def _of_criterion(given: list[Sequence[OneReview]], criterion: Criterion) -> float | None:
    """Named levels and letters are in order, and no more than that; numbers are as far apart as they say."""
    units = [[score for one in unit if (score := one.scores.get(criterion.id)) is not None] for unit in given]
    return alpha(units, "interval" if isinstance(criterion.scale, Numbers) else "ordinal")
