"""Moving a proposal onto another edition of its call: every answer is kept, what no longer fits is told."""

from datetime import datetime
from uuid import UUID

import msgspec

import forms
from forms.differences import asked
from service.domain import policy
from service.domain.actor import Actor
from service.domain.dossiers import taken_back
from service.domain.migration import no_longer_fits, why_not_move
from service.domain.policy import Action, Phase
from service.operations.acting import operation
from service.operations.documents import take_back
from service.operations.holding import Held, call_named, held, refuse
from service.operations.tallying import tally_moved
from service.problems import Conflict, Forbidden, NotFound
from service.store.database import row
from service.store.editions import edition
from service.store.given import given_to


class Migrated(msgspec.Struct, frozen=True):
    """The edition that the proposal is on now. `moved`: False where it was there already. `gone`: fields with answers
    or files that it asks no longer; they stay stored. `errors`: what it refuses of what was right before."""

    id: UUID
    edition: UUID
    number: int
    moved: bool
    gone: tuple[str, ...] = ()
    errors: tuple[forms.FieldError, ...] = ()


@operation
async def migrate_proposal(actor: Actor, slug: str, proposal_id: UUID, to: int, *, now: datetime) -> Migrated:
    """Move a draft, or a proposal in a stage, onto edition `to` of its call. Safe to repeat.

    Its stage and the clocks that run stay; the next stage follows the new rules. Conflict where the new edition does
    not know the stage, or the decision taken.
    """
    call = await call_named(slug)
    if not actor.process:
        refuse(policy.why_not_on_call(actor, Action.CALL_MIGRATE, call["id"]))
    target = await row("SELECT id, number FROM edition WHERE call = {} AND number = {}", call["id"], to)
    if target is None:
        raise NotFound(f"Cet appel n’a pas d’édition {to}.")
    proposal = await held(actor, proposal_id, now)
    if proposal.line["call"] != call["id"]:
        raise NotFound
    if proposal.line["edition"] == target["id"]:
        return Migrated(proposal.id, target["id"], target["number"], moved=False)
    if policy.on_applicants_side(actor, await proposal.facts()):
        raise Forbidden("Vous êtes le candidat : une autre personne doit changer l’édition de cette candidature.")
    return await _move(proposal, target["id"], target["number"])


async def _move(proposal: Held, target: UUID, number: int) -> Migrated:
    if proposal.phase is Phase.OVER:
        raise Conflict("Cette candidature est close : elle garde son édition.", code="over")
    before, old, new = proposal.line["edition"], proposal.edition, await edition(target)
    given = await given_to(proposal.id)
    refusal = why_not_move(new, proposal.line["stage"], proposal.line["stage_kind"], given)
    if refusal:
        raise Conflict(refusal, code="edition_does_not_fit")
    found = no_longer_fits(old, new, given, forms.local_day(proposal.now))
    began = proposal.line["told_edition"] or before
    await proposal.set(
        edition=target,
        stage_edition=(proposal.line["stage_edition"] or before) if proposal.line["stage"] else None,
        told_edition=None if (await edition(began)).form == new.form else began,
    )
    if proposal.phase is Phase.DRAFT:  # afterwards lists show what was submitted
        answers = asked(new.form_at(""), given.answers)
        await proposal.set(
            title=forms.proposal_title(new.form, answers)[:300],
            organisation=forms.organisation_name(new.form, answers)[:300],
        )
    await tally_moved(proposal, new)
    await proposal.append("edition_changed", **{"from": before, "to": target})
    if audiences := taken_back(old, new):
        await take_back(proposal, audiences)
    return Migrated(proposal.id, target, number, moved=True, gone=found.gone, errors=found.errors)
