"""What is counted of a call, and of a year of the incubator, as plain data; `counting.py` has the words.

Numbers alone: no proposal is named, and no person but the experts of `named`, for whoever may know them. Spans are in
days of the calendar, waiting for applicants included; `median` and `most` are the 50th and the 90th percentile. None
where there is nothing to tell.
"""

from datetime import datetime

from msgspec import Struct

from reports.counting import EXPERTISE


class FunnelStep(Struct, frozen=True):
    """How many proposals have come to a step of `STEPS`."""

    code: str
    count: int


class StageFigures(Struct, frozen=True):
    """A stage: how many proposals ever came into it, how many are there; how often it was left, and after how long."""

    id: str
    name: str
    entered: int
    here: int
    left: int
    median: float | None
    most: float | None


class AnswerGroup(Struct, frozen=True):
    """Proposals that gave the same answer: `code` of the option, "" for several that are told together."""

    code: str
    name: str
    submitted: int
    committee: int
    decided: int
    retained: int


class Breakdown(Struct, frozen=True):
    """The proposals by their answer to a question. `several`: one may be in several groups. `beneficiaries`: the
    question asks whom the project is for."""

    field: str
    label: str
    several: bool
    groups: tuple[AnswerGroup, ...]
    beneficiaries: bool = False


class ReachFigures(Struct, frozen=True):
    """How many people proposals say they concern: `n` that say so, their sum and median; and of the retained ones, of
    which everybody is told nothing."""

    label: str
    n: int
    total: float
    median: float
    retained: int | None
    retained_total: float | None


class DelayFigures(Struct, frozen=True):
    """How long something of `DELAYS` took, `n` times."""

    code: str
    n: int
    median: float
    most: float


class LoadBand(Struct, frozen=True):
    """How many experts have given so many reviews: from `low` to `high`, None for no end."""

    low: int
    high: int | None
    experts: int


class ExpertsLoad(Struct, frozen=True):
    """The work of a call's experts: how many were asked, and how often; `answer` and `work` awaited, of which `late`;
    reviews `done`, invitations `declined`, seats taken back (`released`)."""

    experts: int
    asked: int
    waiting: int
    late: int
    done: int
    declined: int
    released: int
    bands: tuple[LoadBand, ...] = ()


class ExpertWork(Struct, frozen=True):
    """One expert's, by name. `days`: from invitation to review, the mean."""

    name: str
    asked: int
    done: int
    late: int
    declined: int
    days: float | None


class ScoreBand(Struct, frozen=True):
    """How many proposals lie from `low` to `high`."""

    low: float
    high: float
    count: int


class CriterionFigures(Struct, frozen=True):
    """A criterion over the `n` proposals that were scored on it: their mean, how many are below the threshold (None to
    everybody), Krippendorff's alpha."""

    name: str
    n: int
    lowest: float
    highest: float
    mean: float | None
    threshold: float | None
    below: int | None
    alpha: float | None


class RoundFigures(Struct, frozen=True):
    """The scores of a round: of `scored` proposals the totals, their mean and median, how many are below the least
    total; how far apart the reviews of one proposal are; Krippendorff's alpha of the totals. Everybody is told neither
    how many are below (None) nor how the proposals are distributed."""

    number: int
    scored: int
    lowest: float
    highest: float
    mean: float
    median: float
    threshold: float | None
    below: int | None
    alpha: float | None
    totals: tuple[ScoreBand, ...]
    spreads: tuple[ScoreBand, ...]
    criteria: tuple[CriterionFigures, ...]


class CallFigures(Struct, frozen=True, kw_only=True):
    """A call at an instant. `first`, `last`: the first submission and the last publication of a decision. `left_out`:
    proposals whose scores are not counted here, since the reader takes no part in them. `named`: the experts, for
    whoever may know them, the first of them where they are many; `unnamed`: how many more there are."""

    call: str
    title: str
    service: str
    at: datetime
    opens_at: datetime
    closes_at: datetime | None
    first: datetime | None
    last: datetime | None
    funnel: tuple[FunnelStep, ...]
    statuses: tuple[FunnelStep, ...]
    stages: tuple[StageFigures, ...]
    delays: tuple[DelayFigures, ...]
    breakdowns: tuple[Breakdown, ...]
    reach: ReachFigures | None
    load: ExpertsLoad | None
    rounds: tuple[RoundFigures, ...]
    left_out: int = 0
    named: tuple[ExpertWork, ...] = ()
    unnamed: int = 0

    def count(self, step: str) -> int:
        """How many have come to a step; 0 for one that this call does not have."""
        return next((one.count for one in self.funnel if one.code == step), 0)


class CallYear(Struct, frozen=True):
    """A call in a year: what was submitted and decided in it, what was retained of that, what is examined now."""

    call: str
    title: str
    submitted: int
    decided: int
    retained: int
    examined: int


class MonthFigures(Struct, frozen=True):
    """A month from 1: what was submitted and what was decided in it."""

    month: int
    submitted: int
    decided: int


class PipeFigures(Struct, frozen=True):
    """How many proposals, or pilots, are in a kind of stage (`STAGES`), or in a phase (`PHASES`)."""

    code: str
    count: int


class PilotEnds(Struct, frozen=True):
    """How many pilots of the year ended so, as their call names it."""

    name: str
    count: int


class Foreseen(Struct, frozen=True):
    """Pilots that were thought alike: how many, how many of them were handed over, their mean progress towards what
    their indicator was aimed at."""

    name: str
    n: int
    handed_over: int
    progress: float | None


class Foresight(Struct, frozen=True):
    """What experts had thought of the pilots that ended. `auc`: the chance that one that was handed over had been
    scored above one that was stopped; `spearman`: the correlation of totals and progress, by rank."""

    n: int
    handed_over: int
    auc: float | None
    spearman: float | None
    thirds: tuple[Foreseen, ...]
    recommendations: tuple[Foreseen, ...]


class AnnualFigures(Struct, frozen=True, kw_only=True):
    """The incubator in a year: `pipe` and `pilots` at its end, or now while it lasts (`over` tells). `others`: calls
    that the reader has no part in. `asked`, `reviews`, `experts`: reviews asked for and given in it, and by how
    many. `begun`: pilots of the year; `ends` of those that ended in it. `foresight`: None for who may not read it."""

    year: int
    at: datetime
    over: bool
    service: str
    calls: tuple[CallYear, ...]
    others: int
    months: tuple[MonthFigures, ...]
    pipe: tuple[PipeFigures, ...]
    asked: int
    reviews: int
    experts: int
    begun: int
    pilots: tuple[PipeFigures, ...]
    ends: tuple[PilotEnds, ...]
    foresight: Foresight | None

    @property
    def examined(self) -> int:
        """Proposals under examination."""
        return sum(one.count for one in self.pipe)

    @property
    def expertise(self) -> int:
        """Of these, those that experts read."""
        return sum(one.count for one in self.pipe if one.code in EXPERTISE)
