"""Who asks: the session cookie or the bearer token of a request, and what a request must prove before it is read.

`admit` is the one guard of the whole application. It runs before any handler, for every route:
- the request comes from our own pages (or from no browser at all), where it changes something;
- a page's form is held, so that whatever goes wrong from then on gives back what was typed;
- somebody is signed in, where the route asks for that, and no other person than a page's own (`Alliance-Account`);
- the Idempotency-Key is one.
"""

import re
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import msgspec
from litestar import Request
from litestar.connection import ASGIConnection
from litestar.datastructures import Cookie
from litestar.handlers import BaseRouteHandler

from service import clock, logs
from service.domain.actor import ANONYMOUS, Actor
from service.operations.acting import idempotency
from service.problems import Forbidden, OtherAccount, Problem, SignInNeeded
from service.settings import Settings
from service.views.accounts import actor_of_session

PUBLIC = "public"
SIGNED_IN = "signed_in"
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
LONGEST_TOKEN = 200
MOST_INPUTS = 20_000  # of one form: more is no page of ours
_KEY = re.compile(r"[\x21-\x7e]{1,200}")

Connection = ASGIConnection[Any, Any, Any, Any]
AnyRequest = Request[Any, Any, Any]


async def admit(connection: Connection, handler: BaseRouteHandler) -> None:
    """Let a request in, with its actor in the scope. Raises Forbidden, SignInNeeded, Problem; RuntimeError for a route
    that says nothing of who may use it."""
    if connection.scope.get("method") == "OPTIONS":  # answered by the framework: which methods an address has
        connection.scope["user"] = ANONYMOUS
        return
    wanted = handler.opt.get("action")
    if not wanted:
        raise RuntimeError(f"the route {handler} is registered without an action")
    if connection.scope.get("method") not in SAFE:
        require_own_origin(connection)
        take_key(connection)
    if handler.opt.get("nobody"):  # style sheets, health: nobody's, even where a cookie comes along
        connection.scope["user"] = ANONYMOUS
        return
    await hold(connection)
    actor = await find_actor(connection)
    connection.scope["user"] = actor
    require_author(actor, connection.headers.get("alliance-account", ""))
    if wanted != PUBLIC and actor.account is None:
        raise SignInNeeded


async def hold(connection: Connection) -> None:
    """Keep what a form of our own pages sends: the page of an error gives it back. A script's own requests are answered
    as ever: it keeps what was typed."""
    if not isinstance(connection, Request) or "text/html" not in connection.headers.get("accept", ""):
        return
    if connection.headers.get("content-type", "").partition(";")[0] == "application/x-www-form-urlencoded":
        connection.scope["sent"] = await connection.body()  # type: ignore[typeddict-unknown-key]  # ours


def typed(connection: Connection) -> tuple[tuple[str, str], ...]:
    """What the form that was held holds, but for passwords; nothing where nobody has filled in anything."""
    sent: bytes = connection.scope.get("sent", b"")  # type: ignore[assignment]  # ours
    try:
        pairs = parse_qsl(sent.decode("ascii"), keep_blank_values=True, max_num_fields=MOST_INPUTS, errors="strict")
    except ValueError:
        return ()
    told = tuple((name, value) for name, value in pairs if "password" not in name)
    return told if any(value.strip() and not name.startswith("_") for name, value in told) else ()


async def find_actor(connection: Connection) -> Actor:
    """The person of this request. A cookie that is no longer good is nobody; a bearer token that isn't is refused."""
    name = session_name(connection.app.state.settings)
    bearer = bearer_token(connection)
    token = bearer if bearer is not None else connection.cookies.get(name, "")
    request = logs.request() or ""
    found = await actor_of_session(token, clock.now()) if 0 < len(token) <= LONGEST_TOKEN and token.isascii() else None
    if found is None:
        if bearer is not None:
            raise SignInNeeded("Ce jeton n’est pas, ou plus, valable.")
        return Actor(request=request)
    return msgspec.structs.replace(found, request=request)


def require_author(actor: Actor, account: str) -> None:
    """Refuse what a page of another account sends than the one that is signed in by now. `account`: the page's, "" for
    one that tells none. Raises OtherAccount; where nobody is signed in, that is for the route to say."""
    if account and actor.account is not None and account != str(actor.account):
        raise OtherAccount


def actor_of(request: AnyRequest) -> Actor:
    """Who asks, as `admit` found out."""
    found = request.scope.get("user")
    return found if isinstance(found, Actor) else ANONYMOUS


def bearer_token(connection: Connection) -> str | None:
    """The token of an `Authorization: Bearer` header, None where there is no such header."""
    scheme, _, token = connection.headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else None


def session_token(request: AnyRequest) -> str:
    """What the client holds of its session, "" without one."""
    bearer = bearer_token(request)
    return bearer if bearer is not None else request.cookies.get(session_name(request.app.state.settings), "")


def session_name(settings: Settings) -> str:
    """The cookie's name: browsers refuse a `__Host-` cookie that is not Secure, bound to this host and path /."""
    return "__Host-alliance" if settings.secure else "alliance"


def session_cookie(settings: Settings, token: str, expires_at: datetime) -> Cookie:
    """The cookie that carries a session until it expires."""
    left = max(0, int((expires_at - clock.now()).total_seconds()))
    return Cookie(
        key=session_name(settings),
        value=token,
        max_age=left,
        path="/",
        secure=settings.secure,
        httponly=True,
        samesite="lax",
    )


def require_own_origin(connection: Connection) -> None:
    """Refuse what another site makes a browser send (CSRF).

    A bearer token is sent by no browser on its own. Neither is a request without cookie and without any of the headers
    that every browser adds to what changes something: that one carries nobody's rights.
    """
    if bearer_token(connection) is not None:
        return
    settings: Settings = connection.app.state.settings
    site = connection.headers.get("sec-fetch-site")
    origin = connection.headers.get("origin")
    referer = connection.headers.get("referer")
    if site is not None:
        good = site == "same-origin"
    elif origin is not None:
        good = origin == _origin(settings.address)
    elif referer is not None:
        good = _origin(referer) == _origin(settings.address)
    else:
        good = session_name(settings) not in connection.cookies
    if not good:
        raise Forbidden(
            "Cette demande ne vient pas d’une page de ce site : elle n’a pas été exécutée.", code="cross_site"
        )


def _origin(address: str) -> str:
    try:
        parts = urlsplit(address)
    except ValueError:
        return ""
    return f"{parts.scheme}://{parts.netloc}"


def take_key(connection: Connection) -> None:
    """Have the operation of this request run once per Idempotency-Key. The application resets it afterwards."""
    key = connection.headers.get("idempotency-key")
    if key is None:
        return
    if not _KEY.fullmatch(key):
        raise Problem(
            "L’en-tête Idempotency-Key doit contenir de 1 à 200 caractères ASCII visibles.", code="bad_idempotency_key"
        )
    idempotency.set(key)
