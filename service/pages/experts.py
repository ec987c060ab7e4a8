"""Pages of the directory: an expert's own profile, the officers' list of a call's experts, and one of them."""

from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath

from service import clock
from service.domain.actor import Role
from service.domain.languages import language_names
from service.domain.policy import Action
from service.doors.people import SIGNED_IN, AnyRequest, actor_of
from service.operations import accounts, profiles
from service.pages.door import faults, once, sent_form, sentences, status_of
from service.pages.inputs import Inputs, version_of
from service.pages.profiles import COMMON, compacted, inputs_of, labels, profile_of
from service.pages.render import page, see
from service.pages.tables.directory import expert_filters
from service.problems import Invalid, NotFound, Problem, Stale
from service.views import backgrounds, calls
from service.views import experts as views
from service.views.experts import ProfileView

Answer = Response[Any]
LABELS = {"email": "Adresse électronique", "name": "Prénom et nom", "organisation": "Organisme"}
PAST = 20  # reviews that were asked of an expert, on one page
FILTERS = ("q", "mot", "langue", "libre")


async def _list(request: AnyRequest, slug: str, sent: Inputs | None = None, problem: Problem | None = None) -> Answer:
    actor, asked, filters = actor_of(request), request.query_params, expert_filters(request.query_params)
    about = await calls.require_on_call(actor, slug, Action.ACCOUNT_INVITE)
    return page(
        request,
        "staff/experts.html",
        {
            "call": about,
            "filters": filters,
            "listed": await views.experts(actor, slug, filters, asked.get("suite") or None),
            "vocabulary": await views.vocabulary([about.id]),
            "languages": _languages(await views.spoken(about.id), filters.language),
            "query": {name: value for name, value in asked.items() if name in FILTERS and value},
            "further": bool(asked.get("suite")),
            "sent": sent or Inputs(),
            "wrong": sentences(problem),
        },
        status=422 if problem else 200,
        errors=faults(problem, LABELS) if problem is not None else (),
    )


def _languages(spoken: frozenset[str], wanted: str) -> list[tuple[str, str]]:
    """Those that somebody reads here, and the one that is asked for, by name."""
    names = language_names()
    return sorted(((code, names[code]) for code in spoken | {wanted} if code in names), key=lambda one: one[1])


@get("/gestion/{slug:str}/experts", opt={"action": Action.ACCOUNT_INVITE})
async def listed(request: AnyRequest, slug: FromPath[str]) -> Answer:
    """The experts of a call with their load, searched and filtered, and a form to invite one more."""
    return await _list(request, slug)


@post("/gestion/{slug:str}/experts", opt={"action": Action.ACCOUNT_INVITE})
async def invite(request: AnyRequest, slug: FromPath[str]) -> Answer:
    """Invite an expert by mail."""
    sent = await sent_form(request)
    person = (sent.one("email"), sent.one("name"), Role.EXPERT, slug)
    try:
        with once(sent):
            await accounts.invite_account(
                actor_of(request), *person, organisation=sent.one("organisation"), now=clock.now()
            )
    except NotFound:
        raise
    except Problem as problem:
        return await _list(request, slug, sent, problem)
    return see(f"/gestion/{slug}/experts", "invite")


def _form(found: ProfileView, sent: Inputs | None, problem: Problem | None) -> dict[str, Any]:
    return {
        "found": found,
        "sent": sent or inputs_of(found.profile, found.vocabulary),
        "wrong": sentences(problem),
        "stale": isinstance(problem, Stale),
        "common": [(code, language_names()[code].capitalize(), "") for code in COMMON],
    }


async def _save(request: AnyRequest, account: UUID, sent: Inputs) -> None:
    with once(sent):
        await profiles.save_profile(
            actor_of(request), account, profile_of(sent), version_of(sent.one("version")), now=clock.now()
        )


async def _own(request: AnyRequest, sent: Inputs | None = None, problem: Problem | None = None) -> Answer:
    found = await views.own_profile(actor_of(request))
    context = _form(found, sent, problem)
    errors = faults(problem, labels(context["sent"])) if problem and not isinstance(problem, Stale) else []
    return page(request, "expert/profile.html", context, status=status_of(problem), errors=errors)


@get("/profil", opt={"action": SIGNED_IN})
async def own_profile(request: AnyRequest) -> Answer:
    """What an expert says of themselves."""
    return await _own(request)


@post("/profil", opt={"action": SIGNED_IN})
async def save_own(request: AnyRequest) -> Answer:
    """Save it."""
    sent = compacted(await sent_form(request))
    await views.own_profile(actor_of(request))
    try:
        await _save(request, actor_of(request).person, sent)
    except (Invalid, Stale) as problem:
        return await _own(request, sent, problem)
    return see("/profil", "profil")


async def _one(
    request: AnyRequest, slug: str, account_id: UUID, sent: Inputs | None = None, problem: Problem | None = None
) -> Answer:
    actor = actor_of(request)
    about = await calls.require_on_call(actor, slug, Action.EXPERT_MANAGE)
    limits = sent is not None and sent.one("_suite") == "limite"
    found = await views.profile(actor, account_id)
    context = _form(found, None, None) if limits else _form(found, sent, problem)
    after = request.query_params.get("suite", "")
    context |= {"call": about, "entry": await views.expert(actor, slug, account_id), "further": bool(after)}
    context["past"] = await backgrounds.past_reviews(actor, slug, account_id, after or None, PAST)
    context["limit_wrong"] = sentences(problem).get("most", []) if limits else []
    named = {"most": "Candidatures confiées, au plus"} if limits else labels(context["sent"])
    errors = faults(problem, named) if problem and not isinstance(problem, Stale) else []
    return page(request, "staff/expert.html", context, status=status_of(problem), errors=errors)


@get("/gestion/{slug:str}/experts/{account_id:uuid}", opt={"action": Action.EXPERT_MANAGE})
async def one(request: AnyRequest, slug: FromPath[str], account_id: FromPath[UUID]) -> Answer:
    """An expert of the call: load, limit, profile."""
    return await _one(request, slug, account_id)


@post("/gestion/{slug:str}/experts/{account_id:uuid}", opt={"action": Action.EXPERT_MANAGE})
async def save(request: AnyRequest, slug: FromPath[str], account_id: FromPath[UUID]) -> Answer:
    """Save their limit in the call, or their profile."""
    actor, sent = actor_of(request), compacted(await sent_form(request))
    await views.expert(actor, slug, account_id)
    try:
        if sent.one("_suite") == "limite":
            limit = profile_of(Inputs([("most", sent.one("limit"))])).most
            with once(sent):
                await profiles.limit_expert(actor, slug, account_id, limit, now=clock.now())
            return see(f"/gestion/{slug}/experts/{account_id}", "limite")
        await _save(request, account_id, sent)
    except (Invalid, Stale) as problem:
        return await _one(request, slug, account_id, sent, problem)
    return see(f"/gestion/{slug}/experts/{account_id}", "profil")


routes = [listed, invite, own_profile, save_own, one, save]
