"""Questions on a call and their answers."""

from http import HTTPStatus
from typing import Any
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.params import FromPath

from service import clock
from service.api import reading
from service.api.answering import Answer, answer
from service.api.routes import tell
from service.domain.policy import Action
from service.doors.caching import kept
from service.doors.people import PUBLIC, AnyRequest, actor_of
from service.operations import inquiries
from service.operations.inquiries import (
    AnswerContent,
    AskedInquiry,
    DeclineContent,
    DeclinedInquiry,
    InquiryContent,
    KeptAnswer,
)
from service.views import calls
from service.views import inquiries as views

CALLS = "Calls"
WORDING = {"question": "La lettre du partenaire est-elle exigée ?", "answer": "Oui, signée.", "based_on": 0}


@get(
    "/api/calls/{slug:str}/questions",
    opt=tell(
        PUBLIC,
        "Questions and answers of a call, and the reader's own questions that wait",
        CALLS,
        answer=views.InquiriesView,
        problems=(404,),
    ),
)
async def list_questions(request: AnyRequest, slug: FromPath[str]) -> Response[Any]:
    """The newest first."""
    actor = actor_of(request)
    listed = answer(await views.inquiries(actor, (await calls.call(actor, slug)).id))
    return kept(request, lambda: listed)


@post(
    "/api/calls/{slug:str}/questions",
    opt=tell(
        Action.CALL_ASK,
        "Ask on a call; nobody is told who asked",
        CALLS,
        body=InquiryContent,
        answer=AskedInquiry,
        status=HTTPStatus.CREATED,
        problems=(404, 409, 422),
        example={"text": "La lettre du partenaire est-elle exigée au dépôt ?"},
    ),
)
async def ask(request: AnyRequest, slug: FromPath[str]) -> Answer:
    """The answer comes by mail, and on the call's page."""
    content = await reading.body(request, InquiryContent)
    asked = await inquiries.ask_inquiry(actor_of(request), slug, content, now=clock.now())
    return answer(asked, HTTPStatus.CREATED)


@get(
    "/api/calls/{slug:str}/questions/all",
    opt=tell(
        Action.CALL_ANSWER,
        "Every question, for the officers of the call",
        CALLS,
        answer=views.AllInquiries,
        problems=(404,),
    ),
)
async def list_all(request: AnyRequest, slug: FromPath[str]) -> Answer:
    """Those that wait first."""
    return answer(await views.all_inquiries(actor_of(request), slug))


def _told(summary: str, body: type[msgspec.Struct], result: Any, example: dict[str, Any]) -> dict[str, Any]:
    return tell(
        Action.CALL_ANSWER,
        summary,
        CALLS,
        body=body,
        answer=result,
        problems=(404, 409, 412, 422),
        example=example,
    )


@post(
    "/api/questions/{inquiry_id:uuid}/answer",
    opt=_told("Keep an answer that only officers read", AnswerContent, KeptAnswer, WORDING),
)
async def keep(request: AnyRequest, inquiry_id: FromPath[UUID]) -> Answer:
    """`based_on` is the number of the last revision that was seen."""
    content = await reading.body(request, AnswerContent)
    return answer(await inquiries.keep_answer(actor_of(request), inquiry_id, content, now=clock.now()))


@post(
    "/api/questions/{inquiry_id:uuid}/publication",
    opt=_told("Publish an answer, or its correction", AnswerContent, KeptAnswer, {**WORDING, "tell": True}),
)
async def publish(request: AnyRequest, inquiry_id: FromPath[UUID]) -> Answer:
    """The asker is told by mail; with `tell`, everybody who has a draft too."""
    content = await reading.body(request, AnswerContent)
    return answer(await inquiries.publish_answer(actor_of(request), inquiry_id, content, now=clock.now()))


@post(
    "/api/questions/{inquiry_id:uuid}/decline",
    opt=_told(
        "Publish nothing of a question",
        DeclineContent,
        DeclinedInquiry,
        {"reason": "Cette question porte sur un autre appel."},
    ),
)
async def decline(request: AnyRequest, inquiry_id: FromPath[UUID]) -> Answer:
    """The asker alone reads the reason."""
    content = await reading.body(request, DeclineContent)
    return answer(await inquiries.decline_inquiry(actor_of(request), inquiry_id, content, now=clock.now()))


routes = (list_questions, ask, list_all, keep, publish, decline)
