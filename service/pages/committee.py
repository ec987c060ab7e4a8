"""Pages of the committee and its chair: the ranking, one proposal, its decision, the publication of all."""

from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath

from service import clock
from service.domain.policy import Action
from service.doors.people import SIGNED_IN, AnyRequest, actor_of
from service.doors.waiting import caught_up
from service.operations import decisions
from service.pages.deciding import decision_in
from service.pages.door import once, sent_form
from service.pages.dossier import Room, one_page
from service.pages.inputs import version_of
from service.pages.render import page, see
from service.problems import Conflict, Invalid, Stale
from service.views import calls, letter_checks, ranking

Answer = Response[Any]


@get("/comite", opt={"action": SIGNED_IN})
async def index(request: AnyRequest) -> Answer:
    """The calls whose ranking the person may read."""
    actor = actor_of(request)
    found = []
    for line in await calls.calls(actor):
        about = await calls.call(actor, line.slug)
        if Action.CALL_RANK in about.may:
            found.append((line, await calls.counts(actor, line.slug)))
    return page(request, "staff/calls.html", {"calls": found, "room": "comite", "title": "Comité"})


@get("/comite/{slug:str}", opt={"action": Action.CALL_RANK})
async def ranked(request: AnyRequest, slug: FromPath[str]) -> Answer:
    """The proposals in the order of their scores, with what was decided so far."""
    asked = request.query_params
    wanted, sort = asked.get("tour", ""), SORTS.get(asked.get("tri", ""), "total")
    number = int(wanted) if wanted.isascii() and wanted.isdecimal() and len(wanted) < 4 else None
    found = await ranking.ranking(actor_of(request), slug, number, sort=sort, cursor=asked.get("suite") or None)
    query = {name: one for name, one in asked.items() if name in ("tour", "tri") and one}
    return page(
        request,
        "staff/ranking.html",
        {"ranking": found, "sorts": SORT_NAMES, "query": query, "further": bool(asked.get("suite"))},
    )


SORTS = {"corrige": "corrected", "ecart": "spread"}
SORT_NAMES = (
    ("", "total", "Total brut"),
    ("corrige", "corrected", "Total corrigé"),
    ("ecart", "spread", "Désaccord"),
)


@get("/comite/{slug:str}/publication", opt={"action": Action.CALL_PUBLISH_DECISIONS})
async def publication_page(request: AnyRequest, slug: FromPath[str]) -> Answer:
    """What is about to be published, to be confirmed."""
    return await _publication(request, slug)


async def _publication(request: AnyRequest, slug: str, error: str = "", status: int = 200) -> Answer:
    actor = actor_of(request)
    about = await calls.require_on_call(actor, slug, Action.CALL_PUBLISH_DECISIONS)
    waiting = await ranking.pending(actor, slug)
    letters = await letter_checks.letters(actor, slug, limit=1) if waiting else None
    context = {"call": about, "pending": waiting, "problem": error, "letters": letters}
    return page(request, "staff/publication.html", context, status=status)


@post("/comite/{slug:str}/publication", opt={"action": Action.CALL_PUBLISH_DECISIONS})
async def publish(request: AnyRequest, slug: FromPath[str]) -> Answer:
    """Publish every pending decision of the call at once."""
    sent = await sent_form(request)
    if sent.one("confirm") != "oui":
        return await _publication(request, slug, "Cochez la case pour confirmer la publication.", 422)
    try:
        with once(sent):
            await decisions.publish_decisions(actor_of(request), slug, now=clock.now())
    except Conflict as problem:
        return await _publication(request, slug, problem.detail, 409)
    return see(f"/comite/{slug}", "publie")


@get("/comite/{slug:str}/{proposal_id:uuid}", opt={"action": Action.SYNTHESIS_READ})
async def proposal(request: AnyRequest, slug: FromPath[str], proposal_id: FromPath[UUID]) -> Answer:
    """One proposal as the committee reads it, with its decision."""
    return await one_page(request, slug, proposal_id, Room.COMMITTEE)


@post("/comite/{slug:str}/{proposal_id:uuid}/decision", opt={"action": Action.DECISION_TAKE})
async def decide(request: AnyRequest, slug: FromPath[str], proposal_id: FromPath[UUID]) -> Answer:
    """Record a decision, which stays pending until it is published."""
    sent = await sent_form(request)
    content = decision_in(sent)
    try:
        with once(sent):
            await decisions.take_decision(
                actor_of(request), proposal_id, content, version_of(sent.one("version")), now=clock.now()
            )
    except (Invalid, Stale) as problem:
        return await one_page(request, slug, proposal_id, Room.COMMITTEE, typed=sent, problem=problem)
    await caught_up(proposal_id)
    return see(f"/comite/{slug}/{proposal_id}#decision", "decision")


routes = [index, ranked, publication_page, publish, proposal, decide]
