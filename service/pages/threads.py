"""The thread of a proposal: the same page for its applicant and for the officers, each under their own address."""

from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath

from service import clock
from service.domain import thread as rules
from service.domain.policy import Action
from service.doors.people import AnyRequest, actor_of
from service.doors.uploads import Place
from service.doors.waiting import caught_up
from service.operations import files, threads
from service.operations.threads import MessageContent
from service.pages.door import faults, once, receive_file, sent_form, sentences, told_of
from service.pages.drafting import uuid_or_none
from service.pages.faults import Fault
from service.pages.inputs import Inputs
from service.pages.render import page, see
from service.problems import Conflict, Invalid, NotFound, Problem, SignInNeeded
from service.store.editions import edition as edition_of
from service.views import proposals
from service.views import threads as views

Answer = Response[Any]
LABELS = {"text": "Votre message", "files": "Fichiers"}


async def _page(
    request: AnyRequest,
    proposal_id: UUID,
    slug: str = "",
    *,
    sent: Inputs | None = None,
    problem: Problem | None = None,
    upload: Problem | None = None,
) -> Answer:
    """The page. `slug`: of the call, on the officers' page. NotFound where it is not the reader's room."""
    actor = actor_of(request)
    found = await proposals.proposal(actor, proposal_id)
    if found.mine is bool(slug) or (slug and found.call != slug):
        raise NotFound
    told = told_of(upload) if upload else []
    return page(
        request,
        "thread.html",
        {
            "found": found,
            "edition": await edition_of(found.edition),
            "thread": await views.thread(actor, proposal_id),
            "files": rules.FILES,
            "room": "gestion" if slug else "candidatures",
            "here": _here(proposal_id, slug),
            "sent": sent or Inputs(),
            "wrong": sentences(problem),
            "sentences": told,
        },
        status=409 if isinstance(problem, Conflict) else 422 if problem or upload else 200,
        errors=faults(problem, LABELS) if problem else [Fault(one, "Fichier à joindre", "fichier") for one in told],
    )


def _here(proposal_id: UUID, slug: str) -> str:
    return f"/gestion/{slug}/{proposal_id}" if slug else f"/candidatures/{proposal_id}"


async def _send(request: AnyRequest, proposal_id: UUID, slug: str = "") -> Answer:
    """Send the message, or take back a file that is not sent yet."""
    actor, sent = actor_of(request), await sent_form(request)
    act, _, what = sent.one("_suite").partition(":")
    if act == "retirer":
        file = uuid_or_none(what)
        if file is None:
            raise NotFound
        await files.remove_attachment(actor, file, now=clock.now())
        return await _page(request, proposal_id, slug, sent=sent)
    named = tuple(one for one in map(uuid_or_none, sent.all("files")) if one is not None)
    content = MessageContent(
        sent.one("text").replace("\r\n", "\n").strip(), question=sent.one("question") == "oui", files=named
    )
    try:
        with once(sent):
            await threads.send_message(actor, proposal_id, content, now=clock.now())
    except (Invalid, Conflict) as problem:
        return await _page(request, proposal_id, slug, sent=sent, problem=problem)
    await caught_up(proposal_id)
    return see(f"{_here(proposal_id, slug)}/echanges", "question" if content.question else "message")


async def _attach(request: AnyRequest, proposal_id: UUID, slug: str = "") -> Answer:
    try:
        await receive_file(request, Place(proposal_id, rules.FIELD))
    except (NotFound, SignInNeeded):
        raise
    except Problem as problem:
        return await _page(request, proposal_id, slug, upload=problem)
    return see(f"{_here(proposal_id, slug)}/echanges", "piece-jointe")


@get("/candidatures/{proposal_id:uuid}/echanges", opt={"action": Action.THREAD_READ})
async def thread(request: AnyRequest, proposal_id: FromPath[UUID]) -> Answer:
    """The applicant's page."""
    return await _page(request, proposal_id)


@get("/gestion/{slug:str}/{proposal_id:uuid}/echanges", opt={"action": Action.THREAD_READ})
async def staff_thread(request: AnyRequest, slug: FromPath[str], proposal_id: FromPath[UUID]) -> Answer:
    """The officers' page."""
    return await _page(request, proposal_id, slug)


@post("/candidatures/{proposal_id:uuid}/echanges", opt={"action": Action.THREAD_WRITE})
async def send(request: AnyRequest, proposal_id: FromPath[UUID]) -> Answer:
    """The applicant writes."""
    return await _send(request, proposal_id)


@post("/gestion/{slug:str}/{proposal_id:uuid}/echanges", opt={"action": Action.THREAD_WRITE})
async def staff_send(request: AnyRequest, slug: FromPath[str], proposal_id: FromPath[UUID]) -> Answer:
    """An officer writes, or asks."""
    return await _send(request, proposal_id, slug)


@post(
    "/candidatures/{proposal_id:uuid}/echanges/pieces", opt={"action": Action.THREAD_WRITE}, request_max_body_size=None
)
async def attach(request: AnyRequest, proposal_id: FromPath[UUID]) -> Answer:
    """The applicant adds a file to the next message."""
    return await _attach(request, proposal_id)


@post(
    "/gestion/{slug:str}/{proposal_id:uuid}/echanges/pieces",
    opt={"action": Action.THREAD_WRITE},
    request_max_body_size=None,
)
async def staff_attach(request: AnyRequest, slug: FromPath[str], proposal_id: FromPath[UUID]) -> Answer:
    """An officer adds a file to the next message."""
    return await _attach(request, proposal_id, slug)


@post("/gestion/{slug:str}/{proposal_id:uuid}/echanges/cloture", opt={"action": Action.QUESTION_CLOSE})
async def close(request: AnyRequest, slug: FromPath[str], proposal_id: FromPath[UUID]) -> Answer:
    """Close a question without an answer."""
    sent = await sent_form(request)
    with once(sent):
        await threads.close_questions(actor_of(request), proposal_id, now=clock.now())
    await caught_up(proposal_id)
    return see(f"/gestion/{slug}/{proposal_id}/echanges", "question-close")


routes = [thread, staff_thread, send, staff_send, attach, staff_attach, close]
