"""Who reviews what: plans of a call, what officers fix in them, what experts would like."""

from http import HTTPStatus
from uuid import UUID

import msgspec
from litestar import get, post, put
from litestar.params import FromPath

from service import clock
from service.api import reading
from service.api.answering import Answer, answer
from service.api.routes import tell
from service.api.teams import EXPERTS
from service.domain.plans import Wanted
from service.domain.policy import Action
from service.doors.people import AnyRequest, actor_of
from service.operations import bids, plans
from service.operations.bids import BidContent, KeptBid
from service.operations.plans import AskedPlan, KeptPin, PinContent
from service.views import bids as bid_views
from service.views import planned
from service.views import plans as views
from service.views.planned import Only


class PlanQuery(msgspec.Struct, frozen=True):
    """`number` of the plan; 0 for the last one."""

    number: int = 0


class PlannedQuery(PlanQuery, frozen=True):
    """`only`: `missing`, proposals that lack takers, or `pinned`, of which an officer fixed something; `q`: part of a
    reference or title."""

    only: Only = ""
    q: str = ""
    cursor: str | None = None


class BidsQuery(msgspec.Struct, frozen=True):
    """Where the next page begins."""

    cursor: str | None = None


class Chosen(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The number of the plan to apply."""

    number: int


@get(
    "/api/calls/{slug:str}/plan",
    opt=tell(
        Action.CALL_PLAN,
        "A plan of the call: loads, worst matches, what is missing, why, and what would be enough",
        EXPERTS,
        query=PlanQuery,
        answer=views.PlanView,
        problems=(404, 422),
    ),
)
async def show_plan(request: AnyRequest, slug: FromPath[str]) -> Answer:
    """The last one, or one by its number; `state` says how it stands."""
    query = reading.query(request, PlanQuery)
    return answer(await views.plan(actor_of(request), slug, query.number))


@get(
    "/api/calls/{slug:str}/plan/proposals",
    opt=tell(
        Action.CALL_PLAN,
        "The proposals of a plan, worst matches first: takers, who stands behind them, who else would do",
        EXPERTS,
        query=PlannedQuery,
        answer=planned.PlannedPage,
        problems=(404, 422),
    ),
)
async def list_planned(request: AnyRequest, slug: FromPath[str]) -> Answer:
    """In pages."""
    query = reading.query(request, PlannedQuery)
    which = planned.Which(query.number, query.only, query.q)
    return answer(await planned.planned(actor_of(request), slug, which, query.cursor))


@post(
    "/api/calls/{slug:str}/plan",
    opt=tell(
        Action.CALL_PLAN,
        "Have a plan made; while one is made, that one is answered",
        EXPERTS,
        body=Wanted,
        answer=AskedPlan,
        status=HTTPStatus.ACCEPTED,
        problems=(403, 404, 422),
        example={"reserves": 2, "balance": 1.0},
    ),
)
async def make_plan(request: AnyRequest, slug: FromPath[str]) -> Answer:
    """Then ask for it until its state is `done`."""
    wanted = await reading.body(request, Wanted)
    asked = await plans.make_plan(actor_of(request), slug, wanted, now=clock.now())
    headers = {"Location": f"/api/calls/{slug}/plan?number={asked.number}", "Retry-After": "1"}
    return answer(asked, HTTPStatus.ACCEPTED, headers)


@post(
    "/api/calls/{slug:str}/plan/application",
    opt=tell(
        Action.CALL_PLAN,
        "Put the takers of a plan on the lists of the proposals",
        EXPERTS,
        body=Chosen,
        answer=AskedPlan,
        status=HTTPStatus.ACCEPTED,
        problems=(403, 404, 409, 422),
        example={"number": 3},
    ),
)
async def apply_plan(request: AnyRequest, slug: FromPath[str]) -> Answer:
    """Refused with `plan_outdated` where what it rests on has changed."""
    chosen = await reading.body(request, Chosen)
    asked = await plans.apply_plan(actor_of(request), slug, chosen.number, now=clock.now())
    return answer(asked, HTTPStatus.ACCEPTED)


@post(
    "/api/calls/{slug:str}/plan/pins",
    opt=tell(
        Action.ASSIGNMENT_PROPOSE,
        "Fix or forbid a taker for a proposal in every plan to come, or leave the pair to the plan again",
        EXPERTS,
        body=PinContent,
        answer=KeptPin,
        problems=(403, 404, 409, 422),
        example={
            "proposal": "018f6b1e-7a90-7c3e-9a51-0d6f3a2b4c5d",
            "taker": "018f6b1e-7a90-7c3e-9a51-0d6f3a2b4c5e",
            "kind": "pin",
        },
    ),
)
async def keep_pin(request: AnyRequest, slug: FromPath[str]) -> Answer:
    """A plan that was made before cannot be applied any more."""
    content = await reading.body(request, PinContent)
    return answer(await plans.keep_pin(actor_of(request), slug, content, now=clock.now()))


@get(
    "/api/calls/{slug:str}/bids",
    opt=tell(
        Action.CALL_BID,
        "What an expert may say a preference on, with what they said",
        EXPERTS,
        query=BidsQuery,
        answer=bid_views.BidsPage,
        problems=(404, 422),
    ),
)
async def list_bids(request: AnyRequest, slug: FromPath[str]) -> Answer:
    """404 where the call's process does not ask its experts."""
    query = reading.query(request, BidsQuery)
    return answer(await bid_views.bids(actor_of(request), slug, query.cursor))


@put(
    "/api/calls/{slug:str}/bids/{proposal_id:uuid}",
    opt=tell(
        Action.CALL_BID,
        "Say that one would like to review a proposal, would not, or take that back",
        EXPERTS,
        body=BidContent,
        answer=KeptBid,
        problems=(403, 404, 422),
        example={"bid": "want"},
    ),
)
async def keep_bid(request: AnyRequest, slug: FromPath[str], proposal_id: FromPath[UUID]) -> Answer:
    """One's own."""
    content = await reading.body(request, BidContent)
    return answer(await bids.keep_bid(actor_of(request), slug, proposal_id, content, now=clock.now()))


routes = [show_plan, list_planned, make_plan, apply_plan, keep_pin, list_bids, keep_bid]
