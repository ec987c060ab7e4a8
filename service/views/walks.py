"""An expert's way through their reviews: where one stands in the list that a filter makes, what is done, how one scored
until now. One query, whatever the filter; of the expert's own rows alone."""

from collections.abc import Mapping
from datetime import datetime
from typing import Literal
from uuid import UUID

import msgspec

from service.domain.actor import Actor, Role
from service.domain.policy import AFTER_REVIEW
from service.problems import SignInNeeded
from service.store.conflicts import conflicts_of
from service.store.database import Row, rows
from service.store.seats import PAUSED, STANDING

Show = Literal["todo", "doubt", "done", "all"]
SHOWN: tuple[Show, ...] = ("todo", "doubt", "done", "all")
LAST = 5
"""How many of one's last scores of a criterion are told."""

OF_EXPERT = (
    " FROM assignment a JOIN proposal p ON p.id = a.proposal"
    " LEFT JOIN review r ON r.id = a.review LEFT JOIN mark m ON m.review = r.id AND m.expert = a.expert,"
    f" LATERAL (SELECT {STANDING} AS standing OFFSET 0) s"
    " WHERE a.expert = {} AND a.round = p.round AND p.call = ANY({}) AND ("
    "   (s.standing IN ('invited', 'accepted') AND p.phase = 'review') OR (a.status = 'done' AND p.phase = ANY({})))"
    f" AND p.id <> ALL({conflicts_of('{}')})"
)
"""Where an expert's assignments that are theirs to see come from, and how each stands: `s.standing`, which `OFFSET 0`
keeps from being found out once for each mention. The arguments are `expert_arguments`."""

_WALK = (
    "SELECT r.id, s.standing AS status, a.due_at, p.call, p.round, p.reference, r.scores, r.saved_at,"
    f" coalesce(m.doubt, false) AS doubt, {PAUSED} AS paused{OF_EXPERT}"
    " AND r.id IS NOT NULL ORDER BY a.due_at, p.reference"
)
_AFTER = sorted(phase.value for phase in AFTER_REVIEW)


class Walk(msgspec.Struct, frozen=True):
    """The list that the filter `show` makes, the most urgent first, and one's place in it. The review that one stands
    on belongs to it as long as one stands there: `place` counts from 1, of `count`. `todo`, `doubt`, `done`, `all`: how
    many each filter finds; `leads`: where it leads from here. `due_at`: the first deadline of what is to do, None where
    all of it waits for applicants first."""

    show: Show
    place: int
    count: int
    previous: UUID | None
    following: UUID | None
    todo: int
    doubt: int
    done: int
    all: int
    leads: dict[Show, UUID | None]
    due_at: datetime | None


class Scored(msgspec.Struct, frozen=True):
    """A score that one gave elsewhere."""

    review: UUID
    reference: str
    score: float


class Earlier(msgspec.Struct, frozen=True):
    """How one scored a criterion on the other proposals of this call and round: how often each value, the mean, and the
    last ones first."""

    count: int
    mean: float
    values: dict[str, int]
    last: tuple[Scored, ...]


def expert_arguments(actor: Actor) -> tuple[UUID, list[UUID], list[str], UUID]:
    """What `OF_EXPERT` asks for. Raises SignInNeeded."""
    if actor.account is None:
        raise SignInNeeded
    return actor.account, sorted(actor.calls(Role.EXPERT)), _AFTER, actor.account


def wanted(status: str, show: Show, *, doubt: bool) -> bool:
    """Whether a filter finds an accepted or finished assignment."""
    return {"todo": status == "accepted", "doubt": doubt, "done": status == "done", "all": True}[show]


async def walk(actor: Actor, review_id: UUID, show: Show) -> tuple[Walk, dict[str, Earlier]]:
    """The way from this review on, and one's earlier scores by criterion id."""
    lines = await rows(_WALK, *expert_arguments(actor))
    return _way(lines, review_id, show), _earlier(lines, review_id)


def _way(lines: list[Row], here: UUID, show: Show) -> Walk:
    found = {one: [line for line in lines if wanted(line["status"], one, doubt=line["doubt"])] for one in SHOWN}
    ids = [line["id"] for line in lines if line["id"] == here or wanted(line["status"], show, doubt=line["doubt"])]
    place = ids.index(here) if here in ids else -1
    leads: dict[Show, UUID | None] = {
        one: here if any(line["id"] == here for line in of) else next((line["id"] for line in of), None)
        for one, of in found.items()
    }
    return Walk(
        show=show,
        place=place + 1,
        count=len(ids),
        previous=ids[place - 1] if place > 0 else None,
        following=ids[place + 1] if 0 <= place < len(ids) - 1 else None,
        todo=len(found["todo"]),
        doubt=len(found["doubt"]),
        done=len(found["done"]),
        all=len(lines),
        leads=leads,
        due_at=min((line["due_at"] for line in found["todo"] if not line["paused"]), default=None),
    )


def _earlier(lines: list[Row], here: UUID) -> dict[str, Earlier]:
    own = next((line for line in lines if line["id"] == here), None)
    if own is None:
        return {}
    given: dict[str, list[tuple[datetime, Scored]]] = {}
    for line in lines:
        if (
            line["saved_at"] is None
            or line["id"] == here
            or (line["call"], line["round"]) != (own["call"], own["round"])
        ):
            continue
        scores: Mapping[str, float | None] = msgspec.json.decode(line["scores"])
        for criterion, score in scores.items():
            if score is not None:
                one = (line["saved_at"], Scored(line["id"], line["reference"], score))
                given.setdefault(criterion, []).append(one)
    return {criterion: _summed(found) for criterion, found in given.items()}


def _summed(found: list[tuple[datetime, Scored]]) -> Earlier:
    newest = [one for _, one in sorted(found, key=lambda pair: pair[0], reverse=True)]
    values: dict[str, int] = {}
    for one in newest:
        values[f"{one.score:g}"] = values.get(f"{one.score:g}", 0) + 1
    return Earlier(len(newest), sum(one.score for one in newest) / len(newest), values, tuple(newest[:LAST]))
