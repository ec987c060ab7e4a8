"""Sittings of the committee, each as its reader may know it: an item that one is recused from is a number, no more."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any
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
from service.domain.sitting import CAPACITIES, VOTING, Member, State, standing, state
from service.problems import NotFound
from service.store import sittings as kept
from service.store.database import Row, row, rows
from service.store.sittings import SITS, Called
from service.views.calls import CallView, require_on_call
from service.views.opinions import outcome_name
from service.views.visible import visible
from service.views.votes import VoteView, votes

__all__ = ["CAPACITIES", "Called", "SittingView", "SittingsView", "VoteView"]


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


class Item(msgspec.Struct, frozen=True):
    """An item of the agenda, by its number. `proposal`: None where the reader may not know which; `recused`: the reader
    takes no part in it; `away`: names of those called who take none. `present`: votes on it, by who is there now;
    `met`: they make the quorum. `opinion`: retained, not_retained, postponed, "" while there is none, on the outcome
    named, by the `figures` of a vote. `apart`: a member wants it examined by itself; `lacked`: it was left for want of
    quorum. `notes` for whoever leads."""

    number: int
    proposal: UUID | None
    reference: str
    title: str
    organisation: str
    phase: str
    recused: bool
    away: tuple[str, ...]
    present: int = 0
    met: bool = False
    opinion: str = ""
    outcome_name: str = ""
    figures: dict[str, Any] | None = None
    apart: bool = False
    lacked: bool = False
    notes: str = ""
    notes_version: int = 0


class SittingView(msgspec.Struct, frozen=True):
    """A sitting. `items` in their order, `left_out` for another one; `goings`: how many times somebody goes out;
    `ordered` by hand; `voters` of whom `needed` make the quorum; `short`: convened now, its notice would be shorter
    than the rules have it. `second`: no quorum is asked. `capacity` of the reader, "" where they are not called.
    `current`: the number of the item that is examined now; `outcomes`: id and name of what may be put to the vote."""

    id: UUID
    call: str
    call_title: str
    number: int
    round: int
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
    outcomes: tuple[tuple[str, str], ...] = ()


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
    out = sorted(await kept.left_out(sitting_id)) if manages else []
    known = await _proposals(actor, [*order, *out])
    who = {one.id: one.name for one in members}
    items = _items(actor, order, known, recused, who)
    items = await _examined(found, items, body, recused, about)
    readable = [one.proposal for one in items if one.proposal is not None]
    voters = sum(one.capacity in VOTING for one in members)
    plain = ("id", "number", "round", "starts_at", "length", "place", "link", "version", "sequence", "convened_at")
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
        left_out=tuple(one for one in _items(actor, out, known, {}, who) if one.proposal is not None),
        goings=absences(order, recused),
        voters=voters,
        needed=0 if found["second_of"] is not None and rules.second_sitting else rules.needed(voters),
        rules=rules,
        capacity=next((one.capacity for one in members if one.id == actor.account), ""),
        may=tuple(sorted(one for one in about.may if one.startswith("sitting:"))),
        current=found["current"],
        votes=await votes(actor, sitting_id, readable, about.content),
        outcomes=tuple(
            (one.id, one.name.fr)
            for stage in about.content.process.committees(found["round"])
            for one in stage.outcomes
        ),
    )


async def _examined(
    found: Row,
    items: tuple[Item, ...],
    called: tuple[Member, ...],
    recused: dict[UUID, frozenset[UUID]],
    about: CallView,
) -> tuple[Item, ...]:
    """The items that the reader may read, with what the committee made of them so far."""
    rules, leads = about.content.process.committee, Action.SITTING_LEAD in about.may
    lines = {one["proposal"]: one for one in await rows("SELECT * FROM sitting_item WHERE sitting = {}", found["id"])}
    told = []
    for one in items:
        if one.proposal is None:
            told.append(one)
            continue
        stands = standing(rules, called, recused.get(one.proposal, frozenset()), second=found["second_of"] is not None)
        more: dict[str, Any] = {"present": len(stands.voters), "met": stands.met}
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


async def version(actor: Actor, sitting_id: UUID) -> int:
    """The present version of a sitting. NotFound."""
    found, _ = await readable_sitting(actor, sitting_id)
    number: int = found["version"]
    return number


def _short(found: Row, about: CallView) -> bool:
    process = about.content.process
    earliest = day_after(clock.now(), process.committee.notice, process.calendar)
    return earliest > local_day(found["starts_at"])


async def _proposals(actor: Actor, ids: list[UUID]) -> dict[UUID, dict[str, Any]]:
    """Those of these that the reader may read."""
    may, args = visible(actor, Action.DECISION_READ_PENDING)  # an auditor’s own proposal is none of these
    found = await rows(
        f"SELECT p.id, coalesce(p.reference, '') AS reference, p.title, p.organisation, p.phase FROM proposal p"  # noqa: S608
        f" WHERE p.id = ANY({{}}) AND {may}",
        *(ids, *args),
    )
    return {line.pop("id"): line for line in found}


def _items(
    actor: Actor,
    order: Iterable[UUID],
    known: dict[UUID, dict[str, Any]],
    recused: dict[UUID, frozenset[UUID]],
    who: dict[UUID, str],
) -> tuple[Item, ...]:
    found = []
    for number, one in enumerate(order, 1):
        out = recused.get(one, frozenset())
        if one not in known:
            found.append(Item(number, None, "", "", "", "", recused=actor.account in out, away=()))
            continue
        away = tuple(sorted(who[account] for account in out if account in who))
        found.append(Item(number, one, **known[one], recused=actor.account in out, away=away))
    return tuple(found)
