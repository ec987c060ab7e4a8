"""The letters of a publication, to be read before it."""

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
from service.operations import letter_checks
from service.operations.letter_checks import CheckedLetters, ReadLetters
from service.views import letter_checks as views
from service.views.letter_checks import LettersPage

EXAMPLE = {"letters": [{"decision": "018f6b1e-7a90-7c3e-9a51-0d6f3a2b4c5d", "mark": "9f86d081884c7d65"}]}


class LettersQuery(msgspec.Struct, frozen=True):
    """`unchecked`: only those that nobody has read as they are now; `cursor`: of the page, "" for the first one."""

    unchecked: bool = False
    cursor: str = ""
    limit: int = 20


@get(
    "/api/calls/{slug:str}/letters",
    opt=tell(
        Action.CALL_CHECK_LETTERS,
        "The letters that the publication of a call's decisions will send",
        EVALUATION,
        query=LettersQuery,
        answer=LettersPage,
        problems=(404, 422),
    ),
)
async def list_letters(request: AnyRequest, slug: FromPath[str]) -> Answer:
    """Each as it will be drawn, with its faults; none of a proposal from which one is recused."""
    wanted = reading.query(request, LettersQuery)
    found = await views.letters(
        actor_of(request), slug, wanted.cursor or None, wanted.limit, unchecked=wanted.unchecked
    )
    return answer(found)


@post(
    "/api/calls/{slug:str}/letters/checks",
    opt=tell(
        Action.CALL_CHECK_LETTERS,
        "Mark letters as read, which their publication asks for",
        EVALUATION,
        body=ReadLetters,
        answer=CheckedLetters,
        problems=(403, 404, 409, 422),
        example=EXAMPLE,
    ),
)
async def check_letters(request: AnyRequest, slug: FromPath[str]) -> Answer:
    """All of those that are named, or none where one has changed since it was shown."""
    content = await reading.body(request, ReadLetters)
    return answer(await letter_checks.check_letters(actor_of(request), slug, content, now=clock.now()))


routes = (list_letters, check_letters)
