"""A published decision is replaced by another one: the page of whoever may decide."""

from datetime import date
from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath

from forms import FieldError
from service import clock
from service.domain.correcting import GROUNDS, Ground
from service.domain.policy import Action
from service.doors.people import AnyRequest, actor_of
from service.operations import corrections
from service.operations.corrections import CorrectionContent
from service.pages import french
from service.pages.door import faults, once, sent_form, sentences, status_of
from service.pages.dossier import outcomes_of
from service.pages.inputs import Inputs, day_of, version_of
from service.pages.render import page, see
from service.problems import Conflict, Invalid, NotFound, Problem, Stale
from service.store.editions import edition as edition_of
from service.views import proposals
from service.views.proposals import ProposalView

Answer = Response[Any]
_CODE = "du code des relations entre le public et l’administration"
NAMES = {
    "error": ("Erreur matérielle", "Une faute ou un oubli ; le sens de la décision ne change pas."),
    "request": ("Demande ou recours du candidat", "La nouvelle décision ne peut pas lui être moins favorable."),
    "illegal": (
        "Illégalité de la décision",
        f"Une décision favorable se retire dans les quatre mois (article L.\u00a0242-1 {_CODE}).",
    ),
    "condition": ("Condition non remplie", f"La décision y était subordonnée (article L.\u00a0242-2 {_CODE})."),
    "fraud": ("Fraude", f"La décision a été obtenue par fraude (article L.\u00a0241-2 {_CODE})."),
}
LABELS = {
    "ground": "Fondement",
    "changes": "Ce qui change",
    "outcome": "Décision",
    "reasons": "Motifs",
    "capacity": "Qualité",
    "delegation": "Délégation",
    "heard_on": "Observations du candidat",
}


async def _page(
    request: AnyRequest, slug: str, proposal_id: UUID, typed: Inputs | None = None, problem: Problem | None = None
) -> Answer:
    found = await proposals.proposal(actor_of(request), proposal_id)
    correctable = found.decision is not None and found.decision.in_force and found.decision.round == found.round
    if found.call != slug or Action.DECISION_CORRECT not in found.may or not correctable or found.decision is None:
        raise NotFound
    edition = await edition_of(found.edition)
    pending = next((one for one in found.decisions if not one.published_at), None)
    kept = pending.version if pending else 0
    context = {
        "found": found,
        "pending": pending,
        "grounds": [(one, NAMES[one][0], french.typography(NAMES[one][1])) for one in GROUNDS],
        "outcomes": outcomes_of(edition, found.decision.round),
        "sent": typed or _stored(found),
        "wrong": sentences(problem),
        "stale": isinstance(problem, Stale),
        "current": problem.current if isinstance(problem, Stale) else kept,
    }
    status = status_of(problem)
    told = faults(problem, LABELS) if problem is not None and not isinstance(problem, Stale) else []
    return page(request, "staff/correction.html", context, status=status, errors=told)


def _stored(found: ProposalView) -> Inputs:
    """What is typed already: the pending correction, or else the decision that it would replace."""
    last = found.decisions[0]
    heard = last.heard_on.isoformat() if last.heard_on else ""
    own = [("ground", last.ground), ("changes", last.changes), ("heard_on", heard)] if not last.published_at else []
    shared = [("outcome", last.outcome), ("reasons", last.reasons), ("capacity", last.capacity)]
    return Inputs([*own, *shared, ("delegation", last.delegation)])


@get("/comite/{slug:str}/{proposal_id:uuid}/rectification", opt={"action": Action.DECISION_CORRECT})
async def correction(request: AnyRequest, slug: FromPath[str], proposal_id: FromPath[UUID]) -> Answer:
    """The decision in force, and the one to take in its place."""
    return await _page(request, slug, proposal_id)


@post("/comite/{slug:str}/{proposal_id:uuid}/rectification", opt={"action": Action.DECISION_CORRECT})
async def correct(request: AnyRequest, slug: FromPath[str], proposal_id: FromPath[UUID]) -> Answer:
    """Record it; it stays pending until it is published."""
    sent = await sent_form(request)
    try:
        with once(sent):
            await corrections.take_correction(
                actor_of(request), proposal_id, _content(sent), version_of(sent.one("version")), now=clock.now()
            )
    except NotFound:
        raise
    except Problem as problem:
        return await _page(request, slug, proposal_id, sent, problem)
    return see(f"/comite/{slug}/{proposal_id}#decision", "rectification")


@post("/comite/{slug:str}/{proposal_id:uuid}/rectification/abandon", opt={"action": Action.DECISION_CORRECT})
async def drop(request: AnyRequest, slug: FromPath[str], proposal_id: FromPath[UUID]) -> Answer:
    """Give up the pending one."""
    sent = await sent_form(request)
    try:
        with once(sent):
            await corrections.drop_correction(
                actor_of(request), proposal_id, version_of(sent.one("version")), now=clock.now()
            )
    except (Conflict, Stale) as problem:
        return await _page(request, slug, proposal_id, None, problem)
    return see(f"/comite/{slug}/{proposal_id}#decision", "rectification-abandonnee")


def _content(sent: Inputs) -> CorrectionContent:
    """What was typed. Invalid where the ground or the day cannot be read."""
    try:
        cites = UUID(sent.one("cites"))
    except ValueError:
        raise NotFound from None
    return CorrectionContent(
        cites=cites,
        ground=_ground(sent.one("ground")),
        changes=_text(sent, "changes"),
        outcome=sent.one("outcome"),
        reasons=_text(sent, "reasons"),
        capacity=sent.one("capacity").strip(),
        delegation=sent.one("delegation").strip(),
        heard_on=_day(sent.one("heard_on").strip()),
    )


def _text(sent: Inputs, name: str) -> str:
    return sent.one(name).replace("\r\n", "\n").strip()


def _ground(said: str) -> Ground:
    found = next((one for one in GROUNDS if one == said), None)
    if found is None:
        raise Invalid([FieldError("ground", "required", "Choisissez le fondement.", "Choose the ground.")])
    return found


def _day(said: str) -> date | None:
    found = day_of(said) if said else None
    if said and found is None:
        raise Invalid([FieldError("heard_on", "bad_date", "Indiquez un jour du calendrier.", "Give a day.")])
    return found


routes = [correction, correct, drop]
