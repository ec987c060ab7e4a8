"""The page on which whoever has an interest in a proposal says so, and takes no part in its examination."""

from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath

from service import clock
from service.domain.policy import Action
from service.doors.people import AnyRequest, actor_of
from service.operations import recusals
from service.operations.recusals import Recusal
from service.pages.door import once, sent_form, sentences, status_of
from service.pages.render import page, see
from service.problems import Invalid, Problem
from service.views import called

Answer = Response[Any]


@get("/comite/{slug:str}/{proposal_id:uuid}/deport", opt={"action": Action.RECUSAL_DECLARE})
async def recusal_page(request: AnyRequest, slug: FromPath[str], proposal_id: FromPath[UUID]) -> Answer:
    """What it means not to take part in an examination, to be confirmed."""
    return await _recusal(request, slug, proposal_id)


async def _recusal(
    request: AnyRequest, slug: str, proposal_id: UUID, typed: str = "", wrong: Problem | None = None
) -> Answer:
    found = await called.recusable(actor_of(request), slug, proposal_id)
    context = {"found": found, "typed": typed, "wrong": sentences(wrong)}
    return page(request, "committee/recusal.html", context, status=status_of(wrong))


@post("/comite/{slug:str}/{proposal_id:uuid}/deport", opt={"action": Action.RECUSAL_DECLARE})
async def recuse(request: AnyRequest, slug: FromPath[str], proposal_id: FromPath[UUID]) -> Answer:
    """Declare an interest in a proposal."""
    actor, sent = actor_of(request), await sent_form(request)
    reason = sent.one("reason").replace("\r\n", "\n").strip()
    try:
        with once(sent):
            await recusals.recuse(actor, proposal_id, Recusal(reason), now=clock.now())
    except Invalid as problem:
        return await _recusal(request, slug, proposal_id, reason, problem)
    return see(f"/comite/{slug}/seances", "deport")


routes = [recusal_page, recuse]
