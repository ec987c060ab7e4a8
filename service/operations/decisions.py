"""The authority's act after the committee's opinion: pending until published, immutable after (D13)."""

from datetime import datetime
from uuid import UUID

import msgspec

import forms
from service.domain import policy
from service.domain.actor import Actor
from service.domain.policy import Action
from service.operations.acting import operation
from service.operations.holding import Held, call_named, held, refuse
from service.problems import Conflict, Invalid, Stale
from service.store import journal
from service.store.database import Row, execute, row, rows, value
from service.store.ids import uuid7
from service.store.sittings import OPINION

LONGEST_CAPACITY = 300


class DecisionContent(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The outcome (one of the committee stage's), the reasons the applicant will read, the capacity of the author."""

    outcome: str
    reasons: str
    capacity: str


class TakenDecision(msgspec.Struct, frozen=True):
    """The pending decision. `version`: to send with a later change (If-Match)."""

    id: UUID
    version: int
    outcome: str


class PublishedDecisions(msgspec.Struct, frozen=True):
    """One publication: its id, its instant, and how many decisions it made public at once."""

    id: UUID
    published_at: datetime
    count: int


@operation
async def take_decision(
    actor: Actor, proposal_id: UUID, content: DecisionContent, version: int, *, now: datetime
) -> TakenDecision:
    """Decide, or change a pending decision. Stale where it changed since `version` (0: none yet)."""
    proposal = await held(actor, proposal_id, now)
    await proposal.require(Action.DECISION_TAKE)
    line = await row("SELECT * FROM decision WHERE proposal = {} AND round = {}", proposal_id, proposal.round)
    if line is not None and line["publication"] is not None:
        raise Conflict("Cette décision a été publiée : elle ne peut plus être modifiée.", code="decision_published")
    if (line["version"] if line else 0) != version:
        raise Stale(line["version"] if line else 0)
    errors = _errors(proposal, content)
    if errors:
        raise Invalid(errors, "La décision est à compléter.")
    opinion = await _opinion(proposal)
    decision_id = await _write(proposal, content, line, opinion)
    signed = {**msgspec.to_builtins(content), "author_name": actor.name}
    revision = await proposal.keep_revision("decision", decision_id, signed)
    await proposal.append(
        "decision_taken",
        decision=decision_id,
        outcome=content.outcome,
        revision=revision.number,
        digest=revision.digest,
        **({"sitting": opinion} if opinion else {}),
    )
    return TakenDecision(decision_id, version + 1, content.outcome)


async def _opinion(proposal: Held) -> UUID | None:
    """The sitting that gave the committee's opinion on it since it came before it this time; None where none has."""
    found: UUID | None = await value(
        "SELECT i.sitting FROM sitting_item i JOIN proposal p ON p.id = i.proposal"  # noqa: S608  our words
        f" WHERE p.id = {{}} AND {OPINION} ORDER BY i.given_at DESC LIMIT 1",
        proposal.id,
    )
    return found


async def _write(proposal: Held, content: DecisionContent, line: Row | None, opinion: UUID | None) -> UUID:
    decision_id: UUID = line["id"] if line else uuid7(proposal.now)
    await execute(
        "INSERT INTO decision"
        " (id, proposal, round, outcome, reasons, author, author_name, capacity, decided_at, sitting)"
        " VALUES ({}, {}, {}, {}, {}, {}, {}, {}, {}, {})"
        " ON CONFLICT (id) DO UPDATE SET version = decision.version + 1, outcome = excluded.outcome,"
        " reasons = excluded.reasons, author = excluded.author, author_name = excluded.author_name,"
        " capacity = excluded.capacity, decided_at = excluded.decided_at, sitting = excluded.sitting",
        *(decision_id, proposal.id, proposal.round, content.outcome, content.reasons),
        *(proposal.actor.person, proposal.actor.name, content.capacity, proposal.now),
        opinion,
    )
    return decision_id


def _errors(proposal: Held, content: DecisionContent) -> list[forms.FieldError]:
    found: list[forms.FieldError] = []
    stage = proposal.stage
    if not content.outcome:
        found.append(forms.FieldError("outcome", "required", "Choisissez une décision.", "Choose an outcome."))
    elif stage is None or content.outcome not in {outcome.id for outcome in stage.outcomes}:
        found.append(
            forms.FieldError(
                "outcome",
                "unknown_outcome",
                "Cette issue n’existe pas dans le règlement de l’appel.",
                "No such outcome in this call's process.",
            )
        )
    if not content.reasons.strip():
        found.append(
            forms.FieldError(
                "reasons", "required", "Motivez la décision : le candidat recevra ce texte.", "Give the reasons."
            )
        )
    if len(content.capacity) > LONGEST_CAPACITY:
        found.append(
            forms.FieldError(
                "capacity",
                "too_long",
                f"Indiquez votre qualité en {LONGEST_CAPACITY} caractères au plus.",
                f"At most {LONGEST_CAPACITY} characters.",
            )
        )
    if not content.capacity.strip():
        found.append(
            forms.FieldError(
                "capacity", "required", "Indiquez en quelle qualité vous décidez.", "Say in what capacity."
            )
        )
    return found


@operation
async def publish_decisions(actor: Actor, slug: str, *, now: datetime) -> PublishedDecisions:
    """Publish every pending decision of a call at once; letters and next stages follow by the workflows.

    Conflict where none is pending. The publication row that the decisions point to is the moment.
    """
    call = await call_named(slug, "FOR NO KEY UPDATE")
    refuse(policy.why_not_on_call(actor, Action.CALL_PUBLISH_DECISIONS, call["id"]))
    pending = await rows(
        "SELECT p.id FROM proposal p JOIN decision d ON d.proposal = p.id"
        " WHERE p.call = {} AND d.round = p.round AND d.publication IS NULL AND p.status = 'in_progress' ORDER BY p.id",
        call["id"],
    )
    publication = uuid7(now)
    await execute(
        "INSERT INTO publication (id, call, author, at) VALUES ({}, {}, {}, {})",
        publication,
        call["id"],
        actor.person,
        now,
    )
    count = 0
    for line in pending:
        proposal = await held(actor, line["id"], now)
        if proposal.line["status"] != "in_progress":  # withdrawn while this waited for its lock
            continue
        await execute(
            "UPDATE decision SET publication = {} WHERE proposal = {} AND round = {}",
            *(publication, proposal.id, proposal.round),
        )
        await proposal.append("decision_published", publication=publication)
        count += 1
    if not count:
        raise Conflict("Aucune décision n’est en attente de publication.", code="nothing_pending")
    await journal.append(
        f"call:{call['id']}", "decisions_published", actor, now, {"publication": publication, "count": count}
    )
    return PublishedDecisions(publication, now, count)
