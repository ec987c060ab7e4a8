"""Who may be called to sittings, what one may recuse oneself from, and a sitting as an event for calendars."""

from uuid import UUID

import msgspec

from service.domain.actor import Actor, Role
from service.domain.invites import calendar
from service.domain.policy import Action
from service.domain.sitting import OPEN_TO, Capacity
from service.notify.sittings import event_of
from service.problems import NotFound
from service.settings import Settings
from service.store.database import Row, row, rows
from service.views.calls import call, require_on_call
from service.views.readable_sittings import readable_sitting
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


async def persons(actor: Actor, *slugs: str) -> tuple[Person, ...]:
    """Who may be called to sittings of these calls together, by name; for whoever is an officer of each."""
    calls = [(await require_on_call(actor, one, Action.SITTING_MANAGE)).id for one in slugs]
    found = await rows(
        "SELECT a.id, a.name, array_agg(DISTINCT r.role) AS roles, count(*) FILTER (WHERE r.role = 'chair') AS chairs"
        " FROM role r JOIN account a ON a.id = r.account AND a.disabled_at IS NULL"
        " WHERE r.call = ANY({}) AND r.role IN ('chair', 'committee', 'officer', 'authority')"
        " GROUP BY a.id ORDER BY a.name, a.id",
        calls,
    )
    return tuple(Person(line["id"], line["name"], _capacities(line, len(calls))) for line in found)


def _capacities(line: Row, calls: int) -> tuple[Capacity, ...]:
    """In which somebody may be called: in the chair who chairs the committee of every call."""
    found = (one for one, roles in OPEN_TO.items() if set(roles) & set(line["roles"]))
    return tuple(one for one in found if one != "chair" or line["chairs"] == calls)


class OtherCall(msgspec.Struct, frozen=True):
    """A call whose proposals may be on the agenda of another one's sitting."""

    slug: str
    title: str


async def others(actor: Actor, slug: str) -> tuple[OtherCall, ...]:
    """The calls with a committee that a sitting of this one may also be of, by title: those whose sittings the reader
    prepares too."""
    found = await rows("SELECT slug FROM call WHERE id = ANY({}) AND slug <> {}", list(actor.calls(Role.OFFICER)), slug)
    calls = [await call(actor, line["slug"]) for line in found]
    fitting = (
        one
        for one in calls
        if Action.SITTING_MANAGE in one.may and any(stage.kind == "committee" for stage in one.content.process.stages)
    )
    return tuple(sorted((OtherCall(one.slug, one.content.call.title.fr) for one in fitting), key=lambda one: one.title))


async def event(actor: Actor, sitting_id: UUID, settings: Settings) -> str:
    """A convened sitting as a calendar file. NotFound before it is convened."""
    read = await readable_sitting(actor, sitting_id)
    if read.row["convened_at"] is None:
        raise NotFound
    titles = [one.content.call.title.fr for one in read.calls]
    found = read.row | {"slug": read.calls[0].slug}
    return calendar(event_of(settings, found, titles, actor.email, over=found["cancelled_at"] is not None))
