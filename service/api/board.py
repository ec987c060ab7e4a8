"""The officer's board of a call: what is awaited, of whom and since when; experts; reviews; reminders by hand."""

from uuid import UUID

import msgspec
from litestar import get, post
from litestar.params import FromPath

from service import clock
from service.api import reading
from service.api.answering import Answer, answer
from service.api.routes import tell
from service.domain.policy import Action
from service.doors.people import AnyRequest, actor_of
from service.operations import chasing
from service.operations.chasing import Reminded, Reminders
from service.problems import NotFound
from service.views import awaited, calls, heat, proposals, ranking, workloads

BOARD = "Board"


class BoardQuery(msgspec.Struct, frozen=True):
    """`whom`: experts, list, officer, applicant, committee or publication; `expert`: an account who is awaited; `late`:
    past the deadline; `stage`: its id; `q`: words of reference or title. `cursor`: of the page, "" for the first."""

    whom: str = ""
    late: bool = False
    expert: UUID | None = None
    stage: str = ""
    q: str = ""
    cursor: str = ""
    limit: int = 50


class PageQuery(msgspec.Struct, frozen=True):
    """`cursor`: of the page, "" for the first one; `limit`: how many lines."""

    cursor: str = ""
    limit: int = 100


class HeatQuery(msgspec.Struct, frozen=True):
    """`round`: from 1, 0 for the last that has begun; `incomplete`: only proposals that lack a review."""

    round: int = 0
    incomplete: bool = False
    cursor: str = ""
    limit: int = 50


class BoardAnswer(msgspec.Struct, frozen=True):
    """How many proposals there are in each stage; of whom how much is awaited; one page of that, the most urgent
    first."""

    counts: calls.Counts
    shares: tuple[awaited.Share, ...]
    items: tuple[awaited.AwaitedLine, ...]
    next: str | None


class ToRemind(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Assignments whose experts are to be reminded, a hundred at most."""

    assignments: tuple[UUID, ...]


@get(
    "/api/calls/{slug:str}/board",
    opt=tell(
        Action.CALL_BOARD,
        "What is awaited in a call: of whom, since when, until when, and what happens next",
        BOARD,
        query=BoardQuery,
        answer=BoardAnswer,
        problems=(403, 404, 422),
    ),
)
async def show_board(request: AnyRequest, slug: FromPath[str]) -> Answer:
    """The most urgent first."""
    actor, query = actor_of(request), reading.query(request, BoardQuery)
    wanted = awaited.Wanted(query.whom, query.late, query.expert, query.stage, query.q)
    found = await awaited.awaited(actor, slug, wanted, query.cursor or None, query.limit)
    counts, shares = await calls.counts(actor, slug), await awaited.awaited_by(actor, slug)
    return answer(BoardAnswer(counts, shares, found.items, found.next))


@get(
    "/api/calls/{slug:str}/board/experts",
    opt=tell(
        Action.CALL_BOARD,
        "The experts of a call: asked, done, late, silent",
        BOARD,
        query=PageQuery,
        answer=workloads.WorkloadPage,
        problems=(403, 404, 422),
    ),
)
async def show_workloads(request: AnyRequest, slug: FromPath[str]) -> Answer:
    """Whoever is late first."""
    query = reading.query(request, PageQuery)
    return answer(await workloads.workloads(actor_of(request), slug, query.cursor or None, query.limit))


@get(
    "/api/calls/{slug:str}/board/reviews",
    opt=tell(
        Action.CALL_BOARD,
        "Proposals by reviews, and how scores and disagreement spread",
        BOARD,
        query=HeatQuery,
        answer=heat.HeatView,
        problems=(403, 404, 422),
    ),
)
async def show_heat(request: AnyRequest, slug: FromPath[str]) -> Answer:
    """By reference."""
    query = reading.query(request, HeatQuery)
    found = await heat.heat(
        *(actor_of(request), slug, query.round or None),
        incomplete=query.incomplete,
        cursor=query.cursor or None,
        limit=query.limit,
    )
    return answer(found)


@get(
    "/api/proposals/{proposal_id:uuid}/place",
    opt=tell(
        Action.REVIEW_READ_ALL,
        "A proposal's place in its call, its totals, and the total corrected for severe and lenient experts",
        BOARD,
        answer=ranking.PlaceView,
        problems=(404,),
    ),
)
async def show_place(request: AnyRequest, proposal_id: FromPath[UUID]) -> Answer:
    """For whoever reads the ranking; 404 before it is scored."""
    actor = actor_of(request)
    found = await proposals.proposal(actor, proposal_id)
    place = await ranking.place(actor, found.call, proposal_id, found.round)
    if place is None:
        raise NotFound
    return answer(place)


@post(
    "/api/assignments/{assignment_id:uuid}/reminder",
    opt=tell(
        Action.ASSIGNMENT_REMIND,
        "Remind an expert by mail, a day after the last reminder at the earliest",
        BOARD,
        answer=Reminded,
        problems=(403, 404, 409),
    ),
)
async def remind_expert(request: AnyRequest, assignment_id: FromPath[UUID]) -> Answer:
    """Beside the reminders of the process."""
    await reading.nothing(request)
    return answer(await chasing.remind_expert(actor_of(request), assignment_id, now=clock.now()))


@post(
    "/api/assignments/reminders",
    opt=tell(
        Action.ASSIGNMENT_REMIND,
        "Remind many experts at once",
        BOARD,
        body=ToRemind,
        answer=Reminders,
        problems=(403, 404, 422),
        example={"assignments": ["018f6b1e-7a90-7c3e-9a51-0d6f3a2b4c5d"]},
    ),
)
async def remind_experts(request: AnyRequest) -> Answer:
    """Whoever can't be reminded now is left out, with the reason."""
    content = await reading.body(request, ToRemind)
    return answer(await chasing.remind_experts(actor_of(request), content.assignments, now=clock.now()))


routes = (show_board, show_workloads, show_heat, show_place, remind_expert, remind_experts)
