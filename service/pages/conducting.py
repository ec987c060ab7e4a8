"""Pages of a sitting while it lasts: a member follows and votes, the chair or the secretary leads it."""

from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath

from forms import FieldError
from service import clock
from service.domain.policy import Action
from service.domain.sitting import Choice, Presence
from service.doors import following
from service.doors.people import AnyRequest, actor_of
from service.operations import conducting, votes, voting
from service.operations.conducting import Attendance, Notes, OfItem, Point, There
from service.operations.votes import NewVote
from service.operations.voting import Ballot
from service.pages.door import faults, once, sent_form, sentences, status_of
from service.pages.inputs import Inputs, uuids, version_of
from service.pages.meeting import BALLOTS, CHOICES, PRESENCES, first_of, typed_points
from service.pages.minutes import STALE
from service.pages.render import page, see
from service.pages.sittings import members_page
from service.problems import Conflict, Invalid, NotFound, Problem, Stale
from service.views import sittings as views
from service.views.sittings import SittingView

Answer = Response[Any]


def _one(text: str) -> UUID:
    """An id among what was sent. Raises NotFound."""
    found = uuids([text])
    if not found:
        raise NotFound
    return found[0]


@get("/comite/{slug:str}/seances/{sitting_id:uuid}/suite", opt={"action": Action.SITTING_READ})
async def follow(request: AnyRequest, slug: FromPath[str], sitting_id: FromPath[UUID]) -> Answer:
    """Wait until the sitting has changed since the version that the page shows."""
    del slug
    actor, since = actor_of(request), version_of(request.query_params.get("version", ""))
    found = await following.changed(lambda: views.version(actor, sitting_id), sitting_id, since)
    return Response({"version": found}, headers={"Cache-Control": "no-store"})


@post("/comite/{slug:str}/seances/{sitting_id:uuid}/vote", opt={"action": Action.BALLOT_CAST})
async def vote(request: AnyRequest, slug: FromPath[str], sitting_id: FromPath[UUID]) -> Answer:
    """Give a vote, or ask for an item to be examined by itself."""
    actor, sent = actor_of(request), await sent_form(request)
    home = f"/comite/{slug}/seances/{sitting_id}"
    try:
        if sent.one("_suite") == "part":
            with once(sent):
                await voting.take_apart(actor, sitting_id, OfItem(_one(sent.one("item"))), now=clock.now())
            return see(home, "a-part")
        ballot = Ballot(_choice(sent.one("choice")), _one(sent.one("member")))
        await voting.cast_ballot(actor, _one(sent.one("vote")), ballot, now=clock.now())
    except Conflict as problem:
        found = await views.sitting(actor, sitting_id, slug)
        return members_page(request, found, problem.detail)
    return see(f"{home}#vote", "vote")


def _choice(text: str) -> Choice:
    found = next((one for one in CHOICES if one == text), None)
    if found is None:
        raise Conflict("Choisissez pour, contre ou abstention.")
    return found


@get("/comite/{slug:str}/seances/{sitting_id:uuid}/conduite", opt={"action": Action.SITTING_LEAD})
async def conduct(request: AnyRequest, slug: FromPath[str], sitting_id: FromPath[UUID]) -> Answer:
    """What the chair or the secretary does during a sitting."""
    return await _page(request, slug, sitting_id)


async def _page(
    request: AnyRequest, slug: str, sitting_id: UUID, problem: Problem | None = None, sent: Inputs | None = None
) -> Answer:
    found = await views.sitting(actor_of(request), sitting_id, slug)
    if Action.SITTING_LEAD not in found.may:
        raise NotFound
    status = status_of(problem)
    context = {
        "sitting": found,
        "problem": _said(problem),
        "typed": sent or Inputs(),
        "presences": list(PRESENCES.items()),
        "ballots": list(BALLOTS.items()),
        "wrong": sentences(problem),
        "leading": True,
        "first": first_of(request),
    }
    errors = faults(problem, {"points": "Points"}) if isinstance(problem, Invalid) else []
    template = "direct" if request.query_params.get("direct") else "conduct"
    return page(request, f"committee/{template}.html", context, status=status, errors=errors)


def _said(problem: Problem | None) -> str:
    """A refusal of the whole act, above the page; faults of single inputs stand in its summary."""
    if isinstance(problem, Stale):
        return STALE["notes"]
    return problem.detail if isinstance(problem, Conflict) else ""


@post("/comite/{slug:str}/seances/{sitting_id:uuid}/conduite", opt={"action": Action.SITTING_LEAD})
async def act(request: AnyRequest, slug: FromPath[str], sitting_id: FromPath[UUID]) -> Answer:
    """Begin, note who is there, go to an item, open or close a vote, keep notes, postpone, end."""
    actor, sent = actor_of(request), await sent_form(request)
    found = await views.sitting(actor, sitting_id, slug)
    wanted = sent.one("_suite")
    try:
        with once(sent, wanted):
            await _done(request, found, wanted, sent)
    except (Invalid, Conflict, Stale) as problem:
        return await _page(request, slug, sitting_id, problem, sent)
    anchor = {"presences": "#presences", "notes": "#point", "point": "#point", "ouvrir": "#vote", "clore": "#point"}
    if wanted == "notes" and not sent.one("item"):
        anchor["notes"] = "#notes-titre"
    return see(f"/comite/{slug}/seances/{sitting_id}/conduite{anchor.get(wanted, '')}", SAID.get(wanted, ""))


SAID = {"presences": "presences", "notes": "notes", "commencer": "commencee", "terminer": "terminee"}


async def _done(request: AnyRequest, found: SittingView, wanted: str, sent: Inputs) -> None:
    actor, now = actor_of(request), clock.now()
    match wanted:
        case "commencer":
            await conducting.begin_sitting(actor, found.id, now=now)
        case "terminer":
            await conducting.close_sitting(actor, found.id, now=now)
        case "presences":
            await conducting.keep_attendance(actor, found.id, _attendance(sent, found), now=now)
        case "point":
            number = sent.one("number")
            point = Point(int(number) if number.isascii() and number.isdecimal() and len(number) < 6 else None)
            await conducting.go_to_item(actor, found.id, point, now=now)
        case "ouvrir":
            await votes.open_vote(actor, found.id, _vote(sent, found), now=now)
        case "clore":
            await votes.close_vote(actor, _one(sent.one("vote")), now=now)
        case "annuler":
            await votes.annul_vote(actor, _one(sent.one("vote")), now=now)
        case "reporter":
            await conducting.postpone_item(actor, found.id, OfItem(_one(sent.one("item"))), now=now)
        case "notes":
            text = sent.one("notes").replace("\r\n", "\n")
            item = _one(sent.one("item")) if sent.one("item") else None
            notes = Notes(item, text, version_of(sent.one("version")))
            await conducting.keep_notes(actor, found.id, notes, now=now)
        case _:
            raise NotFound


def _attendance(sent: Inputs, found: SittingView) -> Attendance:
    """Each member's line: how they are there, or whose is their proxy; and how they were when the page was drawn."""
    lines = []
    for one in found.members:
        said, before = sent.one(f"presence-{one.id}"), sent.one(f"avant-{one.id}")
        if f"presence-{one.id}" not in sent.values:  # called since
            continue
        if said.startswith("proxy-"):
            lines.append(There(one.id, "proxy", _one(said.removeprefix("proxy-")), before))
        else:
            presence: Presence = next((known for known in PRESENCES if known == said), "")
            lines.append(There(one.id, presence, None, before))
    return Attendance(tuple(lines))


def _vote(sent: Inputs, found: SittingView) -> NewVote:
    """What is ticked, and of the numbers that were typed whatever can be decided with others."""
    kind = next((one for one in BALLOTS if one == sent.one("kind")), None)
    typed = typed_points(sent.one("points"))
    if typed is None:
        said = "Donnez des numéros de points, par exemple 2, 4-9."
        raise Invalid([FieldError("points", "bad_points", said, "Give numbers of items, as 12, 31-465.")])
    many = [one.proposal for one in found.items if one.together and any(one.number in part for part in typed)]
    items = tuple(dict.fromkeys((*uuids(sent.all("items")), *(one for one in many if one is not None))))
    if not items:
        said = "Cochez des candidatures, ou donnez les numéros de points qui se votent ensemble."
        raise Invalid([FieldError("points", "required", said, "Choose items.")])
    return NewVote(sent.one("outcome"), items, kind)


routes = [follow, vote, conduct, act]
