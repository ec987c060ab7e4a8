"""What others said of a proposal: checklist, reviews, synthesis, decision, each for whoever may see it."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any
from uuid import UUID

import msgspec

from forms import Edition, Grid, weighted_total
from service.domain.actor import Actor
from service.domain.policy import Action, Relation
from service.store.database import Row, row, rows
from service.store.decided import IN_FORCE
from service.store.sittings import OPINION, number_in

Rights = frozenset[Action]


class EligibilityView(msgspec.Struct, frozen=True):
    """The checklist as last answered. The applicant is shown reasons and remarks, not the items."""

    verdict: str
    items: dict[str, bool]
    reasons: str
    remarks: dict[str, str]
    at: datetime


class ReviewOf(msgspec.Struct, frozen=True):
    """A submitted review. `label` stands for its author ("A", "B" in the order of assignment); `expert` is the name, or
    the names of a team that gave it together, for officers and auditors alone unless the process is open. `total` is
    that of the grid, None while it has none. `confidential` comments and `confidence` are for officers and committee,
    and so may be `comments`; `confidence` and `recommendation` are ids of the grid's. `round`: the one it was written
    in.
    """

    id: UUID
    round: int
    label: str
    expert: str
    mine: bool
    scores: dict[str, float | None]
    comments: dict[str, str]
    total: float | None
    submitted_at: datetime
    confidential: dict[str, str] = {}
    confidence: str = ""
    recommendation: str = ""


class FeedbackOf(msgspec.Struct, frozen=True):
    """What one expert says to the applicant: comments by criterion id, "" on the whole. Neither name nor scores."""

    label: str
    comments: dict[str, str]


class SynthesisView(msgspec.Struct, frozen=True):
    """The officer's summary; `version` to send with the next save (If-Match)."""

    version: int
    text: str
    recommendation: str
    saved_at: datetime
    submitted_at: datetime | None


class DecisionView(msgspec.Struct, frozen=True):
    """A decision: pending (seen by committee and officers alone) until `published_at`; `round`: the one it ends;
    `number` in that round, from 1. One that takes the place of another cites it (`corrects`, an id), with its ground,
    what changes, and until when the applicant could comment (`heard_on`). `in_force`: published, and not replaced."""

    id: UUID
    round: int
    version: int
    outcome: str
    outcome_name: str
    reasons: str
    author: str
    capacity: str
    decided_at: datetime
    published_at: datetime | None
    number: int = 1
    delegation: str = ""
    corrects: UUID | None = None
    ground: str = ""
    changes: str = ""
    heard_on: date | None = None
    in_force: bool = False


class OpinionView(msgspec.Struct, frozen=True):
    """The committee's opinion, given in a sitting: retained, not_retained or postponed, on the outcome named; the
    `figures` of its vote; `cited` by the decision. `stands`: it is of this round, and nothing came before the committee
    again since."""

    sitting: UUID
    number: int
    starts_at: datetime
    opinion: str
    outcome_name: str
    figures: dict[str, Any] | None
    given_at: datetime
    cited: bool
    outcome: str = ""
    stands: bool = False


async def committee_of(proposal_id: UUID, edition: Edition, may: Rights) -> tuple[OpinionView, ...]:
    """What the committee thought of it in its sittings, the last first, for whoever reads what decisions rest on."""
    if Action.DECISION_READ_PENDING not in may:
        return ()
    found = await rows(
        f"SELECT s.id AS sitting, {number_in('p.call')} AS number, s.starts_at, i.opinion, i.outcome,"  # noqa: S608  our words
        f" i.figures, i.given_at, ({OPINION}) AS stands,"
        " EXISTS (SELECT FROM decision d WHERE d.proposal = i.proposal AND d.sitting = s.id) AS cited"
        " FROM sitting_item i JOIN sitting s ON s.id = i.sitting JOIN proposal p ON p.id = i.proposal"
        " WHERE i.proposal = {} AND i.opinion <> ''"
        " ORDER BY i.given_at DESC",
        proposal_id,
    )
    return tuple(
        OpinionView(
            figures=msgspec.json.decode(line.pop("figures") or "null"),
            outcome_name=outcome_name(edition, line["outcome"]) if line["outcome"] else "",
            **line,
        )
        for line in found
    )


async def eligibility_of(
    proposal_id: UUID, phase: str, status: str, may: Rights, *, mine: bool
) -> EligibilityView | None:
    """For staff always; for the applicant what they must complete, or why they were not eligible."""
    line = await row("SELECT verdict, items, reasons, remarks, at FROM eligibility WHERE proposal = {}", proposal_id)
    if line is None:
        return None
    told = mine and (phase == "returned" or status == "ineligible")
    if not told and Action.ELIGIBILITY_READ not in may:
        return None
    items = {} if mine else msgspec.json.decode(line["items"], type=dict[str, bool])
    remarks = msgspec.json.decode(line["remarks"], type=dict[str, str])
    return EligibilityView(line["verdict"], items, line["reasons"], remarks, line["at"])


def label(number: int) -> str:
    """A, B, ... Z, AA, AB, ... for 0, 1, ...: how an expert is called where names are not told."""
    letters = ""
    number += 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


async def reviews_of(
    proposal: Row, kept: Edition, may: Rights, relations: Iterable[Relation], actor: Actor
) -> tuple[ReviewOf, ...]:
    """The submitted reviews, last submitted state of each, the present round's first: all of them, or none. An expert
    is told those of their own round."""
    if Action.REVIEW_READ_ALL not in may:
        return ()
    named = bool({Relation.OFFICER, Relation.AUDITOR} & set(relations)) or kept.process.blind == "open"
    first = proposal["round"] if Relation.REVIEWED in relations else 1
    views = []
    for line in await _submitted(proposal["id"], first):
        content = msgspec.json.decode(line["content"])
        mine = actor.account in line["experts"]
        whole = mine or Action.REVIEW_READ_CONFIDENTIAL in may
        views.append(
            ReviewOf(
                id=line["id"],
                round=line["round"],
                label=label(line["place"]),
                expert=line["name"] if named else "",
                mine=mine,
                scores=content["scores"],
                comments=content["comments"] if whole else kept.grid.told(content["comments"], "panel", "applicant"),
                total=weighted_total(kept.grid_of(line["round"]), content["scores"]),
                submitted_at=line["at"],
                # Reviews of before have neither.
                confidential=content.get("confidential", {}) if whole else {},
                confidence=content.get("confidence", "") if whole else "",
                recommendation=content.get("recommendation", ""),
            )
        )
    return tuple(views)


async def feedback_of(proposal_id: UUID, grid: Grid, may: Rights) -> tuple[FeedbackOf, ...]:
    """What the experts say to the applicant, where comments of the grid are for them: of each round whose decision is
    published."""
    if Action.REVIEW_READ_FEEDBACK not in may or "applicant" not in grid.all_readers:
        return ()
    decided = await rows(
        "SELECT round FROM decision WHERE proposal = {} AND publication IS NOT NULL ORDER BY round", proposal_id
    )
    told = {line["round"] for line in decided}
    found = [
        (line, grid.told(msgspec.json.decode(line["content"])["comments"], "applicant"))
        for line in (await _submitted(proposal_id) if told else [])
        if line["round"] in told
    ]
    return tuple(FeedbackOf(label(line["place"]), comments) for line, comments in found if comments)


async def _submitted(proposal_id: UUID, first: int = 1) -> list[Row]:
    """The reviews that count, from this round on; `place`: among those of its round, from 0."""
    return await rows(
        "SELECT r.id, a.round, v.content, v.at,"
        " ARRAY(SELECT b.expert FROM assignment b WHERE b.review = r.id AND b.status = 'done') AS experts,"
        " (SELECT string_agg(p.name, ', ' ORDER BY b.rank, b.id) FROM assignment b JOIN account p ON p.id = b.expert"
        "   WHERE b.review = r.id AND b.status = 'done') AS name,"
        " rank() OVER (PARTITION BY a.round ORDER BY a.rank) - 1 AS place FROM review r"
        " JOIN assignment a ON a.id = r.assignment"
        " JOIN LATERAL (SELECT content, at FROM revision WHERE subject = 'review' AND subject_id = r.id"
        "               ORDER BY number DESC LIMIT 1) v ON true"
        " WHERE r.proposal = {} AND a.round >= {} AND a.status = 'done' ORDER BY a.round DESC, a.rank",
        *(proposal_id, first),
    )


async def synthesis_of(proposal: Row, may: Rights) -> SynthesisView | None:
    """That of the present round: for officers its draft too, for the others once it is submitted."""
    if Action.SYNTHESIS_READ not in may:
        return None
    line = await row(
        "SELECT version, text, recommendation, saved_at, submitted_at FROM synthesis"
        " WHERE proposal = {} AND round = {}",
        *(proposal["id"], proposal["round"]),
    )
    if line is None or (
        line["submitted_at"] is None and Action.ASSIGNMENT_PROPOSE not in may and Action.SYNTHESIS_SAVE not in may
    ):
        return None
    return SynthesisView(**line)


async def decisions_of(proposal_id: UUID, edition: Edition, may: Rights, *, mine: bool) -> tuple[DecisionView, ...]:
    """All of them, the last one first: those that are published, for the applicant too; before, for those who may read
    pending ones."""
    pending = Action.DECISION_READ_PENDING in may
    if not (pending or mine):
        return ()
    found = await rows(
        "SELECT d.id, d.round, d.version, d.outcome, d.reasons, d.author_name AS author, d.capacity, d.decided_at,"  # noqa: S608
        " d.number, d.delegation, d.corrects, d.ground, d.changes, d.heard_on, n.at AS published_at,"
        f" {IN_FORCE} AS in_force FROM decision d LEFT JOIN publication n ON n.id = d.publication"
        " WHERE d.proposal = {} AND ({} OR n.at IS NOT NULL) ORDER BY d.round DESC, d.number DESC",
        *(proposal_id, pending),
    )
    return tuple(DecisionView(outcome_name=outcome_name(edition, line["outcome"]), **line) for line in found)


def standing_of(found: tuple[DecisionView, ...]) -> DecisionView | None:
    """Of a proposal's decisions, that of the last round: the one in force, or the one that waits where none is yet."""
    last = [one for one in found if one.round == found[0].round]
    return next((one for one in last if one.in_force), last[0] if last else None)


def outcome_name(edition: Edition, outcome_id: str) -> str:
    """An outcome of the process, as its edition calls it."""
    for stage in edition.process.stages:
        for outcome in stage.outcomes:
            if outcome.id == outcome_id:
                return str(outcome.name.fr)
    return outcome_id
