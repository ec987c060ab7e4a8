"""Pages about conflicts of interest: an officer judges those that were found, a person declares their interests."""

from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath

from forms import FieldError
from service import clock
from service.domain.policy import Action
from service.doors.people import SIGNED_IN, AnyRequest, actor_of
from service.doors.waiting import caught_up
from service.operations import dismissals, interests
from service.operations.dismissals import DismissalContent
from service.operations.interests import InterestContent, InterestKind
from service.pages.door import faults, once, sent_form, sentences, status_of
from service.pages.dossier import Room, one_page
from service.pages.inputs import Inputs
from service.pages.render import page, see
from service.problems import Conflict, Forbidden, Invalid, Problem
from service.views import conflicts as views

Answer = Response[Any]
KINDS: dict[str, InterestKind] = {"organisation": "organisation", "person": "person", "proposal": "proposal"}
LABELS = {
    "kind": "Ce que vous déclarez",
    "name": "Nom ou référence",
    "identifier": "Identifiant ou adresse",
    "reason": "Nature du lien",
}
NO_KIND = FieldError("kind", "required", "Choisissez ce que vous déclarez.", "Choose what you declare.")


@post(
    "/gestion/{slug:str}/{proposal_id:uuid}/conflits/{conflict_id:uuid}/ecarter",
    opt={"action": Action.CONFLICT_DISMISS},
)
async def dismiss(
    request: AnyRequest, slug: FromPath[str], proposal_id: FromPath[UUID], conflict_id: FromPath[UUID]
) -> Answer:
    """Dismiss what was found, with a reason."""
    sent = await sent_form(request)
    content = DismissalContent(sent.one("reason").replace("\r\n", "\n").strip())
    try:
        with once(sent):
            await dismissals.dismiss_conflict(actor_of(request), proposal_id, conflict_id, content, now=clock.now())
    except (Invalid, Conflict, Forbidden) as problem:
        return await one_page(request, slug, proposal_id, Room.OFFICER, typed=sent, problem=problem)
    await caught_up(proposal_id)
    return see(f"/gestion/{slug}/{proposal_id}#conflits", "conflit-ecarte")


@post(
    "/gestion/{slug:str}/{proposal_id:uuid}/conflits/{conflict_id:uuid}/retablir",
    opt={"action": Action.CONFLICT_DISMISS},
)
async def reinstate(
    request: AnyRequest, slug: FromPath[str], proposal_id: FromPath[UUID], conflict_id: FromPath[UUID]
) -> Answer:
    """Take a dismissal back."""
    sent = await sent_form(request)
    with once(sent):
        await dismissals.reinstate_conflict(actor_of(request), proposal_id, conflict_id, now=clock.now())
    await caught_up(proposal_id)
    return see(f"/gestion/{slug}/{proposal_id}#conflits", "conflit-retabli")


@post(
    "/gestion/{slug:str}/{proposal_id:uuid}/conflits/{conflict_id:uuid}/confirmer",
    opt={"action": Action.CONFLICT_DISMISS},
)
async def confirm(
    request: AnyRequest, slug: FromPath[str], proposal_id: FromPath[UUID], conflict_id: FromPath[UUID]
) -> Answer:
    """What was but a hint is a conflict."""
    sent = await sent_form(request)
    with once(sent):
        await dismissals.confirm_conflict(actor_of(request), proposal_id, conflict_id, now=clock.now())
    await caught_up(proposal_id)
    return see(f"/gestion/{slug}/{proposal_id}#conflits", "conflit-confirme")


async def _page(request: AnyRequest, sent: Inputs | None = None, problem: Problem | None = None) -> Answer:
    found = await views.interests(actor_of(request))
    return page(
        request,
        "review/interests.html",
        {
            "now_counting": [one for one in found.items if one.ended_at is None],
            "ended": [one for one in found.items if one.ended_at is not None],
            "sent": sent or Inputs(),
            "wrong": sentences(problem),
        },
        status=status_of(problem),
        errors=faults(problem, LABELS) if problem else (),
    )


@get("/evaluations/liens", opt={"action": SIGNED_IN})
async def mine(request: AnyRequest) -> Answer:
    """The interests that one declared, and a form for one more."""
    return await _page(request)


@post("/evaluations/liens", opt={"action": SIGNED_IN})
async def declare(request: AnyRequest) -> Answer:
    """Declare an organisation, a person or a proposal."""
    sent = await sent_form(request)
    kind = KINDS.get(sent.one("kind"))
    if kind is None:
        return await _page(request, sent, Invalid([NO_KIND]))
    content = InterestContent(kind, sent.one("name"), sent.one("identifier"), sent.one("reason").replace("\r\n", "\n"))
    try:
        with once(sent):
            await interests.declare_interest(actor_of(request), content, now=clock.now())
    except (Invalid, Conflict) as problem:
        return await _page(request, sent, problem)
    return see("/evaluations/liens", "lien-declare")


@post("/evaluations/liens/{interest_id:uuid}/terminer", opt={"action": SIGNED_IN})
async def end(request: AnyRequest, interest_id: FromPath[UUID]) -> Answer:
    """It counts no more."""
    with once(await sent_form(request)):
        await interests.end_interest(actor_of(request), interest_id, now=clock.now())
    return see("/evaluations/liens", "lien-termine")


routes = [dismiss, reinstate, confirm, mine, declare, end]
