"""Pages of a sitting's minutes: read, completed by notes and dissent, approved."""

from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath

from service import clock
from service.domain.policy import Action
from service.doors.people import AnyRequest, actor_of
from service.operations import conducting, minutes
from service.operations.conducting import Notes
from service.operations.minutes import Disagreement
from service.pages.door import once, sent_form
from service.pages.inputs import Inputs, uuids, version_of
from service.pages.meeting import first_of
from service.pages.render import page, see
from service.problems import Conflict, Invalid, NotFound, Problem, Stale
from service.views import minutes as views

Answer = Response[Any]


STALE = {
    "approuver": "Le procès-verbal a changé depuis que vous l’avez lu. Il n’est pas approuvé : relisez-le.",
    "notes": "Ces notes ont été modifiées entre-temps. Votre texte est encore là, avec celui qui est enregistré.",
}


async def _page(
    request: AnyRequest, slug: str, sitting_id: UUID, problem: Problem | None = None, sent: Inputs | None = None
) -> Answer:
    found = await views.minutes(actor_of(request), sitting_id, slug)
    said = problem.detail if problem else ""
    if isinstance(problem, Stale) and sent is not None:
        said = STALE.get(sent.one("_suite"), said)
    status = 422 if isinstance(problem, Invalid) else 409 if problem else 200
    context = {"found": found, "problem": said, "typed": sent or Inputs(), "first": first_of(request)}
    return page(request, "committee/minutes.html", context, status=status)


@get("/comite/{slug:str}/seances/{sitting_id:uuid}/proces-verbal", opt={"action": Action.SITTING_READ})
async def show(request: AnyRequest, slug: FromPath[str], sitting_id: FromPath[UUID]) -> Answer:
    """The minutes of a sitting that is over."""
    return await _page(request, slug, sitting_id)


@post("/comite/{slug:str}/seances/{sitting_id:uuid}/proces-verbal", opt={"action": Action.SITTING_READ})
async def act(request: AnyRequest, slug: FromPath[str], sitting_id: FromPath[UUID]) -> Answer:
    """Approve them, keep notes on the sitting or an item, or have one's disagreement mentioned."""
    actor, sent = actor_of(request), await sent_form(request)
    wanted, item = sent.one("_suite"), uuids([sent.one("item")])
    text = sent.one("text").replace("\r\n", "\n")
    try:
        with once(sent, wanted):
            if wanted == "approuver":
                version = version_of(sent.one("version"))
                await minutes.approve_minutes(actor, sitting_id, version, now=clock.now())
            elif wanted == "notes" and (item or not sent.one("item")):
                notes = Notes(item[0] if item else None, text, version_of(sent.one("version")))
                await conducting.keep_notes(actor, sitting_id, notes, now=clock.now())
            elif wanted == "desaccord" and item:
                await minutes.mention_dissent(actor, sitting_id, Disagreement(item[0], text), now=clock.now())
            else:
                raise NotFound
    except (Invalid, Conflict, Stale) as problem:
        return await _page(request, slug, sitting_id, problem, sent)
    said = {"approuver": "pv-approuve", "desaccord": "desaccord"}.get(wanted, "notes")
    part = f"?de={first}" if (first := first_of(request)) > 1 else ""
    return see(f"/comite/{slug}/seances/{sitting_id}/proces-verbal{part}", said)


routes = [show, act]
