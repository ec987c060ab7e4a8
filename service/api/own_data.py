"""What is held on oneself: all of it as a ZIP, what erasing one's account would come to, and erasing it."""

from http import HTTPStatus
from typing import Any

import msgspec
from litestar import Response, get, post

from service import clock
from service.api import reading
from service.api.answering import Answer, answer
from service.api.routes import tell
from service.doors import downloads
from service.doors.people import SIGNED_IN, AnyRequest, actor_of, session_cookie
from service.operations import erasing
from service.operations.erasing import Erased
from service.views import personal
from service.views.personal import Erasable

ACCOUNTS = "Accounts"


class Password(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One's own, which shows that the session, or the token, is with its person."""

    password: str


@get(
    "/api/me/data",
    opt=tell(
        SIGNED_IN,
        "Everything that is held on me, as a ZIP of JSON and files",
        ACCOUNTS,
        media="application/zip",
        whole=True,
    ),
)
async def send_own_data(request: AnyRequest) -> Response[Any]:
    """Made while it is sent: one that was cut short has no directory, and is told to be broken by any program."""
    actor, now = actor_of(request), clock.now()
    return downloads.made(await personal.personal_data(actor, actor.person, now), f"my-data-{now:%Y-%m-%d}.zip")


@get("/api/me/erasure", opt=tell(SIGNED_IN, "What erasing my account would come to", ACCOUNTS, answer=Erasable))
async def foresee_own_erasure(request: AnyRequest) -> Answer:
    """Nothing is erased."""
    return answer(await personal.erasable(actor_of(request)))


@post(
    "/api/me/erasure",
    status_code=HTTPStatus.OK,
    opt=tell(
        SIGNED_IN,
        "Erase my account for good: every session and token ends",
        ACCOUNTS,
        body=Password,
        answer=Erased,
        problems=(409, 422, 429),
        example={"password": "correct cheval pile agrafe"},
    ),
)
async def erase_own(request: AnyRequest) -> Answer:
    """What nothing obliges to keep goes now; the answer tells what is kept, and until when."""
    sent = await reading.body(request, Password)
    response = answer(await erasing.erase_own(actor_of(request), sent.password, now=clock.now()))
    response.set_cookie(session_cookie(request.app.state.settings, "", clock.now()))
    return response


routes = (send_own_data, foresee_own_erasure, erase_own)
