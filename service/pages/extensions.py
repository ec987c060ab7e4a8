"""The officer's page of the time to submit: what was granted, and a form to grant more."""

from typing import Any

import msgspec
from litestar import Response, get, post
from litestar.params import FromPath

from forms import FieldError
from service import clock
from service.domain.policy import Action
from service.doors.people import AnyRequest, actor_of
from service.operations import deadlines, foreseeing
from service.operations.deadlines import MoreTime
from service.pages.door import faults, once, sent_form, sentences, status_of
from service.pages.faults import Fault
from service.pages.inputs import Inputs
from service.pages.moments import read_moment
from service.pages.render import page, see
from service.problems import Conflict, Invalid, Problem
from service.views import calls, waiting

Answer = Response[Any]
LABELS = {
    "qui": "Pour qui ?",
    "draft": "Code du brouillon",
    "until": "Nouvelle date limite",
    "heure": "Heure",
    "reason": "Motif",
}
ANCHORS = {"qui": "c-qui", "until": "jour"}


async def _page(request: AnyRequest, slug: str, sent: Inputs | None = None, problem: Problem | None = None) -> Answer:
    actor = actor_of(request)
    lines = faults(problem, LABELS) if problem is not None else []
    return page(
        request,
        "staff/extensions.html",
        {
            "call": await calls.require_on_call(actor, slug, Action.DEADLINE_EXTEND),
            "extensions": await waiting.extensions(actor, slug),
            "sent": sent or Inputs(),
            "wrong": sentences(problem),
        },
        status=status_of(problem),
        errors=[_anchored(line) for line in lines],
    )


def _anchored(line: Fault) -> Fault:
    return msgspec.structs.replace(line, anchor=ANCHORS.get(line.anchor, line.anchor))


@get("/gestion/{slug:str}/prolongations", opt={"action": Action.DEADLINE_EXTEND})
async def extensions(request: AnyRequest, slug: FromPath[str]) -> Answer:
    """What was granted, and the form."""
    return await _page(request, slug)


@post("/gestion/{slug:str}/prolongations", opt={"action": Action.DEADLINE_EXTEND})
async def extend(request: AnyRequest, slug: FromPath[str]) -> Answer:
    """Grant more time; whom that concerns is shown before everybody is given it."""
    actor, sent = actor_of(request), await sent_form(request)
    await calls.require_on_call(actor, slug, Action.DEADLINE_EXTEND)
    until, errors = read_moment(sent)
    alone = sent.one("qui") == "un"
    if sent.one("qui") not in ("un", "tous"):
        said = "Choisissez pour qui le délai est prolongé."
        errors.insert(0, FieldError("qui", "required", said, "Say for whom."))
    if alone and not sent.one("draft").strip():
        said = "Recopiez le code que le candidat vous a donné."
        errors.append(FieldError("draft", "required", said, "Give the code of the draft."))
    if until is None or errors:
        if not sent.one("reason").strip():
            said = "Indiquez pourquoi : les candidats concernés liront ce motif."
            errors.append(FieldError("reason", "required", said, "Give the reason."))
        return await _page(request, slug, sent, Invalid(errors))
    more = MoreTime(until, sent.one("reason").replace("\r\n", "\n").strip(), sent.one("draft") if alone else "")
    if sent.one("_suite") == "modifier":
        return await _page(request, slug, sent)
    try:
        if not alone and sent.one("_suite") != "confirmer":
            return await _foreseen(request, slug, sent, more)
        with once(sent):
            await deadlines.extend_deadline(actor, slug, more, now=clock.now())
    except (Invalid, Conflict) as problem:
        return await _page(request, slug, sent, problem)
    return see(f"/gestion/{slug}/prolongations", "prolonge")


async def _foreseen(request: AnyRequest, slug: str, sent: Inputs, more: MoreTime) -> Answer:
    """Whom more time for everybody would concern, before it is granted. Raises Invalid, Conflict."""
    actor, settings = actor_of(request), request.app.state.settings
    foreseen = await foreseeing.foresee_extension(actor, slug, more, settings=settings, now=clock.now())
    return page(
        request,
        "staff/extension_preview.html",
        {
            "call": await calls.require_on_call(actor, slug, Action.DEADLINE_EXTEND),
            "more": more,
            "foreseen": foreseen,
            "kept": [(name, sent.one(name)) for name in ("qui", "jour", "heure", "reason")],
        },
    )


routes = [extensions, extend]
