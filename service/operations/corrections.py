"""A published decision never changes. Whoever may decide takes another one in its place, which cites it: pending as any
decision until it is published, and then the one in force."""

from datetime import date, datetime
from uuid import UUID

import msgspec

import forms
from forms import FieldError, Outcome, Stage
from service.domain import correcting
from service.domain.actor import Actor
from service.domain.correcting import Ground
from service.domain.policy import Action
from service.domain.steering import committee_of
from service.operations.acting import operation
from service.operations.decisions import LONGEST_REASONS, fault, faults_of
from service.operations.holding import Held, held
from service.problems import Conflict, Invalid, NotFound, Stale
from service.store.database import Row, execute, row, value
from service.store.decided import pending_correction
from service.store.ids import uuid7


class CorrectionContent(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Another decision in place of a published one (`cites`, an id). `ground`: error (a slip that leaves the outcome),
    request (of the applicant), illegal, condition (that is not met), fraud. `changes`: what changes and why, for the
    letter. `heard_on`: the day by which the applicant could say what they think of it, where it takes something back.
    The rest is as in a decision."""

    cites: UUID
    ground: Ground
    changes: str
    outcome: str
    reasons: str
    capacity: str
    delegation: str = ""
    heard_on: date | None = None


class TakenCorrection(msgspec.Struct, frozen=True):
    """The pending correction. `version`: to send with a later change (If-Match)."""

    id: UUID
    version: int
    number: int
    outcome: str


class DroppedCorrection(msgspec.Struct, frozen=True):
    """A pending correction that is given up."""

    id: UUID


@operation
async def take_correction(
    actor: Actor, proposal_id: UUID, content: CorrectionContent, version: int, *, now: datetime
) -> TakenCorrection:
    """Decide anew, or change a pending correction. Stale where it changed since `version` (0: none yet); Conflict where
    the decision that it cites is not the one in force."""
    proposal = await held(actor, proposal_id, now)
    await proposal.require(Action.DECISION_CORRECT)
    cited = await _cited(proposal, content.cites)
    pending = await pending_correction(proposal.id)
    if (pending["version"] if pending else 0) != version:
        raise Stale(pending["version"] if pending else 0)
    errors = _faults(proposal, content, cited)
    if errors:
        raise Invalid(errors, "La décision rectificative est à compléter.")
    correction = await _write(proposal, content, cited, pending)
    said = {**msgspec.to_builtins(content), "author_name": actor.name}
    revision = await proposal.keep_revision("decision", correction, said)
    await proposal.append(
        "correction_taken",
        decision=correction,
        corrects=cited["id"],
        ground=content.ground,
        outcome=content.outcome,
        revision=revision.number,
        digest=revision.digest,
    )
    return TakenCorrection(correction, version + 1, cited["number"] + 1, content.outcome)


@operation
async def drop_correction(actor: Actor, proposal_id: UUID, version: int, *, now: datetime) -> DroppedCorrection:
    """Give up a pending correction: the published decision stands. Its text stays a revision. Stale; NotFound."""
    proposal = await held(actor, proposal_id, now)
    await proposal.require(Action.DECISION_CORRECT)
    pending = await pending_correction(proposal.id)
    if pending is None:
        raise NotFound("Aucune décision rectificative n’attend d’être publiée.")
    if pending["version"] != version:
        raise Stale(pending["version"])
    await execute("DELETE FROM decision WHERE id = {}", pending["id"])
    await proposal.append("correction_dropped", decision=pending["id"], corrects=pending["corrects"])
    return DroppedCorrection(pending["id"])


async def _cited(proposal: Held, wanted: UUID) -> Row:
    """The decision to be replaced, with its publication: the one in force, of the proposal's round."""
    found = await row(
        "SELECT d.*, n.at AS published_at FROM decision d JOIN publication n ON n.id = d.publication"
        " WHERE d.proposal = {} AND d.round = {} ORDER BY d.number DESC LIMIT 1",
        *(proposal.id, proposal.round),
    )
    if found is None:
        raise Conflict("Aucune décision publiée n’est à rectifier.", code="not_published")
    if found["id"] != wanted:
        if await value("SELECT true FROM decision WHERE id = {} AND proposal = {}", wanted, proposal.id):
            raise Conflict(
                "Cette décision n’est plus celle en vigueur : rechargez la page et partez de la dernière.",
                code="not_in_force",
            )
        raise NotFound("Cette décision n’existe pas.")
    return found


async def _write(proposal: Held, content: CorrectionContent, cited: Row, pending: Row | None) -> UUID:
    correction: UUID = pending["id"] if pending else uuid7(proposal.now)
    told = {
        "outcome": content.outcome,
        "reasons": content.reasons,
        "author": proposal.actor.person,
        "author_name": proposal.actor.name,
        "capacity": content.capacity,
        "delegation": content.delegation,
        "decided_at": proposal.now,
        "ground": content.ground,
        "changes": content.changes.strip(),
        "heard_on": content.heard_on,
        "sitting": cited["sitting"],
    }
    names, places = ", ".join(told), ", ".join("{}" for _ in told)
    again = ", ".join(f"{name} = excluded.{name}" for name in told)
    await execute(
        f"INSERT INTO decision (id, proposal, round, number, corrects, {names})"  # noqa: S608  our names
        f" VALUES ({{}}, {{}}, {{}}, {{}}, {{}}, {places})"
        f" ON CONFLICT (id) DO UPDATE SET version = decision.version + 1, {again}",
        *(correction, proposal.id, proposal.round, cited["number"] + 1, cited["id"], *told.values()),
    )
    return correction


def _faults(proposal: Held, content: CorrectionContent, cited: Row) -> list[FieldError]:
    stage = committee_of(proposal.edition.process, proposal.round)
    found = faults_of(stage, content)
    if not content.changes.strip():
        said = "Dites ce qui change et pourquoi : le candidat le lira dans sa lettre."
        found.append(fault("changes", "required", said, "Say what changes, and why."))
    if len(content.changes) > LONGEST_REASONS:
        most = f"{LONGEST_REASONS} caractères au plus."
        found.append(fault("changes", "too_long", f"Écrivez {most}", f"At most {LONGEST_REASONS} characters."))
    first = forms.local_day(cited["published_at"])
    if content.heard_on is not None and not first <= content.heard_on <= proposal.today:
        said = "Ce jour se situe entre la publication de la décision et aujourd’hui."
        found.append(fault("heard_on", "out_of_range", said, "A day between the publication and today."))
    before, after = _outcomes(stage, cited["outcome"], content.outcome)
    return found + (_of_ground(proposal, content, cited, before, after) if before and after else [])


def _outcomes(stage: Stage | None, before: str, after: str) -> tuple[Outcome | None, Outcome | None]:
    return (stage.outcome(before), stage.outcome(after)) if stage else (None, None)


def _of_ground(
    proposal: Held, content: CorrectionContent, cited: Row, before: Outcome, after: Outcome
) -> list[FieldError]:
    """What the law asks where the outcome changes."""
    if content.ground == "error" and before.id != after.id:
        said = "Une erreur matérielle se corrige sans changer le sens de la décision : choisissez un autre fondement."
        return [fault("ground", "not_for_this", said, "A slip leaves the outcome as it is.")]
    if not correcting.takes_back(before, after):
        return []
    if content.ground not in correcting.TAKING_BACK:
        said = (
            "Une décision favorable ne se retire que si elle est illégale, si une condition n’est pas remplie ou si"
            " elle a été obtenue par fraude."
        )
        return [fault("ground", "not_for_this", said, "Only where illegal, unmet or obtained by fraud.")]
    found = []
    last = correcting.last_day(cited["decided_at"], proposal.edition.process.calendar)
    if content.ground == "illegal" and proposal.today > last:
        said = (
            f"Le délai de quatre mois pour retirer une décision illégale qui crée des droits a pris fin le"
            f" {last:%d/%m/%Y} (article L.\u00a0242-1 du code des relations entre le public et l’administration)."
        )
        found.append(fault("ground", "too_late", said, "Four months are over."))
    if content.heard_on is None:
        said = (
            "Indiquez jusqu’à quel jour le candidat a pu présenter ses observations (articles L.\u00a0121-1 et"
            " L.\u00a0122-1 du code des relations entre le public et l’administration)."
        )
        found.append(fault("heard_on", "required", said, "Until when could the applicant comment?"))
    return found
