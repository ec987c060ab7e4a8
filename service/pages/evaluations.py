"""Pages of an expert: what was asked, accepting and leaving."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath

from service import clock
from service.domain.actor import Actor
from service.domain.policy import Action
from service.domain.reviewing import Decline
from service.doors.people import SIGNED_IN, AnyRequest, actor_of
from service.operations import accepting, assignments
from service.operations.assignments import SuggestedExpert
from service.pages.door import faults, once, sent_form, sentences
from service.pages.inputs import Inputs, uuids
from service.pages.render import page, see
from service.pages.reviewing import address_of, show_of
from service.pages.wording import Figure
from service.problems import Invalid, NotFound
from service.views import bids as bid_views
from service.views import calls
from service.views import reviews as views
from service.views.colleagues import Colleague, colleagues
from service.views.reviews import Task

Answer = Response[Any]
SUGGESTED = {"reason": "Motif", "suggestion/name": "Son nom", "suggestion/email": "Son adresse électronique"}


@get("/evaluations", opt={"action": SIGNED_IN})
async def mine(request: AnyRequest) -> Answer:
    """What waits for this expert: to answer, to write, done."""
    show = show_of(request) if "liste" in request.query_params else "all"
    everything = (await views.my_reviews(actor_of(request))).items
    found = (await views.my_reviews(actor_of(request), show)).items if show != "all" else everything

    def having(*statuses: str) -> list[Task]:
        return [task for task in found if task.status in statuses]

    def count(what: Callable[[Task], bool]) -> int:
        return sum(what(task) for task in everything)

    figures = [
        Figure(count(lambda task: task.status == "invited"), "À accepter ou à décliner", "#invitations"),
        Figure(count(lambda task: task.status == "accepted"), "À évaluer", "/evaluations?liste=a-faire"),
        Figure(count(lambda task: task.doubt), "En doute", "/evaluations?liste=en-doute"),
        Figure(count(lambda task: task.status == "done"), "Remises", "/evaluations?liste=terminees"),
    ]
    return page(
        request,
        "review/list.html",
        {
            "invited": having("invited"),
            "accepted": having("accepted"),
            "again": [task for task in everything if task.again],
            "done": having("done"),
            "figures": figures,
            "show": show,
            "address_of": address_of,
            "asking": await bid_views.asking(actor_of(request)),
        },
    )


@post("/evaluations/invitations/{assignment_id:uuid}/accepter", opt={"action": Action.ASSIGNMENT_ANSWER})
async def accept(request: AnyRequest, assignment_id: FromPath[UUID]) -> Answer:
    """Take a proposal, and begin."""
    with once(await sent_form(request)):
        taken = await assignments.accept_assignment(actor_of(request), assignment_id, now=clock.now())
    return see(f"/evaluations/{taken.review}", "accepte")


@post("/evaluations/invitations/accepter", opt={"action": Action.ASSIGNMENT_ANSWER})
async def accept_many(request: AnyRequest) -> Answer:
    """Take those that were ticked."""
    sent = await sent_form(request)
    chosen = tuple(dict.fromkeys(uuids(sent.all("assignments"))))[: accepting.MANY]
    with once(sent):
        done = await accepting.accept_assignments(actor_of(request), chosen, now=clock.now())
    if not done.refused:
        return see("/evaluations", "acceptees" if done.accepted else "acceptees-aucune")
    return see("/evaluations", "acceptees-en-partie" if done.accepted else "acceptees-refusees")


@get("/evaluations/invitations/{assignment_id:uuid}/decliner", opt={"action": Action.ASSIGNMENT_ANSWER})
async def decline_page(request: AnyRequest, assignment_id: FromPath[UUID]) -> Answer:
    """Say why one declines."""
    return await _leave_page(request, assignment_id, conflict=False)


@get("/evaluations/invitations/{assignment_id:uuid}/conflit", opt={"action": Action.CONFLICT_DECLARE})
async def conflict_page(request: AnyRequest, assignment_id: FromPath[UUID]) -> Answer:
    """Say what the conflict of interest is."""
    return await _leave_page(request, assignment_id, conflict=True)


async def _leave_page(
    request: AnyRequest,
    assignment_id: UUID,
    *,
    conflict: bool,
    sent: Inputs | None = None,
    problem: Invalid | None = None,
) -> Answer:
    found = await views.my_reviews(actor_of(request))
    task = next((task for task in found.items if task.assignment == assignment_id), None)
    if task is None:
        raise NotFound
    others = () if conflict else await _others(actor_of(request), assignment_id)
    context = {
        "task": task,
        "edition": (await calls.call(actor_of(request), task.call)).content,
        "conflict": conflict,
        "colleagues": others,
        "sent": sent or Inputs(),
        "wrong": sentences(problem),
    }
    errors = faults(problem, SUGGESTED) if problem else []
    return page(request, "review/leave.html", context, status=422 if problem else 200, errors=errors)


async def _others(actor: Actor, assignment_id: UUID) -> tuple[Colleague, ...]:
    """Whom one may hand it on to: nobody once one's time is over, as the place is the next one's on the list."""
    try:
        return (await colleagues(actor, assignment_id)).items
    except NotFound:
        return ()


@post("/evaluations/invitations/{assignment_id:uuid}/decliner", opt={"action": Action.ASSIGNMENT_ANSWER})
async def decline(request: AnyRequest, assignment_id: FromPath[UUID]) -> Answer:
    """Not take it, or give it back."""
    sent = await sent_form(request)
    code: Decline = "not_my_field" if sent.one("code") == "not_my_field" else ""
    suggested = SuggestedExpert(sent.one("suggested_name"), sent.one("suggested_email"))
    try:
        with once(sent):
            await assignments.decline_assignment(
                *(actor_of(request), assignment_id, sent.one("reason").strip(), code),
                suggestion=suggested,
                now=clock.now(),
            )
    except Invalid as problem:
        return await _leave_page(request, assignment_id, conflict=False, sent=sent, problem=problem)
    return see(_onwards(sent), "decline")


@post("/evaluations/invitations/{assignment_id:uuid}/conflit", opt={"action": Action.CONFLICT_DECLARE})
async def declare_conflict(request: AnyRequest, assignment_id: FromPath[UUID]) -> Answer:
    """Declare a conflict of interest: access ends at once."""
    sent = await sent_form(request)
    try:
        with once(sent):
            await assignments.declare_conflict(actor_of(request), assignment_id, sent.one("reason"), now=clock.now())
    except Invalid as problem:
        return await _leave_page(request, assignment_id, conflict=True, sent=sent, problem=problem)
    return see(_onwards(sent), "conflit")


def _onwards(sent: Inputs) -> str:
    """Where whoever leaves a proposal goes on: the next one, if the page named it, else the list."""
    address = sent.one("suite")
    return address if address.startswith("/evaluations/") and address.isprintable() else "/evaluations"


routes = [mine, accept, accept_many, decline_page, conflict_page, decline, declare_conflict]
