"""The process of a call, as data: ordered stages, their durations, the outcomes that lead from one to the next."""

from fractions import Fraction
from math import ceil
from typing import Literal

import msgspec

from forms.base import Text
from forms.clocks import Calendar

Kind = Literal["eligibility", "submission", "review", "conciliation", "synthesis", "committee", "pilot"]
Status = Literal["in_progress", "accepted", "reserve", "declined", "ineligible", "completed"]

STATUS_NAMES = {
    "draft": Text("Brouillon", "Draft"),
    "in_progress": Text("En cours d’examen", "Under examination"),
    "accepted": Text("Retenue", "Accepted"),
    "reserve": Text("Sur liste complémentaire", "On the reserve list"),
    "declined": Text("Non retenue", "Declined"),
    "ineligible": Text("Non éligible", "Ineligible"),
    "withdrawn": Text("Retirée", "Withdrawn"),
    "completed": Text("Achevée", "Completed"),
}


class Outcome(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One way out of a stage: the status it gives, the stage it leads to (None: the process is over), and what the
    letter to the applicant says of it."""

    id: str
    name: Text
    status: Status = "in_progress"
    next: str | None = None
    letter: Text | None = None


Reviews = Literal["each", "joint"]
Blind = Literal["open", "experts_hidden", "applicant_hidden"]
Ballots = Literal["open", "sealed", "secret"]


class Rules(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The rules of procedure of the committee. What an edition leaves out is as the code of relations between the
    public and the administration has it for consultative bodies (articles R133-3 to R133-15).

    `quorum`: which part of the members must be there, represented or connected (R133-10: half). `proxies`: how many
    absent members one member may stand for (R133-9: one). `notice`: from the notice of a sitting to the sitting, a rule
    of `forms.due` (R133-8: five days). `second_sitting`: called again with the same agenda, it sits whatever the
    quorum (R133-10). `video`: members may sit by telephone or video (R133-7). `casting_vote`: the chair's counts twice
    when votes are even (R133-11). `vote`: how members vote unless the chair asks otherwise: `open`, each vote is read
    as it is given; `sealed`, once all are; `secret`, votes are counted and nobody can tell whose they were. `hour`,
    `length`: when a sitting that the call opens by itself begins, at Paris, and its length in minutes. `places`,
    `budget`: how many proposals the call accepts at most, and what these ask for in all, in euros, by the question
    `amount` (`field`, or `field/column` of a table), which is not for officers alone: a sitting shows what is left.
    """

    quorum: float = 0.5
    proxies: int = 1
    notice: str = "P5D"
    second_sitting: bool = True
    video: bool = True
    casting_vote: bool = True
    vote: Ballots = "open"
    hour: int = 14
    length: int = 180
    places: int | None = None
    budget: float | None = None
    amount: str = ""

    def needed(self, members: int) -> int:
        """How many of so many members make the quorum: the part, rounded up, and one at least."""
        exact = Fraction(str(self.quorum)) * members
        return max(1, ceil(exact))


class Disagreement(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """When the experts of a review disagree, and what follows. `spread`: the greatest difference between two of them
    that is still agreement; `of`: their totals, or their scores of any one criterion. `then`: conciliation, in the
    stage that the outcome `disagreed` leads to; or one expert more, once at most."""

    spread: float
    then: Literal["conciliation", "expert"]
    of: Literal["total", "criterion"] = "total"


class Stage(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One stage. Durations are rules of `forms.due`, None where the stage has no deadline.

    `completion`: how long an applicant has to complete a returned proposal. `seats`: reviews wanted; `minimum`: the
    quorum, reviews that are enough to go on at the deadline; `invitation`: from the invitation of an expert to the
    review; `reminders`: at which fractions of that an expert is reminded, none or many; `escalation`: at which fraction
    the officers are told of one who is silent still. `disagreement`: when reviews are too far apart, and what then.
    `blind`, of a review stage: with `experts_hidden` nobody but officers and auditors reads who wrote a review; with
    `applicant_hidden` experts moreover see neither the organisation nor the answers that identify the applicant; with
    `open` experts are named to each other and to the committee, never to the applicant. `next`: the stage that follows
    an outcome in progress that names none. `amend`: the applicant may change what was submitted while this stage lasts.
    A stage of kind submission asks the applicant for the sections of the form that name it. A round is what leads to
    one committee: the stages after a committee are the next round's. `reviews`, of a review stage: where a team holds a
    seat, `each` of its members writes a review, or all write one, `joint`; a seat counts once either way. `team`: for
    how many experts together a seat is; plans then give it to teams of as many at least, and officers, by hand, to
    whomever they like.
    """

    id: str
    kind: Kind
    name: Text
    applicant_name: Text
    outcomes: tuple[Outcome, ...]
    duration: str | None = None
    completion: str | None = None
    seats: int = 0
    minimum: int = 0
    invitation: str | None = None
    reminders: tuple[float, ...] = (0.5, 0.8)
    escalation: float | None = None
    disagreement: Disagreement | None = None
    next: str | None = None
    blind: Blind = "experts_hidden"
    amend: bool = False
    reviews: Reviews = "each"
    team: int = 1

    @property
    def quorum(self) -> int:
        """How many reviews are enough: another name of `minimum`."""
        return self.minimum

    @property
    def rungs(self) -> tuple[float, ...]:
        """At which fractions of an invitation something is said of it: reminders, and the word to the officers."""
        told = () if self.escalation is None else (self.escalation,)
        return tuple(sorted((*self.reminders, *told)))

    def escalates(self, number: int) -> bool:
        """Whether the rung of that number, from 1, is the word to the officers: no reminder then."""
        return self.escalation is not None and self.rungs[number - 1 : number] == (self.escalation,)

    def outcome(self, outcome: str) -> Outcome | None:
        """The outcome of that id, or None."""
        return next((one for one in self.outcomes if one.id == outcome), None)

    def after(self, outcome: Outcome) -> str | None:
        """The stage that follows this outcome: its own, or, while the proposal is in progress, the stage's."""
        return outcome.next or (self.next if outcome.status == "in_progress" else None)


class Process(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The stages in order, the first being the one that a submission enters; the calendar of working days; names of
    statuses where this call has its own; the committee's rules of procedure; `undo`: for how long a withdrawal can
    be taken back; `conflict_years`: for how many years a tie of an expert's that is over still tells; `bids`: experts
    may say which proposals they would like to review, of which they then read titles and keywords."""

    stages: tuple[Stage, ...]
    calendar: Calendar = Calendar()
    statuses: dict[str, Text] = {}
    committee: Rules = Rules()
    undo: str = "P14D"
    conflict_years: int = 3
    bids: bool = False

    @property
    def blind(self) -> Blind:
        """How much experts and applicant know of each other: as the review stages say."""
        return next((stage.blind for stage in self.stages if stage.kind == "review"), "experts_hidden")

    def stage(self, stage: str) -> Stage | None:
        """The stage of that id, or None."""
        return next((one for one in self.stages if one.id == stage), None)

    def round_of(self, stage: str) -> int:
        """The round that a stage belongs to, from 1: each committee ends one. KeyError for a stage there is not."""
        kinds = {one.id: number for number, one in enumerate(self.stages)}
        return 1 + sum(one.kind == "committee" for one in self.stages[: kinds[stage]])

    def round_in(self, stage: Stage, before: int) -> int:
        """The round of a proposal in this stage, `before` it in another: a pilot is of the round that accepted it."""
        return before if stage.kind == "pilot" else self.round_of(stage.id)

    def committees(self, number: int) -> tuple[Stage, ...]:
        """The stages in which the committee sits on a round."""
        return tuple(one for one in self.stages if one.kind == "committee" and self.round_of(one.id) == number)

    @property
    def rounds(self) -> int:
        """How many rounds there are at most: 1, and one more for each committee that a review follows."""
        return max((self.round_of(one.id) for one in self.stages if one.kind == "review"), default=1)

    def review_stage(self, number: int) -> Stage | None:
        """The review stage of a round, or None."""
        return next((one for one in self.stages if one.kind == "review" and self.round_of(one.id) == number), None)

    def parts_until(self, part: str) -> frozenset[str]:
        """The submission stages up to this one ("": none): those whose sections of the form are asked by then."""
        ids = [one.id for one in self.stages if one.kind == "submission"]
        return frozenset(ids[: ids.index(part) + 1]) if part in ids else frozenset()

    def status_name(self, status: str) -> Text:
        """How a status is called in this call. KeyError for what is no status."""
        return self.statuses.get(status) or STATUS_NAMES[status]
