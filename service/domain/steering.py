"""What an officer may do to the course of a proposal, whatever its stage: pure rules on the edition's process.

What the authority decided is not undone by moving a proposal: a published decision binds the service, and is withdrawn
by whoever took it, on the conditions of the code of relations between the public and the administration (L242-1,
L243-3). Nor does moving one stand for a decision: what accepts or refuses has an act of its own, with its reasons.
"""

import msgspec

from forms import Outcome, Process, Stage

STOPPED = ("declined", "ineligible")
"""How a process may be stopped before its decision; a pilot is stopped as completed."""


class Decided(msgspec.Struct, frozen=True):
    """The last published decision of a proposal: of that round, with that outcome of its committee."""

    round: int
    outcome: str


def skippable(stage: Stage) -> tuple[Outcome, ...]:
    """The outcomes by which an officer may have a stage left: those that go on, and the ends of a pilot. What accepts,
    refuses or is told by a letter of the committee is the checklist's, or a decision."""
    if stage.kind == "pilot":
        return stage.outcomes
    told = stage.kind == "committee"
    return tuple(one for one in stage.outcomes if one.status == "in_progress" and not (told and one.letter))


def reachable(process: Process, decided: Decided | None) -> tuple[Stage, ...]:
    """The stages that a proposal may be brought back to, in order: all, or, once a decision was published, that to
    which it led and those after; none where it led nowhere."""
    if decided is None:
        return process.stages
    committee, outcome = _ended(process, decided)
    following = committee.after(outcome) if committee and outcome else None
    ids = [one.id for one in process.stages]
    return process.stages[ids.index(following) :] if following in ids else ()


def _ended(process: Process, decided: Decided) -> tuple[Stage | None, Outcome | None]:
    committee = committee_of(process, decided.round)
    return committee, committee.outcome(decided.outcome) if committee else None


def committee_of(process: Process, number: int) -> Stage | None:
    """The stage that ends a round, None where the process has no such round."""
    committees = [one for one in process.stages if one.kind == "committee"]
    return committees[number - 1] if 0 < number <= len(committees) else None


def status_after(process: Process, decided: Decided | None) -> str:
    """The status of a proposal in a stage that it may be brought back to: what the last published decision gave it."""
    outcome = _ended(process, decided)[1] if decided is not None else None
    return outcome.status if outcome is not None else "in_progress"


def behind(process: Process, present: str, decided: Decided | None) -> tuple[Stage, ...]:
    """Those of them that lie before the present stage, and that stage itself, which may be begun again."""
    places = {one.id: place for place, one in enumerate(process.stages)}
    return tuple(one for one in reachable(process, decided) if places[one.id] <= places.get(present, -1))


def endings(stage: Stage) -> tuple[str, ...]:
    """The statuses that a process may be stopped with in this stage."""
    return ("completed",) if stage.kind == "pilot" else STOPPED
