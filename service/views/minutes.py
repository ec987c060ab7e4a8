"""The minutes of a sitting that is over, as each reader may know them: without items that they may not read."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

import msgspec

from service.domain.actor import Actor
from service.domain.policy import Action
from service.domain.sitting import VOTING
from service.problems import NotFound
from service.store import minutes as kept
from service.store.database import rows, value
from service.store.minutes import Attended, Deliberated, Minutes
from service.views.calls import CallView
from service.views.opinions import outcome_name
from service.views.readable_sittings import readable_sitting
from service.views.visible import visible


class SaidCall(msgspec.Struct, frozen=True):
    """A call that the sitting was of, its number there, and the names of its `outcomes` that are told, by id."""

    id: UUID
    slug: str
    title: str
    number: int
    outcomes: dict[str, str]


class MinutesView(msgspec.Struct, frozen=True):
    """What the minutes say, in a `version` of the sitting's; `left_out`: items that the reader may not read. `calls`:
    those that it was of, its own first; `call`: the one by which they are read. `approved_at`, `approved_by`, `digest`
    once they change no more. `seats`: the calls (slugs) for which the reader has a vote in it."""

    call: str
    call_title: str
    said: Minutes
    left_out: int
    calls: tuple[SaidCall, ...]
    approved_at: datetime | None
    approved_by: str
    digest: str
    may_approve: bool
    may_note: bool
    version: int
    seats: tuple[str, ...] = ()

    @property
    def titles(self) -> tuple[str, ...]:
        """Of its calls."""
        return tuple(one.title for one in self.calls)

    def call_of(self, item: Deliberated) -> SaidCall:
        """The one that an item is of."""
        return next((one for one in self.calls if one.id == item.call), self.calls[0])

    def named(self, item: Deliberated, outcome: str) -> str:
        """An outcome, as the call of an item has it."""
        return self.call_of(item).outcomes[outcome]

    def sat_for(self, member: Attended) -> tuple[str, ...]:
        """The calls for which a member sat, where that is not all of them."""
        return tuple(one.title for one in self.calls if one.id in member.calls)


async def minutes(actor: Actor, sitting_id: UUID, slug: str = "", *, alone: bool = False) -> MinutesView:
    """Those of a sitting, read by the call of that name where it is one of its; `alone`: without the items of its
    other calls. NotFound before it is over."""
    read = await readable_sitting(actor, sitting_id, slug)
    found, about = read.row, read.about
    if found["closed_at"] is None:
        raise NotFound("Le procès-verbal existe une fois la séance levée.")
    approved = found["approved_at"] is not None
    said = msgspec.json.decode(found["content"], type=Minutes) if approved else await kept.drawn(found)
    may, args = visible(actor, Action.DELIBERATION_READ)  # an auditor’s own proposal is none of these
    shown = {
        line["id"]
        for line in await rows(
            f"SELECT p.id FROM proposal p WHERE p.id = ANY({{}}) AND {may}",  # noqa: S608  built by the policy
            *([one.proposal for one in said.items], *args),
        )
    }
    calls = (about,) if alone else read.calls
    own = [one for one in said.members if one.account == actor.account and one.capacity in VOTING]
    every = [one for one in said.items if not alone or (one.call or read.calls[0].id) == about.id]
    items = tuple(one for one in every if one.proposal in shown)
    return MinutesView(
        call=about.slug,
        call_title=about.content.call.title.fr,
        said=msgspec.structs.replace(said, items=items, number=read.number),
        left_out=len(every) - len(items),
        calls=tuple(_call(one, read.numbers[one.id], items, own=one is read.calls[0]) for one in calls),
        approved_at=found["approved_at"],
        approved_by=await value("SELECT name FROM account WHERE id = {}", found["approved_by"]) if approved else "",
        digest=found["digest"],
        may_approve=Action.MINUTES_APPROVE in read.may and not approved,
        may_note=Action.SITTING_LEAD in read.may and not approved,
        version=found["version"],
        seats=tuple(call.slug for call in calls if any(not one.calls or call.id in one.calls for one in own)),
    )


def _call(about: CallView, number: int, items: Iterable[Deliberated], *, own: bool) -> SaidCall:
    told = [one for one in items if one.call == about.id or (own and one.call is None)]
    outcomes = {one.outcome for one in told} | {vote.outcome for one in told for vote in one.votes}
    names = {one: outcome_name(about.content, one) for one in sorted(outcomes) if one}
    return SaidCall(about.id, about.slug, about.content.call.title.fr, number, names)
