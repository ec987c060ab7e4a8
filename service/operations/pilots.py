"""Pilots: what they are, their milestones and measures, the reviews that let them go on, their outcome.

Every text is kept as a revision, so that the journal's digest proves it. Officers lead; the applicant's side reports.
"""

from datetime import UTC, date, datetime, time
from uuid import UUID

import msgspec

from forms import FieldError
from forms.clocks import PARIS
from service.domain import piloting as rules
from service.domain.actor import Actor
from service.domain.evidence import field_of, is_address
from service.domain.piloting import Phase, Verdict
from service.domain.policy import Action
from service.notify.mails import Mail
from service.operations import piloted, stages
from service.operations.acting import operation
from service.operations.holding import Held, held, held_by
from service.operations.pilot_texts import fault, require, require_numbers, require_past
from service.operations.telling import tell_applicants
from service.problems import Conflict, Invalid, NotFound, Stale
from service.store.database import Row, execute, row, value
from service.store.ids import uuid7

MOST = 1000  # milestones, and measures, of one pilot


class PilotContent(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a pilot is: the public body that tries it, who works on it, and the indicator that it is judged by, from
    where it stood (`baseline`) to what is aimed at (`target`)."""

    partner: str
    team: str = ""
    indicator: str = ""
    unit: str = ""
    baseline: float | None = None
    target: float | None = None


class MilestoneContent(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Something that shall be reached by a day; with `reached`, it was, as is shown by `evidence`, a text, by what is
    at `link` on the web, or by files, which are added to the field `@` and the milestone's id."""

    title: str
    due: date
    reached: date | None = None
    evidence: str = ""
    link: str = ""


class MeasureContent(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The indicator on a day, and where the number is from. Another one of that day takes its place."""

    day: date
    value: float
    source: str = ""


class PilotReviewContent(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a review decided of the phase that its reader saw. `next_review`: on which day the next one is due; None: as
    long as that phase usually takes."""

    phase: str
    verdict: str
    reasons: str
    next_review: date | None = None


class PilotEnd(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The outcome, one of the stage's, and what was learnt."""

    outcome: str
    lessons: str


class KeptPilot(msgspec.Struct, frozen=True):
    """The version to send with the next change (If-Match)."""

    proposal: UUID
    version: int


class KeptPart(msgspec.Struct, frozen=True):
    """A milestone or a measure."""

    id: UUID


class HeldReview(msgspec.Struct, frozen=True):
    """The review, the phase that it led to, and when the next one is due."""

    id: UUID
    phase: str
    next_review: datetime | None


@operation
async def describe_pilot(
    actor: Actor, proposal_id: UUID, content: PilotContent, version: int, *, now: datetime
) -> KeptPilot:
    """Say what a pilot is. Stale where somebody did since `version`."""
    proposal, pilot = await _led(actor, proposal_id, now, Action.PILOT_LEAD)
    if pilot["version"] != version:
        raise Stale(pilot["version"])
    require(content, required={"partner": "Indiquez le partenaire public."})
    require_numbers(baseline=content.baseline, target=content.target)
    revision = await proposal.keep_revision("pilot", proposal.id, content)
    await execute(
        "UPDATE pilot SET partner = {}, team = {}, indicator = {}, unit = {}, baseline = {}, target = {},"
        " version = version + 1 WHERE proposal = {}",
        *(content.partner.strip(), content.team.strip(), content.indicator.strip(), content.unit.strip()),
        *(content.baseline, content.target, proposal.id),
    )
    await proposal.append("pilot_described", revision=revision.number, digest=revision.digest)
    return KeptPilot(proposal.id, version + 1)


@operation
async def plan_milestone(actor: Actor, proposal_id: UUID, content: MilestoneContent, *, now: datetime) -> KeptPart:
    """Add a milestone."""
    proposal, _ = await _led(actor, proposal_id, now, Action.PILOT_REPORT)
    await _require_room(proposal, "milestone")
    return await _keep_milestone(proposal, uuid7(proposal.now), content)


@operation
async def report_milestone(actor: Actor, milestone_id: UUID, content: MilestoneContent, *, now: datetime) -> KeptPart:
    """Say anew what a milestone is, that it was reached, and what shows it. What was said before stays a revision."""
    proposal, _ = await held_by(actor, "milestone", milestone_id, now)
    await _pilot(proposal, Action.PILOT_REPORT)
    return await _keep_milestone(proposal, milestone_id, content)


async def _keep_milestone(proposal: Held, milestone: UUID, content: MilestoneContent) -> KeptPart:
    require(content, required={"title": "Indiquez le jalon."})
    link = content.link.strip()
    if link and not is_address(link):
        said = "Indiquez une adresse complète, qui commence par https:// et ne contient pas d’espace."
        raise Invalid([FieldError("link", "bad_url", said, "An address that begins with https:// and has no space.")])
    if content.reached is not None:
        require_past(proposal, "reached", content.reached)
        if not content.evidence.strip() and not link and not await _has_files(proposal, milestone):
            said = "Indiquez ce qui prouve que le jalon est atteint : un texte, une adresse ou un fichier."
            raise Invalid([fault("evidence", said, "Give evidence.")])
    revision = await proposal.keep_revision("milestone", milestone, content)
    await execute(
        "INSERT INTO milestone (id, proposal, title, due, reached, evidence, link, author, at)"
        " VALUES ({}, {}, {}, {}, {}, {}, {}, {}, {}) ON CONFLICT (id) DO UPDATE SET title = excluded.title,"
        " due = excluded.due, reached = excluded.reached, evidence = excluded.evidence, link = excluded.link,"
        " author = excluded.author, at = excluded.at",
        *(milestone, proposal.id, content.title.strip(), content.due, content.reached, content.evidence.strip(), link),
        *(proposal.actor.person, proposal.now),
    )
    kind = "milestone_planned" if content.reached is None else "milestone_reached"
    await proposal.append(kind, milestone=milestone, due=content.due, reached=content.reached, digest=revision.digest)
    return KeptPart(milestone)


async def _has_files(proposal: Held, milestone: UUID) -> bool:
    found = await row(
        "SELECT FROM attachment WHERE proposal = {} AND field = {} AND removed_at IS NULL LIMIT 1",
        *(proposal.id, field_of(milestone)),
    )
    return found is not None


@operation
async def add_measure(actor: Actor, proposal_id: UUID, content: MeasureContent, *, now: datetime) -> KeptPart:
    """Measure the indicator. Append-only: of one day, the last measure counts."""
    proposal, _ = await _led(actor, proposal_id, now, Action.PILOT_REPORT)
    await _require_room(proposal, "measure")
    require(content)
    require_numbers(value=content.value)
    require_past(proposal, "day", content.day)
    measure = uuid7(proposal.now)
    revision = await proposal.keep_revision("measure", measure, content)
    await execute(
        "INSERT INTO measure (id, proposal, day, value, source, author, at) VALUES ({}, {}, {}, {}, {}, {}, {})",
        *(measure, proposal.id, content.day, content.value, content.source.strip()),
        *(proposal.actor.person, proposal.now),
    )
    await proposal.append("indicator_measured", measure=measure, day=content.day, digest=revision.digest)
    return KeptPart(measure)


@operation
async def hold_review(actor: Actor, proposal_id: UUID, content: PilotReviewContent, *, now: datetime) -> HeldReview:
    """Record what a go / no-go review decided: the one that the process convened, or one before its time. Conflict
    where the phase is another one by now."""
    proposal, pilot = await _led(actor, proposal_id, now, Action.PILOT_LEAD)
    phase = rules.phase_of(pilot["phase"])
    if content.phase != phase:
        raise Conflict("Le pilote a changé de phase : rechargez la page avant d’agir.", code="phase_left")
    verdict = _verdict(phase, content.verdict)
    require(content, required={"reasons": "Indiquez les motifs de la revue."})
    if content.next_review is not None and content.next_review <= proposal.today:
        raise Invalid([fault("next_review", "Choisissez un jour à venir.", "Choose a day to come.")])
    review = await piloted.awaited_review(proposal) or await piloted.new_review(proposal)
    revision = await proposal.keep_revision("pilot_review", review, content)
    following = rules.after(phase, verdict)
    await execute(
        "UPDATE pilot_review SET verdict = {}, reasons = {}, author = {}, held_at = {} WHERE id = {}",
        *(verdict, content.reasons.strip(), actor.person, proposal.now, review),
    )
    await execute("UPDATE pilot SET phase = {}, version = version + 1 WHERE proposal = {}", following, proposal.id)
    due = await _next_review(proposal, following, content.next_review)
    await proposal.append(
        "pilot_reviewed", review=review, verdict=verdict, phase=following, due=due, digest=revision.digest
    )
    await tell_applicants(proposal, Mail.PILOT_REVIEWED, f"pilot-reviewed-{review}")
    return HeldReview(review, following, due)


async def _next_review(proposal: Held, phase: Phase, day: date | None) -> datetime | None:
    """Start the clock of the next review; a pilot that is stopped has none."""
    if phase == "stopped":
        await stages.end_clock(proposal, "stage")
        return None
    due = await stages.set_deadline(proposal, "stage", rules.REVIEWED_AFTER[phase])
    if day is not None:
        due = datetime.combine(day, time(23, 59, 59), PARIS).astimezone(UTC)
        await execute(
            "UPDATE deadline SET due_at = {} WHERE proposal = {} AND visit = {} AND kind = 'stage'",
            *(due, proposal.id, proposal.line["visit"]),
        )
    return due


@operation
async def end_pilot(actor: Actor, proposal_id: UUID, content: PilotEnd, *, now: datetime) -> KeptPilot:
    """Record the outcome; the process then leaves the stage by it. Conflict before the handover or a stop."""
    proposal, pilot = await _led(actor, proposal_id, now, Action.PILOT_LEAD)
    if not rules.may_end(rules.phase_of(pilot["phase"])):
        raise Conflict(
            "Le résultat s’enregistre une fois le pilote en transfert ou arrêté par une revue.", code="not_over"
        )
    stage = proposal.stage
    if stage is None or stage.outcome(content.outcome) is None:
        raise Invalid([fault("outcome", "Choisissez un résultat.", "Choose an outcome.")])
    require(content, required={"lessons": "Indiquez ce que le pilote a montré."})
    revision = await proposal.keep_revision("pilot_end", proposal.id, content)
    await execute(
        "UPDATE pilot SET outcome = {}, lessons = {}, version = version + 1 WHERE proposal = {}",
        *(content.outcome, content.lessons.strip(), proposal.id),
    )
    await stages.end_clock(proposal, "stage")
    await proposal.append("pilot_ended", outcome=content.outcome, revision=revision.number, digest=revision.digest)
    return KeptPilot(proposal.id, pilot["version"] + 1)


async def _led(actor: Actor, proposal_id: UUID, now: datetime, action: Action) -> tuple[Held, Row]:
    """The proposal under its lock and its pilot."""
    proposal = await held(actor, proposal_id, now)
    return proposal, await _pilot(proposal, action)


async def _pilot(proposal: Held, action: Action) -> Row:
    """The pilot, for whoever may do this. Conflict once an outcome was recorded."""
    await proposal.require(action)
    pilot = await row("SELECT * FROM pilot WHERE proposal = {}", proposal.id)
    if pilot is None:
        raise NotFound
    if pilot["outcome"]:
        raise Conflict("Le résultat de ce pilote est enregistré : il ne change plus.", code="pilot_over")
    return pilot


def _verdict(phase: Phase, wanted: str) -> Verdict:
    found = next((one for one in rules.verdicts(phase) if one == wanted), None)
    if found is None:
        raise Invalid([fault("verdict", "Choisissez la conclusion de la revue.", "Choose a verdict.")])
    return found


async def _require_room(proposal: Held, table: str) -> None:
    count = await value(f"SELECT count(*) FROM {table} WHERE proposal = {{}}", proposal.id)  # noqa: S608  our names
    if count >= MOST:
        raise Conflict(f"Un pilote a {MOST} lignes de cette sorte au plus.", code="too_many")
