"""Pages of an officer: a list of experts from a file, looked at before it is applied."""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath

from service import clock
from service.domain.policy import Action
from service.domain.rosters import NAMES
from service.doors.people import AnyRequest, actor_of, require_author
from service.doors.uploads import let_finish, sent_whole
from service.notify.samples import newcomer_sample
from service.operations import rosters
from service.pages.door import faults, once, sent_form
from service.pages.render import page, see
from service.problems import NotFound, OtherAccount, Problem, TooLarge
from service.views import calls
from service.views import rosters as views
from service.views.rosters import RosterView

Answer = Response[Any]
SHOWN = 500  # lines of one page; what is wrong comes first


async def _ask(request: AnyRequest, slug: str, problem: Problem | None = None) -> Answer:
    about = await calls.require_on_call(actor_of(request), slug, Action.EXPERT_MANAGE)
    context = {"call": about, "columns": list(NAMES.values())}
    status = 413 if isinstance(problem, TooLarge) else 422 if problem else 200
    return page(
        request, "staff/roster_file.html", context, status=status, errors=faults(problem, {}) if problem else []
    )


@get("/gestion/{slug:str}/experts/import", opt={"action": Action.EXPERT_MANAGE})
async def ask(request: AnyRequest, slug: FromPath[str]) -> Answer:
    """Choose a file."""
    return await _ask(request, slug)


@post("/gestion/{slug:str}/experts/import", opt={"action": Action.EXPERT_MANAGE})
async def read(request: AnyRequest, slug: FromPath[str]) -> Answer:
    """Read it, and show what it would come to."""
    actor = actor_of(request)
    try:
        require_author(actor, request.query_params.get("compte", ""))
        await calls.require_on_call(actor, slug, Action.EXPERT_MANAGE)
    except (OtherAccount, NotFound):
        await let_finish(request)
        raise
    try:
        name, content = await sent_whole(request)
        found = await rosters.read_roster(actor, slug, name, content, now=clock.now())
    except NotFound:
        raise
    except Problem as problem:
        return await _ask(request, slug, problem)
    told = urlencode({"sans": ", ".join(found.ignored)}) if found.ignored else ""
    return see(f"/gestion/{slug}/experts/import/{found.id}{'?' if told else ''}{told}")


async def _one(request: AnyRequest, slug: str, roster_id: UUID) -> tuple[Any, RosterView]:
    about = await calls.require_on_call(actor_of(request), slug, Action.EXPERT_MANAGE)
    found = await views.roster(actor_of(request), roster_id)
    if found.call != slug:
        raise NotFound
    return about, found


@get("/gestion/{slug:str}/experts/import/{roster_id:uuid}", opt={"action": Action.EXPERT_MANAGE})
async def one(request: AnyRequest, slug: FromPath[str], roster_id: FromPath[UUID]) -> Answer:
    """What it would come to, or how far it is, or what was left out."""
    about, found = await _one(request, slug, roster_id)
    running = found.begun_at is not None and found.finished_at is None
    lines = sorted(found.lines, key=lambda line: (line.verdict != "fault", line.number))
    context = {"call": about, "found": found, "lines": lines[:SHOWN], "more": len(lines) - SHOWN, "running": running}
    context["ignored"] = request.query_params.get("sans", "")[:300]
    if found.mailed and found.begun_at is None:
        title = about.content.call.title.fr
        context["invitation"] = newcomer_sample(request.app.state.settings, title, clock.now())
    answer = page(request, "staff/roster.html", context)
    if running:
        answer.headers["Refresh"] = "3"
    return answer


@post("/gestion/{slug:str}/experts/import/{roster_id:uuid}", opt={"action": Action.EXPERT_MANAGE})
async def act(request: AnyRequest, slug: FromPath[str], roster_id: FromPath[UUID]) -> Answer:
    """Apply it, or forget it."""
    sent = await sent_form(request)
    await _one(request, slug, roster_id)
    with once(sent):
        if sent.one("_suite") == "abandonner":
            await rosters.drop_roster(actor_of(request), roster_id, now=clock.now())
            return see(f"/gestion/{slug}/experts")
        await rosters.begin_roster(actor_of(request), roster_id, now=clock.now())
    return see(f"/gestion/{slug}/experts/import/{roster_id}")


routes = [ask, read, one, act]
