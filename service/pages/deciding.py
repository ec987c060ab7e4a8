"""The page where the authority decides on many proposals at once, a block for each outcome of a sitting's opinions."""

from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath

from service import clock
from service.domain.policy import Action
from service.doors.people import AnyRequest, actor_of
from service.operations import deciding
from service.operations.decisions import DecisionContent
from service.pages.door import once, sent_form, sentences
from service.pages.faults import Fault
from service.pages.inputs import Inputs
from service.pages.render import page, see
from service.problems import Conflict, Invalid, Problem
from service.views import deciding as views

Answer = Response[Any]
LABELS = {"outcome": "Décision", "reasons": "Motifs", "capacity": "Qualité", "delegation": "Délégation"}


def decision_in(sent: Inputs) -> DecisionContent:
    """What a form says of a decision, on one proposal or on many."""
    return DecisionContent(
        sent.one("outcome"),
        sent.one("reasons").replace("\r\n", "\n").strip(),
        sent.one("capacity").strip(),
        sent.one("delegation").strip(),
    )


async def _page(
    request: AnyRequest, slug: str, sitting_id: UUID, sent: Inputs | None = None, problem: Problem | None = None
) -> Answer:
    found = await views.to_decide(actor_of(request), sitting_id, slug)
    usual = Inputs([("capacity", found.capacity), ("delegation", found.delegation)])
    told = problem.errors if isinstance(problem, Invalid) else []
    typed = sent or usual
    context = {
        "found": found,
        "usual": usual,
        "typed": typed,
        "wrong": sentences(problem),
        "problem": problem.detail if isinstance(problem, Conflict) else "",
    }
    number = next((n for n, one in enumerate(found.outcomes, 1) if one.outcome == typed.one("outcome")), 1)
    errors = [Fault(error.fr, LABELS.get(error.path, ""), f"{error.path}-{number}") for error in told]
    status = 422 if isinstance(problem, Invalid) else 409 if problem else 200
    return page(request, "committee/decisions.html", context, status=status, errors=errors)


@get("/comite/{slug:str}/seances/{sitting_id:uuid}/decisions", opt={"action": Action.SITTING_DECIDE})
async def show(request: AnyRequest, slug: FromPath[str], sitting_id: FromPath[UUID]) -> Answer:
    """What the opinions of a sitting leave to decide."""
    return await _page(request, slug, sitting_id)


@post("/comite/{slug:str}/seances/{sitting_id:uuid}/decisions", opt={"action": Action.SITTING_DECIDE})
async def decide(request: AnyRequest, slug: FromPath[str], sitting_id: FromPath[UUID]) -> Answer:
    """Decide on all that wait of one outcome."""
    sent = await sent_form(request)
    content = decision_in(sent)
    try:
        with once(sent):
            taken = await deciding.take_decisions(actor_of(request), sitting_id, content, slug, now=clock.now())
    except (Invalid, Conflict) as problem:
        return await _page(request, slug, sitting_id, sent, problem)
    said = "decisions-en-partie" if taken.left_out or taken.remaining else "decisions"
    return see(f"/comite/{slug}/seances/{sitting_id}/decisions", said if taken.count else "decisions-aucune")


routes = [show, decide]
