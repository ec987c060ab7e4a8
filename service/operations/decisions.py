"""The authority's act after the committee's opinion: pending until published, immutable after."""

from datetime import datetime
from typing import Protocol
from uuid import UUID

import msgspec

import forms
from forms import Stage
from service.domain import policy
from service.domain.actor import Actor
from service.domain.policy import Action
from service.operations import corrected
from service.operations.acting import operation
from service.operations.holding import Held, call_named, held, refuse
from service.problems import Conflict, Invalid, Stale
from service.store import journal
from service.store.database import Row, execute, row, rows, value
from service.store.decided import WAITS
from service.store.ids import uuid7
from service.store.lettered import unread
from service.store.sittings import OPINION

LONGEST_CAPACITY = 300
LONGEST_REASONS = 20_000


class DecisionContent(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The outcome (one of the committee stage's), the reasons the applicant will read, the capacity of the author, and
    the act that delegates the decision to them, "" where they decide in their own right."""

    outcome: str
    reasons: str
    capacity: str
    delegation: str = ""


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
    line = await row(
        "SELECT * FROM decision WHERE proposal = {} AND round = {} ORDER BY number DESC LIMIT 1",
        *(proposal_id, proposal.round),
    )
    if line is not None and line["publication"] is not None:
        raise Conflict("Cette décision a été publiée : elle ne peut plus être modifiée.", code="decision_published")
    if (line["version"] if line else 0) != version:
        raise Stale(line["version"] if line else 0)
    errors = faults_of(proposal.stage, content)
    if errors:
        raise Invalid(errors, "La décision est à compléter.")
    opinion = await _opinion(proposal)
    decision_id = await record(proposal, content, line, opinion)
    return TakenDecision(decision_id, version + 1, content.outcome)


async def record(proposal: Held, content: DecisionContent, line: Row | None, opinion: UUID | None) -> UUID:
    """Write a decision, with what was signed and its entry, whoever asked for it and however many at once. `line`: the
    pending one that it changes; `opinion`: the sitting whose opinion it cites."""
    decision_id = await _write(proposal, content, line, opinion)
    signed = {**msgspec.to_builtins(content), "author_name": proposal.actor.name}
    revision = await proposal.keep_revision("decision", decision_id, signed)
    await proposal.append(
        "decision_taken",
        decision=decision_id,
        outcome=content.outcome,
        revision=revision.number,
        digest=revision.digest,
        **({"sitting": opinion} if opinion else {}),
    )
    return decision_id


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
        " (id, proposal, round, outcome, reasons, author, author_name, capacity, decided_at, sitting, delegation)"
        " VALUES ({}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {})"
        " ON CONFLICT (id) DO UPDATE SET version = decision.version + 1, outcome = excluded.outcome,"
        " reasons = excluded.reasons, author = excluded.author, author_name = excluded.author_name,"
        " capacity = excluded.capacity, decided_at = excluded.decided_at, sitting = excluded.sitting,"
        " delegation = excluded.delegation",
        *(decision_id, proposal.id, proposal.round, content.outcome, content.reasons),
        *(proposal.actor.person, proposal.actor.name, content.capacity, proposal.now),
        *(opinion, content.delegation),
    )
    return decision_id


class Deciding(Protocol):
    """What a decision and a correction both say."""

    @property
    def outcome(self) -> str: ...
    @property
    def reasons(self) -> str: ...
    @property
    def capacity(self) -> str: ...
    @property
    def delegation(self) -> str: ...


def faults_of(stage: Stage | None, content: Deciding) -> list[forms.FieldError]:
    """What a decision lacks before it can stand, by the outcomes of the committee's stage."""
    found: list[forms.FieldError] = []
    if not content.outcome:
        found.append(fault("outcome", "required", "Choisissez une décision.", "Choose an outcome."))
    elif stage is None or stage.outcome(content.outcome) is None:
        said = "Cette issue n’existe pas dans le règlement de l’appel."
        found.append(fault("outcome", "unknown_outcome", said, "No such outcome in this call's process."))
    if not content.reasons.strip():
        said = "Motivez la décision : le candidat recevra ce texte."
        found.append(fault("reasons", "required", said, "Give the reasons."))
    if not content.capacity.strip():
        said = "Indiquez en quelle qualité vous décidez."
        found.append(fault("capacity", "required", said, "Say in what capacity."))
    return found + [
        fault(name, "too_long", f"Écrivez {most} caractères au plus.", f"At most {most} characters.")
        for name, most in (
            *(("reasons", LONGEST_REASONS), ("capacity", LONGEST_CAPACITY)),
            ("delegation", LONGEST_CAPACITY),
        )
        if len(getattr(content, name)) > most
    ]


def fault(path: str, code: str, fr: str, en: str) -> forms.FieldError:
    """A fault of one field."""
    return forms.FieldError(path, code, fr, en)


@operation
async def publish_decisions(actor: Actor, slug: str, *, now: datetime) -> PublishedDecisions:
    """Publish every pending decision of a call at once; letters and next stages follow by the workflows.

    Conflict where none is pending, or where the letter of one was not read as it would be sent. The publication row
    that the decisions point to is the moment.
    """
    call = await call_named(slug, "FOR NO KEY UPDATE")
    refuse(policy.why_not_on_call(actor, Action.CALL_PUBLISH_DECISIONS, call["id"]))
    pending = await rows(
        "SELECT d.id, d.proposal FROM decision d JOIN proposal p ON p.id = d.proposal"  # noqa: S608  our names
        f" WHERE p.call = {{}} AND d.round = p.round AND {WAITS} ORDER BY p.id",
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
    held_ones = [(await held(actor, line["proposal"], now), line["id"]) for line in pending]
    await _require_read(call["id"], [decision for _, decision in held_ones])
    count = 0
    for proposal, decision in held_ones:
        count += await _publish(proposal, decision, publication)
    if not count:
        raise Conflict("Aucune décision n’est en attente de publication.", code="nothing_pending")
    await journal.append(
        f"call:{call['id']}", "decisions_published", actor, now, {"publication": publication, "count": count}
    )
    return PublishedDecisions(publication, now, count)


async def _require_read(call: UUID, decisions: list[UUID]) -> None:
    """Raise Conflict where a letter is not checked, or has changed since. Under the locks of their proposals."""
    missing = len(await unread(call, decisions))
    if missing:
        raise Conflict(
            "Une lettre n’a pas été relue, ou a changé depuis : relisez-la avant de publier."
            if missing == 1
            else f"{missing} lettres n’ont pas été relues, ou ont changé depuis : relisez-les avant de publier.",
            code="letters_unchecked",
        )


async def _publish(proposal: Held, decision: UUID, publication: UUID) -> int:
    """Make one public; 0 where it waits no more under the lock: withdrawn with its proposal, or given up."""
    line = await row(
        "UPDATE decision d SET publication = {} FROM proposal p WHERE d.id = {} AND p.id = d.proposal"  # noqa: S608
        f" AND {WAITS} RETURNING d.*",
        *(publication, decision),
    )
    if line is None:
        return 0
    await proposal.append("decision_published", publication=publication, decision=decision)
    if line["corrects"] is not None:
        await corrected.follow(proposal, line)
    return 1
