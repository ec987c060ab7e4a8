"""The experts of proposals as the board tells them: who holds which seat, how late, and what happens next."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from service.domain.actor import Actor
from service.domain.chasing import MOST, Escalates, Next, Pace, following, may_remind_at, nobody, pace
from service.domain.policy import Action
from service.store.database import Row, rows
from service.store.editions import edition
from service.store.seats import PAUSED, STANDING
from service.views.visible import visible


class SeatLine(msgspec.Struct, frozen=True):
    """Who holds a seat. `state`: invited, accepted or done; `since`: invited, accepted or given; `pace`: as
    `domain.chasing` says; `next`: what the process does by itself, nothing while its clock stands still. `reminded` by
    the process, `chased` by hand; `remind_from`: when an officer may remind again, None where that would be once too
    often, or the clock stands still. `total` of the review."""

    assignment: UUID
    proposal: UUID
    seat: int
    expert: UUID
    name: str
    state: str
    since: datetime
    due_at: datetime | None
    pace: Pace
    next: Next | None
    reminded: int
    chased: int
    chased_at: datetime | None
    remind_from: datetime | None
    review: UUID | None


_SEATS = (
    "SELECT a.id, a.proposal, a.seat, a.expert, k.name, a.review, a.status, a.reminded, a.chased, a.chased_at,"  # noqa: S608  our words
    " coalesce(p.stage_edition, p.edition) AS edition, p.stage,"
    " a.due_at, a.invited_at, a.answered_at, a.ended_at, a.reminders, a.half_at, a.last_at, s.state, a.asked_again,"
    f" {PAUSED} AS paused"
    " FROM assignment a JOIN proposal p ON p.id = a.proposal JOIN account k ON k.id = a.expert,"
    f" LATERAL (SELECT {STANDING} AS state) s"
    " WHERE a.proposal = ANY({}) AND a.round = {round} AND s.state IN ('invited', 'accepted', 'done')"
    " ORDER BY a.proposal, a.seat, a.rank"
)


async def seats_of(
    proposals: Sequence[UUID], now: datetime, number: int | None = None
) -> dict[UUID, tuple[SeatLine, ...]]:
    """The seats that are held, by proposal, in one query: of a round, or else of the present one of each. The caller
    has asked whether the reader may know."""
    sql = _SEATS.replace("{round}", "p.round" if number is None else "{}")
    found: dict[UUID, list[SeatLine]] = {}
    for line in await rows(sql, *([list(proposals)] if number is None else [list(proposals), number])):
        stage = (await edition(line["edition"])).process.stage(line["stage"])
        found.setdefault(line["proposal"], []).append(_seat(line, now, stage.escalates if stage else nobody))
    return {proposal: tuple(seats) for proposal, seats in found.items()}


async def chosen(
    actor: Actor, call: UUID, assignments: Sequence[UUID], now: datetime
) -> tuple[tuple[SeatLine, str], ...]:
    """Those of these assignments of a call that the reader may know of, with the references of their proposals."""
    may, args = visible(actor, Action.JOURNAL_READ)
    found = await rows(
        "SELECT p.id, p.reference FROM proposal p WHERE p.call = {} AND p.id IN"  # noqa: S608  built by the policy
        f" (SELECT a.proposal FROM assignment a WHERE a.id = ANY({{}})) AND {may} ORDER BY p.reference",
        *(call, list(assignments), *args),
    )
    wanted, held = set(assignments), await seats_of([line["id"] for line in found], now)
    return tuple(
        (seat, line["reference"] or "")
        for line in found
        for seat in held.get(line["id"], ())
        if seat.assignment in wanted
    )


def rungs(line: Row) -> tuple[datetime, ...]:
    """When the holder of a seat is reminded, the first one first."""
    if line["reminders"] is None:
        return tuple(at for at in (line["half_at"], line["last_at"]) if at is not None)
    return msgspec.json.decode(line["reminders"], type=tuple[datetime, ...])


def _seat(line: Row, now: datetime, escalates: Escalates) -> SeatLine:
    reminders, again = rungs(line), line["asked_again"]
    state = "accepted" if again is not None else line["state"]
    given = {"invited": line["invited_at"], "accepted": line["answered_at"], "done": line["ended_at"]}[state]
    since = again or given
    waits = state != "done"
    chaseable = waits and not line["paused"] and line["chased"] < MOST and line["state"] == line["status"]
    return SeatLine(
        assignment=line["id"],
        proposal=line["proposal"],
        seat=line["seat"] or 0,
        expert=line["expert"],
        name=line["name"],
        state=state,
        since=since or line["invited_at"],
        due_at=line["due_at"],
        pace="paused" if waits and line["paused"] else pace(state, reminders, line["due_at"], now),
        next=following(reminders, line["due_at"], now, escalates) if waits and not line["paused"] else None,
        reminded=line["reminded"],
        chased=line["chased"],
        chased_at=line["chased_at"],
        remind_from=may_remind_at(reminders, line["chased_at"], now, escalates) if chaseable else None,
        review=line["review"],
    )
