"""The authority decides on many proposals at once, as a sitting's opinions have it; each decision is one of its own."""

from datetime import datetime
from uuid import UUID

import msgspec

from forms import FieldError
from service.domain import policy
from service.domain.actor import Actor
from service.domain.policy import Action, Relation
from service.operations.acting import operation
from service.operations.calling import HeldSitting, held_for_member
from service.operations.decisions import DecisionContent, faults_of, record
from service.operations.holding import call_named, held, refuse
from service.problems import Conflict, Invalid, NotFound
from service.store import deciding, sittings

AT_ONCE = 500  # decisions of one transaction


class SittingDecisions(DecisionContent, frozen=True, forbid_unknown_fields=True):
    """What is decided on each. `call`: the slug of the one whose proposals are decided on, where the sitting was of
    several; "" the first that one decides on."""

    call: str = ""

    @property
    def each(self) -> DecisionContent:
        """What is decided, and signed, on each proposal."""
        return DecisionContent(self.outcome, self.reasons, self.capacity, self.delegation)


class LeftOut(msgspec.Struct, frozen=True):
    """A proposal that was not decided with the others. `why`: not_before_committee, other_opinion (a later sitting's,
    or none since it came back), unknown_outcome (it was moved to an edition without it)."""

    proposal: UUID
    why: str


class TakenDecisions(msgspec.Struct, frozen=True):
    """How many decisions were taken; how many proposals had one already, which stays as it was; what was left out;
    `recused`: items of the sitting's on that call, whatever their outcome, that somebody else decides; `remaining`: to
    be decided by doing the same again."""

    count: int
    decided: int
    recused: int
    left_out: tuple[LeftOut, ...]
    remaining: int


@operation
async def take_decisions(
    actor: Actor, sitting_id: UUID, content: DecisionContent, slug: str = "", *, now: datetime
) -> TakenDecisions:
    """Decide as the committee thought, on every item of one call of a closed sitting whose opinion is on this outcome:
    those without a decision, still before the committee, that the actor may decide on. `slug`: that call, where the
    sitting was of several; "" the first that the actor decides on. Repeating it changes nothing.

    Raises NotFound, Forbidden; Conflict while the sitting lasts; Invalid for what a decision lacks, and for an outcome
    that none of its opinions is on.
    """
    sitting = await held_for_member(actor, sitting_id, now)
    call = await _call(sitting, slug)
    if sitting.line["closed_at"] is None:
        raise Conflict("La séance n’est pas levée : décidez une fois qu’elle l’est.", code="not_closed")
    every = await deciding.opined(sitting_id, call)
    agenda = await sittings.call_of(await sittings.agenda(sitting.line))
    recused = set(await sittings.recusals([one for one, of in agenda.items() if of == call], [actor.person]))
    lines = [one for one in every if one.outcome == content.outcome and one.proposal not in recused]
    _require_whole(sitting, call, content, known=bool(lines))
    waiting = [one.proposal for one in lines if not one.why]
    found = [await _decide(sitting, call, one, content) for one in waiting[:AT_ONCE]]
    left = [LeftOut(one.proposal, one.why) for one in lines if one.why not in ("", "decided")]
    left += [LeftOut(one, why) for one, why in zip(waiting, found, strict=False) if why not in _COUNTED]
    return TakenDecisions(
        count=found.count(""),
        decided=sum(one.why == "decided" for one in lines) + found.count("decided"),
        recused=len(recused) + found.count("recused"),
        left_out=tuple(left),
        remaining=len(waiting) - len(found),
    )


_COUNTED = ("", "decided", "recused")


async def _call(sitting: HeldSitting, slug: str) -> UUID:
    """The call that is decided on. Raises NotFound, Forbidden."""
    theirs = {one: policy.why_not_on_call(sitting.actor, Action.SITTING_DECIDE, one) for one in sitting.calls}
    first = next((one for one, why in theirs.items() if why is None), sitting.calls[0])
    call: UUID = (await call_named(slug))["id"] if slug else first
    if call not in theirs:
        raise NotFound
    refuse(theirs[call])
    return call


def _require_whole(sitting: HeldSitting, call: UUID, content: DecisionContent, *, known: bool) -> None:
    """Raise Invalid where something is missing, or no opinion that the actor may know of is on this outcome."""
    stages = (stage for stage in sitting.editions[call].process.stages if stage.outcome(content.outcome) is not None)
    errors = [one for one in faults_of(next(stages, None), content) if one.code != "unknown_outcome"]
    if content.outcome and not known:
        said = "Aucun avis de cette séance ne porte sur cette issue."
        errors.insert(0, FieldError("outcome", "unknown_outcome", said, "No opinion of this sitting is on it."))
    if errors:
        raise Invalid(errors, "Les décisions sont à compléter.")


async def _decide(sitting: HeldSitting, call: UUID, proposal_id: UUID, content: DecisionContent) -> str:
    """Decide on one, under its lock; why not, where something has changed since it was listed."""
    proposal = await held(sitting.actor, proposal_id, sitting.now)
    facts = await proposal.facts()
    if Relation.AUTHORITY not in policy.relations(sitting.actor, facts):
        return "recused"
    line = await deciding.opined_on(sitting.id, call, proposal_id)
    if line is None or line.outcome != content.outcome:
        return "other_opinion"
    if line.why:
        return line.why
    if policy.why_not(sitting.actor, Action.DECISION_TAKE, facts) is not None:
        return "not_before_committee"
    if proposal.stage is None or proposal.stage.outcome(content.outcome) is None:
        return "unknown_outcome"
    await record(proposal, content, None, sitting.id)
    return ""
