"""The thread between an applicant and the officers."""

from http import HTTPStatus
from uuid import UUID

from litestar import get, post
from litestar.params import FromPath

from service import clock
from service.api import reading
from service.api.answering import Answer, answer
from service.api.proposals import PROPOSALS
from service.api.routes import tell
from service.domain.policy import Action
from service.doors.people import AnyRequest, actor_of
from service.doors.waiting import caught_up
from service.operations import threads
from service.operations.threads import ClosedQuestions, MessageContent, SentMessage
from service.views import threads as views


@get(
    "/api/proposals/{proposal_id:uuid}/thread",
    opt=tell(
        Action.THREAD_READ,
        "The messages between the applicant and the officers",
        PROPOSALS,
        answer=views.ThreadView,
        problems=(404,),
    ),
)
async def show_thread(request: AnyRequest, proposal_id: FromPath[UUID]) -> Answer:
    """Oldest first."""
    return answer(await views.thread(actor_of(request), proposal_id))


@post(
    "/api/proposals/{proposal_id:uuid}/thread",
    opt=tell(
        Action.THREAD_WRITE,
        "Write to the other side; an officer's question stops the clock of the stage",
        PROPOSALS,
        body=MessageContent,
        answer=SentMessage,
        status=HTTPStatus.CREATED,
        problems=(403, 404, 409, 422),
        example={"text": "Pouvez-vous préciser l’hébergement ?", "question": True, "files": []},
    ),
)
async def send_message(request: AnyRequest, proposal_id: FromPath[UUID]) -> Answer:
    """Files are added first, to the field `@thread`. An applicant's message answers every open question."""
    content = await reading.body(request, MessageContent)
    sent = await threads.send_message(actor_of(request), proposal_id, content, now=clock.now())
    await caught_up(proposal_id)
    return answer(sent, HTTPStatus.CREATED)


@post(
    "/api/proposals/{proposal_id:uuid}/thread/close",
    opt=tell(
        Action.QUESTION_CLOSE,
        "Close the open questions without an answer: the clock goes on",
        PROPOSALS,
        answer=ClosedQuestions,
        problems=(403, 404, 409, 422),
    ),
)
async def close_questions(request: AnyRequest, proposal_id: FromPath[UUID]) -> Answer:
    """None open: nothing to do."""
    await reading.nothing(request)
    closed = await threads.close_questions(actor_of(request), proposal_id, now=clock.now())
    await caught_up(proposal_id)
    return answer(closed)


routes = (show_thread, send_message, close_questions)
