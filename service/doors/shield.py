"""Around every answer, whoever gives it: security headers, the request's id, its line in the log, HEAD.

An ASGI wrapper and not a middleware, because the framework's own 404, 405 and 500 must pass through it as well.
"""

import re
import secrets
import time
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from typing import Any

from service import logs
from service.domain.policy import Action
from service.identity import throttling
from service.operations.acting import idempotency
from service.settings import Settings

Message = MutableMapping[str, Any]
Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

log = logs.logger(__name__)

MOST_HEADERS = 32 * 1024  # bytes, names and values
_ID = re.compile(rb"[A-Za-z0-9._-]{8,64}")
# Told before the application sees the request.
_TOO_MUCH = (
    '{"type":"/api/docs#headers_too_large","title":"Request Header Fields Too Large","status":431,'
    '"detail":"Les en-têtes de la demande sont trop longs.","code":"headers_too_large","errors":[]}'
).encode()
_QUIET = ("/health/", "/statique/")
# Whoever reads the log must not find out whose votes a secret one counted: that somebody voted is no line of it, and
# what members read of a sitting, each time that somebody has, bears no name.
_UNTOLD = Action.BALLOT_CAST
_UNNAMED = frozenset({Action.BALLOT_CAST, Action.SITTING_READ})

POLICY = "; ".join(
    (
        "default-src 'self'",
        "img-src 'self' data:",  # the design system's style sheets hold small pictures
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)
HEADERS: tuple[tuple[bytes, bytes], ...] = (
    (b"content-security-policy", POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    # Within the site the Referer tells our own pages apart where a browser sends neither of the newer headers.
    (b"referrer-policy", b"same-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), geolocation=(), microphone=()"),
    (b"cache-control", b"private, no-store"),
)
HTTPS_ONLY = (b"strict-transport-security", b"max-age=31536000; includeSubDomains")


class Shield:
    """The application as the server calls it."""

    def __init__(self, app: App, settings: Settings) -> None:
        self._app = app
        self._headers = (*HEADERS, HTTPS_ONLY) if settings.secure else HEADERS

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        answer = _Answer(send, self._headers, request_id(scope["headers"]), head=scope["method"] == "HEAD")
        if answer.head:
            # A copy: the server counts the answer's bytes by the method in its own scope.
            scope = {**scope, "method": "GET", "head_only": True}
        key, client = idempotency.set(None), throttling.client.set((scope.get("client") or ("",))[0])
        began = time.monotonic()
        try:
            with logs.bind(request=answer.request):
                try:
                    if sum(len(name) + len(value) for name, value in scope["headers"]) > MOST_HEADERS:
                        await _refuse_headers(answer, scope["path"])
                    else:
                        await self._app(scope, receive, answer)
                except Exception as error:
                    # The table of errors itself failed, or a file's source in the middle of the answer.
                    log.exception("answer_failed", exc_info=error)
                    if answer.status:
                        raise
                    await _apologise(answer)
                finally:
                    _note(scope, answer, time.monotonic() - began)
        finally:
            idempotency.reset(key)
            throttling.client.reset(client)


class _Answer:
    """Where the application sends its answer: completed on the way."""

    def __init__(self, send: Send, headers: Iterable[tuple[bytes, bytes]], request: str, *, head: bool) -> None:
        self.status = 0
        self.head = head
        self.request = request
        self._send = send
        self._headers = headers

    async def __call__(self, message: Message) -> None:
        """Pass a message on; the first with the headers that every answer has."""
        if message["type"] == "http.response.start":
            self.status = message["status"]
            given = {name.lower() for name, _ in message["headers"]}
            missing = [pair for pair in self._headers if pair[0] not in given]
            own = [*map(_with_head, message["headers"]), *missing, (b"x-request-id", self.request.encode())]
            await self._send({**message, "headers": own})
            if self.head:
                await self._send({"type": "http.response.body", "body": b"", "more_body": False})
        elif not self.head:
            await self._send(message)


def _with_head(header: tuple[bytes, bytes]) -> tuple[bytes, bytes]:
    """HEAD is served here, so that the framework does not know of it."""
    name, value = header
    if name.lower() == b"allow" and b"GET" in value and b"HEAD" not in value:
        return name, value + b", HEAD"
    return header


def request_id(headers: Iterable[tuple[bytes, bytes]]) -> str:
    """The id that a proxy in front gave the request, if it looks like one; else a new one."""
    for name, value in headers:
        if name == b"x-request-id" and _ID.fullmatch(value):
            return value.decode()
    return secrets.token_hex(12)


async def _refuse_headers(answer: _Answer, path: str) -> None:
    body, kind = b"Request header fields too large.\n", b"text/plain; charset=utf-8"
    if path.startswith("/api/"):
        body, kind = _TOO_MUCH, b"application/problem+json"
    headers = [(b"content-type", kind), (b"content-length", str(len(body)).encode())]
    await answer({"type": "http.response.start", "status": 431, "headers": headers})
    await answer({"type": "http.response.body", "body": body, "more_body": False})


async def _apologise(answer: _Answer) -> None:
    body = (
        '<!doctype html><html lang="fr"><meta charset="utf-8"><title>Une erreur s’est produite</title>'
        "<h1>Une erreur s’est produite</h1><p>L’incident est enregistré. Réessayez dans un instant ; s’il se répète,"
        f" signalez-le avec le numéro {answer.request}.</p></html>"
    ).encode()
    headers = [(b"content-type", b"text/html; charset=utf-8"), (b"content-length", str(len(body)).encode())]
    await answer({"type": "http.response.start", "status": 500, "headers": headers})
    await answer({"type": "http.response.body", "body": body, "more_body": False})


def _note(scope: Scope, answer: _Answer, seconds: float) -> None:
    """One line per request. Of the address, the route and its ids: addresses may hold single-use links and searches."""
    path: str = scope["path"]
    action = getattr(scope.get("route_handler"), "opt", {}).get("action")
    if answer.status < 500 and (path.startswith(_QUIET) or action == _UNTOLD):
        return
    user = None if action in _UNNAMED else scope.get("user")
    log.info(
        "request",
        method="HEAD" if answer.head else scope["method"],
        route=scope.get("path_template") or "(none)",
        status=int(answer.status),
        ms=round(seconds * 1000),
        account=str(getattr(user, "account", None) or ""),
        code=scope.get("refused", ""),
        **{name: str(value) for name, value in scope.get("path_params", {}).items() if name.endswith("_id")},
    )
