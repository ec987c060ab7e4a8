"""Calls: the list, and one with everything that a program needs to fill in its form."""

from datetime import datetime
from http import HTTPStatus
from typing import Any
from uuid import UUID

import msgspec
from litestar import get, post
from litestar.params import FromPath

import forms
from service import clock
from service.api import reading
from service.api.answering import Answer, answer
from service.api.routes import tell
from service.domain.policy import Action
from service.doors.people import PUBLIC, AnyRequest, actor_of
from service.operations import decisions, drafts
from service.operations.decisions import PublishedDecisions
from service.operations.drafts import OpenedDraft
from service.views import calls as views
from service.views import ranking as ranking_view

CALLS = "Calls"


class Calls(msgspec.Struct, frozen=True):
    """Every call, open ones first."""

    items: tuple[views.CallLine, ...]


class RankingQuery(msgspec.Struct, frozen=True):
    """`round`: of which round, from 1; 0 for the last that has begun. `sort`: total, corrected or spread, the highest
    first. `cursor`: of the page, "" for the first one; `limit`: how many lines."""

    round: int = 0
    sort: str = "total"
    cursor: str = ""
    limit: int = 100


class CallAnswer(msgspec.Struct, frozen=True):
    """A call with its latest edition. Each field of the form says its kind, constraints, conditions and options, and as
    `shape` the JSON Schema of its value: nothing else is needed to fill it in."""

    id: UUID
    slug: str
    state: str
    opens_at: datetime
    closes_at: datetime | None
    edition: UUID
    number: int
    digest: str
    published_at: datetime
    call: forms.Call
    form: dict[str, Any]
    checklist: forms.Checklist
    grid: forms.Grid
    process: forms.Process
    may: tuple[Action, ...]


@get("/api/calls", opt=tell(PUBLIC, "The calls", CALLS, answer=Calls))
async def list_calls(request: AnyRequest) -> Answer:
    """Every call, open ones first."""
    return answer(Calls(await views.calls(actor_of(request))))


@get(
    "/api/calls/{slug:str}",
    opt=tell(PUBLIC, "A call, with its form, checklist, grid and process", CALLS, answer=CallAnswer, problems=(404,)),
)
async def show_call(request: AnyRequest, slug: FromPath[str]) -> Answer:
    """One call."""
    found = await views.call(actor_of(request), slug)
    edition = found.content
    content = CallAnswer(
        id=found.id,
        slug=found.slug,
        state=found.state,
        opens_at=found.opens_at,
        closes_at=found.closes_at,
        edition=found.edition,
        number=found.number,
        digest=found.digest,
        published_at=found.published_at,
        call=edition.call,
        form=forms.described(edition.form),
        checklist=edition.eligibility,
        grid=edition.grid,
        process=edition.process,
        may=found.may,
    )
    return answer(content)


@post(
    "/api/calls/{slug:str}/proposals",
    opt=tell(
        Action.DRAFT_OPEN,
        "Open a draft",
        CALLS,
        answer=OpenedDraft,
        status=HTTPStatus.CREATED,
        problems=(403, 404, 409),
    ),
)
async def open_draft(request: AnyRequest, slug: FromPath[str]) -> Answer:
    """Begin a proposal on the call's latest edition."""
    await reading.nothing(request)
    opened = await drafts.open_draft(actor_of(request), slug, now=clock.now())
    return answer(opened, HTTPStatus.CREATED, {"Location": f"/api/proposals/{opened.id}"})


@get(
    "/api/calls/{slug:str}/ranking",
    opt=tell(
        Action.CALL_RANK,
        "The ranking, for committee, officers and auditors",
        CALLS,
        query=RankingQuery,
        answer=ranking_view.RankingView,
        problems=(403, 404, 422),
    ),
)
async def show_ranking(request: AnyRequest, slug: FromPath[str]) -> Answer:
    """The proposals of a call by their scores."""
    wanted = reading.query(request, RankingQuery)
    found = await ranking_view.ranking(
        *(actor_of(request), slug, wanted.round or None),
        sort=wanted.sort,
        cursor=wanted.cursor or None,
        limit=wanted.limit,
    )
    return answer(found)


@get(
    "/api/calls/{slug:str}/counts",
    opt=tell(
        Action.CALL_LIST_PROPOSALS,
        "How many proposals stand in each stage",
        CALLS,
        answer=views.Counts,
        problems=(403, 404),
    ),
)
async def show_counts(request: AnyRequest, slug: FromPath[str]) -> Answer:
    """A call at a glance."""
    return answer(await views.counts(actor_of(request), slug))


@post(
    "/api/calls/{slug:str}/publication",
    opt=tell(
        Action.CALL_PUBLISH_DECISIONS,
        "Publish every pending decision of a call",
        CALLS,
        answer=PublishedDecisions,
        problems=(403, 404, 409),
    ),
)
async def publish_decisions(request: AnyRequest, slug: FromPath[str]) -> Answer:
    """Letters and next stages follow by themselves."""
    await reading.nothing(request)
    return answer(await decisions.publish_decisions(actor_of(request), slug, now=clock.now()))


routes = (list_calls, show_call, open_draft, show_ranking, show_counts, publish_decisions)
