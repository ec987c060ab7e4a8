"""The officer's board: what is awaited, the experts, the reviews; a reminder in one click; the same as CSV."""

from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath

from service import clock
from service.domain.policy import Action
from service.doors.people import AnyRequest, actor_of
from service.operations import chasing
from service.pages import boarding
from service.pages.csvs import sheet
from service.pages.door import once, return_path, sent_form
from service.pages.faults import Said
from service.pages.render import page, see
from service.problems import Conflict
from service.views import awaited, calls, heat, workloads
from service.views.awaited import Wanted

Answer = Response[Any]
FILTERS = ("attente", "retard", "evaluateur", "etape", "q")
WHOM = {
    "evaluateurs": "experts",
    "liste": "list",
    "service": "officer",
    "candidat": "applicant",
    "comite": "committee",
    "publication": "publication",
}


@get("/gestion/{slug:str}/tableau", opt={"action": Action.CALL_BOARD})
async def board(request: AnyRequest, slug: FromPath[str]) -> Answer:
    """What each proposal waits for, the most urgent first."""
    return await _board(request, slug)


async def _board(request: AnyRequest, slug: str, said: Said | None = None, status: int = 200) -> Answer:
    actor, asked = actor_of(request), request.query_params
    about = await calls.require_on_call(actor, slug, Action.CALL_BOARD)
    wanted = _wanted(request)
    experts = await workloads.workloads(actor, slug, limit=workloads.MOST)
    return page(
        request,
        "staff/board.html",
        {
            "call": about,
            "here": "",
            "counts": await calls.counts(actor, slug),
            "shares": await awaited.awaited_by(actor, slug),
            "codes": {whom: code for code, whom in WHOM.items()},
            "wanted": wanted,
            "whom": asked.get("attente", ""),
            "whom_options": [(code, boarding.WHOM[whom]) for code, whom in WHOM.items()],
            "found": await awaited.awaited(actor, slug, wanted, asked.get("suite") or None),
            "experts": experts.items,
            "query": _query(request),
            "further": bool(asked.get("suite")),
            "may_remind": Action.ACCOUNT_INVITE in about.may,
        },
        status=status,
        said=said,
    )


def _wanted(request: AnyRequest) -> Wanted:
    asked = request.query_params
    try:
        expert = UUID(asked.get("evaluateur", ""))
    except ValueError:
        expert = None
    return Wanted(
        whom=WHOM.get(asked.get("attente", ""), ""),
        late=asked.get("retard", "") == "oui",
        expert=expert,
        stage=asked.get("etape", "")[:40],
        q=asked.get("q", "").replace("\0", ""),
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
    found = await heat.heat(actor, slug, _round(request), incomplete=incomplete, cursor=asked.get("suite") or None)
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


def _round(request: AnyRequest) -> int | None:
    wanted = request.query_params.get("tour", "")
    return int(wanted) if wanted.isascii() and wanted.isdecimal() and len(wanted) < 4 else None


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


@get("/gestion/{slug:str}/tableau/attentes.csv", opt={"action": Action.CALL_BOARD})
async def awaited_csv(request: AnyRequest, slug: FromPath[str]) -> Answer:
    """What the first page shows, whole, as a file for a spreadsheet."""
    actor = actor_of(request)
    await calls.require_on_call(actor, slug, Action.CALL_BOARD)
    return sheet(f"{slug}-attentes.csv", boarding.AWAITED, boarding.awaited_lines(actor, slug, _wanted(request)))


@get("/gestion/{slug:str}/tableau/evaluateurs.csv", opt={"action": Action.CALL_BOARD})
async def experts_csv(request: AnyRequest, slug: FromPath[str]) -> Answer:
    """The experts."""
    actor = actor_of(request)
    await calls.require_on_call(actor, slug, Action.CALL_BOARD)
    return sheet(f"{slug}-evaluateurs.csv", boarding.EXPERTS, boarding.expert_lines(actor, slug))


@get("/gestion/{slug:str}/tableau/evaluations.csv", opt={"action": Action.CALL_BOARD})
async def reviews_csv(request: AnyRequest, slug: FromPath[str]) -> Answer:
    """The reviews, a line for each seat."""
    actor = actor_of(request)
    await calls.require_on_call(actor, slug, Action.CALL_BOARD)
    incomplete = request.query_params.get("manque", "") == "oui"
    lines = boarding.review_lines(actor, slug, _round(request), incomplete=incomplete)
    return sheet(f"{slug}-evaluations.csv", boarding.REVIEWS, lines)


routes = [board, experts, reviews, remind, awaited_csv, experts_csv, reviews_csv]
