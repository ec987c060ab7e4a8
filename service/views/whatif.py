"""What the ranking of a call would be with other weights, thresholds, places or budget. It saves nothing.

Over what the reader may see alone, as the ranking itself; counted once for each try until a score changes.
"""

import asyncio
from collections import OrderedDict
from typing import Any
from uuid import UUID

import msgspec

from forms import Grid
from forms.amounts import amounts_of, countable
from service.domain.actor import Actor
from service.domain.policy import Action
from service.problems import NotFound
from service.store.audiences import kept_from, tells
from service.store.database import rows, value
from service.store.decided import IN_FORCE
from service.store.tallied import OneReview
from service.views.calibration import mark_of, ranked
from service.views.calls import CallView, require_on_call
from service.views.ranking import last_round

MOST = 200
KEPT = 16
LARGEST = 1e12  # of a weight, a threshold, a budget


class Trial(msgspec.Struct, frozen=True):
    """What is tried, over the grid's own: weights and thresholds by criterion (a threshold of None: none), the least
    total, places, budget. `amount`: the question that says what a proposal asks for, `field` or `field/column`, among
    those that are not for officers alone."""

    weights: dict[str, float] = {}
    thresholds: dict[str, float | None] = {}
    threshold: float | None = None
    places: int | None = None
    budget: float | None = None
    amount: str = ""


class TriedLine(msgspec.Struct, frozen=True):
    """A proposal: its total and place by the call's rule and by the one that is tried; whether it is taken by each.
    `firm`: the share of draws of the reviews in which it is taken by the one that is tried."""

    id: UUID
    reference: str
    title: str
    organisation: str
    total_before: float | None
    total: float | None
    rank_before: int | None
    rank: int | None
    before: bool
    now: bool
    firm: float
    reviews: int
    amount: float


class TriedView(msgspec.Struct, frozen=True):
    """One page, in the order that is tried; `next`: how many lines come before the following one. `taken`: how many
    are, asking for `spent`; `entering`, `leaving`: all that cross the line, in their order. `amounts`: the questions
    that may say what a proposal asks for."""

    call: str
    call_title: str
    round: int
    grid: Grid
    trial: Trial
    lines: tuple[TriedLine, ...]
    next: int | None
    proposals: int
    taken: int
    spent: float
    entering: tuple[TriedLine, ...]
    leaving: tuple[TriedLine, ...]
    amounts: tuple[tuple[str, str], ...]


class _Place(msgspec.Struct, frozen=True):
    total_before: float | None
    total: float | None
    rank_before: int | None
    rank: int | None
    before: bool
    now: bool
    firm: float
    reviews: int
    amount: float


_kept: OrderedDict[tuple[Any, ...], dict[UUID, _Place]] = OrderedDict()


async def whatif(
    actor: Actor, slug: str, trial: Trial, number: int | None = None, *, after: int = 0, limit: int = 100
) -> TriedView:
    """What comes of a try in a round: the one asked for, or else the last that has begun. NotFound."""
    about = await require_on_call(actor, slug, Action.CALL_RANK)
    number = number or await last_round(actor, about)
    if not 1 <= number <= about.content.process.rounds:
        raise NotFound("Ce tour n’existe pas dans cet appel.")
    amounts = amounts_of(about.content.form)
    if trial.amount not in {code for code, _ in amounts}:
        trial = msgspec.structs.replace(trial, amount=amounts[0][0] if amounts and trial.budget is not None else "")
    if trial.places is None and trial.budget is None:
        trial = msgspec.structs.replace(trial, places=await _accepted(about, number) or None)
    found = await _tried(actor, about, number, trial)
    ids = list(found)
    after, limit = max(0, after), max(1, min(limit, MOST))
    shown = ids[after : after + limit]
    crossing = [one for one in ids if found[one].before != found[one].now][:MOST]
    lines = await _lines(actor, about.id, number, {one: found[one] for one in (*shown, *crossing)})
    return TriedView(
        *(slug, about.content.call.title.fr, number, about.content.grid_of(number), trial),
        lines=tuple(lines[one] for one in shown if one in lines),
        next=after + limit if len(ids) > after + limit else None,
        proposals=len(ids),
        taken=sum(one.now for one in found.values()),
        spent=sum(one.amount for one in found.values() if one.now),
        entering=tuple(lines[one] for one in crossing if one in lines and found[one].now),
        leaving=tuple(lines[one] for one in crossing if one in lines and found[one].before),
        amounts=amounts,
    )


async def _accepted(about: CallView, number: int) -> int:
    """How many places the decisions of this round have taken so far, as many as are then tried."""
    stages = (stage for stage in about.content.process.stages if stage.kind == "committee")
    own = [stage for stage in stages if about.content.process.round_of(stage.id) == number]
    outcomes = [one.id for stage in own for one in stage.outcomes if one.status == "accepted"]
    found: int = await value(
        "SELECT count(*) FROM decision d JOIN proposal p ON p.id = d.proposal WHERE p.call = {} AND d.round = {}"  # noqa: S608
        f" AND {IN_FORCE} AND d.outcome = ANY({{}})",
        *(about.id, number, outcomes),
    )
    return found


async def _tried(actor: Actor, about: CallView, number: int, trial: Trial) -> dict[UUID, _Place]:
    """Every proposal, in the order that is tried."""
    grid = about.content.grid_of(number)
    key = (about.id, number, msgspec.json.encode((grid, trial)), *await mark_of(actor, about.id, number))
    if trial.amount:  # answers, and who may be told them, change where no score does
        key += (about.edition, await value("SELECT sum(last_seq) FROM proposal WHERE call = {}", about.id))
    if key not in _kept:
        where, args = ranked(actor, about.id, number)
        lines = await rows(
            "SELECT p.id, coalesce(t.reviews, '[]') AS reviews FROM proposal p"  # noqa: S608  built by the policy
            f" LEFT JOIN tally t ON t.proposal = p.id AND t.round = {{}} WHERE {where} ORDER BY p.reference, p.id",
            *(number, *args),
        )
        ids = [line["id"] for line in lines]
        amounts = await asked_for(about.id, ids, trial.amount) if trial.amount else {}
        asked = [amounts.get(one, 0.0) for one in ids]
        _kept[key] = await asyncio.to_thread(_count, ids, [line["reviews"] for line in lines], asked, grid, trial)
        while len(_kept) > KEPT:
            _kept.popitem(last=False)
    _kept.move_to_end(key)
    return _kept[key]


def _count(ids: list[UUID], given: list[str], asked: list[float], grid: Grid, trial: Trial) -> dict[UUID, _Place]:
    from service.domain import whatif as rules  # numpy is loaded by whoever first asks for it

    read = msgspec.json.Decoder(tuple[OneReview, ...])
    reviews = [[one.scores for one in read.decode(text)] for text in given]
    pool = rules.Pool(reviews, [one.id for one in grid.criteria], sums=grid.total == "sum")
    own = rules.Wanted(
        {one.id: float(one.weight) for one in grid.criteria},
        {one.id: float(one.threshold) for one in grid.criteria if one.threshold is not None},
        *(float(grid.threshold) if grid.threshold is not None else None, trial.places, trial.budget),
    )
    least = {**own.thresholds, **trial.thresholds}
    wanted = rules.Wanted(
        {**own.weights, **trial.weights},
        {one: at for one, at in least.items() if at is not None},
        *(trial.threshold if trial.threshold is not None else own.threshold, trial.places, trial.budget),
    )
    before = rules.tried(pool, own, asked)
    now = before if wanted == own else rules.tried(pool, wanted, asked)
    columns = (before.totals, now.totals, before.ranks, now.ranks, before.taken, now.taken, now.firm)
    counts = [len(found) for found in reviews]
    places = [_Place(*line) for line in zip(*columns, counts, asked, strict=True)]
    order = sorted(range(len(ids)), key=lambda at: (places[at].rank is None, places[at].rank or 0, at))
    return {ids[at]: places[at] for at in order}


_TOLD = tells("{}", "(r.content::jsonb ->> 'edition')", "p.edition")


async def asked_for(call: UUID, ids: list[UUID], amount: str) -> dict[UUID, float]:
    """What each of these proposals of a call asks for, as it was submitted last; nothing of one whose answer is for
    officers alone, by the form that it was given on or by that of its present edition."""
    field, _, column = amount.partition("/")
    kept = await kept_from(call, [field], countable)
    found = await rows(
        "SELECT DISTINCT ON (r.subject_id) r.subject_id AS id, r.content::jsonb -> 'answers' -> {} AS answer"  # noqa: S608
        f", {_TOLD} AS told FROM revision r JOIN proposal p ON p.id = r.subject_id"
        " WHERE r.subject = 'answers' AND r.subject_id = ANY({}) ORDER BY r.subject_id, r.number DESC",
        *(field, field, kept, field, kept, ids),
    )
    said = (line for line in found if line["told"] and line["answer"])
    return {line["id"]: _sum(msgspec.json.decode(line["answer"]), column) for line in said}


def _sum(answer: Any, column: str) -> float:
    if not column:
        return float(answer) if isinstance(answer, int | float) else 0.0
    given = answer.get("rows", []) if isinstance(answer, dict) else []
    amounts = [row.get(column) for row in given if isinstance(row, dict)]
    return float(sum(one for one in amounts if isinstance(one, int | float)))


async def _lines(actor: Actor, call: UUID, number: int, wanted: dict[UUID, _Place]) -> dict[UUID, TriedLine]:
    """With their names. The rights are asked again: what was counted is a moment older."""
    where, args = ranked(actor, call, number)
    found = await rows(
        f"SELECT p.id, p.reference, p.title, p.organisation FROM proposal p WHERE p.id = ANY({{}}) AND {where}",  # noqa: S608
        *(list(wanted), *args),
    )
    return {line["id"]: TriedLine(**line, **msgspec.structs.asdict(wanted[line["id"]])) for line in found}
