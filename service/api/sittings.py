"""Sittings of the committee: prepared, convened, cancelled; recusals."""

from http import HTTPStatus
from uuid import UUID

from litestar import Response, get, post, put
from litestar.params import FromPath

from service import clock
from service.api import reading
from service.api.answering import Answer, answer, etag
from service.api.routes import tell
from service.domain.policy import Action
from service.doors.people import AnyRequest, actor_of
from service.operations import recusals, sittings
from service.operations.recusals import Recusal, Recused
from service.operations.seating import SittingContent
from service.operations.sittings import AgendaContent, Cancelling, Convening, KeptSitting
from service.views import called
from service.views import sittings as views
from service.views.sittings import SittingsView, SittingView

COMMITTEE = "Committee"
SITTING = {"starts_at": "2042-05-13T12:00:00Z", "length": 180, "place": "Salle 4, 20 avenue de Ségur, Paris"}
CALENDAR = "text/calendar"


@get(
    "/api/calls/{slug:str}/sittings",
    opt=tell(Action.SITTING_READ, "Sittings of a call's committee", COMMITTEE, answer=SittingsView, problems=(404,)),
)
async def list_sittings(request: AnyRequest, slug: FromPath[str]) -> Answer:
    """Those to come first."""
    return answer(await views.sittings(actor_of(request), slug))


@post(
    "/api/calls/{slug:str}/sittings",
    opt=tell(
        Action.SITTING_MANAGE,
        "Prepare a sitting; nobody is told before it is convened",
        COMMITTEE,
        body=SittingContent,
        answer=KeptSitting,
        status=HTTPStatus.CREATED,
        problems=(403, 404, 409, 422),
        gives_version=True,
        example=SITTING,
    ),
)
async def open_sitting(request: AnyRequest, slug: FromPath[str]) -> Answer:
    """Without members: the chair, the committee, and officers as secretaries. With `further` calls, by whoever is an
    officer of each, their proposals are on the same agenda."""
    content = await reading.body(request, SittingContent)
    kept = await sittings.open_sitting(actor_of(request), slug, content, now=clock.now())
    return answer(kept, HTTPStatus.CREATED, etag(kept.version))


@get(
    "/api/sittings/{sitting_id:uuid}",
    opt=tell(
        Action.SITTING_READ,
        "A sitting: who is called, its agenda",
        COMMITTEE,
        answer=SittingView,
        problems=(404,),
        gives_version=True,
    ),
)
async def show_sitting(request: AnyRequest, sitting_id: FromPath[UUID]) -> Answer:
    """An item that the reader is recused from is a number and nothing else."""
    found = await views.sitting(actor_of(request), sitting_id)
    return answer(found, headers=etag(found.version))


@put(
    "/api/sittings/{sitting_id:uuid}",
    opt=tell(
        Action.SITTING_MANAGE,
        "Change date, place or members; once convened, they are told",
        COMMITTEE,
        body=SittingContent,
        answer=KeptSitting,
        problems=(403, 404, 409, 422),
        versioned=True,
        gives_version=True,
        example=SITTING,
    ),
)
async def change_sitting(request: AnyRequest, sitting_id: FromPath[UUID]) -> Answer:
    """Based on the version in If-Match."""
    version, content = reading.version(request), await reading.body(request, SittingContent)
    kept = await sittings.change_sitting(actor_of(request), sitting_id, content, version, now=clock.now())
    return answer(kept, headers=etag(kept.version))


@put(
    "/api/sittings/{sitting_id:uuid}/agenda",
    opt=tell(
        Action.SITTING_MANAGE,
        "Put the agenda in order by hand, leave proposals for another sitting, or let the rules order it",
        COMMITTEE,
        body=AgendaContent,
        answer=KeptSitting,
        problems=(403, 404, 409, 422),
        versioned=True,
        gives_version=True,
        example={"items": [], "left_out": []},
    ),
)
async def order_agenda(request: AnyRequest, sitting_id: FromPath[UUID]) -> Answer:
    """Nothing named: in the order that lets recused members go out least."""
    version, content = reading.version(request), await reading.body(request, AgendaContent)
    kept = await sittings.order_agenda(actor_of(request), sitting_id, content, version, now=clock.now())
    return answer(kept, headers=etag(kept.version))


@post(
    "/api/sittings/{sitting_id:uuid}/convocation",
    opt=tell(
        Action.SITTING_MANAGE,
        "Convene: every member gets a mail with an event for their calendar; the agenda stays as it is",
        COMMITTEE,
        body=Convening,
        answer=KeptSitting,
        problems=(403, 404, 409, 422),
        versioned=True,
        gives_version=True,
        example={"urgency": ""},
    ),
)
async def convene_sitting(request: AnyRequest, sitting_id: FromPath[UUID]) -> Answer:
    """With a shorter notice than the rules of procedure have it, say why."""
    version, content = reading.version(request), await reading.body(request, Convening)
    kept = await sittings.convene_sitting(actor_of(request), sitting_id, content, version, now=clock.now())
    return answer(kept, headers=etag(kept.version))


@post(
    "/api/sittings/{sitting_id:uuid}/cancellation",
    opt=tell(
        Action.SITTING_MANAGE,
        "Cancel a sitting that has not begun; its members are told why",
        COMMITTEE,
        body=Cancelling,
        answer=KeptSitting,
        problems=(403, 404, 409, 422),
        example={"reason": "La salle n’est plus libre."},
    ),
)
async def cancel_sitting(request: AnyRequest, sitting_id: FromPath[UUID]) -> Answer:
    """What was on its agenda waits for another one."""
    content = await reading.body(request, Cancelling)
    return answer(await sittings.cancel_sitting(actor_of(request), sitting_id, content, now=clock.now()))


@get(
    "/api/sittings/{sitting_id:uuid}/calendar",
    opt=tell(
        Action.SITTING_READ,
        "A convened sitting as a calendar file (RFC 5545)",
        COMMITTEE,
        media=CALENDAR,
        whole=True,
        problems=(404,),
    ),
)
async def show_event(request: AnyRequest, sitting_id: FromPath[UUID]) -> Response[bytes]:
    """One UID for the sitting's whole life, its SEQUENCE grows with each change."""
    content = await called.event(actor_of(request), sitting_id, request.app.state.settings)
    name = {"Content-Disposition": 'attachment; filename="seance.ics"'}
    return Response(content.encode(), media_type=CALENDAR, headers=name)


@post(
    "/api/proposals/{proposal_id:uuid}/recusal",
    opt=tell(
        Action.RECUSAL_DECLARE,
        "A member of the committee, or the authority, has an interest in this proposal and takes no part in it",
        COMMITTEE,
        body=Recusal,
        answer=Recused,
        problems=(403, 404, 409, 422),
        example={"reason": "Un proche y travaille."},
    ),
)
async def recuse(request: AnyRequest, proposal_id: FromPath[UUID]) -> Answer:
    """Their access to it ends at once."""
    content = await reading.body(request, Recusal)
    return answer(await recusals.recuse(actor_of(request), proposal_id, content, now=clock.now()))


routes = (
    list_sittings,
    open_sitting,
    show_sitting,
    change_sitting,
    order_agenda,
    convene_sitting,
    cancel_sitting,
    show_event,
    recuse,
)
