"""The officer's board: what is awaited, the experts, the reviews; a reminder in one click."""

from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath

from service import clock
from service.domain.policy import Action
from service.doors.people import AnyRequest, actor_of
from service.operations import chasing
from service.pages import boarding
from service.pages.door import once, return_path, sent_form
from service.pages.faults import Said
from service.pages.render import page, see
from service.problems import Conflict
from service.views import awaited, calls, heat, workloads

Answer = Response[Any]
FILTERS = ("attente", "retard", "evaluateur", "etape", "q")
BEHIND = 6
"""How many of those who are late or silent the first page names."""


@get("/gestion/{slug:str}/tableau", opt={"action": Action.CALL_BOARD})
async def board(request: AnyRequest, slug: FromPath[str]) -> Answer:
    """What each proposal waits for, the most urgent first."""
    return await _board(request, slug)


async def _board(request: AnyRequest, slug: str, said: Said | None = None, status: int = 200) -> Answer:
    actor, asked = actor_of(request), request.query_params
    about = await calls.require_on_call(actor, slug, Action.CALL_BOARD)
    wanted = boarding.wanted_of(request.query_params)
    behind = await workloads.workloads(actor, slug, limit=BEHIND, severities=False)
    return page(
        request,
        "staff/board.html",
        {
            "call": about,
            "here": "",
            "counts": await calls.counts(actor, slug),
            "shares": await awaited.awaited_by(actor, slug),
            "codes": {whom: code for code, whom in boarding.CODES.items()},
            "wanted": wanted,
            "whom": asked.get("attente", ""),
            "whom_options": [(code, boarding.WHOM[whom]) for code, whom in boarding.CODES.items()],
            "found": await awaited.awaited(actor, slug, wanted, asked.get("suite") or None),
            "behind": [one for one in behind.items if one.late or one.silent],
            "all_behind": behind.behind,
            "experts": await workloads.names(actor, slug),
            "query": _query(request),
            "further": bool(asked.get("suite")),
            "may_remind": Action.ACCOUNT_INVITE in about.may,
        },
        status=status,
        said=said,
    )


def _query(request: AnyRequest) -> dict[str, str]:
    return {name: value for name, value in request.query_params.items() if name in FILTERS and value}


@get("/gestion/{slug:str}/tableau/evaluateurs", opt={"action": Action.CALL_BOARD})
async def experts(request: AnyRequest, slug: FromPath[str]) -> Answer:
    """The experts: asked, done, late, silent."""
    actor, asked = actor_of(request), request.query_params
    about = await calls.require_on_call(actor, slug, Action.CALL_BOARD)
    found = await workloads.workloads(actor, slug, asked.get("suite") or None)
    return page(
        request,
        "staff/board_experts.html",
        {
            "call": about,
            "here": "evaluateurs",
            "found": found,
            "further": bool(asked.get("suite")),
            "may_remind": Action.ACCOUNT_INVITE in about.may,
        },
    )


@get("/gestion/{slug:str}/tableau/evaluations", opt={"action": Action.CALL_BOARD})
async def reviews(request: AnyRequest, slug: FromPath[str]) -> Answer:
    """Proposals x reviews, and how scores and disagreement spread."""
    actor, asked = actor_of(request), request.query_params
    about = await calls.require_on_call(actor, slug, Action.CALL_BOARD)
    incomplete = asked.get("manque", "") == "oui"
    found = await heat.heat(
        actor, slug, boarding.round_of(request.query_params), incomplete=incomplete, cursor=asked.get("suite") or None
    )
    return page(
        request,
        "staff/board_reviews.html",
        {
            "call": about,
            "here": "evaluations",
            "found": found,
            "incomplete": incomplete,
            "query": {name: value for name, value in asked.items() if name in ("tour", "manque") and value},
            "further": bool(asked.get("suite")),
        },
    )


@post("/gestion/{slug:str}/tableau/rappels", opt={"action": Action.ASSIGNMENT_REMIND})
async def remind(request: AnyRequest, slug: FromPath[str]) -> Answer:
    """Remind the chosen experts, and come back to where the button was. Many are shown before anything is sent."""
    actor, sent = actor_of(request), await sent_form(request)
    about = await calls.require_on_call(actor, slug, Action.CALL_BOARD)
    chosen = tuple(dict.fromkeys(UUID(one) for one in sent.all("assignments") if _is_uuid(one)))
    back = return_path(sent.one("retour"), f"/gestion/{slug}/tableau")
    if not chosen:
        return await _board(request, slug, Said("info", "Personne n’était choisi : aucun rappel n’est parti."))
    if len(chosen) > 1 and sent.one("_suite") != "envoyer":
        reminding = await boarding.preview(actor, about, chosen, request.app.state.settings)
        return page(
            request, "staff/board_preview.html", {"call": about, "here": "", "back": back, "reminding": reminding}
        )
    if len(chosen) == 1:
        try:
            with once(sent):
                await chasing.remind_expert(actor, chosen[0], now=clock.now())
        except Conflict as problem:
            return await _board(request, slug, Said("warning", problem.detail), 409)
        return see(back, "rappel")
    with once(sent):
        done = await chasing.remind_experts(actor, chosen[: chasing.MANY], now=clock.now())
    return see(back, "rappels" if not done.refused else "rappels-en-partie" if done.sent else "rappels-aucun")


def _is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


routes = [board, experts, reviews, remind]
