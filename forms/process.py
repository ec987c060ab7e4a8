"""The process of a call, as data: ordered stages, their durations, the outcomes that lead from one to the next."""

from typing import Literal

import msgspec

from forms.base import Text
from forms.clocks import Calendar

Kind = Literal["eligibility", "review", "synthesis", "committee", "pilot"]
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


class Stage(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One stage. Durations are rules of `forms.due`, None where the stage has no deadline.

    `completion`: how long an applicant has to complete a returned proposal. `seats`: reviews wanted; `minimum`: reviews
    that are enough to go on at the deadline; `invitation`: from the invitation of an expert to the review; `reminders`:
    at which fractions of that an expert is reminded. `next`: the stage that follows an outcome
    in progress that names none. `amend`: the applicant may change what was submitted while this stage lasts.
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
    next: str | None = None
    amend: bool = False

    def outcome(self, outcome: str) -> Outcome | None:
        """The outcome of that id, or None."""
        return next((one for one in self.outcomes if one.id == outcome), None)

    def after(self, outcome: Outcome) -> str | None:
        """The stage that follows this outcome: its own, or, while the proposal is in progress, the stage's."""
        return outcome.next or (self.next if outcome.status == "in_progress" else None)


class Process(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The stages in order, the first being the one that a submission enters; the calendar of working days; names of
    statuses where this call has its own; `undo`: for how long a withdrawal can be taken back."""

    stages: tuple[Stage, ...]
    calendar: Calendar = Calendar()
    statuses: dict[str, Text] = {}
    undo: str = "P14D"

    def stage(self, stage: str) -> Stage | None:
        """The stage of that id, or None."""
        return next((one for one in self.stages if one.id == stage), None)

    def status_name(self, status: str) -> Text:
        """How a status is called in this call. KeyError for what is no status."""
        return self.statuses.get(status) or STATUS_NAMES[status]
