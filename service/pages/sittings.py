"""Pages of the committee's sittings: an officer prepares and convenes them, members read what they are called to."""

from collections.abc import Iterable, Iterator
from typing import Any
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.params import FromPath

from forms import FieldError
from service import clock
from service.domain.actor import Actor
from service.domain.policy import Action, Phase
from service.doors.people import AnyRequest, actor_of
from service.notify.samples import convocation_sample
from service.operations import sittings
from service.operations.seating import Seat, SittingContent
from service.operations.sittings import AgendaContent, Cancelling, Convening
from service.pages.door import faults, once, sent_form, sentences, status_of
from service.pages.french import PARIS
from service.pages.inputs import Inputs, uuids, version_of
from service.pages.meeting import first_of
from service.pages.moments import read_moment
from service.pages.render import page, see
from service.problems import Conflict, Invalid, NotFound, Problem, Stale
from service.views import called, calls
from service.views import sittings as views
from service.views.called import Person
from service.views.sittings import Item, SittingView

Answer = Response[Any]
LABELS = {
    "until": "Jour",
    "heure": "Heure",
    "starts_at": "Date",
    "length": "Durée",
    "place": "Lieu",
    "link": "Visioconférence",
    "members": "Membres convoqués",
    "items": "Ordre du jour",
    "urgency": "Urgence",
    "reason": "Motif",
    "further": "Appels de la séance",
}
LONGEST_NUMBER = 4  # digits of a rank, or of minutes
STALE = (
    "La séance a été modifiée entre-temps. Rien n’est enregistré : vos choix sont encore là, vérifiez-les et"
    " enregistrez à nouveau."
)


def _content(sent: Inputs, persons: tuple[Person, ...], further: tuple[str, ...] | None) -> SittingContent:
    """What the form says, with these further calls. Raises Invalid for a day, an hour or a length that is none."""
    starts_at, errors = read_moment(sent)
    if not sent.one("heure").strip():
        errors.append(FieldError("heure", "required", "Indiquez l’heure, par exemple 14:00.", "Give the time."))
    length = sent.one("length").strip()
    if not (length.isascii() and length.isdecimal() and len(length) <= LONGEST_NUMBER):
        errors.append(FieldError("length", "required", "Indiquez la durée en minutes.", "Give the length in minutes."))
    if errors or starts_at is None:
        raise Invalid(errors)
    said = [(one.id, sent.one(f"siege-{one.id}")) for one in persons]
    seats = tuple(
        Seat(account, capacity) for account, chosen in said for capacity in views.CAPACITIES if chosen == capacity
    )
    if not seats:
        raise Invalid([FieldError("members", "required", "Indiquez qui est convoqué.", "Say who is called.")])
    second = next(iter(uuids([sent.one("second")])), None)
    plain = (sent.one("place"), sent.one("link"))
    return SittingContent(starts_at, int(length), *plain, seats, second, sent.one("urgency"), further)


def _further(sent: Inputs, present: tuple[str, ...] = ()) -> tuple[str, ...] | None:
    """The further calls that the form names, those that there are already in their order; None where it asked for
    none."""
    if "appels" not in sent.values:
        return None
    ticked = tuple(dict.fromkeys(one for one in sent.all("appels") if one))
    return (*(one for one in present if one in ticked), *(one for one in ticked if one not in present))


async def _called(actor: Actor, slugs: tuple[str, ...], sent: Inputs) -> tuple[tuple[Person, ...], Inputs]:
    """Who may be called to a sitting of these calls; and what was sent, with a seat for whoever its page did not show:
    the committee of a call that is added is called too."""
    persons = await called.persons(actor, *slugs)
    pairs = [(name, value) for name, values in sent.values.items() for value in values]
    chaired = any(value == "chair" for name, value in pairs if name.startswith("siege-"))
    new = [one for one in persons if f"siege-{one.id}" not in sent.values]
    return persons, Inputs([*pairs, *_seats(new, chaired=chaired)])


def _seats(persons: Iterable[Person], *, chaired: bool = False) -> Iterator[tuple[str, str]]:
    """Everybody in the first capacity open to them, one of them in the chair; nobody as an observer."""
    for one in persons:
        capacity = next((c for c in one.capacities if c != "observer" and (c != "chair" or not chaired)), "")
        chaired = chaired or capacity == "chair"
        yield f"siege-{one.id}", capacity


def _of(found: SittingView) -> Inputs:
    """A sitting as its form shows it."""
    starts = found.starts_at.astimezone(PARIS)
    return Inputs(
        [
            *(("jour", f"{starts:%Y-%m-%d}"), ("heure", f"{starts:%H:%M}"), ("length", str(found.length))),
            *(("place", found.place), ("link", found.link)),
            *(("appels", one.slug) for one in found.calls[1:]),
            *((f"siege-{one.id}", one.capacity) for one in found.members),
        ]
    )


def _usual(persons: tuple[Person, ...], hour: int, length: int) -> Inputs:
    """What a new sitting's form proposes."""
    return Inputs([("heure", f"{hour:02d}:00"), ("length", str(length)), *_seats(persons)])


@get("/gestion/{slug:str}/seances", opt={"action": Action.SITTING_MANAGE})
async def listed(request: AnyRequest, slug: FromPath[str]) -> Answer:
    """The sittings of a call, and a form to prepare one."""
    return await _list(request, slug)


async def _list(request: AnyRequest, slug: str, sent: Inputs | None = None, problem: Problem | None = None) -> Answer:
    actor = actor_of(request)
    about = await calls.require_on_call(actor, slug, Action.SITTING_MANAGE)
    further = (_further(sent) or ()) if sent is not None else ()
    persons, rules = await called.persons(actor, slug, *further), about.content.process.committee
    context = {
        "others": await called.others(actor, slug),
        "base": f"/comite/{slug}/seances",
        "call": about,
        "rules": rules,
        "second": sent.one("second") if sent is not None else request.query_params.get("seconde", ""),
        "problem": problem.detail if isinstance(problem, Conflict) else "",
        "persons": persons,
        "sittings": (await views.sittings(actor, slug)).items,
        "sent": sent or _usual(persons, rules.hour, rules.length),
        "wrong": sentences(problem),
    }
    errors = faults(problem, LABELS) if isinstance(problem, Invalid) else []
    return page(request, "staff/sittings.html", context, status=status_of(problem), errors=errors)


@post("/gestion/{slug:str}/seances", opt={"action": Action.SITTING_MANAGE})
async def prepare(request: AnyRequest, slug: FromPath[str]) -> Answer:
    """Prepare a sitting."""
    actor, sent = actor_of(request), await sent_form(request)
    further = _further(sent)
    persons, sent = await _called(actor, (slug, *(further or ())), sent)
    try:
        with once(sent):
            kept = await sittings.open_sitting(actor, slug, _content(sent, persons, further), now=clock.now())
    except (Invalid, Conflict) as problem:
        return await _list(request, slug, sent, problem)
    return see(f"/gestion/{slug}/seances/{kept.id}", "seance")


@get("/gestion/{slug:str}/seances/{sitting_id:uuid}", opt={"action": Action.SITTING_MANAGE})
async def managed(request: AnyRequest, slug: FromPath[str], sitting_id: FromPath[UUID]) -> Answer:
    """A sitting, to prepare, convene or cancel."""
    return await _one(request, slug, sitting_id)


async def _one(
    request: AnyRequest, slug: str, sitting_id: UUID, sent: Inputs | None = None, problem: Problem | None = None
) -> Answer:
    actor = actor_of(request)
    about = await calls.require_on_call(actor, slug, Action.SITTING_MANAGE)
    found = await _managed(actor, sitting_id, slug)
    own, *present = (one.slug for one in found.calls)
    typed = sent or Inputs()
    changing = typed.one("_suite") == "changer"
    asked = _further(typed, tuple(present)) if changing else None
    further = present if asked is None else asked
    settings, now = request.app.state.settings, clock.now()
    context = {
        "call": about,
        "sitting": found,
        "convocation": await convocation_sample(settings, sitting_id, now) if found.state == "prepared" else None,
        "agenda": _lines(found),
        "first": first_of(request),
        "persons": await called.persons(actor, own, *further),
        "others": await called.others(actor, own) if found.state == "prepared" and not found.second else (),
        "own": found.calls[0],
        "sent": typed if changing else _of(found),
        "typed": typed,
        "wrong": sentences(problem),
        "problem": STALE if isinstance(problem, Stale) else problem.detail if isinstance(problem, Conflict) else "",
    }
    errors = faults(problem, LABELS) if isinstance(problem, Invalid) else []
    return page(request, "staff/sitting.html", context, status=status_of(problem), errors=errors)


async def _managed(actor: Actor, sitting_id: UUID, slug: str) -> SittingView:
    """A sitting, for whoever prepares those of every one of its calls. NotFound."""
    found = await views.sitting(actor, sitting_id, slug)
    if Action.SITTING_MANAGE not in found.may:
        raise NotFound
    return found


class AgendaLine(msgspec.Struct, frozen=True):
    """A line of an officer's agenda, by its place: an item, or (`out`) one that is left for another sitting."""

    number: int
    item: Item
    out: bool


def _lines(found: SittingView) -> list[AgendaLine]:
    """What is on the agenda, then what was left out."""
    every = (*found.items, *found.left_out)
    return [AgendaLine(place, one, place > len(found.items)) for place, one in enumerate(every, 1)]


@post("/gestion/{slug:str}/seances/{sitting_id:uuid}", opt={"action": Action.SITTING_MANAGE})
async def act(request: AnyRequest, slug: FromPath[str], sitting_id: FromPath[UUID]) -> Answer:
    """Change it, put its agenda in order, convene it, cancel it."""
    actor, sent = actor_of(request), await sent_form(request)
    found = await _managed(actor, sitting_id, slug)
    version, wanted = version_of(sent.one("version")), sent.one("_suite")
    try:
        with once(sent, wanted):
            if wanted == "convoquer":
                await sittings.convene_sitting(
                    actor, sitting_id, Convening(sent.one("urgency")), version, now=clock.now()
                )
            elif wanted == "annuler":
                await sittings.cancel_sitting(actor, sitting_id, Cancelling(sent.one("reason")), now=clock.now())
            elif wanted in ("ordonner", "automatique"):
                agenda = _agenda(sent, found) if wanted == "ordonner" else AgendaContent()
                await sittings.order_agenda(actor, sitting_id, agenda, version, now=clock.now())
            else:
                own, *present = (one.slug for one in found.calls)
                further = _further(sent, tuple(present))
                slugs = (own, *(present if further is None else further))
                persons, sent = await _called(actor, slugs, sent)
                content = _content(sent, persons, further)
                await sittings.change_sitting(actor, sitting_id, content, version, now=clock.now())
    except (Invalid, Conflict, Stale) as problem:
        return await _one(request, slug, sitting_id, sent, problem)
    part = f"?de={first}" if wanted == "ordonner" and (first := first_of(request)) > 1 else ""
    return see(f"/gestion/{slug}/seances/{sitting_id}{part}", _done(wanted, found))


def _done(wanted: str, found: SittingView) -> str:
    """What the page says next."""
    if wanted in ("ordonner", "automatique"):
        gone = any(one.proposal is not None and one.phase != Phase.COMMITTEE for one in found.items)
        return "ordre-du-jour-retire" if gone else "ordre-du-jour"
    return {"convoquer": "convoquee", "annuler": "seance-annulee"}.get(wanted, "seance")


def _agenda(sent: Inputs, found: SittingView) -> AgendaContent:
    """The items by the numbers that were typed, the present order among equals; left out where it is ticked. What waits
    for the committee no more is neither. Whatever the page did not show stays where it is."""
    every = _lines(found)
    waiting = {line.item.proposal for line in every if line.item.phase == Phase.COMMITTEE}
    still = [line.item.proposal for line in every if line.out and f"rang-{line.item.proposal}" not in sent.values]
    out = tuple(one for one in dict.fromkeys((*uuids(sent.all("hors")), *still)) if one in waiting and one is not None)
    shown = [one.item for one in every if one.item.proposal in waiting and one.item.proposal not in out]

    def place(index: int) -> tuple[int, int]:
        one = shown[index]
        typed = sent.one(f"rang-{one.proposal}").strip()
        if f"rang-{one.proposal}" not in sent.values:
            return (one.number, index)
        fine = typed.isascii() and typed.isdecimal() and len(typed) <= LONGEST_NUMBER
        return (int(typed) if fine else 10**LONGEST_NUMBER, index)

    items = [shown[index].proposal for index in sorted(range(len(shown)), key=place)]
    return AgendaContent(tuple(one for one in items if one is not None), out)


@get("/comite/{slug:str}/seances", opt={"action": Action.SITTING_READ})
async def coming(request: AnyRequest, slug: FromPath[str]) -> Answer:
    """The sittings of a call, for whoever is called to them."""
    return page(request, "committee/sittings.html", {"found": await views.sittings(actor_of(request), slug)})


@get("/comite/{slug:str}/seances/{sitting_id:uuid}", opt={"action": Action.SITTING_READ})
async def sitting(request: AnyRequest, slug: FromPath[str], sitting_id: FromPath[UUID]) -> Answer:
    """A sitting as its members read it."""
    return members_page(request, await views.sitting(actor_of(request), sitting_id, slug))


def members_page(request: AnyRequest, found: SittingView, problem: str = "") -> Answer:
    """A sitting as its members read it; `direct` in the address: only what changes while it lasts."""
    context = {"sitting": found, "problem": problem, "leading": False, "first": first_of(request)}
    template = "direct" if request.query_params.get("direct") else "sitting"
    return page(request, f"committee/{template}.html", context, status=409 if problem else 200)


@get("/comite/{slug:str}/seances/{sitting_id:uuid}/seance.ics", opt={"action": Action.SITTING_READ})
async def event(request: AnyRequest, slug: FromPath[str], sitting_id: FromPath[UUID]) -> Answer:
    """For a calendar."""
    del slug
    content = await called.event(actor_of(request), sitting_id, request.app.state.settings)
    name = {"Content-Disposition": 'attachment; filename="seance.ics"', "Cache-Control": "no-store"}
    return Response(content.encode(), media_type="text/calendar", headers=name)


routes = [listed, prepare, managed, act, coming, sitting, event]
