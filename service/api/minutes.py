"""The minutes of a sitting: drawn from what happened, dissent, approval."""

from uuid import UUID

from litestar import get, post
from litestar.params import FromPath

from service import clock
from service.api import reading
from service.api.answering import Answer, answer, etag
from service.api.routes import tell
from service.api.sittings import COMMITTEE
from service.domain.policy import Action
from service.doors.people import AnyRequest, actor_of
from service.operations import minutes
from service.operations.minutes import ApprovedMinutes, Disagreement
from service.operations.sittings import KeptSitting
from service.views import minutes as views
from service.views.minutes import MinutesView


@get(
    "/api/sittings/{sitting_id:uuid}/minutes",
    opt=tell(
        Action.SITTING_READ,
        "Minutes of a sitting that is over",
        COMMITTEE,
        answer=MinutesView,
        problems=(404,),
        gives_version=True,
    ),
)
async def show_minutes(request: AnyRequest, sitting_id: FromPath[UUID]) -> Answer:
    """Who was there, what was examined, the sense of each deliberation."""
    found = await views.minutes(actor_of(request), sitting_id)
    return answer(found, headers=etag(found.version))


@post(
    "/api/sittings/{sitting_id:uuid}/dissent",
    opt=tell(
        Action.SITTING_READ,
        "A member asks that their disagreement with an opinion be mentioned",
        COMMITTEE,
        body=Disagreement,
        answer=KeptSitting,
        problems=(403, 404, 409, 422),
        example={"proposal": "018f6b1e-7a90-7c3e-9a51-0d6f3a2b4c5d", "text": "Le coût me paraît sous-estimé."},
    ),
)
async def mention_dissent(request: AnyRequest, sitting_id: FromPath[UUID]) -> Answer:
    """Until the minutes are approved."""
    content = await reading.body(request, Disagreement)
    return answer(await minutes.mention_dissent(actor_of(request), sitting_id, content, now=clock.now()))


@post(
    "/api/sittings/{sitting_id:uuid}/minutes/approval",
    opt=tell(
        Action.MINUTES_APPROVE,
        "Approve the minutes: they change no more, their hash is in the journal",
        COMMITTEE,
        answer=ApprovedMinutes,
        problems=(403, 404, 409),
        versioned=True,
    ),
)
async def approve_minutes(request: AnyRequest, sitting_id: FromPath[UUID]) -> Answer:
    """By the chair, as read in the version in If-Match."""
    version = reading.version(request)
    return answer(await minutes.approve_minutes(actor_of(request), sitting_id, version, now=clock.now()))


routes = (show_minutes, mention_dissent, approve_minutes)
