"""The officer's checklist: eligible, ineligible with reasons, or returned for completion with the clock paused."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

import msgspec

import forms
from service.domain.actor import Actor
from service.domain.policy import Action
from service.notify.mails import Mail
from service.operations import stages
from service.operations.acting import operation
from service.operations.holding import Held, held
from service.operations.telling import tell_applicants
from service.problems import Invalid
from service.store.database import execute, row


class Verdict(StrEnum):
    """What the checklist comes to."""

    ELIGIBLE = "eligible"
    INELIGIBLE = "ineligible"
    RETURNED = "returned"


class EligibilityAnswer(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The checklist as answered: `items` is item id -> yes (true) or no, of those that are asked of this proposal;
    `reasons` for the applicant; `remarks` is field id -> what is to be completed there, where the proposal is returned.
    """

    verdict: Verdict
    items: dict[str, bool] = {}
    reasons: str = ""
    remarks: dict[str, str] = {}


class AnsweredEligibility(msgspec.Struct, frozen=True):
    """The verdict that was recorded, and until when the applicant may complete, where the proposal was returned."""

    id: UUID
    verdict: Verdict
    completion_due: datetime | None = None


@operation
async def answer_eligibility(
    actor: Actor, proposal_id: UUID, answer: EligibilityAnswer, *, now: datetime
) -> AnsweredEligibility:
    """Record the verdict. Raises Invalid where the checklist is incomplete or contradicts the verdict."""
    proposal = await held(actor, proposal_id, now)
    await proposal.require(Action.ELIGIBILITY_ANSWER)
    errors = _errors(proposal, answer, await _asked(proposal))
    if errors:
        raise Invalid(errors, "La liste de vérification est à compléter.")
    await execute(
        "INSERT INTO eligibility (proposal, visit, verdict, items, reasons, remarks, author, at)"
        " VALUES ({}, {}, {}, {}, {}, {}, {}, {}) ON CONFLICT (proposal) DO UPDATE SET visit = excluded.visit,"
        " verdict = excluded.verdict, items = excluded.items, reasons = excluded.reasons, remarks = excluded.remarks,"
        " author = excluded.author, at = excluded.at",
        *(proposal.id, proposal.line["visit"], answer.verdict.value, msgspec.json.encode(answer.items).decode()),
        *(answer.reasons, msgspec.json.encode(answer.remarks).decode(), actor.person, proposal.now),
    )
    revision = await proposal.keep_revision("eligibility", proposal.id, answer)
    due = await _return(proposal) if answer.verdict is Verdict.RETURNED else None
    await proposal.append(
        f"eligibility_{answer.verdict.value}", revision=revision.number, digest=revision.digest, completion_due=due
    )
    if due is not None:
        await tell_applicants(proposal, Mail.RETURNED, f"returned-{revision.number}")
    return AnsweredEligibility(proposal.id, answer.verdict, due)


async def _return(proposal: Held) -> datetime:
    await stages.pause(proposal)
    await proposal.set(returned=True)
    stage = proposal.stage
    if stage is None or stage.completion is None:
        raise LookupError("a stage that can return a proposal has a duration for its completion")
    return await stages.set_deadline(proposal, "completion", stage.completion)


async def _asked(proposal: Held) -> dict[str, forms.Item]:
    """The items that what was submitted last calls for, on the day that it was."""
    line = await row(
        "SELECT content -> 'answers' AS answers, at FROM revision WHERE subject = 'answers' AND subject_id = {}"
        " ORDER BY number DESC LIMIT 1",
        proposal.id,
    )
    if line is None:
        raise LookupError("a proposal whose checklist is answered was submitted")
    answers, edition = msgspec.json.decode(line["answers"]), proposal.edition
    asked = forms.asked_items(edition.eligibility, edition.form, answers, forms.local_day(line["at"]))
    return {item.id: item for item in asked}


def _errors(proposal: Held, answer: EligibilityAnswer, items: dict[str, forms.Item]) -> list[forms.FieldError]:
    """Every fault at once: unknown or missing items, those that are not asked of it, a verdict without its reasons,
    remarks on unknown fields. `items`: what is asked of it."""
    known = {item.id for item in proposal.edition.eligibility.items}
    found = [_unasked(item, known=item in known) for item in answer.items if item not in items]
    found += [
        _fault(
            f"remarks/{forms.step(field)}",
            "unknown_field",
            "Ce champ n’existe pas dans le formulaire.",
            "No such field.",
        )
        for field in answer.remarks
        if proposal.form.field(field) is None
    ]
    if answer.verdict is Verdict.RETURNED:
        if not answer.reasons.strip() and not any(remark.strip() for remark in answer.remarks.values()):
            found.append(
                _fault("remarks", "required", "Indiquez ce qui est à compléter.", "Say what is to be completed.")
            )
        return found
    found += [
        _fault(f"items/{item}", "required", "Répondez par oui ou par non.", "Answer yes or no.")
        for item in items
        if item not in answer.items
    ]
    return found + _contradictions(answer, {item.id for item in items.values() if item.blocking})


def _unasked(item: str, *, known: bool) -> forms.FieldError:
    at = f"items/{forms.step(item)}"
    if known:
        fr = "Ce point ne concerne pas cette candidature, d’après ses réponses."
        return _fault(at, "item_not_asked", fr, "This item is not asked of this proposal, by its answers.")
    return _fault(at, "unknown_item", "Ce point ne figure pas dans la liste.", "No such item.")


def _contradictions(answer: EligibilityAnswer, blocking: set[str]) -> list[forms.FieldError]:
    if answer.verdict is Verdict.INELIGIBLE:
        said = "Motivez l’inéligibilité : le candidat recevra ce texte."
        return [] if answer.reasons.strip() else [_fault("reasons", "required", said, "Give the reasons.")]
    if any(not yes for item, yes in answer.items.items() if item in blocking):
        said = "Un point éliminatoire est négatif : la candidature ne peut pas être éligible."
        return [_fault("verdict", "contradiction", said, "An eliminating item is negative: it cannot be eligible.")]
    return []


def _fault(path: str, code: str, fr: str, en: str) -> forms.FieldError:
    return forms.FieldError(path, code, fr, en)
