"""The proposals of a plan, one by one: who gets them, who stands behind, who else would do."""

from collections.abc import Iterable
from typing import Any, Literal
from uuid import UUID

import msgspec

from service.domain.actor import Actor
from service.domain.plans import Place, Reasons, Summary
from service.domain.policy import Action
from service.problems import NotFound
from service.store.database import Row, row, rows
from service.views import cursors
from service.views.calls import require_on_call
from service.views.visible import Clause, visible

PAGE = 25
Only = Literal["", "missing", "pinned"]


class Taker(msgspec.Struct, frozen=True):
    """An expert, or a team."""

    id: UUID
    name: str
    team: bool = False


class Head(msgspec.Struct, frozen=True):
    """A proposal, as lists name it."""

    id: UUID
    reference: str
    title: str
    organisation: str


class PairView(msgspec.Struct, frozen=True):
    """A taker for a proposal. `kept`: what holds of the pair now, whatever held when the plan was made: pin, ban or
    free."""

    taker: Taker
    affinity: float
    pinned: bool
    full: bool
    reasons: Reasons
    kept: str = "free"


class PlannedProposal(msgspec.Struct, frozen=True):
    """A proposal of a plan: its seats, those behind them, and who would also do, best first; `missing` places; `banned`
    takers now."""

    proposal: Head
    seats: tuple[PairView, ...]
    reserves: tuple[PairView, ...]
    alternatives: tuple[PairView, ...]
    missing: int
    banned: tuple[Taker, ...]


class PlannedPage(msgspec.Struct, frozen=True):
    """Proposals of a plan, those with the worst matches first; `next`: the cursor of the following page."""

    items: tuple[PlannedProposal, ...]
    next: str | None


async def line_of(call: UUID, number: int) -> Row | None:
    found = await row(
        "SELECT * FROM plan WHERE call = {} AND {}::integer IN (0, number) ORDER BY number DESC LIMIT 1",
        *(call, max(-1, min(number, 2**31 - 1))),
    )
    if found is None and number:
        raise NotFound("Cette répartition n’existe pas.")
    return found


async def numbered(actor: Actor, slug: str, number: int) -> int:
    """The number of a plan that there is, of the last one for 0; 0 where none was made. NotFound."""
    call = await require_on_call(actor, slug, Action.CALL_PLAN)
    line = await line_of(call.id, number)
    return line["number"] if line is not None else 0


async def heads(proposals: Iterable[UUID], may: Clause) -> dict[UUID, Head]:
    """Those of these proposals that a reader may see."""
    condition, args = may
    found = await rows(
        f"SELECT p.id, p.reference, p.title, p.organisation FROM proposal p WHERE p.id = ANY({{}}) AND {condition}",  # noqa: S608
        *(list(proposals), *args),
    )
    return {line["id"]: head(line, "id") for line in found}


async def takers(ids: Iterable[UUID]) -> dict[UUID, Taker]:
    """The names of experts and teams."""
    wanted = list(ids)
    found = await rows(
        "SELECT id, name, false AS team FROM account WHERE id = ANY({})"
        " UNION ALL SELECT id, name, true FROM team WHERE id = ANY({})",
        *(wanted, wanted),
    )
    return {line["id"]: Taker(**line) for line in found}


def head(line: Row, key: str) -> Head:
    return Head(line[key], line["reference"] or "", line["title"], line["organisation"])


def pair(line: Row, names: dict[UUID, Taker], kept: str = "free") -> PairView:
    return PairView(
        taker=names[line["team"] or line["expert"]],
        affinity=line["affinity"],
        pinned=line["pinned"],
        full=line["crowded"],
        reasons=msgspec.json.decode(line["reasons"], type=Reasons),
        kept=kept,
    )


# Worst matches first; before them those that nobody would do for at all, of which a plan has no line.
_ORDERED = (
    "WITH placed AS (SELECT l.proposal, coalesce(min(l.affinity) FILTER (WHERE l.place = 'seat'), -9) AS worst"
    " FROM plan_line l WHERE l.plan = {} GROUP BY l.proposal"
    " UNION ALL SELECT m.proposal, -9 FROM unnest({}::uuid[]) AS m (proposal)"
    " WHERE NOT EXISTS (SELECT FROM plan_line l WHERE l.plan = {} AND l.proposal = m.proposal))"
    " SELECT p.id, p.reference, p.title, p.organisation, w.worst FROM placed w JOIN proposal p ON p.id = w.proposal"
    " WHERE {condition} AND (w.worst, p.id) > ({}::double precision, {}::uuid) ORDER BY w.worst, p.id LIMIT {}"
)


class Which(msgspec.Struct, frozen=True):
    """Which proposals of a plan (the last one for 0): those that lack takers, or that an officer fixed something of;
    those with `q` in their reference or title."""

    number: int = 0
    only: Only = ""
    q: str = ""


async def planned(actor: Actor, slug: str, which: Which, cursor: str | None = None, limit: int = PAGE) -> PlannedPage:
    """The proposals of a plan, worst matches first, in pages. NotFound; Invalid for a cursor that is none."""
    call = await require_on_call(actor, slug, Action.CALL_PLAN)
    line = await line_of(call.id, which.number)
    if line is None or line["outcome"] is None:
        return PlannedPage((), None)
    missing = {one.proposal: one.missing for one in msgspec.json.decode(line["outcome"], type=Summary).missing}
    may, args = visible(actor, Action.PROPOSAL_READ)
    chosen, more = _chosen(which, missing)
    after, last = _after(cursor)
    found = await rows(
        _ORDERED.replace("{condition}", f"{may} AND {chosen}"),
        *(line["id"], list(missing), line["id"], *args, *more, after, last, limit + 1),
    )
    items = await _items(line["id"], found[:limit], missing)
    following = found[limit - 1] if len(found) > limit else None
    return PlannedPage(items, cursors.write(repr(following["worst"]), following["id"]) if following else None)


def _chosen(which: Which, missing: dict[UUID, int]) -> Clause:
    parts = ["true"]
    args: list[Any] = []
    if which.only == "missing":
        parts.append("p.id = ANY({})")
        args.append(sorted(missing))
    if which.only == "pinned":
        parts.append("EXISTS (SELECT FROM pin n WHERE n.proposal = p.id)")
    if which.q.strip():
        parts.append("position({} IN lower(coalesce(p.reference, '') || ' ' || p.title)) > 0")
        args.append(which.q.strip().lower())
    return " AND ".join(parts), args


def _after(cursor: str | None) -> tuple[float, UUID]:
    if not cursor:
        return -10.0, UUID(int=0)
    key, last = cursors.read(cursor)
    try:
        return float(key), last
    except ValueError as error:
        raise cursors.refused() from error


async def _items(plan_id: UUID, found: list[Row], missing: dict[UUID, int]) -> tuple[PlannedProposal, ...]:
    ids = [line["id"] for line in found]
    lines = await rows(
        "SELECT * FROM plan_line WHERE plan = {} AND proposal = ANY({}) ORDER BY proposal, place, rank", plan_id, ids
    )
    pins = await rows("SELECT proposal, taker, kind FROM pin WHERE proposal = ANY({}) ORDER BY at, taker", ids)
    names = await takers({line["team"] or line["expert"] for line in lines} | {pin["taker"] for pin in pins})
    kept = {(pin["proposal"], pin["taker"]): pin["kind"] for pin in pins}
    by_place: dict[tuple[UUID, str], list[Row]] = {}
    for line in lines:
        by_place.setdefault((line["proposal"], line["place"]), []).append(line)

    def of(proposal: UUID, place: Place) -> tuple[PairView, ...]:
        return tuple(
            pair(line, names, kept.get((proposal, line["team"] or line["expert"]), "free"))
            for line in by_place.get((proposal, place.value), ())
        )

    return tuple(
        PlannedProposal(
            proposal=head(line, "id"),
            seats=of(line["id"], Place.SEAT),
            reserves=of(line["id"], Place.RESERVE),
            alternatives=of(line["id"], Place.ALTERNATIVE),
            missing=missing.get(line["id"], 0),
            banned=tuple(names[pin["taker"]] for pin in pins if pin["proposal"] == line["id"] and pin["kind"] == "ban"),
        )
        for line in found
    )
