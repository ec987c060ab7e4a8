"""What passes between the workflows and the outside: ids, numbers, dates and enum values, never a person.

A field added later has a default, so that stored histories still decode.
"""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Seat:
    """One wanted review: who holds it is not told, only how it stands.

    `taken`: an expert is invited or has accepted. `reviewed`: its review is submitted. The instants are of the present
    holder: `reminders`, and `due_at` for the release. `half_at` and `last_at` are the two reminders of a snapshot of
    before there could be others; now they are the first and the last one.
    """

    taken: bool
    reviewed: bool
    half_at: datetime | None = None
    last_at: datetime | None = None
    due_at: datetime | None = None
    reminders: tuple[datetime, ...] = ()

    @property
    def rungs(self) -> tuple[datetime, ...]:
        """The instants of the holder's reminders, in order."""
        return self.reminders or tuple(at for at in (self.half_at, self.last_at) if at is not None)

    def reminder(self, round: int) -> datetime | None:  # noqa: A002  its name everywhere
        """When the reminder of that round, counted from 1, is due; None where there is no such round."""
        return self.rungs[round - 1] if round <= len(self.rungs) else None


@dataclass(frozen=True)
class Snapshot:
    """A proposal as its process sees it.

    `seq`: last entry of its journal. `mark`: digest of all the rest, on which a closing act rests. `visit`: counts
    stages entered. `kind`: kind of the present stage, "" once the process is over. `outcome`: the answer that lets the
    stage be left, "" while there is none. `deadline`: of the stage, None while it is paused. `overdue`: the process has
    already told the officers. `completion_due`: until when the applicant may complete, None unless returned.
    `lapsed`: that instant has passed and has been recorded. `enough`: the stage may close at its deadline.
    `candidates`: experts proposed and not yet invited, so that an empty seat can be filled. `disagreed`: the reviews
    given lie too far apart. `call`, `stage`: ids, which operators search by where that is `listed`, that is, where
    Temporal knows the attributes. `paused`: the applicant owes an answer, and the experts' clocks stand still.
    """

    seq: int
    mark: str
    visit: int
    kind: str
    outcome: str = ""
    deadline: datetime | None = None
    overdue: bool = False
    completion_due: datetime | None = None
    lapsed: bool = False
    enough: bool = False
    seats: tuple[Seat, ...] = ()
    candidates: int = 0
    disagreed: bool = False
    call: str = ""
    stage: str = ""
    listed: bool = False
    paused: bool = False


@dataclass(frozen=True)
class Look:
    """Read the snapshot of a proposal (its id)."""

    proposal: str
    now: datetime


@dataclass(frozen=True)
class Case:
    """An act of the process on a proposal, at the visit and on the snapshot that it was decided on."""

    proposal: str
    visit: int
    mark: str
    now: datetime


@dataclass(frozen=True)
class Close:
    """Leave the stage by this outcome of the edition's process."""

    case: Case
    outcome: str


@dataclass(frozen=True)
class OfSeat:
    """An act on one seat of a review stage, counted from 0."""

    case: Case
    seat: int


@dataclass(frozen=True)
class Remind:
    """Remind the holder of a seat, for the first time or again: rounds count from 1."""

    case: Case
    seat: int
    round: int


@dataclass(frozen=True)
class Answer:
    """What an act came to: whether it was done (or was not needed any more), and the proposal as it stands now."""

    done: bool
    snapshot: Snapshot


@dataclass(frozen=True)
class Course:
    """What a call does next by itself: the kind of step ("" for nothing any more) and its instant."""

    step: str
    at: datetime | None = None


@dataclass(frozen=True)
class LookAtCall:
    """Read what a call (its id) does next."""

    call: str
    now: datetime


@dataclass(frozen=True)
class TakeStep:
    """Take a step of a call that is due: its kind, and the instant that it was due at."""

    call: str
    step: str
    at: datetime | None
    now: datetime


@dataclass(frozen=True)
class Carry:
    """Do the next items of a batch (its id)."""

    batch: str
    now: datetime


@dataclass(frozen=True)
class Carried:
    """How many items are left to do."""

    left: int


@dataclass(frozen=True)
class Draw:
    """Draw the document of a job (its id)."""

    job: str
    now: datetime


@dataclass(frozen=True)
class Drawn:
    """Whether the job's document is in the object store."""

    done: bool
