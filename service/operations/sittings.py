"""Sittings of the committee, before they begin: opened, changed, put in order, convened, cancelled.

Locks are taken in this order: calls (by id), sitting, proposals (by id), experts (by id).
"""

import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

import forms
from forms import FieldError
from forms.clocks import day_after
from service.domain import policy
from service.domain.actor import PROCESS, Actor
from service.domain.policy import Action
from service.notify.mails import Mail
from service.operations import seating
from service.operations.acting import operation
from service.operations.calling import (
    HeldSitting,
    held_by_call,
    held_calls,
    held_sitting,
    tell_members,
)
from service.operations.further import calls_wanted, change_calls, further_calls, next_number, require_open_to, share
from service.operations.holding import call_named, refuse
from service.operations.seating import Seat, SittingContent, committee, require_convenable
from service.operations.wording import require, whole
from service.problems import Conflict, Invalid, Stale
from service.store import journal, sittings
from service.store.database import Row, execute, rows
from service.store.ids import uuid7

LONGEST_REASON = 2000
EMPTY = "Aucune candidature n’attend cette séance : l’ordre du jour est vide."


class KeptSitting(msgspec.Struct, frozen=True):
    """A sitting as it is kept. `version`: to send with a later change (If-Match); `sequence` of its calendar event."""

    id: UUID
    number: int
    version: int
    sequence: int


class AgendaContent(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The proposals in the order in which they are examined, and those left for another sitting. Both empty: in the
    order that lets recused members go out least."""

    items: tuple[UUID, ...] = ()
    left_out: tuple[UUID, ...] = ()


class Convening(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`urgency`: why it is convened with a shorter notice than the rules of procedure have it."""

    urgency: str = ""


class Cancelling(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Why it does not take place: its members are told."""

    reason: str


@operation
async def open_sitting(actor: Actor, slug: str, content: SittingContent, *, now: datetime) -> KeptSitting:
    """Prepare a sitting, of one call or of several, or the second one of another (R133-10), of the same calls, on what
    that one left for want of quorum; nobody is told before it is convened. Raises Invalid, NotFound; Forbidden by
    whoever may not prepare those of each call; Conflict where the rules know no second sitting, the first is
    not over, or nothing of it waits for one."""
    second_of, own = content.second_of, (await call_named(slug))["id"]
    refuse(policy.why_not_on_call(actor, Action.SITTING_MANAGE, own))
    if second_of is None:
        further = await further_calls(actor, own, content.further or ())
        locked = await held_calls((own, *further))
        return await open_in(actor, locked[own], content, now, further)
    _, *others = await sittings.calls_of(second_of) or (own,)
    for one in others:
        refuse(policy.why_not_on_call(actor, Action.SITTING_MANAGE, one))
    call = (await held_calls((own, *others)))[own]
    first = await held_by_call(actor, call, second_of, now)
    if first.calls != (own, *others):
        raise Stale(first.line["version"])
    if not first.rules.second_sitting or first.line["closed_at"] is None:
        raise Conflict("Cette séance ne peut pas être convoquée une seconde fois.", code="no_second_sitting")
    kept = await open_in(actor, call, content, now, others)
    second = await held_by_call(actor, call, kept.id, now)
    waiting = set(await sittings.candidates(second.line))
    left = tuple(one for one in await sittings.agenda(first.line) if one in waiting)
    if not left:
        said = "Aucune candidature de cette séance n’a manqué de quorum et n’attend encore : elle n’est pas convoquée"
        raise Conflict(f"{said} une seconde fois.", code="no_second_sitting")
    await _place(kept.id, left, ())
    return kept


async def open_in(
    actor: Actor, call: Row, content: SittingContent, now: datetime, further: Sequence[UUID] = ()
) -> KeptSitting:
    """A sitting of a call, and of further ones, all locked, in the caller's transaction."""
    checked = await seating.checked((call["id"], *further), content, now)
    sitting, number = uuid7(now), await next_number(call["id"])
    await execute(
        "INSERT INTO sitting (id, call, number, starts_at, length, place, link, second_of, author, created_at, salt)"
        " VALUES ({}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {})",
        *(sitting, call["id"], number, checked.starts_at, checked.length, checked.place, checked.link),
        *(content.second_of, actor.account, now, secrets.token_bytes(16)),
    )
    await share(sitting, further)
    await seating.seat(sitting, checked.members)
    about = {"call": call["id"], "number": number, "starts_at": checked.starts_at, "members": _told(checked.members)}
    if further:
        about["further"] = list(further)
    await journal.append(f"sitting:{sitting}", "sitting_opened", actor, now, about)
    for one in (call["id"], *further):
        await journal.append(f"call:{one}", "sitting_opened", actor, now, {"sitting": sitting})
    return KeptSitting(sitting, number, 1, 0)


@operation
async def change_sitting(
    actor: Actor, sitting_id: UUID, content: SittingContent, version: int, *, now: datetime
) -> KeptSitting:
    """Another date, place or members, or other further calls. Once it is convened, whoever is called is told, and
    whoever no longer is; and another date, or another member, needs the notice of the rules again, or an urgency.
    Raises Invalid, NotFound, Stale, Forbidden; Conflict once it has begun or was cancelled, and for other calls of one
    that is convened or is the second one of another."""
    calls = await calls_wanted(actor, sitting_id, content.further)
    sitting = await held_sitting(actor, sitting_id, Action.SITTING_MANAGE, now, version, beside=calls)
    sitting.require_ahead()
    require_open_to(sitting, calls)
    checked = await seating.checked(calls, content, now)
    before, after = {one.id for one in await sittings.members(sitting_id)}, {one.account for one in checked.members}
    columns: dict[str, Any] = {name: getattr(checked, name) for name in ("starts_at", "length", "place", "link")}
    urgency = ""
    if sitting.convened:
        require_convenable(checked)
        if checked.starts_at != sitting.line["starts_at"] or after - before:
            urgency = whole("urgency", checked.urgency, LONGEST_REASON)
            require(_notice_faults(sitting, checked.starts_at, urgency), "La séance est à corriger.")
    if urgency:
        columns["urgency"] = "\n".join(filter(None, (sitting.line["urgency"], urgency)))
    await sitting.change(**columns)
    about: dict[str, object] = await change_calls(sitting, calls)
    await seating.seat(sitting_id, checked.members)
    about |= {"starts_at": checked.starts_at, "length": checked.length, "members": _told(checked.members)}
    if urgency:
        about["urgency"] = sitting.digest(urgency)
    await sitting.append("sitting_changed", **about)
    if sitting.convened:
        await sitting.note_date()
        await tell_members(sitting, Mail.SITTING_CHANGED, after & before)
        await tell_members(sitting, Mail.SITTING_CONVENED, after - before)
        await tell_members(sitting, Mail.SITTING_CANCELLED, before - after)
    return sitting.kept(KeptSitting)


@operation
async def order_agenda(
    actor: Actor, sitting_id: UUID, content: AgendaContent, version: int, *, now: datetime
) -> KeptSitting:
    """Put the agenda in order by hand, leave items for another sitting, or go back to the order of the rules. What is
    named by neither follows, in the order of the rules. Once it is convened, members are told of what changed.
    Raises Invalid for a proposal that does not wait for this sitting, NotFound, Stale, Conflict."""
    sitting = await held_sitting(actor, sitting_id, Action.SITTING_MANAGE, now, version)
    sitting.require_ahead()
    if sitting.line["second_of"] is not None:
        raise Conflict("L’ordre du jour d’une seconde convocation est celui de la première.", code="same_agenda")
    before = await sittings.agenda(sitting.line)
    waiting = await sittings.candidates(sitting.line)
    unknown = {*content.items, *content.left_out} - set(waiting)
    if unknown or len({*content.items, *content.left_out}) < len(content.items) + len(content.left_out):
        said = "L’ordre du jour nomme une candidature deux fois, ou qui n’attend pas cette séance."
        raise Invalid(
            [FieldError("items", "unknown_item", said, "Named twice, or not waiting for this sitting.")], said
        )
    rest = [one for one in waiting if one not in {*content.items, *content.left_out}]
    if sitting.convened:
        # What came to the committee since then is on it where it is named, and nothing else.
        rest = [one for one in rest if one in before]
    items = (*content.items, *await sittings.in_order(rest, await sittings.members(sitting_id)))
    await _place(sitting_id, items if content.items or sitting.convened else (), content.left_out)
    by_hand = bool(content.items)
    if sitting.convened and items == before:
        await sitting.change(quiet=True, ordered=by_hand)
    else:
        await sitting.change(ordered=by_hand)
    await sitting.append("agenda_ordered", items=items, left_out=content.left_out, by_hand=by_hand)
    if sitting.convened and items != before:
        await tell_members(sitting, Mail.SITTING_CHANGED)
    return sitting.kept(KeptSitting)


@operation
async def convene_sitting(
    actor: Actor, sitting_id: UUID, content: Convening, version: int, *, now: datetime
) -> KeptSitting:
    """Call the members: each gets the convocation with the agenda's address and an event for their calendar; the
    agenda stays as it is then. Raises Invalid where something is missing, its time has come, or the notice is shorter
    than the rules have it and no urgency is told (R133-8); NotFound, Stale, Conflict."""
    sitting = await held_sitting(actor, sitting_id, Action.SITTING_MANAGE, now, version)
    sitting.require_ahead()
    if sitting.convened:
        raise Conflict("Cette séance est déjà convoquée.", code="convened")
    line, members = sitting.line, await sittings.members(sitting_id)
    require_convenable(
        SittingContent(
            line["starts_at"],
            line["length"],
            line["place"],
            line["link"],
            # Whoever has lost their part in one of its calls presides over none of them.
            tuple(Seat(m.id, m.capacity) for m in members if m.capacity != "chair" or {*m.calls} == {*sitting.calls}),
        )
    )
    items = await sittings.agenda(line)
    urgency = whole("urgency", content.urgency, LONGEST_REASON)
    faults = [] if items else [FieldError("items", "empty", EMPTY, "Nothing is on the agenda.")]
    require([*faults, *_notice_faults(sitting, line["starts_at"], urgency)], "La séance ne peut pas être convoquée.")
    out = await sittings.left_out(sitting_id)
    await _place(sitting_id, items, tuple(out))
    await sitting.change(quiet=True, convened_at=now, urgency=urgency)
    told = [{"account": one.id, "capacity": one.capacity} for one in members]
    await sitting.append("sitting_convened", members=told, items=items, urgency=sitting.digest(urgency))
    await sitting.note_date()
    await tell_members(sitting, Mail.SITTING_CONVENED)
    return sitting.kept(KeptSitting)


@operation
async def cancel_sitting(actor: Actor, sitting_id: UUID, content: Cancelling, *, now: datetime) -> KeptSitting:
    """It does not take place: what was on its agenda waits for another one. Repeating it changes nothing. Raises
    Invalid without a reason once it was convened, NotFound; Conflict once it has begun."""
    sitting = await held_sitting(actor, sitting_id, Action.SITTING_MANAGE, now)
    if sitting.line["cancelled_at"] is not None:
        return sitting.kept(KeptSitting)
    sitting.require_ahead()
    reason = whole("reason", content.reason, LONGEST_REASON)
    if sitting.convened and not reason:
        said = "Dites pourquoi la séance est annulée : ses membres le liront."
        raise Invalid([FieldError("reason", "required", said, "Say why.")], said)
    await sitting.change(cancelled_at=now, reason=reason)
    await sitting.append("sitting_cancelled", reason=sitting.digest(reason))
    await sitting.note_date()
    if sitting.convened:
        await tell_members(sitting, Mail.SITTING_CANCELLED)
    return sitting.kept(KeptSitting)


async def open_by_itself(call: Row, starts_at: datetime, length: int, now: datetime) -> UUID | None:
    """A sitting that the call prepares; None where somebody has prepared one for that day, or there is no committee."""
    planned = await rows(
        "SELECT s.starts_at FROM sitting s WHERE s.cancelled_at IS NULL"  # noqa: S608  our words
        f" AND {sittings.of_call('{}')}",
        *(call["id"], call["id"]),
    )
    if forms.local_day(starts_at) in {forms.local_day(line["starts_at"]) for line in planned} or starts_at <= now:
        return None
    if not await committee((call["id"],)):
        return None
    return (await open_in(PROCESS, call, SittingContent(starts_at, length), now)).id


async def _place(sitting: UUID, items: tuple[UUID, ...], left_out: tuple[UUID, ...]) -> None:
    """The agenda is these, in this order; what was said of one that stays, as that it be examined apart, stays."""
    named = [*items, *left_out]
    await execute("DELETE FROM sitting_item WHERE sitting = {} AND proposal <> ALL({})", sitting, named)
    await execute(
        "INSERT INTO sitting_item (sitting, proposal, rank) SELECT {}, u.proposal, u.rank"
        " FROM unnest({}::uuid[], {}::integer[]) AS u (proposal, rank)"
        " ON CONFLICT (sitting, proposal) DO UPDATE SET rank = excluded.rank",
        *(sitting, named, [*range(1, len(items) + 1), *(None for _ in left_out)]),
    )


def _told(seats: tuple[Seat, ...]) -> list[dict[str, object]]:
    return [{"account": one.account, "capacity": one.capacity} for one in seats]


def _notice_faults(sitting: HeldSitting, starts_at: datetime, urgency: str) -> list[FieldError]:
    """Why a sitting that begins then cannot be told to its members now."""
    if starts_at <= sitting.now:
        return [FieldError("starts_at", "past", "Donnez une date et une heure à venir.", "A time to come.")]
    earliest = day_after(sitting.now, sitting.rules.notice, sitting.edition.process.calendar)
    if earliest <= forms.local_day(starts_at) or urgency:
        return []
    said = "Le délai de convocation n’est pas respecté : dites quelle urgence le justifie, ou changez la date."
    return [FieldError("urgency", "short_notice", said, "The notice is too short: say why it is urgent.")]
