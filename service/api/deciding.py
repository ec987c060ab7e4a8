"""The authority's decisions on many proposals at once, as a sitting's opinions have it."""

from uuid import UUID

import msgspec
from litestar import get, post
from litestar.params import FromPath

from service import clock
from service.api import reading
from service.api.answering import Answer, answer
from service.api.routes import tell
from service.api.sittings import COMMITTEE
from service.domain.policy import Action
from service.doors.people import AnyRequest, actor_of
from service.operations import deciding
from service.operations.deciding import SittingDecisions, TakenDecisions
from service.views import deciding as views
from service.views.deciding import DecidingView


class DecidingQuery(msgspec.Struct, frozen=True):
    """Of a sitting of several calls, the slug of the one to decide on; none: the first that the reader decides on."""

    call: str = ""


@get(
    "/api/sittings/{sitting_id:uuid}/decisions",
    opt=tell(
        Action.SITTING_DECIDE,
        "What a sitting's opinions leave to decide, by outcome",
        COMMITTEE,
        query=DecidingQuery,
        answer=DecidingView,
        problems=(404,),
    ),
)
async def show_to_decide(request: AnyRequest, sitting_id: FromPath[UUID]) -> Answer:
    """Without the items that one is recused from."""
    asked = reading.query(request, DecidingQuery)
    return answer(await views.to_decide(actor_of(request), sitting_id, asked.call))


@post(
    "/api/sittings/{sitting_id:uuid}/decisions",
    opt=tell(
        Action.SITTING_DECIDE,
        "Decide on every proposal of a call on which a closed sitting's opinion is this outcome",
        COMMITTEE,
        body=SittingDecisions,
        answer=TakenDecisions,
        problems=(403, 404, 409, 422),
        example={"outcome": "pilot", "reasons": "Avis favorable du comité.", "capacity": "Présidente du comité"},
    ),
)
async def take_decisions(request: AnyRequest, sitting_id: FromPath[UUID]) -> Answer:
    """Those that have a decision keep it; five hundred at once, `remaining` says how many are left."""
    content = await reading.body(request, SittingDecisions)
    taken = await deciding.take_decisions(actor_of(request), sitting_id, content.each, content.call, now=clock.now())
    return answer(taken)


routes = (show_to_decide, take_decisions)
