"""The officer's page of the time to submit: what was granted, and a form to grant more."""

from datetime import datetime, time
from typing import Any

import msgspec
from litestar import Response, get, post
from litestar.params import FromPath

from forms import FieldError
from service import clock
from service.domain.policy import Action
from service.doors.people import AnyRequest, actor_of
from service.operations import deadlines
from service.operations.deadlines import MoreTime
from service.pages.door import faults, once, sent_form, sentences
from service.pages.faults import Fault
from service.pages.french import PARIS
from service.pages.inputs import Inputs, day_of
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
END_OF_DAY = time(23, 59, 59)


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
        status=409 if isinstance(problem, Conflict) else 422 if problem else 200,
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
    """Grant more time."""
    actor, sent = actor_of(request), await sent_form(request)
    await calls.require_on_call(actor, slug, Action.DEADLINE_EXTEND)
    until, errors = _until(sent)
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
    try:
        with once(sent):
            await deadlines.extend_deadline(actor, slug, more, now=clock.now())
    except (Invalid, Conflict) as problem:
        return await _page(request, slug, sent, problem)
    return see(f"/gestion/{slug}/prolongations", "prolonge")


def _until(sent: Inputs) -> tuple[datetime | None, list[FieldError]]:
    """The instant that was typed: a day, and an hour at Paris, or the end of that day."""
    day, errors = day_of(sent.one("jour")), []
    if day is None:
        said = "Indiquez un jour, par exemple 18/12/2026."
        errors.append(FieldError("until", "required", said, "Give a day."))
    at, typed = END_OF_DAY, sent.one("heure").strip().replace(" ", "").lower().replace("h", ":")
    if typed:
        try:
            at = time.fromisoformat(f"{typed}00" if typed.endswith(":") else typed)
        except ValueError:
            said = "Indiquez une heure, par exemple 17:00."
            errors.append(FieldError("heure", "bad_time", said, "Give a time, as 17:00."))
    return (datetime.combine(day, at.replace(tzinfo=None), PARIS) if day and not errors else None), errors


routes = [extensions, extend]
