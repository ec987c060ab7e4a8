"""Pilots as officers, auditors and the applicant's side read them: one with all its parts, and lists."""

from datetime import date, datetime
from uuid import UUID

import msgspec

from forms import Edition, FieldError, local_day
from service import clock
from service.domain import piloting as rules
from service.domain.actor import Actor
from service.domain.piloting import PHASES, Point
from service.domain.policy import Action
from service.problems import Invalid, NotFound
from service.store.database import Row, row, rows
from service.store.editions import edition
from service.views import cursors
from service.views.files import FileView, evidence_files
from service.views.readable import note_reading, readable
from service.views.visible import visible

MOST = 100


class MilestoneView(msgspec.Struct, frozen=True):
    """A milestone; `reached` with its evidence, or `late`: its day has passed. `withheld`: files that others have
    added, and that were not found clean yet."""

    id: UUID
    title: str
    due: date
    reached: date | None
    evidence: str
    link: str
    late: bool
    files: tuple[FileView, ...] = ()
    withheld: int = 0


class MeasureView(msgspec.Struct, frozen=True):
    """The indicator on a day, as it was said last."""

    day: date
    value: float
    source: str


class PilotReviewView(msgspec.Struct, frozen=True):
    """A go / no-go review of a phase. `verdict`: go, stay, stop, or "" while it is awaited; `author`: for officers and
    auditors alone."""

    number: int
    phase: str
    due_at: datetime | None
    verdict: str
    reasons: str
    author: str
    held_at: datetime | None


class Outcome(msgspec.Struct, frozen=True):
    """How a pilot may end, as the edition calls it."""

    id: str
    name: str


class PilotView(msgspec.Struct, frozen=True):
    """A pilot. `next_review`: when its review is due; `convened`: it is, and is not held yet. `progress`: the share of
    the way from `baseline` to `target`. `verdicts`, `outcomes`: what may be recorded now by whoever leads."""

    proposal: UUID
    edition: UUID
    call: str
    call_title: str
    reference: str
    title: str
    organisation: str
    mine: bool
    may: tuple[str, ...]
    version: int
    phase: str
    partner: str
    team: str
    indicator: str
    unit: str
    baseline: float | None
    target: float | None
    progress: float | None
    began_at: datetime
    ended_at: datetime | None
    next_review: datetime | None
    convened: bool
    outcome: str
    outcome_name: str
    lessons: str
    milestones: tuple[MilestoneView, ...]
    measures: tuple[MeasureView, ...]
    reviews: tuple[PilotReviewView, ...]
    verdicts: tuple[str, ...]
    outcomes: tuple[Outcome, ...]


class PilotLine(msgspec.Struct, frozen=True):
    """A pilot in a list; `last` measure of its indicator."""

    proposal: UUID
    call: str
    call_title: str
    reference: str
    title: str
    organisation: str
    phase: str
    partner: str
    began_at: datetime
    ended_at: datetime | None
    next_review: datetime | None
    convened: bool
    indicator: str
    unit: str
    last: float | None
    outcome: str
    outcome_name: str


class PilotsPage(msgspec.Struct, frozen=True):
    """One page; `next`: the cursor of the following one. `counts`: how many of each phase there are, with no filter on
    phases."""

    items: tuple[PilotLine, ...]
    next: str | None
    counts: tuple[tuple[str, int], ...]


_CLOCK = (
    " LEFT JOIN deadline d ON d.proposal = p.id AND d.visit = p.visit AND d.kind = 'stage' AND d.closed_at IS NULL"
    " AND p.phase = 'pilot'"
)


async def pilot(actor: Actor, proposal_id: UUID) -> PilotView:
    """One pilot. NotFound for whoever may not read it, and where there is none."""
    found = await readable(actor, proposal_id, Action.PILOT_READ)
    line = await row(
        "SELECT t.*, d.due_at, d.overdue_at FROM pilot t JOIN proposal p ON p.id = t.proposal"  # noqa: S608  our names
        f"{_CLOCK} WHERE t.proposal = {{}}",
        proposal_id,
    )
    if line is None:
        raise NotFound
    await note_reading(actor, proposal_id, "pilot")
    measures = await _measures(proposal_id)
    phase, led = rules.phase_of(line["phase"]), Action.PILOT_LEAD in found.may and not line["outcome"]
    stage = found.edition.process.stage(found.line["stage"]) if found.line["stage"] else None
    names = _outcomes(found.edition)
    return PilotView(
        *(proposal_id, found.line["edition"], found.line["slug"], found.edition.call.title.fr),
        *(found.line["reference"], found.line["title"]),
        organisation=found.line["organisation"],
        mine=found.mine,
        may=tuple(sorted(one.value for one in found.may if one.value.startswith("pilot:") and not line["outcome"])),
        **{name: line[name] for name in _PLAIN},
        progress=rules.progress(line["baseline"], line["target"], measures[-1].value if measures else None),
        next_review=line["due_at"],
        convened=line["overdue_at"] is not None,
        outcome_name=names.get(line["outcome"], ""),
        milestones=await _milestones(proposal_id, actor.account),
        measures=measures,
        reviews=await _reviews(proposal_id, named=Action.JOURNAL_READ in found.may),
        verdicts=rules.verdicts(phase) if led else (),
        outcomes=tuple(Outcome(one.id, one.name.fr) for one in stage.outcomes)
        if led and stage is not None and rules.may_end(phase)
        else (),
    )


_PLAIN = (
    *("version", "phase", "partner", "team", "indicator", "unit", "baseline", "target"),
    *("began_at", "ended_at", "outcome", "lessons"),
)


def _outcomes(kept: Edition) -> dict[str, str]:
    stages = (stage for stage in kept.process.stages if stage.kind == "pilot")
    return {one.id: one.name.fr for stage in stages for one in stage.outcomes}


async def _milestones(proposal_id: UUID, reader: UUID | None) -> tuple[MilestoneView, ...]:
    found = await rows(
        "SELECT id, title, due, reached, evidence, link FROM milestone WHERE proposal = {} ORDER BY due, id",
        proposal_id,
    )
    today, files = local_day(clock.now()), await evidence_files(proposal_id)
    return tuple(
        MilestoneView(
            **line,
            late=line["reached"] is None and line["due"] < today,
            files=tuple(file for file, sender in files.get(line["id"], ()) if file.passed or sender == reader),
            withheld=sum(not file.passed and sender != reader for file, sender in files.get(line["id"], ())),
        )
        for line in found
    )


async def _measures(proposal_id: UUID) -> tuple[MeasureView, ...]:
    found = await rows(
        "SELECT DISTINCT ON (day) day, value, source FROM measure WHERE proposal = {} ORDER BY day, at DESC, id DESC",
        proposal_id,
    )
    return tuple(MeasureView(**line) for line in found)


async def _reviews(proposal_id: UUID, *, named: bool) -> tuple[PilotReviewView, ...]:
    found = await rows(
        "SELECT r.number, r.phase, r.due_at, r.verdict, r.reasons, coalesce(a.name, '') AS author, r.held_at"
        " FROM pilot_review r LEFT JOIN account a ON a.id = r.author WHERE r.proposal = {} ORDER BY r.number DESC",
        proposal_id,
    )
    return tuple(PilotReviewView(**{**line, "author": line["author"] if named else ""}) for line in found)


def points(found: PilotView) -> tuple[Point, ...]:
    """The measures as a chart has them."""
    return tuple(Point(one.day, one.value) for one in found.measures)


async def pilots(
    actor: Actor, call: str = "", phase: str = "", cursor: str | None = None, limit: int = 50
) -> PilotsPage:
    """The pilots that the reader may see, of one call or of all, the latest first. Invalid for an unknown phase."""
    may, args = visible(actor, Action.PILOT_READ)
    if phase and phase not in (*PHASES, "over"):
        said = "Phase inconnue."
        raise Invalid([FieldError("phase", "unknown_phase", said, "Unknown phase.")], said)
    where = f"{may} AND ({{}} = '' OR c.slug = {{}})"
    base = "FROM pilot t JOIN proposal p ON p.id = t.proposal JOIN call c ON c.id = p.call"
    shown = "CASE WHEN t.ended_at IS NULL THEN t.phase ELSE 'over' END"
    counts = await rows(f"SELECT {shown} AS phase, count(*) AS n {base} WHERE {where} GROUP BY 1", *args, call, call)
    asked, after = [*args, call, call, phase, phase], ""
    if cursor:
        key, last = cursors.read(cursor)
        after, asked = " AND (t.began_at, t.proposal) < ({}::text::timestamptz, {})", [*asked, key, last]
    limit = max(1, min(limit, MOST))
    found = await rows(
        "SELECT p.id AS proposal, p.edition, c.slug AS call, p.reference, p.title, p.organisation, t.phase, t.partner,"  # noqa: S608
        " t.began_at, t.began_at::text AS sort_key, t.ended_at, t.indicator, t.unit, t.outcome, d.due_at,"
        " d.overdue_at, (SELECT m.value FROM measure m WHERE m.proposal = t.proposal"
        "  ORDER BY m.day DESC, m.at DESC, m.id DESC LIMIT 1) AS last"
        f" {base}{_CLOCK} WHERE {where} AND ({{}} = '' OR {shown} = {{}}){after}"
        f" ORDER BY t.began_at DESC, t.proposal DESC LIMIT {limit + 1}",
        *asked,
    )
    items = tuple([await _line(line) for line in found[:limit]])
    more = len(found) > limit
    number = {line["phase"]: line["n"] for line in counts}
    return PilotsPage(
        items,
        cursors.write(found[limit - 1]["sort_key"], found[limit - 1]["proposal"]) if more else None,
        tuple((one, number.get(one, 0)) for one in (*PHASES, "over")),
    )


async def _line(line: Row) -> PilotLine:
    kept = await edition(line["edition"])
    plain = ("proposal", "call", "reference", "title", "organisation", "phase", "partner", "began_at", "ended_at")
    return PilotLine(
        **{name: line[name] for name in (*plain, "indicator", "unit", "last", "outcome")},
        call_title=kept.call.title.fr,
        next_review=line["due_at"],
        convened=line["overdue_at"] is not None,
        outcome_name=_outcomes(kept).get(line["outcome"], ""),
    )
