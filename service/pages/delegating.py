"""Pages of handing a proposal on: to a member of one's team, and, for officers, to somebody who was suggested."""

from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath

from service import clock
from service.domain.policy import Action
from service.doors.people import AnyRequest, actor_of
from service.doors.waiting import caught_up
from service.operations import delegating, suggesting
from service.pages.door import faults, once, sent_form
from service.pages.dossier import Room, one_page
from service.pages.inputs import Inputs, uuids
from service.pages.render import page, see
from service.problems import Conflict, Forbidden, Invalid, NotFound, Problem
from service.views import calls, reviews
from service.views.colleagues import colleagues

Answer = Response[Any]
NOBODY = Problem("Choisissez à qui confier cette évaluation.", code="nobody_chosen")


async def _page(
    request: AnyRequest, assignment_id: UUID, sent: Inputs | None = None, problem: Problem | None = None
) -> Answer:
    actor = actor_of(request)
    task = next((one for one in (await reviews.my_reviews(actor)).items if one.assignment == assignment_id), None)
    if task is None:
        raise NotFound
    context = {
        "task": task,
        "edition": (await calls.call(actor, task.call)).content,
        "colleagues": (await colleagues(actor, assignment_id)).items,
        "sent": sent or Inputs(),
    }
    errors = faults(problem, {}) if problem else []
    status = 409 if isinstance(problem, Conflict | Forbidden) else 422 if problem else 200
    return page(request, "review/delegate.html", context, status=status, errors=errors)


@get("/evaluations/invitations/{assignment_id:uuid}/confier", opt={"action": Action.ASSIGNMENT_DELEGATE})
async def delegate_page(request: AnyRequest, assignment_id: FromPath[UUID]) -> Answer:
    """Choose who of one's team takes it."""
    return await _page(request, assignment_id)


@post("/evaluations/invitations/{assignment_id:uuid}/confier", opt={"action": Action.ASSIGNMENT_DELEGATE})
async def delegate(request: AnyRequest, assignment_id: FromPath[UUID]) -> Answer:
    """Hand it on."""
    sent = await sent_form(request)
    chosen = uuids(sent.all("member"))
    if not chosen:
        return await _page(request, assignment_id, sent, NOBODY)
    try:
        with once(sent):
            await delegating.delegate_assignment(
                actor_of(request), assignment_id, chosen[0], sent.one("reason").strip(), now=clock.now()
            )
    except (Conflict, Forbidden, Invalid) as problem:
        return await _page(request, assignment_id, sent, problem)
    return see("/evaluations", "confie")


@post(
    "/gestion/{slug:str}/{proposal_id:uuid}/suggestions/{suggestion_id:uuid}", opt={"action": Action.ASSIGNMENT_PROPOSE}
)
async def take_suggestion(
    request: AnyRequest, slug: FromPath[str], proposal_id: FromPath[UUID], suggestion_id: FromPath[UUID]
) -> Answer:
    """Invite the suggested person, and put them on the list."""
    sent = await sent_form(request)
    try:
        with once(sent):
            await suggesting.take_suggestion(actor_of(request), suggestion_id, now=clock.now())
    except (Conflict, Forbidden, Invalid) as problem:
        return await one_page(request, slug, proposal_id, Room.OFFICER, typed=sent, problem=problem)
    await caught_up(proposal_id)
    return see(f"/gestion/{slug}/{proposal_id}#evaluateurs", "suggestion")


routes = [delegate_page, delegate, take_suggestion]
