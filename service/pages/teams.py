"""Pages of an officer: the teams of a call."""

from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath

from service import clock
from service.domain.policy import Action
from service.doors.people import AnyRequest, actor_of
from service.operations import teams
from service.operations.teams import TeamContent
from service.pages.door import faults, once, sent_form, sentences, status_of
from service.pages.inputs import Inputs, uuids
from service.pages.render import page, see
from service.problems import Conflict, Invalid, Problem
from service.views import calls
from service.views import teams as views

Answer = Response[Any]
LABELS = {"name": "Nom de l’équipe", "members": "Membres"}


def _content(sent: Inputs) -> TeamContent:
    return TeamContent(sent.one("name"), uuids(sent.all("members")))


async def _context(request: AnyRequest, slug: str, sent: Inputs, problem: Problem | None) -> dict[str, Any]:
    actor = actor_of(request)
    return {
        "call": await calls.require_on_call(actor, slug, Action.TEAM_MANAGE),
        "experts": await calls.experts(actor, slug),
        "sent": sent,
        "wrong": sentences(problem),
    }


async def _list(request: AnyRequest, slug: str, sent: Inputs | None = None, problem: Problem | None = None) -> Answer:
    context = await _context(request, slug, sent or Inputs(), problem)
    context["teams"] = (await views.teams(actor_of(request), slug)).items
    errors = faults(problem, LABELS) if problem else []
    return page(request, "staff/teams.html", context, status=status_of(problem), errors=errors)


@get("/gestion/{slug:str}/equipes", opt={"action": Action.TEAM_MANAGE})
async def listed(request: AnyRequest, slug: FromPath[str]) -> Answer:
    """The teams of a call, and a form for one more."""
    return await _list(request, slug)


@post("/gestion/{slug:str}/equipes", opt={"action": Action.TEAM_MANAGE})
async def form(request: AnyRequest, slug: FromPath[str]) -> Answer:
    """Form a team."""
    sent = await sent_form(request)
    try:
        with once(sent):
            await teams.form_team(actor_of(request), slug, _content(sent), now=clock.now())
    except (Invalid, Conflict) as problem:
        return await _list(request, slug, sent, problem)
    return see(f"/gestion/{slug}/equipes", "equipe")


async def _one(
    request: AnyRequest, slug: str, team_id: UUID, sent: Inputs | None = None, problem: Problem | None = None
) -> Answer:
    found = await views.team(actor_of(request), slug, team_id)
    shown = sent or Inputs([("name", found.name), *(("members", str(one.id)) for one in found.members)])
    context = await _context(request, slug, shown, problem)
    errors = faults(problem, LABELS) if problem else []
    return page(request, "staff/team.html", {**context, "team": found}, status=status_of(problem), errors=errors)


@get("/gestion/{slug:str}/equipes/{team_id:uuid}", opt={"action": Action.TEAM_MANAGE})
async def one(request: AnyRequest, slug: FromPath[str], team_id: FromPath[UUID]) -> Answer:
    """A team, to change or to end."""
    return await _one(request, slug, team_id)


@post("/gestion/{slug:str}/equipes/{team_id:uuid}", opt={"action": Action.TEAM_MANAGE})
async def change(request: AnyRequest, slug: FromPath[str], team_id: FromPath[UUID]) -> Answer:
    """Change or end it."""
    actor, sent = actor_of(request), await sent_form(request)
    await views.team(actor, slug, team_id)
    try:
        with once(sent):
            if sent.one("_suite") == "dissoudre":
                await teams.end_team(actor, team_id, now=clock.now())
                return see(f"/gestion/{slug}/equipes", "equipe-dissoute")
            await teams.change_team(actor, team_id, _content(sent), now=clock.now())
    except (Invalid, Conflict) as problem:
        return await _one(request, slug, team_id, sent, problem)
    return see(f"/gestion/{slug}/equipes", "equipe")


routes = [listed, form, one, change]
