"""What a sitting's opinions leave to decide, by outcome, for the authority."""

from typing import Any
from uuid import UUID

import msgspec

from service.domain.actor import Actor
from service.domain.policy import Action
from service.problems import NotFound
from service.store import deciding
from service.store import sittings as kept
from service.views import agendas
from service.views.opinions import outcome_name
from service.views.readable_sittings import readable_sitting


async def signature(actor: Actor, slug: str) -> tuple[str, str]:
    """In what capacity, and by which delegation, somebody decided last in a call."""
    return await deciding.signature(actor.account, slug)


class ToDecide(msgspec.Struct, frozen=True):
    """A proposal of the sitting. `why` it isn't decided with the others, "" where it is: not_before_committee, or
    other_opinion."""

    proposal: UUID
    reference: str
    title: str
    organisation: str
    why: str


class OfOutcome(msgspec.Struct, frozen=True):
    """The opinions on one outcome: to be decided, `decided` already, and left out with the reason."""

    outcome: str
    name: str
    waiting: tuple[ToDecide, ...]
    decided: int
    left_out: tuple[ToDecide, ...]


class DecidingView(msgspec.Struct, frozen=True):
    """A sitting as its opinions are decided on; nothing to decide before it is closed. `hidden`: items that the reader
    may not read, and somebody else decides on. `call`: the one that is decided on; `others`: slugs and titles of those
    that the sitting was of besides, and that the reader decides on too. `capacity` and `delegation`: of the reader's
    last decision in the call."""

    id: UUID
    call: str
    call_title: str
    number: int
    closed: bool
    outcomes: tuple[OfOutcome, ...]
    hidden: int
    capacity: str
    delegation: str
    others: tuple[tuple[str, str], ...] = ()


async def to_decide(actor: Actor, sitting_id: UUID, slug: str = "") -> DecidingView:
    """Of one sitting, on its call of that name, or on the first that the reader decides on. NotFound, Forbidden."""
    read = await readable_sitting(actor, sitting_id)
    theirs = [one for one in read.calls if Action.SITTING_DECIDE in one.may]
    about = next((one for one in theirs if slug in (one.slug, "")), None)
    if about is None:
        raise NotFound
    closed = read.row["closed_at"] is not None
    calls = await kept.call_of(await kept.agenda(read.row)) if closed else {}
    order = [one for one, of in calls.items() if of == about.id]
    opined = {one.proposal: one for one in await deciding.opined(sitting_id, about.id)} if closed else {}
    known = await agendas.readable(actor, order)
    capacity, delegation = await signature(actor, about.slug)
    lines = [opined[one] for one in order if one in known and one in opined]
    return DecidingView(
        id=sitting_id,
        call=about.slug,
        call_title=about.content.call.title.fr,
        number=read.numbers[about.id],
        closed=closed,
        outcomes=tuple(
            _of_outcome(
                outcome, outcome_name(about.content, outcome), [one for one in lines if one.outcome == outcome], known
            )
            for outcome in dict.fromkeys(one.outcome for one in lines)
        ),
        hidden=len(order) - len([one for one in order if one in known]),
        capacity=capacity,
        delegation=delegation,
        others=tuple((one.slug, one.content.call.title.fr) for one in theirs if one is not about),
    )


def _of_outcome(outcome: str, name: str, read: list[deciding.Opined], known: dict[UUID, dict[str, Any]]) -> OfOutcome:
    told = [
        ToDecide(one.proposal, line["reference"], line["title"], line["organisation"], one.why)
        for one in read
        for line in (known[one.proposal],)
    ]
    return OfOutcome(
        outcome,
        name,
        tuple(one for one in told if not one.why),
        sum(one.why == "decided" for one in told),
        tuple(one for one in told if one.why not in ("", "decided")),
    )
