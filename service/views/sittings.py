"""Sittings of the committee, each as its reader may know it: an item that one is recused from is a number, no more."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

import msgspec

from forms import local_day
from forms.clocks import day_after
from forms.process import Rules
from service import clock
from service.domain import policy
from service.domain.actor import Actor
from service.domain.agenda import absences
from service.domain.policy import Action
from service.domain.sitting import CAPACITIES, VOTING, State, for_call
from service.store import sittings as kept
from service.store.database import Row, rows
from service.store.sittings import CALLS, SITS, Called, number_in, of_call
from service.views import agendas
from service.views.agendas import Item, Outcome, Taken
from service.views.calls import CallView, require_on_call
from service.views.readable_sittings import Readable, known, readable_sitting, state_of
from service.views.votes import VoteView, votes

__all__ = ["CAPACITIES", "Called", "Item", "Outcome", "SittingCall", "SittingView", "SittingsView", "Taken", "VoteView"]


class SittingLine(msgspec.Struct, frozen=True):
    """A sitting in a list. `state`: prepared, convened, begun, closed or cancelled; `called`: the reader is; `items`:
    how many, where they are fixed already. `shared`: slugs of the other calls that it is of; `managed`: by the reader,
    who is an officer of each."""

    id: UUID
    number: int
    state: State
    starts_at: datetime
    length: int
    place: str
    link: str
    called: bool
    items: int
    shared: tuple[str, ...] = ()
    managed: bool = False


class SittingCall(msgspec.Struct, frozen=True):
    """A call that a sitting is of, and its `number` there. On its items `voters` have a vote, of whom `needed` make the
    quorum. `part`: the reader has one in its committee; `decides`: they decide on its proposals. `taken`: what it has
    accepted of what it may, while that can change here."""

    id: UUID
    slug: str
    title: str
    number: int
    voters: int
    needed: int
    part: bool
    decides: bool
    taken: Taken | None = None


class SittingsView(msgspec.Struct, frozen=True):
    """The sittings of a call that the reader may know of, those to come first."""

    call: str
    call_title: str
    items: tuple[SittingLine, ...]
    may_manage: bool


class SittingView(msgspec.Struct, frozen=True):
    """A sitting. `calls`: those that it is of, its own first; `call`: the one by which it is read, with its `number`
    there. `items` in their order, `left_out` for another one; `goings`: how many times somebody goes out;
    `ordered` by hand; `voters` of whom `needed` make the quorum; `short`: convened now, its notice would be shorter
    than the rules have it. `second`: no quorum is asked. `capacity` of the reader, "" where they are not called;
    `seats`: the calls (slugs) for which they have a vote. `current`: the number of the item that is examined now;
    `outcomes`: what may be put to the vote. `notes` on it as a whole, for whoever leads."""

    id: UUID
    call: str
    call_title: str
    number: int
    state: State
    starts_at: datetime
    ends_at: datetime
    length: int
    place: str
    link: str
    version: int
    sequence: int
    convened_at: datetime | None
    urgency: str
    cancelled_at: datetime | None
    reason: str
    second: bool
    ordered: bool
    short: bool
    members: tuple[Called, ...]
    items: tuple[Item, ...]
    left_out: tuple[Item, ...]
    goings: int
    voters: int
    needed: int
    rules: Rules
    capacity: str
    may: tuple[Action, ...]
    current: int | None = None
    votes: tuple[VoteView, ...] = ()
    outcomes: tuple[Outcome, ...] = ()
    calls: tuple[SittingCall, ...] = ()
    notes: str = ""
    notes_version: int = 0
    seats: tuple[str, ...] = ()

    @property
    def titles(self) -> tuple[str, ...]:
        """Of its calls."""
        return tuple(one.title for one in self.calls)

    def title_of(self, slug: str) -> str:
        """Of the call of an item, where there are several; "" elsewhere."""
        return next((one.title for one in self.calls if one.slug == slug), "") if len(self.calls) > 1 else ""


_LINES = (
    f"SELECT s.id, {number_in('{}')} AS number, s.starts_at, s.length, s.place, s.link,"  # noqa: S608
    " s.convened_at, s.opened_at, s.closed_at,"
    " s.cancelled_at, EXISTS (SELECT FROM sitting_member m WHERE m.sitting = s.id AND m.account = {}"
    f"  AND {SITS}) AS called,"
    " (SELECT count(*) FROM sitting_item i WHERE i.sitting = s.id AND i.rank IS NOT NULL) AS items"
    f" , (SELECT jsonb_object_agg(k.slug, k.id) FROM call k WHERE k.id IN {CALLS}) AS calls"
    f" FROM sitting s WHERE {of_call('{}')} ORDER BY s.starts_at DESC, 2 DESC"
)


async def sittings(actor: Actor, slug: str) -> SittingsView:
    """Of a call. NotFound for whoever has no part in its committee."""
    about = await require_on_call(actor, slug, Action.SITTING_READ)
    now = clock.now()
    lines = await rows(_LINES, about.id, actor.account, about.id, about.id)
    found = [_line(actor, one, slug) for one in lines if known(actor, one, [about.id])]
    coming = sorted((one for one in found if one.starts_at >= now), key=lambda one: one.starts_at)
    return SittingsView(
        slug,
        about.content.call.title.fr,
        (*coming, *(one for one in found if one.starts_at < now)),
        Action.SITTING_MANAGE in about.may,
    )


def _line(actor: Actor, found: Row, slug: str) -> SittingLine:
    calls = msgspec.json.decode(found["calls"], type=dict[str, UUID])
    managed = all(policy.why_not_on_call(actor, Action.SITTING_MANAGE, one) is None for one in calls.values())
    plain = {name: found[name] for name in ("id", "number", "starts_at", "length", "place", "link", "called", "items")}
    shared = tuple(sorted(one for one in calls if one != slug))
    return SittingLine(state=state_of(found), shared=shared, managed=managed, **plain)


async def sitting(actor: Actor, sitting_id: UUID, slug: str = "", *, alone: bool = False) -> SittingView:
    """One of them, read by the call of that name, or by the first one in whose committee one has a part; `alone`:
    without the items of its other calls. NotFound."""
    read = await readable_sitting(actor, sitting_id, slug)
    found, about, may = read.row, read.about, read.may
    members = await kept.called(sitting_id)
    body = kept.as_members(members)
    order = await kept.agenda(found)
    recused = await kept.recused_of(order, [one for one in body if one.votes])
    out = await _left_out(found) if Action.SITTING_MANAGE in may else []
    known = await agendas.readable(actor, [*order, *out])
    who = {one.id: one.name for one in members}
    of = await kept.call_of([*order, *out])
    elsewhere = {one for one, call in of.items() if call in read.beyond}
    items = agendas.items(actor, order, known, recused, who, elsewhere=elsewhere)
    leads = Action.SITTING_LEAD in may
    items = await agendas.examined(found, items, body, recused, read.calls, leads=leads)
    if alone:
        items = tuple(item for item, one in zip(items, order, strict=True) if of.get(one) == about.id)
        out = [one for one in out if of[one] == about.id]
    readable = [one.proposal for one in items if one.proposal is not None]
    calls = tuple([await _call(actor, read, one, members) for one in read.calls if not alone or one is about])
    own = next(one for one in calls if one.id == about.id)
    voting = [one for one in body if one.votes and one.id == actor.account]
    plain = ("id", "starts_at", "length", "place", "link", "version", "sequence", "convened_at")
    return SittingView(
        **{name: found[name] for name in (*plain, "urgency", "cancelled_at", "reason", "ordered")},
        number=read.number,
        call=about.slug,
        call_title=about.content.call.title.fr,
        state=state_of(found),
        ends_at=found["starts_at"] + timedelta(minutes=found["length"]),
        second=found["second_of"] is not None,
        short=_short(found, read.calls[0]),
        members=members,
        items=items,
        left_out=tuple(one for one in agendas.items(actor, out, known, {}, who) if one.proposal is not None),
        goings=absences(order, recused),
        voters=own.voters,
        needed=own.needed,
        rules=read.rules,
        capacity=next((one.capacity for one in members if one.id == actor.account), ""),
        seats=tuple(one.slug for one in calls if for_call(voting, one.id)),
        may=tuple(sorted(one for one in may if one.startswith("sitting:"))),
        current=found["current"],
        votes=await votes(actor, sitting_id, readable, read.editions),
        outcomes=agendas.outcomes(read.calls, items),
        calls=calls,
        notes=found["notes"] if leads else "",
        notes_version=found["notes_version"],
    )


async def _call(actor: Actor, read: Readable, about: CallView, members: Iterable[Called]) -> SittingCall:
    voters = sum(one.capacity in VOTING for one in for_call(members, about.id))
    part, lasts = Action.SITTING_READ in about.may, state_of(read.row) in ("convened", "begun")
    again = read.row["second_of"] is not None and read.rules.second_sitting
    return SittingCall(
        id=about.id,
        slug=about.slug,
        title=about.content.call.title.fr,
        number=read.numbers[about.id],
        voters=voters,
        needed=0 if again else read.rules.needed(voters),
        part=part,
        decides=Action.SITTING_DECIDE in about.may,
        taken=await agendas.taken(actor, about) if part and lasts else None,
    )


async def _left_out(found: Row) -> list[UUID]:
    """What was left for another sitting and waits for one still, as long as it can be put on the agenda again."""
    out = await kept.left_out(found["id"])
    ahead = state_of(found) in ("prepared", "convened") and out
    return [one for one in await kept.candidates(found) if one in out] if ahead else sorted(out)


async def version(actor: Actor, sitting_id: UUID) -> int:
    """The present version of a sitting. NotFound."""
    number: int = (await readable_sitting(actor, sitting_id)).row["version"]
    return number


def _short(found: Row, about: CallView) -> bool:
    process = about.content.process
    earliest = day_after(clock.now(), process.committee.notice, process.calendar)
    return earliest > local_day(found["starts_at"])
