"""One act on many proposals: written down at once, carried out by a worker."""

from http import HTTPStatus
from uuid import UUID

import msgspec
from litestar import get, post
from litestar.params import FromPath

from service import clock
from service.api import reading
from service.api.answering import Answer, answer
from service.api.evaluation import EVALUATION
from service.api.routes import tell
from service.domain.policy import Action
from service.doors.people import AnyRequest, actor_of
from service.operations import batches, foreseeing
from service.operations.batches import BegunBatch, NewBatch
from service.operations.foreseeing import Foreseen
from service.views import batches as views
from service.views.batches import BatchLine, BatchView


class Batches(msgspec.Struct, frozen=True):
    """The last hundred of a call, the latest first."""

    items: tuple[BatchLine, ...]


class BatchQuery(msgspec.Struct, frozen=True):
    """`after`: the `next` of the page before."""

    after: int = 0


@post(
    "/api/calls/{slug:str}/batches",
    opt=tell(
        Action.CALL_STEER,
        "Skip, go back, reopen, extend or stop on many proposals, or replace an expert or give them more time wherever"
        " they are awaited, as one job that goes on by itself",
        EVALUATION,
        body=NewBatch,
        answer=BegunBatch,
        status=HTTPStatus.ACCEPTED,
        problems=(403, 404, 409, 422),
        example={"act": "skip", "stage": "evaluation", "outcome": "partial", "reason": "Comité avancé."},
    ),
)
async def begin_batch(request: AnyRequest, slug: FromPath[str]) -> Answer:
    """On all that are in the stage, or on those of the given references."""
    content = await reading.body(request, NewBatch)
    begun = await batches.begin_batch(actor_of(request), slug, content, now=clock.now())
    return answer(begun, HTTPStatus.ACCEPTED)


@post(
    "/api/calls/{slug:str}/batches/foreseen",
    opt=tell(
        Action.CALL_STEER,
        "What such an act would come to, without doing it: how many proposals, which mails, what would stay as it is"
        " and why; its `mark` orders the act on these and no others",
        EVALUATION,
        body=NewBatch,
        answer=Foreseen,
        problems=(403, 404, 422),
        example={"act": "stop", "stage": "evaluation", "status": "declined", "reason": "Appel annulé."},
    ),
)
async def foresee_batch(request: AnyRequest, slug: FromPath[str]) -> Answer:
    """Each is tried, and taken back."""
    content = await reading.body(request, NewBatch)
    settings = request.app.state.settings
    found = await foreseeing.foresee_batch(actor_of(request), slug, content, settings=settings, now=clock.now())
    return answer(found)


@get(
    "/api/calls/{slug:str}/batches",
    opt=tell(Action.CALL_STEER, "The batches of a call", EVALUATION, answer=Batches, problems=(403, 404)),
)
async def list_batches(request: AnyRequest, slug: FromPath[str]) -> Answer:
    """How far each is."""
    return answer(Batches(await views.batches(actor_of(request), slug)))


@get(
    "/api/batches/{batch_id:uuid}",
    opt=tell(
        Action.CALL_STEER,
        "A batch, and what its proposals came to, the refused ones first",
        EVALUATION,
        query=BatchQuery,
        answer=BatchView,
        problems=(404, 422),
    ),
)
async def show_batch(request: AnyRequest, batch_id: FromPath[UUID]) -> Answer:
    """A page of a hundred."""
    wanted = reading.query(request, BatchQuery)
    after = min(max(wanted.after, 0), reading.LARGEST_VERSION)
    return answer(await views.batch(actor_of(request), batch_id, after))


routes = (begin_batch, foresee_batch, list_batches, show_batch)
