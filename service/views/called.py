"""Who may be called to sittings, what one may recuse oneself from, and a sitting as an event for calendars."""

from uuid import UUID

import msgspec

from service.domain.actor import Actor
from service.domain.invites import calendar
from service.domain.policy import Action
from service.domain.sitting import OPEN_TO, Capacity
from service.notify.sittings import event_of
from service.problems import NotFound
from service.settings import Settings
from service.store.database import row, rows
from service.views.calls import require_on_call
from service.views.sittings import readable_sitting
from service.views.visible import visible


class Person(msgspec.Struct, frozen=True):
    """Who may be called to sittings of a call, and in which capacities."""

    id: UUID
    name: str
    capacities: tuple[Capacity, ...]


class Recusable(msgspec.Struct, frozen=True):
    """A proposal that the reader may say to have an interest in. `votes`: they would vote on it, or else decide."""

    id: UUID
    call: str
    call_title: str
    reference: str
    title: str
    votes: bool


async def recusable(actor: Actor, slug: str, proposal_id: UUID) -> Recusable:
    """One that the committee examines, for its members and the authority. NotFound."""
    about = await require_on_call(actor, slug, Action.SITTING_READ)
    may, args = visible(actor, Action.RECUSAL_DECLARE)
    voting, more = visible(actor, Action.BALLOT_CAST)
    found = await row(
        f"SELECT p.id, coalesce(p.reference, '') AS reference, p.title, {voting} AS votes FROM proposal p"  # noqa: S608
        f" WHERE p.id = {{}} AND p.call = {{}} AND {may}",
        *(*more, proposal_id, about.id, *args),
    )
    if found is None:
        raise NotFound
    return Recusable(call=slug, call_title=about.content.call.title.fr, **found)


async def persons(actor: Actor, slug: str) -> tuple[Person, ...]:
    """Who may be called to sittings of a call, by name; for its officers."""
    about = await require_on_call(actor, slug, Action.SITTING_MANAGE)
    found = await rows(
        "SELECT a.id, a.name, array_agg(r.role) AS roles FROM role r JOIN account a ON a.id = r.account"
        " AND a.disabled_at IS NULL WHERE r.call = {} AND r.role IN ('chair', 'committee', 'officer', 'authority')"
        " GROUP BY a.id ORDER BY a.name, a.id",
        about.id,
    )
    return tuple(
        Person(
            line["id"], line["name"], tuple(one for one, roles in OPEN_TO.items() if set(roles) & set(line["roles"]))
        )
        for line in found
    )


async def event(actor: Actor, sitting_id: UUID, settings: Settings) -> str:
    """A convened sitting as a calendar file. NotFound before it is convened."""
    found, about = await readable_sitting(actor, sitting_id)
    if found["convened_at"] is None:
        raise NotFound
    told = event_of(settings, found, about.content.call.title.fr, actor.email, over=found["cancelled_at"] is not None)
    return calendar(told)
