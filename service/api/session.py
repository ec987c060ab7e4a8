"""Who one is: signing in and out, tokens for scripts, one's account and sessions, a new password."""

from datetime import datetime
from http import HTTPStatus
from uuid import UUID

import msgspec
from litestar import delete, get, post, put
from litestar.params import FromPath

from service import clock
from service.api import reading
from service.api.answering import Answer, answer
from service.api.routes import tell
from service.doors.people import PUBLIC, SIGNED_IN, AnyRequest, actor_of, session_cookie, session_name, session_token
from service.operations import accounts
from service.operations.accounts import CreatedToken, ResetAsked, ResetPassword, SignedIn, SignedOut
from service.views import accounts as views

SESSION = "Session"


class Credentials(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An account's e-mail address and password."""

    email: str
    password: str


class OpenedSession(msgspec.Struct, frozen=True):
    """A session, whose secret is in the cookie alone."""

    account: UUID
    expires_at: datetime


class WantedToken(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A name to recognise the token by, and for how many days (1 to 365) it shall work."""

    label: str
    days: int = 30


class EndQuery(msgspec.Struct, frozen=True):
    """`everywhere`: every session and token, not just this one."""

    everywhere: bool = False


class Sessions(msgspec.Struct, frozen=True):
    """One's own sessions and tokens, last used first."""

    items: tuple[views.SessionLine, ...]


class Address(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An e-mail address."""

    email: str


class NewPassword(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The secret of a reset's link, and the password to be."""

    token: str
    new_password: str


class ChangedPassword(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The present password, and the one to be."""

    password: str
    new_password: str


@post(
    "/api/session",
    opt=tell(
        PUBLIC,
        "Sign in with e-mail and password; the answer sets the session's cookie",
        SESSION,
        body=Credentials,
        answer=OpenedSession,
        problems=(401, 422, 429),
        example={"email": "camille@asso.example", "password": "correct cheval pile agrafe"},
    ),
)
async def sign_in(request: AnyRequest) -> Answer:
    """A session that the browser brought ends with it."""
    sent = await reading.body(request, Credentials)
    previous = request.cookies.get(session_name(request.app.state.settings), "")
    opened = await accounts.sign_in(actor_of(request), sent.email, sent.password, now=clock.now(), previous=previous)
    return with_session(request, opened)


def with_session(request: AnyRequest, opened: SignedIn) -> Answer:
    """The answer that hands a session over."""
    response = answer(OpenedSession(opened.account, opened.expires_at))
    response.set_cookie(session_cookie(request.app.state.settings, opened.session_token, opened.expires_at))
    return response


@delete(
    "/api/session",
    status_code=HTTPStatus.OK,
    opt=tell(SIGNED_IN, "Sign out, here or everywhere", SESSION, query=EndQuery, answer=SignedOut),
)
async def sign_out(request: AnyRequest) -> Answer:
    """How many sessions and tokens ended."""
    actor, wanted = actor_of(request), reading.query(request, EndQuery)
    if wanted.everywhere:
        ended = await accounts.sign_out_everywhere(actor, now=clock.now())
    else:
        ended = await accounts.sign_out(actor, session_token(request), now=clock.now())
    response = answer(ended)
    response.set_cookie(session_cookie(request.app.state.settings, "", clock.now()))
    return response


@post(
    "/api/tokens",
    opt=tell(
        SIGNED_IN,
        "Make a bearer token for a script; it is shown once",
        SESSION,
        body=WantedToken,
        answer=CreatedToken,
        status=HTTPStatus.CREATED,
        problems=(422,),
        example={"label": "Script de dépôt", "days": 30},
    ),
)
async def create_token(request: AnyRequest) -> Answer:
    """It has every right of the account."""
    sent = await reading.body(request, WantedToken)
    created = await accounts.create_token(actor_of(request), sent.label, sent.days, now=clock.now())
    return answer(created, HTTPStatus.CREATED)


@get("/api/me", opt=tell(SIGNED_IN, "My account and roles", SESSION, answer=views.Me))
async def show_me(request: AnyRequest) -> Answer:
    """One's own account."""
    return answer(await views.me(actor_of(request)))


@get("/api/sessions", opt=tell(SIGNED_IN, "My sessions and tokens", SESSION, answer=Sessions))
async def list_sessions(request: AnyRequest) -> Answer:
    """Last used first."""
    return answer(Sessions(await views.my_sessions(actor_of(request), clock.now(), session_token(request))))


@delete(
    "/api/sessions/{session_id:uuid}",
    status_code=HTTPStatus.OK,
    opt=tell(SIGNED_IN, "End one of my sessions or tokens", SESSION, answer=SignedOut, problems=(404,)),
)
async def end_session(request: AnyRequest, session_id: FromPath[UUID]) -> Answer:
    """One's own alone."""
    return answer(await accounts.end_session(actor_of(request), session_id, now=clock.now()))


@post(
    "/api/password/reset",
    opt=tell(
        PUBLIC,
        "Ask for a link to choose a new password; the answer never tells whether the address is known",
        SESSION,
        body=Address,
        answer=ResetAsked,
        status=HTTPStatus.ACCEPTED,
        problems=(422, 429),
        example={"email": "camille@asso.example"},
    ),
)
async def ask_reset(request: AnyRequest) -> Answer:
    """By mail."""
    sent = await reading.body(request, Address)
    return answer(await accounts.ask_reset(actor_of(request), sent.email, now=clock.now()), HTTPStatus.ACCEPTED)


@post(
    "/api/password",
    opt=tell(
        PUBLIC,
        "Choose a new password with the secret of a mailed link",
        SESSION,
        body=NewPassword,
        answer=ResetPassword,
        problems=(409, 422, 429),
        example={"token": "kX3…", "new_password": "une phrase que je retiens bien"},
    ),
)
async def reset_password(request: AnyRequest) -> Answer:
    """Every session and token ends."""
    sent = await reading.body(request, NewPassword)
    return answer(await accounts.reset_password(actor_of(request), sent.token, sent.new_password, now=clock.now()))


@put(
    "/api/password",
    opt=tell(
        SIGNED_IN,
        "Change my password: every session and token ends, the answer opens a new session",
        SESSION,
        body=ChangedPassword,
        answer=OpenedSession,
        problems=(409, 422, 429),
        example={"password": "correct cheval pile agrafe", "new_password": "une phrase que je retiens bien"},
    ),
)
async def change_password(request: AnyRequest) -> Answer:
    """By the present one."""
    sent = await reading.body(request, ChangedPassword)
    opened = await accounts.change_password(actor_of(request), sent.password, sent.new_password, now=clock.now())
    return with_session(request, opened)


routes = (
    sign_in,
    sign_out,
    create_token,
    show_me,
    list_sessions,
    end_session,
    ask_reset,
    reset_password,
    change_password,
)
