"""The snapshot of a proposal that its workflow reads: ids, numbers, dates and enum values."""

import dataclasses
import hashlib
import json
from datetime import datetime

import msgspec

from forms import Stage
from forms.scoring import disagree
from service.operations import piloted
from service.operations.holding import Held
from service.operations.tallying import given_in
from service.store.database import Row, rows, value
from service.store.seats import HOLDING, INVITABLE
from workflows.messages import Seat, Snapshot

OVER = Snapshot(seq=0, mark="", visit=0, kind="")
EMPTY = Seat(taken=False, reviewed=False)


async def snapshot(proposal: Held) -> Snapshot:
    """Read it, under the proposal's lock."""
    stage = proposal.stage
    bare = Snapshot(
        seq=proposal.line["last_seq"],
        mark="",
        visit=proposal.line["visit"],
        kind=stage.kind if stage else "",
        call=str(proposal.line["call"]),
        stage=proposal.line["stage"],
    )
    if stage is None:
        return _marked(bare)
    clocked = await _with_clocks(proposal, bare)
    if stage.kind == "review":
        return _marked(await _with_seats(proposal, stage, clocked))
    if stage.kind == "conciliation":
        return _marked(await _with_talkers(proposal, clocked))
    return _marked(dataclasses.replace(clocked, outcome=await _outcome(proposal, stage.kind)))


def _marked(plain: Snapshot) -> Snapshot:
    """With the digest of everything but the position in the journal: what a closing act rests on."""
    content = {**dataclasses.asdict(plain), "seq": 0, "mark": ""}
    digest = hashlib.sha256(json.dumps(content, sort_keys=True, default=str).encode()).hexdigest()
    return dataclasses.replace(plain, mark=digest[:32])


async def _with_clocks(proposal: Held, plain: Snapshot) -> Snapshot:
    clocks = {
        line["kind"]: line
        for line in await rows(
            "SELECT kind, due_at, paused_at, overdue_at FROM deadline"
            " WHERE proposal = {} AND visit = {} AND closed_at IS NULL",
            *(proposal.id, proposal.line["visit"]),
        )
    }
    stage, completion = clocks.get("stage"), clocks.get("completion")
    return dataclasses.replace(
        plain,
        deadline=stage["due_at"] if stage and stage["paused_at"] is None else None,
        overdue=bool(stage and stage["overdue_at"]),
        paused=bool(stage and stage["paused_at"]),
        completion_due=completion["due_at"] if completion and proposal.line["returned"] else None,
        lapsed=bool(completion and completion["overdue_at"]),
    )


async def _outcome(proposal: Held, kind: str) -> str:
    """The answer of the person whose turn it is, "" while there is none."""
    visit = proposal.line["visit"]
    if kind == "eligibility":
        verdict: str | None = await value(
            "SELECT verdict FROM eligibility WHERE proposal = {} AND visit = {} AND verdict <> 'returned'",
            *(proposal.id, visit),
        )
        return verdict or ""
    if kind == "synthesis":
        given = await value(
            "SELECT submitted_at FROM synthesis WHERE proposal = {} AND submitted_visit = {}", proposal.id, visit
        )
        return "submitted" if given else ""
    if kind == "committee":
        outcome: str | None = await value(
            "SELECT outcome FROM decision WHERE proposal = {} AND round = {} AND publication IS NOT NULL"
            " ORDER BY number DESC LIMIT 1",
            *(proposal.id, proposal.round),
        )
        return outcome or ""
    return await piloted.outcome(proposal) if kind == "pilot" else ""


def rungs(assignment: Row) -> tuple[datetime, ...]:
    """When the holder of a seat is reminded, the first one first."""
    if assignment["reminders"] is None:
        return tuple(at for at in (assignment["half_at"], assignment["last_at"]) if at is not None)
    return msgspec.json.decode(assignment["reminders"], type=tuple[datetime, ...])


def awaited(assignment: Row) -> bool:
    """Whether a review is awaited of whoever holds a seat: for the first time, or asked for again."""
    return assignment["status"] != "done" or assignment["asked_again"] is not None


async def _with_seats(proposal: Held, stage: Stage, plain: Snapshot) -> Snapshot:
    # A run of the workflow counts its seats once, so a stage keeps those of the edition that it was opened with.
    stage = proposal.opened.process.stage(stage.id) or stage
    taken: dict[int, list[Row]] = {}
    for line in await rows(
        "SELECT seat, status, half_at, last_at, due_at, reminders, asked_again FROM assignment"  # noqa: S608  our names
        f" WHERE proposal = {{}} AND round = {{}} AND status IN {HOLDING} ORDER BY rank, id",
        *(proposal.id, proposal.round),
    ):
        taken.setdefault(line["seat"], []).append(line)
    candidates = await value(
        f"SELECT count(*) FROM assignment a WHERE a.proposal = {{}} AND a.round = {{}} AND {INVITABLE}",  # noqa: S608
        *(proposal.id, proposal.round, proposal.today, proposal.today),
    )
    wanted = range(stage.seats + (proposal.line["more_experts"] == proposal.round))
    seats = tuple(_seat(taken[number]) if number in taken else EMPTY for number in wanted)
    # A review that was given counts, even while its expert is asked for it again.
    given = [number for number in taken if all(line["status"] == "done" for line in taken[number])]
    return dataclasses.replace(
        plain,
        seats=seats,
        enough=len(given) >= stage.minimum,
        outcome="complete" if all(seat.reviewed for seat in seats) else "",
        candidates=candidates,
        disagreed=await _disagreed(proposal, stage),
    )


async def _disagreed(proposal: Held, stage: Stage) -> bool:
    """Whether the reviews given lie too far apart, and something follows of it still."""
    rule = stage.disagreement
    if rule is None or (rule.then == "expert" and proposal.line["more_experts"] == proposal.round):
        return False
    given = await given_in(proposal, proposal.round)
    return disagree(proposal.grid, [scores for _, scores, _ in given], rule)


async def _with_talkers(proposal: Held, plain: Snapshot) -> Snapshot:
    """Those who gave a review, by their seats; taken as long as they have neither confirmed nor revised it."""
    review = proposal.opened.process.review_stage(proposal.round)
    waiting: dict[int, list[Row]] = {}
    for line in await rows(
        "SELECT seat, due_at, reminders, half_at, last_at FROM assignment WHERE proposal = {} AND round = {}"
        " AND status = 'done' AND asked_again IS NOT NULL ORDER BY rank, id",
        *(proposal.id, proposal.round),
    ):
        waiting.setdefault(line["seat"], []).append(line)
    wanted = range((review.seats if review else 0) + 1)
    seats = tuple(_talking(waiting[number]) if number in waiting else EMPTY for number in wanted)
    return dataclasses.replace(plain, seats=seats, outcome="" if waiting else "settled")


def _talking(waiting: list[Row]) -> Seat:
    """Nobody's place is taken here: each is reminded as long as the stage lasts."""
    rung = {at for line in waiting for at in rungs(line)}
    due = max(line["due_at"] for line in waiting)
    return Seat(taken=True, reviewed=False, due_at=due, reminders=tuple(sorted(rung)))


def ladder(holding: list[Row]) -> tuple[datetime, ...]:
    """When any of those who hold a seat is reminded, up to the first instant at which one's time is over. Members of a
    team may have been asked, or given more time, one after the other; one who has done keeps their rungs, by which the
    process counts."""
    if not holding:
        return ()
    first = _first(holding)
    others = {at for line in holding for at in rungs(line) if at < first["due_at"]}
    return tuple(sorted(others.union(rungs(first))))


def _first(holding: list[Row]) -> Row:
    """Whose time is over first, of those who are awaited."""
    return min([line for line in holding if awaited(line)] or holding, key=lambda line: line["due_at"])


def _seat(holding: list[Row]) -> Seat:
    """A seat as those who hold it stand: reviewed once nobody of them is awaited any more."""
    first = _first(holding)
    return Seat(
        taken=awaited(first),
        reviewed=not awaited(first),
        half_at=first["half_at"],
        last_at=first["last_at"],
        due_at=first["due_at"],
        reminders=ladder(holding),
    )
