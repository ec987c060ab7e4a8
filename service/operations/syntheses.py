"""The officer's summary of the reviews, for the committee."""

from datetime import datetime
from uuid import UUID

import msgspec

import forms
from service.domain.actor import Actor
from service.domain.policy import Action
from service.operations.acting import operation
from service.operations.holding import Held, held
from service.problems import Invalid, Stale
from service.store.database import Row, execute, row


class SynthesisContent(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The text, and the outcome of the process that the officer recommends ("" while undecided)."""

    text: str
    recommendation: str = ""


class SavedSynthesis(msgspec.Struct, frozen=True):
    """The version to send with the next save (If-Match)."""

    id: UUID
    version: int


class SubmittedSynthesis(msgspec.Struct, frozen=True):
    """The kept revision of the synthesis."""

    id: UUID
    version: int
    revision: int
    digest: str


@operation
async def save_synthesis(
    actor: Actor, proposal_id: UUID, content: SynthesisContent, version: int, *, now: datetime
) -> SavedSynthesis:
    """Save the draft. Stale where somebody saved since `version` (0: never saved)."""
    proposal = await held(actor, proposal_id, now)
    await proposal.require(Action.SYNTHESIS_SAVE)
    await _require_version(proposal, version)
    errors = _errors(proposal, content, complete=False)
    if errors:
        raise Invalid(errors)
    await _write(proposal, content, version + 1)
    return SavedSynthesis(proposal_id, version + 1)


async def _write(proposal: Held, content: SynthesisContent, version: int) -> None:
    await execute(
        "INSERT INTO synthesis (proposal, round, version, text, recommendation, author, saved_at)"
        " VALUES ({}, {}, {}, {}, {}, {}, {})"
        " ON CONFLICT (proposal, round) DO UPDATE SET version = excluded.version, text = excluded.text,"
        " recommendation = excluded.recommendation, author = excluded.author, saved_at = excluded.saved_at",
        *(proposal.id, proposal.round, version, content.text, content.recommendation),
        *(proposal.actor.person, proposal.now),
    )


@operation
async def submit_synthesis(
    actor: Actor, proposal_id: UUID, version: int, content: SynthesisContent | None = None, *, now: datetime
) -> SubmittedSynthesis:
    """Submit this content, or what was saved; the process goes on to the committee. Refused, nothing is saved."""
    proposal = await held(actor, proposal_id, now)
    await proposal.require(Action.SYNTHESIS_SUBMIT)
    line = await _require_version(proposal, version)
    given = content is not None
    content = content or (SynthesisContent(line["text"], line["recommendation"]) if line else SynthesisContent(""))
    errors = _errors(proposal, content, complete=True)
    if errors:
        raise Invalid(errors, "La synthèse est à compléter.")
    if given:
        version += 1
        await _write(proposal, content, version)
    revision = await proposal.keep_revision("synthesis", proposal_id, content)
    await execute(
        "UPDATE synthesis SET submitted_at = {}, submitted_visit = {} WHERE proposal = {} AND round = {}",
        *(proposal.now, proposal.line["visit"], proposal_id, proposal.round),
    )
    await proposal.append("synthesis_submitted", revision=revision.number, digest=revision.digest)
    return SubmittedSynthesis(proposal_id, version, revision.number, revision.digest)


async def _require_version(proposal: Held, version: int) -> Row | None:
    line = await row("SELECT * FROM synthesis WHERE proposal = {} AND round = {}", proposal.id, proposal.round)
    if (line["version"] if line else 0) != version:
        raise Stale(line["version"] if line else 0)
    return line


def _errors(proposal: Held, content: SynthesisContent, *, complete: bool) -> list[forms.FieldError]:
    found: list[forms.FieldError] = []
    known = {outcome.id for stage in proposal.edition.process.committees(proposal.round) for outcome in stage.outcomes}
    if content.recommendation and content.recommendation not in known:
        found.append(
            forms.FieldError(
                "recommendation",
                "unknown_outcome",
                "Cette issue n’existe pas dans le règlement de l’appel.",
                "No such outcome in this call's process.",
            )
        )
    if complete and not content.text.strip():
        found.append(forms.FieldError("text", "required", "Rédigez la synthèse.", "Write the synthesis."))
    return found
