"""Sittings of the committee, each as its reader may know it: an item that one is recused from is a number, no more."""

from datetime import datetime, timedelta
from uuid import UUID

import msgspec

from forms import local_day
from forms.clocks import day_after
from forms.process import Rules
from service import clock
from service.domain import policy
from service.domain.actor import Actor, Role
from service.domain.agenda import absences
from service.domain.policy import Action
from service.domain.sitting import CAPACITIES, VOTING, Member, State, state
from service.problems import NotFound
from service.store import sittings as kept
from service.store.database import Row, row, rows
from service.store.sittings import SITS, Called
from service.views import agendas
from service.views.agendas import Item, Outcome, Taken
from service.views.calls import CallView, require_on_call
from service.views.votes import VoteView, votes

__all__ = ["CAPACITIES", "Called", "Item", "Outcome", "SittingView", "SittingsView", "Taken", "VoteView"]


class SittingLine(msgspec.Struct, frozen=True):
    """A sitting in a list. `state`: prepared, convened, begun, closed or cancelled; `called`: the reader is; `items`:
    how many, where they are fixed already."""

    id: UUID
    number: int
    state: State
    starts_at: datetime
    length: int
    place: str
    link: str
    called: bool
    items: int


class SittingsView(msgspec.Struct, frozen=True):
    """The sittings of a call that the reader may know of, those to come first."""

    call: str
    call_title: str
    items: tuple[SittingLine, ...]
    may_manage: bool


class SittingView(msgspec.Struct, frozen=True):
    """A sitting. `items` in their order, `left_out` for another one; `goings`: how many times somebody goes out;
    `ordered` by hand; `voters` of whom `needed` make the quorum; `short`: convened now, its notice would be shorter
    than the rules have it. `second`: no quorum is asked. `capacity` of the reader, "" where they are not called.
    `current`: the number of the item that is examined now; `outcomes`: what may be put to the vote;
    `taken`: what the call has accepted of what it may, while that can change here. `notes` on it as a whole, for
    whoever leads."""

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
    taken: Taken | None = None
    notes: str = ""
    notes_version: int = 0


_PREPARING = (Role.OFFICER, Role.CHAIR)
_LINES = (
    "SELECT s.id, s.number, s.starts_at, s.length, s.place, s.link, s.convened_at, s.opened_at, s.closed_at,"  # noqa: S608
    " s.cancelled_at, EXISTS (SELECT FROM sitting_member m WHERE m.sitting = s.id AND m.account = {}"
    f"  AND {SITS}) AS called,"
    " (SELECT count(*) FROM sitting_item i WHERE i.sitting = s.id AND i.rank IS NOT NULL) AS items"
    " FROM sitting s WHERE s.call = {} ORDER BY s.starts_at DESC, s.number DESC"
)


async def sittings(actor: Actor, slug: str) -> SittingsView:
    """Of a call. NotFound for whoever has no part in its committee."""
    about = await require_on_call(actor, slug, Action.SITTING_READ)
    now = clock.now()
    found = [_line(one) for one in await rows(_LINES, actor.account, about.id) if _known(actor, one, about.id)]
    coming = sorted((one for one in found if one.starts_at >= now), key=lambda one: one.starts_at)
    return SittingsView(
        slug,
        about.content.call.title.fr,
        (*coming, *(one for one in found if one.starts_at < now)),
        Action.SITTING_MANAGE in about.may,
    )


def _line(found: Row) -> SittingLine:
    plain = {name: found[name] for name in ("id", "number", "starts_at", "length", "place", "link", "called", "items")}
    return SittingLine(state=_state(found), **plain)


def _state(found: Row) -> State:
    return state(found["convened_at"], found["opened_at"], found["closed_at"], found["cancelled_at"])


def _known(actor: Actor, found: Row, call: UUID) -> bool:
    """What is still being prepared is known to whoever prepares it, the chair, and auditors."""
    return (
        found["convened_at"] is not None or actor.has(Role.AUDITOR) or any(actor.has(one, call) for one in _PREPARING)
    )


async def readable_sitting(actor: Actor, sitting_id: UUID) -> tuple[Row, CallView]:
    """Its row and its call. NotFound for whoever may not know of it."""
    found = await row("SELECT s.*, c.slug FROM sitting s JOIN call c ON c.id = s.call WHERE s.id = {}", sitting_id)
    if found is None or policy.why_not_on_call(actor, Action.SITTING_READ, found["call"]) is not None:
        raise NotFound
    if not _known(actor, found, found["call"]):
        raise NotFound
    return found, await require_on_call(actor, found["slug"], Action.SITTING_READ)


async def sitting(actor: Actor, sitting_id: UUID) -> SittingView:
    """One of them. NotFound."""
    found, about = await readable_sitting(actor, sitting_id)
    rules = about.content.process.committee
    members = await kept.called(sitting_id)
    body = tuple(Member(one.id, one.capacity, one.presence, one.holder_id) for one in members)
    order = await kept.agenda(found)
    recused = await kept.recusals(order, [one.id for one in body if one.votes])
    manages = Action.SITTING_MANAGE in about.may
    out = await _left_out(found) if manages else []
    known = await agendas.readable(actor, [*order, *out])
    who = {one.id: one.name for one in members}
    items = agendas.items(actor, order, known, recused, who)
    items = await agendas.examined(found, items, body, recused, about)
    readable = [one.proposal for one in items if one.proposal is not None]
    voters = sum(one.capacity in VOTING for one in members)
    plain = ("id", "number", "starts_at", "length", "place", "link", "version", "sequence", "convened_at")
    return SittingView(
        **{name: found[name] for name in (*plain, "urgency", "cancelled_at", "reason", "ordered")},
        call=found["slug"],
        call_title=about.content.call.title.fr,
        state=_state(found),
        ends_at=found["starts_at"] + timedelta(minutes=found["length"]),
        second=found["second_of"] is not None,
        short=_short(found, about),
        members=members,
        items=items,
        left_out=tuple(one for one in agendas.items(actor, out, known, {}, who) if one.proposal is not None),
        goings=absences(order, recused),
        voters=voters,
        needed=0 if found["second_of"] is not None and rules.second_sitting else rules.needed(voters),
        rules=rules,
        capacity=next((one.capacity for one in members if one.id == actor.account), ""),
        may=tuple(sorted(one for one in about.may if one.startswith("sitting:"))),
        current=found["current"],
        votes=await votes(actor, sitting_id, readable, about.content),
        outcomes=agendas.outcomes(about, items),
        taken=await agendas.taken(actor, about) if _state(found) in ("convened", "begun") else None,
        notes=found["notes"] if Action.SITTING_LEAD in about.may else "",
        notes_version=found["notes_version"],
    )


async def _left_out(found: Row) -> list[UUID]:
    """What was left for another sitting and waits for one still, as long as it can be put on the agenda again."""
    out = await kept.left_out(found["id"])
    ahead = _state(found) in ("prepared", "convened") and out
    return [one for one in await kept.candidates(found) if one in out] if ahead else sorted(out)


async def version(actor: Actor, sitting_id: UUID) -> int:
    """The present version of a sitting. NotFound."""
    found, _ = await readable_sitting(actor, sitting_id)
    number: int = found["version"]
    return number


def _short(found: Row, about: CallView) -> bool:
    process = about.content.process
    earliest = day_after(clock.now(), process.committee.notice, process.calendar)
    return earliest > local_day(found["starts_at"])
