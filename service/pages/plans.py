"""Pages on who reviews what: an officer's plan, its proposals one by one, an expert's preferences."""

from typing import Any, get_args
from urllib.parse import parse_qsl, urlencode
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.params import FromPath

from service import clock
from service.domain.plans import Reasons, Wanted
from service.domain.policy import Action
from service.doors.people import AnyRequest, actor_of
from service.notify.samples import invitation_sample
from service.operations import bids, plans
from service.operations.bids import BidContent
from service.operations.plans import PinContent
from service.pages.door import once, sent_form, sentences
from service.pages.inputs import Inputs
from service.pages.render import page, see
from service.pages.wording import Figure
from service.problems import Conflict, Forbidden, NotFound, Problem
from service.views import bids as bid_views
from service.views import calls
from service.views import planned as planned_views
from service.views import plans as views
from service.views.plans import LoadView, PlanView

Answer = Response[Any]
AT_WORK = ("queued", "running", "applying")
BALANCES = (
    ("0.3", "Légère\u00a0: l’affinité d’abord"),
    ("1.0", "Moyenne"),
    ("3.0", "Forte\u00a0: des charges égales d’abord"),
)
SHOWN = 30  # loads beside each other; the others open below
REFUSED = {
    "conflict": "conflit d’intérêts",
    "banned": "écarté",
    "held": "l’a déjà, ou l’a déclinée",
    "full": "aucune place sous sa limite",
    "seats": "plus d’évaluation à pourvoir",
    "unknown": "candidature ou évaluateur hors de la répartition",
}
ONLY = (("", "Toutes"), ("missing", "Sans assez d’évaluateurs"), ("pinned", "Avec un choix de votre part"))
CHOICES = {"pin": "fixe", "ban": "ecarte", "free": "libre"}
QUERY = ("n", "voir", "q", "suite")


def share(affinity: float) -> str:
    """An affinity for people: 0 to 100 %."""
    return f"{max(0, round(100 * affinity))} %"


def because(reasons: Reasons) -> str:
    """Why a taker suits a proposal, or does not, in a line."""
    found = []
    if reasons.keywords:
        found.append(f"mots-clés communs : {', '.join(reasons.keywords)}")
    if reasons.terms:
        found.append(f"mots partagés : {', '.join(reasons.terms)}")
    if not reasons.language:
        found.append("ne lit pas la langue de la candidature")
    found += {"want": ["aimerait l’évaluer"], "not_for_me": ["dit « pas pour moi »"]}.get(reasons.bid, [])
    said = " ; ".join(found)
    return said[:1].upper() + said[1:] if said else "Rien de commun dans les textes et les mots-clés"


def _figures(plan: PlanView, base: str) -> list[Figure]:
    missing = sum(one.counts.missing for one in plan.missing)
    return [
        Figure(plan.proposals, "Candidatures", f"{base}/candidatures"),
        Figure(plan.seats, "Évaluations attribuées"),
        Figure(missing, "Évaluations sans personne", "#manques" if missing else "", alarm=bool(missing)),
        Figure(round(100 * max(0.0, plan.mean or 0)), "Affinité moyenne, sur 100"),
    ]


def _scale(loads: tuple[LoadView, ...]) -> int:
    """The longest bar."""
    return max((max(one.before + one.planned, one.most or 0) for one in loads), default=0) or 1


async def _page(request: AnyRequest, slug: str, problem: Problem | None = None) -> Answer:
    actor = actor_of(request)
    about = await calls.require_on_call(actor, slug, Action.CALL_PLAN)
    plan = await views.plan(actor, slug, plan_number(request.query_params.get("n", "")))
    base = f"/gestion/{slug}/repartition"
    first = plan.worst[0].proposal.id if plan.state == "done" and plan.worst else None
    settings = request.app.state.settings
    return page(
        request,
        "staff/plan.html",
        {
            "call": about,
            "base": base,
            "plan": plan,
            "at_work": plan.state in AT_WORK,
            "figures": _figures(plan, base),
            "scale": _scale(plan.loads),
            "first": SHOWN,
            "balances": BALANCES,
            "refused": REFUSED,
            "invitation": await invitation_sample(settings, first, clock.now()) if first else None,
            "wrong": sentences(problem),
            "problem": problem.detail if problem else "",
            **WORDS,
        },
        status=409 if problem else 200,
        headers={"Refresh": "2"} if plan.state in AT_WORK and problem is None else None,
    )


WORDS = {"share": share, "because": because}


def plan_number(text: str) -> int:
    """The number of a plan in an address, 0 for the last one."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 0


@get("/gestion/{slug:str}/repartition", opt={"action": Action.CALL_PLAN})
async def show(request: AnyRequest, slug: FromPath[str]) -> Answer:
    """The last plan of a call, and how to have another one."""
    return await _page(request, slug)


@post("/gestion/{slug:str}/repartition", opt={"action": Action.CALL_PLAN})
async def make(request: AnyRequest, slug: FromPath[str]) -> Answer:
    """Have one made."""
    sent = await sent_form(request)
    await calls.require_on_call(actor_of(request), slug, Action.CALL_PLAN)
    with once(sent):
        await plans.make_plan(actor_of(request), slug, _wanted(sent), now=clock.now())
    return see(f"/gestion/{slug}/repartition")


def _wanted(sent: Inputs) -> Wanted:
    reserves, balance, takers = sent.one("reserves"), sent.one("balance"), sent.one("takers")
    return Wanted(
        takers="experts" if takers == "experts" else "teams" if takers == "teams" else "",
        reserves=min(10, int(reserves)) if reserves.isascii() and reserves.isdigit() else 2,
        balance=float(balance) if balance in dict(BALANCES) else 1.0,
    )


@post("/gestion/{slug:str}/repartition/application", opt={"action": Action.CALL_PLAN})
async def apply(request: AnyRequest, slug: FromPath[str]) -> Answer:
    """Put its experts on the lists."""
    sent = await sent_form(request)
    await calls.require_on_call(actor_of(request), slug, Action.CALL_PLAN)
    try:
        with once(sent):
            await plans.apply_plan(actor_of(request), slug, plan_number(sent.one("number")), now=clock.now())
    except Conflict as problem:
        return await _page(request, slug, problem)
    return see(f"/gestion/{slug}/repartition")


async def _proposals(request: AnyRequest, slug: str, problem: Problem | None = None) -> Answer:
    actor, asked = actor_of(request), request.query_params
    about = await calls.require_on_call(actor, slug, Action.CALL_PLAN)
    only = {code: code for code in get_args(planned_views.Only)}.get(asked.get("voir", ""), "")
    which = planned_views.Which(plan_number(asked.get("n", "")), only, asked.get("q", "").replace("\0", ""))
    plan = await views.plan(actor, slug, which.number)
    query = {name: value for name in QUERY if (value := asked.get(name, ""))}
    return page(
        request,
        "staff/planned.html",
        {
            "call": about,
            "base": f"/gestion/{slug}/repartition",
            "plan": plan,
            "which": which,
            "only": ONLY,
            "listed": await planned_views.planned(actor, slug, which, asked.get("suite") or None),
            "query": {name: value for name, value in query.items() if name != "suite"},
            "back": urlencode(query),
            "further": bool(asked.get("suite")),
            "problem": problem.detail if problem else "",
            **WORDS,
        },
        status=409 if problem else 200,
    )


@get("/gestion/{slug:str}/repartition/candidatures", opt={"action": Action.CALL_PLAN})
async def proposals(request: AnyRequest, slug: FromPath[str]) -> Answer:
    """The proposals of a plan, worst matches first: who gets them, who else would do."""
    return await _proposals(request, slug)


@post("/gestion/{slug:str}/repartition/choix", opt={"action": Action.ASSIGNMENT_PROPOSE})
async def choose(request: AnyRequest, slug: FromPath[str]) -> Answer:
    """Fix a taker, keep one off, or leave the pair to the plan again."""
    sent = await sent_form(request)
    kind = {said: kind for kind, said in CHOICES.items()}.get(sent.one("_suite"))
    try:
        content = msgspec.convert(
            {"proposal": sent.one("proposal"), "taker": sent.one("taker"), "kind": kind}, PinContent, strict=False
        )
    except msgspec.ValidationError:
        raise NotFound from None
    try:
        with once(sent):
            await plans.keep_pin(actor_of(request), slug, content, now=clock.now())
    except (Forbidden, Conflict) as problem:
        return await _proposals(request, slug, problem)
    query = urlencode([(name, value) for name, value in parse_qsl(sent.one("retour")) if name in QUERY])
    address = f"/gestion/{slug}/repartition/candidatures"
    return see(f"{address}{'?' if query else ''}{query}#c-{content.proposal}", f"choix-{CHOICES[content.kind]}")


BIDS = (("want", "J’aimerais"), ("neutral", "Indifférent"), ("not_for_me", "Pas pour moi"))


@get("/evaluations/preferences/{slug:str}", opt={"action": Action.CALL_BID})
async def preferences(request: AnyRequest, slug: FromPath[str]) -> Answer:
    """What an expert would like to review."""
    actor, after = actor_of(request), request.query_params.get("suite", "")
    return page(
        request,
        "review/bids.html",
        {
            "call": await calls.call(actor, slug),
            "listed": await bid_views.bids(actor, slug, after or None),
            "bids": BIDS,
            "after": after,
        },
    )


@post("/evaluations/preferences/{slug:str}", opt={"action": Action.CALL_BID})
async def prefer(request: AnyRequest, slug: FromPath[str]) -> Answer:
    """Keep what was changed on the page. A proposal that is shown no more is left out."""
    actor, sent = actor_of(request), await sent_form(request)
    after = sent.one("suite")
    shown = {str(line.id): line.bid for line in (await bid_views.bids(actor, slug, after or None)).items}
    for proposal, bid in sent.below("bid/").items():
        if proposal in shown and bid != shown[proposal] and bid in dict(BIDS):
            content = msgspec.convert({"bid": bid}, BidContent)
            await bids.keep_bid(actor, slug, UUID(proposal), content, now=clock.now())
    return see(f"/evaluations/preferences/{slug}" + (f"?{urlencode({'suite': after})}" if after else ""), "preferences")


routes = [show, make, apply, proposals, choose, preferences, prefer]
