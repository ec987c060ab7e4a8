"""What an officer may do to the course of a proposal now, and what officers did to it, with their reasons."""

from datetime import datetime
from uuid import UUID

import msgspec

from forms import Process, Stage
from service.domain import steering as rules
from service.domain.actor import Actor
from service.domain.policy import Action
from service.domain.steering import Decided
from service.store.database import row, rows
from service.store.decided import decision_waits
from service.views.readable import Readable, readable


class Way(msgspec.Struct, frozen=True):
    """An outcome, a stage or a status that may be chosen, as the edition calls it."""

    id: str
    name: str


class SteeringLine(msgspec.Struct, frozen=True):
    """One act of an officer: skip, go_back, reopen, extend, reassign or stop. `clock`: of an extension, whose time
    (stage, completion, expert), and `until` when; `told`: the applicant reads the reason too."""

    act: str
    clock: str
    reason: str
    author: str
    at: datetime
    until: datetime | None
    told: bool


class SteeringView(msgspec.Struct, frozen=True):
    """`stage`: to be named by an act, "" where the process is over. `skips`: outcomes to leave it by; `back`: stages
    to go back to, the present one to begin it again; `reopens`: stages of a closed proposal; `stops`: statuses.
    `decided`: a decision was published, behind which nobody goes back. All empty for
    whoever may only read `acts`, the latest first."""

    stage: str
    skips: tuple[Way, ...]
    back: tuple[Way, ...]
    reopens: tuple[Way, ...]
    stops: tuple[Way, ...]
    decided: bool
    acts: tuple[SteeringLine, ...]


async def steering(actor: Actor, proposal_id: UUID) -> SteeringView:
    """For officers; auditors read what was done. NotFound."""
    found = await readable(actor, proposal_id, Action.JOURNAL_READ)
    last = await row(
        "SELECT round, outcome FROM decision WHERE proposal = {} AND publication IS NOT NULL"
        " ORDER BY round DESC, number DESC LIMIT 1",
        proposal_id,
    )
    decided = Decided(**last) if last else None
    process, stage = found.edition.process, found.line["stage"]
    present = process.stage(stage) if stage else None
    may = Action.PROPOSAL_STEER in found.may
    # The workflow is about to follow what was published: until then nothing else moves the proposal.
    moves = may and not await decision_waits(proposal_id)
    return SteeringView(
        stage=stage,
        skips=tuple(Way(one.id, one.name.fr) for one in rules.skippable(present)) if moves and present else (),
        back=_ways(rules.behind(process, stage, decided)) if moves and present else (),
        reopens=_ways(_reopens(found, process, decided)) if may else (),
        stops=_endings(process, present) if moves and present else (),
        decided=decided is not None,
        acts=await _acts(proposal_id),
    )


def _reopens(found: Readable, process: Process, decided: Decided | None) -> tuple[Stage, ...]:
    return () if found.line["stage"] or found.line["status"] == "withdrawn" else rules.reachable(process, decided)


def _endings(process: Process, present: Stage) -> tuple[Way, ...]:
    return tuple(Way(one, process.status_name(one).fr) for one in rules.endings(present))


def _ways(stages: tuple[Stage, ...]) -> tuple[Way, ...]:
    return tuple(Way(one.id, one.name.fr) for one in stages)


async def _acts(proposal_id: UUID) -> tuple[SteeringLine, ...]:
    found = await rows(
        "SELECT s.act, s.clock, s.reason, a.name AS author, s.at, s.until, s.told FROM steering s JOIN account a"
        " ON a.id = s.author WHERE s.proposal = {} ORDER BY s.at DESC, s.id DESC",
        proposal_id,
    )
    return tuple(SteeringLine(**line) for line in found)
