"""The officer's hand on one proposal: each act with its consequences, a reason and a confirmation."""

from collections.abc import Awaitable
from typing import Any, Literal
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.params import FromPath

from forms import FieldError
from service import clock
from service.domain.actor import Actor
from service.domain.policy import Action
from service.doors.people import AnyRequest, actor_of
from service.doors.waiting import caught_up
from service.operations import extending, reassigning, steering
from service.operations.extending import Extend, ExtendExpert
from service.operations.reassigning import Reassign
from service.operations.steering import GoBack, Reopen, Skip, Stop
from service.pages.door import faults, once, sent_form, sentences, status_of
from service.pages.faults import Fault
from service.pages.inputs import Inputs, uuids
from service.pages.moments import moment_of
from service.pages.render import page, see
from service.problems import Invalid, NotFound, Problem
from service.views import calls, conflicts, proposals, teams
from service.views import steering as views

Answer = Response[Any]
LABELS = {
    "outcome": "Issue",
    "to": "Étape",
    "status": "Fin de la procédure",
    "until": "Nouvelle échéance",
    "heure": "Heure",
    "reason": "Motif",
    "release": "Évaluateurs",
    "confirm": "Confirmation",
}
UNCONFIRMED = FieldError("confirm", "required", "Cochez la case pour confirmer.", "Tick the box to confirm.")
CLOCKS: dict[str, Literal["stage", "completion"]] = {"stage": "stage", "completion": "completion"}


async def _page(  # noqa: PLR0917  a form and what was wrong in it
    request: AnyRequest, slug: str, proposal_id: UUID, act: str = "", sent: Inputs | None = None,
    problem: Problem | None = None,
) -> Answer:  # fmt: skip
    actor = actor_of(request)
    found = await proposals.proposal(actor, proposal_id)
    if found.call != slug or Action.JOURNAL_READ not in found.may:
        raise NotFound
    # Whoever waits on the list may be called before the others.
    taken = {one.expert for one in found.assignments if one.round == found.round and one.status != "proposed"}
    taken |= {one.expert for one in (await conflicts.conflicts(actor, proposal_id)).items if one.stands}
    propose = Action.ASSIGNMENT_PROPOSE in found.may
    listed = (await teams.teams(actor, slug)).items if propose else ()
    return page(
        request,
        "staff/steering.html",
        {
            "found": found,
            "steering": await views.steering(actor, proposal_id),
            "experts": [one for one in await calls.experts(actor, slug) if one.id not in taken] if propose else [],
            "teams": [one for one in listed if not one.ended_at and not taken & {member.id for member in one.members}],
            "act": act,
            "sent": sent or Inputs(),
            "wrong": sentences(problem),
        },
        status=status_of(problem),
        errors=[_anchored(act, line) for line in faults(problem, LABELS)] if problem is not None else (),
    )


def _anchored(act: str, line: Fault) -> Fault:
    """The input of that form: each act asks for a reason."""
    anchor = {"until": "jour"}.get(line.anchor, line.anchor)
    return msgspec.structs.replace(line, anchor="release" if anchor == "release" else f"{act}-{anchor}")


@get("/gestion/{slug:str}/{proposal_id:uuid}/conduite", opt={"action": Action.JOURNAL_READ})
async def hand(request: AnyRequest, slug: FromPath[str], proposal_id: FromPath[UUID]) -> Answer:
    """What may be done, and what was done. The board leads here with the act, and whom it is about, chosen already."""
    asked = request.query_params
    who = asked.get("qui", "")
    chosen = Inputs([("release", who), ("assignment", who)]) if who else None
    return await _page(request, slug, proposal_id, asked.get("acte", ""), chosen)


@post("/gestion/{slug:str}/{proposal_id:uuid}/conduite/{act:str}", opt={"action": Action.PROPOSAL_STEER})
async def steer(request: AnyRequest, slug: FromPath[str], proposal_id: FromPath[UUID], act: FromPath[str]) -> Answer:
    """One act."""
    sent = await sent_form(request)
    if act not in SAID:
        raise NotFound
    try:
        require_confirmed(sent)
        with once(sent, act):
            await _done(actor_of(request), proposal_id, act, sent)
    except NotFound:
        raise
    except Problem as problem:
        return await _page(request, slug, proposal_id, act, sent, problem)
    await caught_up(proposal_id)
    return see(f"/gestion/{slug}/{proposal_id}", SAID[act])


def require_confirmed(sent: Inputs) -> None:
    """Raise Invalid where the box was not ticked."""
    if sent.one("confirm") != "oui":
        raise Invalid([UNCONFIRMED], "Confirmez pour continuer.")


SAID = {
    "passer": "etape-passee",
    "revenir": "etape-reprise",
    "rouvrir": "rouverte",
    "arreter": "arretee",
    "prolonger": "etape-prolongee",
    "reaffecter": "reaffectee",
    "prolonger-evaluateur": "evaluateur-prolonge",
}


def _done(  # noqa: PLR0911  one case for each act
    actor: Actor, proposal_id: UUID, act: str, sent: Inputs
) -> Awaitable[object]:
    """The operation that a form asks for. Raises Invalid where an instant, or who is meant, cannot be read."""
    now, stage = clock.now(), sent.one("stage")
    reason = sent.one("reason").replace("\r\n", "\n").strip()
    match act:
        case "passer":
            return steering.skip_stage(actor, proposal_id, Skip(stage, sent.one("outcome"), reason), now=now)
        case "revenir":
            return steering.go_back(actor, proposal_id, GoBack(stage, sent.one("to"), reason), now=now)
        case "rouvrir":
            return steering.reopen(actor, proposal_id, Reopen(sent.one("to"), reason), now=now)
        case "arreter":
            return steering.stop(actor, proposal_id, Stop(stage, sent.one("status"), reason), now=now)
        case "prolonger":
            content = Extend(stage, moment_of(sent), reason, CLOCKS.get(sent.one("clock"), "stage"))
            return extending.extend_stage(actor, proposal_id, content, now=now)
        case "prolonger-evaluateur":
            who = uuids(sent.all("assignment"))
            if not who:
                raise Invalid([FieldError("release", "required", "Choisissez un évaluateur.", "Choose an expert.")])
            return extending.extend_expert(actor, who[0], ExtendExpert(moment_of(sent), reason), now=now)
        case _:
            called = uuids(sent.all("experts")), uuids(sent.all("teams"))
            content_of = Reassign(reason, uuids(sent.all("release")), *called)
            return reassigning.reassign(actor, proposal_id, content_of, now=now)


routes = [hand, steer]
