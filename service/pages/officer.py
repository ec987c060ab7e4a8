"""Pages of whoever runs a call: its proposals by stage, one of them, its experts."""

from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath

from forms import FieldError
from service import clock
from service.domain.policy import Action
from service.doors.people import SIGNED_IN, AnyRequest, actor_of
from service.doors.waiting import caught_up
from service.operations import assignments, eligibility, syntheses
from service.operations.eligibility import EligibilityAnswer, Verdict
from service.operations.syntheses import SynthesisContent
from service.pages.door import once, sent_form
from service.pages.dossier import Room, one_page
from service.pages.inputs import uuids, version_of
from service.pages.render import page, see
from service.problems import Invalid, NotFound, Problem, Stale
from service.views import calls, lists
from service.views.lists import Filters

Answer = Response[Any]
NO_VERDICT = FieldError("verdict", "required", "Choisissez une conclusion.", "Choose a verdict.")
VERDICTS = {verdict.value: verdict for verdict in Verdict}


@get("/gestion", opt={"action": SIGNED_IN})
async def index(request: AnyRequest) -> Answer:
    """The calls whose proposals the person may list, at a glance."""
    actor = actor_of(request)
    found = []
    for line in await calls.calls(actor):
        about = await calls.call(actor, line.slug)
        if Action.CALL_LIST_PROPOSALS in about.may:
            found.append((line, await calls.counts(actor, line.slug)))
    return page(request, "staff/calls.html", {"calls": found, "room": "gestion", "title": "Instruction"})


@get("/gestion/{slug:str}", opt={"action": Action.CALL_LIST_PROPOSALS})
async def proposals_of_call(request: AnyRequest, slug: FromPath[str]) -> Answer:
    """The proposals of a call: how many in each stage, which are late, filters, search."""
    actor, asked = actor_of(request), request.query_params
    about = await calls.require_on_call(actor, slug, Action.CALL_LIST_PROPOSALS)
    filters = Filters(
        call=slug,
        stage=asked.get("etape", ""),
        status=asked.get("statut", ""),
        q=asked.get("q", "").replace("\0", ""),
        late=asked.get("retard", "") == "oui",
        sort=asked.get("tri", "") if asked.get("tri", "") in SORTS else "due",
    )
    return page(
        request,
        "staff/list.html",
        {
            "call": about,
            "counts": await calls.counts(actor, slug),
            "filters": filters,
            "listed": await lists.proposals(actor, filters, asked.get("suite") or None),
            "sorts": SORTS,
            "query": {name: value for name, value in asked.items() if name in FILTERS and value},
            "further": bool(asked.get("suite")),
        },
    )


FILTERS = ("etape", "statut", "q", "retard", "tri")
SORTS = {
    "due": "Échéance la plus proche",
    "-submitted": "Dépôt le plus récent",
    "submitted": "Dépôt le plus ancien",
    "reference": "Référence",
    "title": "Titre",
    "-total": "Total le plus élevé",
    "total": "Total le plus bas",
    "-spread": "Plus grand désaccord",
}


@get("/gestion/{slug:str}/{proposal_id:uuid}", opt={"action": Action.JOURNAL_READ})
async def proposal(request: AnyRequest, slug: FromPath[str], proposal_id: FromPath[UUID]) -> Answer:
    """One proposal: answers, checklist, experts, reviews, synthesis, documents, journal."""
    return await one_page(request, slug, proposal_id, Room.OFFICER)


@post("/gestion/{slug:str}/{proposal_id:uuid}/eligibilite", opt={"action": Action.ELIGIBILITY_ANSWER})
async def answer_eligibility(request: AnyRequest, slug: FromPath[str], proposal_id: FromPath[UUID]) -> Answer:
    """Record the checklist and its verdict."""
    sent = await sent_form(request)
    items = {item: value == "oui" for item, value in sent.below("items/").items() if value in ("oui", "non")}
    remarks = {field: text.strip() for field, text in sent.below("remarks/").items() if text.strip()}
    verdict = VERDICTS.get(sent.one("verdict"))
    if verdict is None:
        problem = Invalid([NO_VERDICT], "La liste de vérification est à compléter.")
        return await one_page(request, slug, proposal_id, Room.OFFICER, typed=sent, problem=problem)
    answer = EligibilityAnswer(verdict, items, sent.one("reasons").strip(), remarks)
    try:
        with once(sent):
            await eligibility.answer_eligibility(actor_of(request), proposal_id, answer, now=clock.now())
    except Invalid as problem:
        return await one_page(request, slug, proposal_id, Room.OFFICER, typed=sent, problem=problem)
    await caught_up(proposal_id)
    return see(f"/gestion/{slug}/{proposal_id}", "eligibilite")


@post("/gestion/{slug:str}/{proposal_id:uuid}/evaluateurs", opt={"action": Action.ASSIGNMENT_PROPOSE})
async def propose_experts(request: AnyRequest, slug: FromPath[str], proposal_id: FromPath[UUID]) -> Answer:
    """Put experts on the proposal's list, in the order of the page."""
    sent = await sent_form(request)
    experts, teams = uuids(sent.all("experts")), uuids(sent.all("teams"))
    try:
        with once(sent):
            await assignments.propose_experts(actor_of(request), proposal_id, experts, teams, now=clock.now())
    except NotFound:
        raise
    except Problem as problem:
        return await one_page(request, slug, proposal_id, Room.OFFICER, typed=sent, problem=problem)
    await caught_up(proposal_id)
    return see(f"/gestion/{slug}/{proposal_id}#evaluateurs", "experts")


@post("/gestion/{slug:str}/{proposal_id:uuid}/synthese", opt={"action": Action.SYNTHESIS_SAVE})
async def save_synthesis(request: AnyRequest, slug: FromPath[str], proposal_id: FromPath[UUID]) -> Answer:
    """Save the summary of the reviews, and submit it where the button says so."""
    actor, sent = actor_of(request), await sent_form(request)
    content = SynthesisContent(sent.one("text").replace("\r\n", "\n").strip(), sent.one("recommendation"))
    submits, version = sent.one("_suite") == "remettre", version_of(sent.one("version"))
    try:
        with once(sent, "submit" if submits else "save"):
            if submits:
                await syntheses.submit_synthesis(actor, proposal_id, version, content, now=clock.now())
            else:
                await syntheses.save_synthesis(actor, proposal_id, content, version, now=clock.now())
        if submits:
            await caught_up(proposal_id)
    except (Invalid, Stale) as problem:
        return await one_page(request, slug, proposal_id, Room.OFFICER, typed=sent, problem=problem)
    return see(f"/gestion/{slug}/{proposal_id}#synthese", "synthese-remise" if submits else "synthese")


routes = [
    index,
    proposals_of_call,
    proposal,
    answer_eligibility,
    propose_experts,
    save_synthesis,
]
