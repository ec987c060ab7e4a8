"""The officer's hand on many proposals at once: what is ordered, how far it is, what each proposal came to."""

import re
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.params import FromPath

from forms import Process
from forms.process import STATUS_NAMES
from service import clock
from service.domain import steering
from service.domain.policy import Action
from service.doors.people import AnyRequest, actor_of
from service.operations import batches, foreseeing
from service.operations.batches import NewBatch
from service.pages.door import faults, once, sent_form, sentences, status_of
from service.pages.faults import Fault
from service.pages.french import NBSP
from service.pages.inputs import Inputs, uuids
from service.pages.moments import moment_of
from service.pages.render import page, see
from service.pages.steering import LABELS, UNCONFIRMED
from service.problems import Conflict, Invalid, NotFound, Problem
from service.views import batches as views
from service.views import calls

Answer = Response[Any]
NAMES = {**LABELS, "stage": "Candidatures", "references": "Références", "expert": "Évaluateur", "by": "Remplacé par"}
OWN = ("_key", "_suite", "confirm", "mark")  # what each page of the two has for itself
_SEPARATORS = re.compile(r"[\s,;]+")


async def _page(
    request: AnyRequest, slug: str, act: str = "", sent: Inputs | None = None, problem: Problem | None = None
) -> Answer:
    actor = actor_of(request)
    about = await calls.require_on_call(actor, slug, Action.CALL_STEER)
    counts = await calls.counts(actor, slug)
    process = about.content.process
    skips = [(stage, one) for stage in process.stages for one in steering.skippable(stage)]
    asked = request.query_params
    typed = sent or Inputs([("stage", asked.get("etape", "")), ("expert", asked.get("qui", ""))])
    experts = [(str(one.id), one.name) for one in await calls.experts(actor, slug)]
    return page(
        request,
        "staff/batches.html",
        {
            "call": about,
            "batches": await views.batches(actor, slug),
            "stages": [(one.stage, f"{one.name} ({one.count})") for one in counts.stages if one.count],
            "outcomes": [(f"{stage.id}/{one.id}", f"{stage.name.fr}{NBSP}: {one.name.fr}") for stage, one in skips],
            "targets": [(stage.id, stage.name.fr) for stage in process.stages],
            "endings": [(one, process.status_name(one).fr) for one in (*steering.STOPPED, "completed")],
            "example": f"{about.content.call.prefix}-0042",
            "experts": experts,
            "act": act,
            "sent": typed,
            "wrong": sentences(problem),
        },
        status=422 if problem else 200,
        errors=[_anchored(act, line) for line in faults(problem, NAMES)] if problem is not None else (),
    )


def _anchored(act: str, line: Fault) -> Fault:
    anchor = {"until": "jour"}.get(line.anchor, line.anchor)
    return msgspec.structs.replace(line, anchor=f"{act}-{anchor}")


@get("/gestion/{slug:str}/lots", opt={"action": Action.CALL_STEER})
async def hand(request: AnyRequest, slug: FromPath[str]) -> Answer:
    """What may be done with many, and what was."""
    return await _page(request, slug, request.query_params.get("acte", ""))


ACTS = {
    "passer": "skip",
    "revenir": "go_back",
    "rouvrir": "reopen",
    "prolonger": "extend",
    "arreter": "stop",
    "remplacer-evaluateur": "replace_expert",
    "prolonger-evaluateur": "extend_expert",
}


@post("/gestion/{slug:str}/lots/{act:str}", opt={"action": Action.CALL_STEER})
async def begin(request: AnyRequest, slug: FromPath[str], act: FromPath[str]) -> Answer:
    """Order one; what it would come to is shown before it is confirmed."""
    actor, sent = actor_of(request), await sent_form(request)
    await calls.require_on_call(actor, slug, Action.CALL_STEER)
    if act not in ACTS:
        raise NotFound
    if sent.one("_suite") == "modifier":
        return await _page(request, slug, act, sent)
    try:
        new = _ordered(act, sent)
        if sent.one("confirm") != "oui":
            return await _foreseen(request, slug, act, sent, new)
        try:
            with once(sent, act):
                begun = await batches.begin_batch(actor, slug, new, now=clock.now())
        except Conflict as problem:
            return await _foreseen(request, slug, act, sent, new, problem)
    except Invalid as problem:
        return await _page(request, slug, act, sent, problem)
    return see(f"/gestion/{slug}/lots/{begun.id}")


async def _foreseen(  # noqa: PLR0917  a form and what was wrong in it
    request: AnyRequest, slug: str, act: str, sent: Inputs, new: NewBatch, problem: Problem | None = None
) -> Answer:
    """What it would come to, before anything is done. Raises Invalid."""
    actor = actor_of(request)
    if problem is None and sent.one("_suite") == "ordonner":
        problem = Invalid([UNCONFIRMED], "Confirmez pour continuer.")
    about = await calls.require_on_call(actor, slug, Action.CALL_STEER)
    experts = {one.id: one.name for one in await calls.experts(actor, slug)}
    settings = request.app.state.settings
    return page(
        request,
        "staff/batch_preview.html",
        {
            "call": about,
            "new": new,
            "ordered": _in_words(about.content.process, new, experts),
            "foreseen": await foreseeing.foresee_batch(actor, slug, new, settings=settings, now=clock.now()),
            "act": act,
            "kept": [(name, one) for name, those in sent.values.items() if name not in OWN for one in those],
            "wrong": sentences(problem),
        },
        status=status_of(problem),
        errors=faults(problem, NAMES) if problem is not None else (),
    )


def _ordered(act: str, sent: Inputs) -> NewBatch:
    stage, _, outcome = sent.one("outcome").partition("/") if act == "passer" else (sent.one("stage"), "", "")
    until: datetime | None = moment_of(sent) if act.startswith("prolonger") else None
    expert, by = (next(iter(uuids(sent.all(name))), None) for name in ("expert", "by"))
    return NewBatch(
        act=ACTS[act],  # type: ignore[arg-type]  # its values are those acts
        reason=sent.one("reason").replace("\r\n", "\n").strip(),
        stage=stage,
        references=tuple(one for one in _SEPARATORS.split(sent.one("references")) if one),
        outcome=outcome,
        to=sent.one("to"),
        status=sent.one("status"),
        until=until,
        expert=expert,
        by=by,
        mark=sent.one("mark")[:64],
    )


def _in_words(process: Process, new: NewBatch, experts: dict[UUID, str]) -> list[tuple[str, str]]:
    """What is ordered, beside until when and why."""
    stage, target = process.stage(new.stage), process.stage(new.to)
    outcome = stage.outcome(new.outcome) if stage else None
    return [
        ("Étape", stage.name.fr if stage else ""),
        ("Issue", outcome.name.fr if outcome else ""),
        ("Vers l’étape", target.name.fr if target else ""),
        ("Fin de la procédure", process.status_name(new.status).fr if new.status in STATUS_NAMES else ""),
        ("Évaluateur", experts.get(new.expert, "") if new.expert else ""),
        ("Remplacé par", experts.get(new.by, "") if new.by else ""),
    ]


@get("/gestion/{slug:str}/lots/{batch_id:uuid}", opt={"action": Action.CALL_STEER})
async def batch(request: AnyRequest, slug: FromPath[str], batch_id: FromPath[UUID]) -> Answer:
    """How far one is."""
    actor, after = actor_of(request), request.query_params.get("suite", "")
    about = await calls.require_on_call(actor, slug, Action.CALL_STEER)
    number = int(after) if after.isascii() and after.isdigit() and len(after) < 7 else 0
    shown = await views.batch(actor, batch_id, number)
    if shown.batch.call != slug:
        raise NotFound
    return page(request, "staff/batch.html", {"call": about, "shown": shown, "further": bool(number)})


routes = [hand, begin, batch]
