"""Questions and answers of a call: the public page with its feed, and the officers' pages."""

from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath

from service import clock
from service.domain.policy import Action
from service.doors.caching import kept
from service.doors.people import PUBLIC, AnyRequest, actor_of
from service.operations import inquiries
from service.operations.inquiries import AnswerContent, DeclineContent, InquiryContent
from service.pages.door import faults, once, sent_form, sentences, status_of
from service.pages.feeds import ATOM, feed
from service.pages.inputs import Inputs
from service.pages.render import page, see
from service.problems import Conflict, Invalid, Problem, Stale
from service.settings import Settings
from service.views import calls
from service.views import inquiries as views

Answer = Response[Any]
LABELS = {"text": "Votre question", "question": "La question", "answer": "La réponse", "reason": "Motif"}


def _typed(sent: Inputs, name: str) -> str:
    return sent.one(name).replace("\r\n", "\n").strip()


async def _public(request: AnyRequest, slug: str, sent: Inputs | None = None, problem: Problem | None = None) -> Answer:
    actor = actor_of(request)
    found = await calls.call(actor, slug)
    context = {
        "call": found,
        "questions": await views.inquiries(actor, found.id),
        "sent": sent or Inputs(),
        "wrong": sentences(problem),
    }
    errors = faults(problem, LABELS) if problem else []
    return page(request, "call/questions.html", context, status=status_of(problem), errors=errors)


@get("/appels/{slug:str}/questions", opt={"action": PUBLIC})
async def questions(request: AnyRequest, slug: FromPath[str]) -> Answer:
    """What was asked and answered, and a form to ask."""
    shown = await _public(request, slug)
    return kept(request, lambda: shown)


@get("/appels/{slug:str}/questions.atom", opt={"action": PUBLIC})
async def atom(request: AnyRequest, slug: FromPath[str]) -> Answer:
    """The published answers as a feed (RFC 4287)."""
    found = await calls.call(actor_of(request), slug)
    settings: Settings = request.app.state.settings
    listed = await views.inquiries(actor_of(request), found.id)
    return kept(request, lambda: Response(feed(settings.address, found, listed.items), media_type=ATOM))


@post("/appels/{slug:str}/questions", opt={"action": Action.CALL_ASK})
async def ask(request: AnyRequest, slug: FromPath[str]) -> Answer:
    """Ask."""
    sent = await sent_form(request)
    try:
        with once(sent):
            content = InquiryContent(_typed(sent, "text"))
            await inquiries.ask_inquiry(actor_of(request), slug, content, now=clock.now())
    except (Invalid, Conflict) as problem:
        return await _public(request, slug, sent, problem)
    return see(f"/appels/{slug}/questions", "demande")


@get("/gestion/{slug:str}/questions", opt={"action": Action.CALL_ANSWER})
async def listed(request: AnyRequest, slug: FromPath[str]) -> Answer:
    """Every question, for the officers."""
    actor = actor_of(request)
    context = {"call": await calls.call(actor, slug), "inquiries": (await views.all_inquiries(actor, slug)).items}
    return page(request, "staff/questions.html", context)


async def _one(
    request: AnyRequest, slug: str, inquiry_id: UUID, sent: Inputs | None = None, problem: Problem | None = None
) -> Answer:
    actor = actor_of(request)
    found = await views.inquiry(actor, slug, inquiry_id)
    shown = sent or Inputs([("question", found.question), ("answer", found.answer)])
    context = {"call": await calls.call(actor, slug), "one": found, "sent": shown, "wrong": sentences(problem)}
    errors = faults(problem, LABELS) if problem else []
    return page(request, "staff/question.html", context, status=status_of(problem), errors=errors)


@get("/gestion/{slug:str}/questions/{inquiry_id:uuid}", opt={"action": Action.CALL_ANSWER})
async def one(request: AnyRequest, slug: FromPath[str], inquiry_id: FromPath[UUID]) -> Answer:
    """One question, to word and to answer."""
    return await _one(request, slug, inquiry_id)


@post("/gestion/{slug:str}/questions/{inquiry_id:uuid}", opt={"action": Action.CALL_ANSWER})
async def act(request: AnyRequest, slug: FromPath[str], inquiry_id: FromPath[UUID]) -> Answer:
    """Keep, publish or decline."""
    actor, sent = actor_of(request), await sent_form(request)
    await views.inquiry(actor, slug, inquiry_id)
    wanted = sent.one("_suite")
    try:
        with once(sent):
            if wanted == "ecarter":
                reason = DeclineContent(_typed(sent, "reason"))
                await inquiries.decline_inquiry(actor, inquiry_id, reason, now=clock.now())
                return see(f"/gestion/{slug}/questions", "question-ecartee")
            seen = sent.one("based_on")
            content = AnswerContent(
                _typed(sent, "question"),
                _typed(sent, "answer"),
                int(seen) if seen.isascii() and seen.isdigit() and len(seen) < 7 else 0,
                tell=sent.one("tell") == "oui",
            )
            if wanted == "publier":
                await inquiries.publish_answer(actor, inquiry_id, content, now=clock.now())
                return see(f"/gestion/{slug}/questions", "reponse-publiee")
            await inquiries.keep_answer(actor, inquiry_id, content, now=clock.now())
    except (Invalid, Conflict, Stale) as problem:
        return await _one(request, slug, inquiry_id, sent, problem)
    return see(f"/gestion/{slug}/questions/{inquiry_id}", "reponse-gardee")


routes = [questions, atom, ask, listed, one, act]
