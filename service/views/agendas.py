"""The items of a sitting's agenda, as their reader may know them: of one that they are recused from a number."""

from collections.abc import Collection, Iterable, Sequence
from typing import Any
from uuid import UUID

import msgspec

from forms.amounts import amounts_of
from service.domain.actor import Actor
from service.domain.policy import Action, Phase
from service.domain.sitting import Member, for_call, standing
from service.store.database import Row, rows
from service.store.decided import STANDING
from service.store.sittings import OPINION
from service.views.calls import CallView
from service.views.opinions import outcome_name
from service.views.visible import visible
from service.views.whatif import asked_for


class Outcome(msgspec.Struct, frozen=True):
    """What may be put to the vote on the items of a round of a call, by its slug."""

    round: int
    id: str
    name: str
    call: str = ""


class Taken(msgspec.Struct, frozen=True):
    """What the call may accept (`places`, `budget`, None without a limit), and what of it is `taken` and `spent` by
    decisions, and by opinions that are not decided yet: of what the reader may read. No budget where the question that
    it is counted by is for officers alone, as editions could have it once."""

    places: int | None
    budget: float | None
    taken: int
    spent: float


class Item(msgspec.Struct, frozen=True):
    """An item of the agenda, by its number. `proposal`: None where the reader may not know which; `call`: its slug;
    `elsewhere`: it is of a call in whose committee the reader has no part; `round`: of its proposal; `open`: the reader
    may read it, and not this line only; `recused`: the reader takes no part in it; `away`: names of those called who
    take none. `present`: votes on it, by who is there now of the committee of its call; `met`: they make the quorum,
    which is `needed`. `opinion`: retained, not_retained, postponed, "" while there is none, on the outcome named, by
    the `figures` of a vote. `apart`: a member wants it examined by itself; `lacked`: it was left for want of quorum.
    `notes` for whoever leads."""

    number: int
    proposal: UUID | None
    reference: str
    title: str
    organisation: str
    phase: str
    recused: bool
    away: tuple[str, ...]
    round: int = 0
    open: bool = False
    present: int = 0
    met: bool = False
    opinion: str = ""
    outcome_name: str = ""
    figures: dict[str, Any] | None = None
    apart: bool = False
    lacked: bool = False
    notes: str = ""
    notes_version: int = 0
    call: str = ""
    elsewhere: bool = False
    needed: int = 0

    @property
    def together(self) -> bool:
        """Whether it may be decided with others in one vote."""
        alone = self.apart or self.away or self.opinion not in ("", "postponed")
        return self.phase == Phase.COMMITTEE and not alone


async def readable(actor: Actor, ids: list[UUID]) -> dict[UUID, dict[str, Any]]:
    """Those of these that the reader may read."""
    may, args = visible(actor, Action.DELIBERATION_READ)  # an auditor’s own proposal is none of these
    whole, more = visible(actor, Action.PROPOSAL_READ)
    found = await rows(
        f"SELECT p.id, k.slug AS call, coalesce(p.reference, '') AS reference, p.title, p.organisation,"  # noqa: S608
        f" p.phase, p.round, {whole} AS open FROM proposal p JOIN call k ON k.id = p.call"
        f" WHERE p.id = ANY({{}}) AND {may}",
        *(*more, ids, *args),
    )
    return {line.pop("id"): line for line in found}


def items(
    actor: Actor,
    order: Iterable[UUID],
    known: dict[UUID, dict[str, Any]],
    recused: dict[UUID, frozenset[UUID]],
    who: dict[UUID, str],
    *,
    elsewhere: Collection[UUID] = (),
) -> tuple[Item, ...]:
    found = []
    for number, one in enumerate(order, 1):
        out = recused.get(one, frozenset())
        if one not in known:
            mine, beyond = actor.account in out, one in elsewhere
            found.append(Item(number, None, "", "", "", "", recused=mine, away=(), elsewhere=beyond))
            continue
        away = tuple(sorted(who[account] for account in out if account in who))
        found.append(Item(number, one, **known[one], recused=actor.account in out, away=away))
    return tuple(found)


async def examined(
    found: Row,
    read: tuple[Item, ...],
    called: tuple[Member, ...],
    recused: dict[UUID, frozenset[UUID]],
    calls: Sequence[CallView],
    *,
    leads: bool,
) -> tuple[Item, ...]:
    """The items that the reader may read, with what the committee made of them so far: that of the call of each, by the
    rules of procedure of the first."""
    rules, of = calls[0].content.process.committee, {one.slug: one for one in calls}
    lines = {one["proposal"]: one for one in await rows("SELECT * FROM sitting_item WHERE sitting = {}", found["id"])}
    told = []
    for one in read:
        if one.proposal is None:
            told.append(one)
            continue
        about, out = of[one.call], recused.get(one.proposal, frozenset())
        stands = standing(rules, for_call(called, about.id), out, second=found["second_of"] is not None)
        more: dict[str, Any] = {"present": len(stands.voters), "met": stands.met, "needed": stands.needed}
        line = lines.get(one.proposal)
        if line is not None:
            more |= {
                "opinion": line["opinion"],
                "outcome_name": outcome_name(about.content, line["outcome"]) if line["outcome"] else "",
                "figures": msgspec.json.decode(line["figures"]) if line["figures"] is not None else None,
                "apart": line["apart"],
                "lacked": line["lacked"],
                "notes": line["notes"] if leads else "",
                "notes_version": line["notes_version"],
            }
        told.append(msgspec.structs.replace(one, **more))
    return tuple(told)


def outcomes(calls: Iterable[CallView], read: Iterable[Item]) -> tuple[Outcome, ...]:
    """What may be put to the vote on these."""
    rounds = sorted({(one.call, one.round) for one in read if one.proposal is not None})
    return tuple(
        Outcome(number, one.id, one.name.fr, slug)
        for about in calls
        for slug, number in rounds
        if slug == about.slug
        for stage in about.content.process.committees(number)
        for one in stage.outcomes
    )


async def taken(actor: Actor, about: CallView) -> Taken | None:
    """What is left to accept in a call; None where its rules have no limit."""
    rules, stages = about.content.process.committee, about.content.process.stages
    budget = rules.budget if rules.amount in dict(amounts_of(about.content.form)) else None
    if rules.places is None and budget is None:
        return None
    accepted = [one.id for stage in stages for one in stage.outcomes if one.status == "accepted"]
    may, args = visible(actor, Action.DELIBERATION_READ)
    found = await rows(
        f"SELECT p.id FROM proposal p WHERE p.call = {{}} AND p.status <> 'withdrawn' AND {may} AND coalesce("  # noqa: S608
        f" (SELECT d.outcome FROM decision d WHERE d.proposal = p.id AND d.round = p.round AND {STANDING} LIMIT 1),"
        f" (SELECT i.outcome FROM sitting_item i WHERE i.proposal = p.id AND {OPINION}"
        "  ORDER BY i.given_at DESC LIMIT 1)) = ANY({})",
        *(about.id, *args, accepted),
    )
    ids = [line["id"] for line in found]
    spent = 0.0 if budget is None else sum((await asked_for(about.id, ids, rules.amount)).values())
    return Taken(rules.places, budget, len(ids), spent)
