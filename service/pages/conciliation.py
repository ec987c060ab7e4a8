"""The page of a conciliation: the reviews side by side, what is said, and the two ways to answer."""

from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath

from service import clock
from service.domain.policy import Action
from service.doors.people import AnyRequest, actor_of
from service.doors.waiting import caught_up
from service.operations import conciliations
from service.operations.conciliations import TalkContent
from service.pages.door import faults, once, sent_form, sentences, status_of
from service.pages.inputs import Inputs
from service.pages.render import page, see
from service.problems import Conflict, Invalid, NotFound, Problem
from service.views import conciliation as views

Answer = Response[Any]
LABELS = {"text": "Message"}


async def _page(
    request: AnyRequest, proposal_id: UUID, sent: Inputs | None = None, problem: Problem | None = None
) -> Answer:
    return page(
        request,
        "review/conciliation.html",
        {
            "found": await views.conciliation(actor_of(request), proposal_id),
            "sent": sent or Inputs(),
            "wrong": sentences(problem),
        },
        status=status_of(problem),
        errors=faults(problem, LABELS) if problem is not None else (),
    )


@get("/conciliation/{proposal_id:uuid}", opt={"action": Action.CONCILIATION_READ})
async def conciliation(request: AnyRequest, proposal_id: FromPath[UUID]) -> Answer:
    """For its experts, the officers, auditors."""
    return await _page(request, proposal_id)


@post("/conciliation/{proposal_id:uuid}", opt={"action": Action.CONCILIATION_WRITE})
async def answer_conciliation(request: AnyRequest, proposal_id: FromPath[UUID]) -> Answer:
    """Say something, or keep one's review."""
    actor, sent = actor_of(request), await sent_form(request)
    keeps = sent.one("_suite") == "maintenir"
    try:
        with once(sent, "keep" if keeps else "say"):
            if keeps:
                review = (await views.conciliation(actor, proposal_id)).review
                if review is None:
                    raise NotFound
                await conciliations.confirm_review(actor, review, now=clock.now())
            else:
                content = TalkContent(sent.one("text").replace("\r\n", "\n"))
                await conciliations.write_talk(actor, proposal_id, content, now=clock.now())
    except (Invalid, Conflict) as problem:
        return await _page(request, proposal_id, sent, problem)
    if keeps:
        await caught_up(proposal_id)
    return see(f"/conciliation/{proposal_id}", "evaluation-maintenue" if keeps else "message")


routes = [conciliation, answer_conciliation]
