"""Experts who disagree: the reviews side by side, what is said, and a review that is kept."""

from http import HTTPStatus
from uuid import UUID

from litestar import get, post
from litestar.params import FromPath

from service import clock
from service.api import reading
from service.api.answering import Answer, answer
from service.api.evaluation import EVALUATION
from service.api.routes import tell
from service.domain.policy import Action
from service.doors.people import AnyRequest, actor_of
from service.doors.waiting import caught_up
from service.operations import conciliations
from service.operations.conciliations import ConfirmedReview, TalkContent, WrittenTalk
from service.views import conciliation as views
from service.views import reviews
from service.views.conciliation import ConciliationView


@get(
    "/api/proposals/{proposal_id:uuid}/conciliation",
    opt=tell(
        Action.CONCILIATION_READ,
        "A conciliation: the reviews, and what its experts said to each other",
        EVALUATION,
        answer=ConciliationView,
        problems=(404,),
    ),
)
async def show_conciliation(request: AnyRequest, proposal_id: FromPath[UUID]) -> Answer:
    """Under letters, unless the process is open."""
    return answer(await views.conciliation(actor_of(request), proposal_id))


@post(
    "/api/proposals/{proposal_id:uuid}/conciliation",
    opt=tell(
        Action.CONCILIATION_WRITE,
        "Say something to the experts of a conciliation",
        EVALUATION,
        body=TalkContent,
        answer=WrittenTalk,
        status=HTTPStatus.CREATED,
        problems=(403, 404, 409, 422),
        example={"text": "Je lis la question des données autrement."},
    ),
)
async def write_talk(request: AnyRequest, proposal_id: FromPath[UUID]) -> Answer:
    """Append-only."""
    content = await reading.body(request, TalkContent)
    written = await conciliations.write_talk(actor_of(request), proposal_id, content, now=clock.now())
    return answer(written, HTTPStatus.CREATED)


@post(
    "/api/reviews/{review_id:uuid}/confirm",
    opt=tell(
        Action.REVIEW_SUBMIT,
        "Keep a review that is asked for again, as it is",
        EVALUATION,
        answer=ConfirmedReview,
        problems=(403, 404, 409, 422),
    ),
)
async def confirm_review(request: AnyRequest, review_id: FromPath[UUID]) -> Answer:
    """In a conciliation, or where an officer went back to the review."""
    await reading.nothing(request)
    actor = actor_of(request)
    confirmed = await conciliations.confirm_review(actor, review_id, now=clock.now())
    await caught_up((await reviews.review(actor, review_id)).proposal)
    return answer(confirmed)


routes = (show_conciliation, write_talk, confirm_review)
