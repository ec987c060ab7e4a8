"""What everybody may read, kept for a minute by browsers and proxies, then asked for again by its digest."""

import hashlib
from collections.abc import Callable
from http import HTTPStatus
from typing import Any, NamedTuple

from litestar import MediaType, Response

from service import clock
from service.doors.people import AnyRequest, actor_of

SHARED = "public, max-age=60"
OWN = "private, no-cache"
FOR_EVER = "max-age=31536000, immutable"


def of_edition(request: AnyRequest, *, numbered: bool) -> str:
    """The Cache-Control of what shows an edition: for ever under an address that says which one, else as of pages."""
    shared = actor_of(request).account is None
    if numbered:
        return f"{'public' if shared else 'private'}, {FOR_EVER}"
    return SHARED if shared else OWN


class _Drawn(NamedTuple):
    content: bytes
    media_type: str
    etag: str


_drawn: dict[tuple[object, ...], _Drawn] = {}
MOST_DRAWN = 200


def kept(request: AnyRequest, draw: Callable[[], Response[Any]], *of: object) -> Response[Any]:
    """What `draw` makes, with its ETag, or 304 where the receiver has it. Only what nobody's rights change may be
    shared: an answer to somebody who is signed in stays theirs, and what was cached for nobody is not given to them.

    `of`: all that it is drawn from, beside the path. Then it is drawn once a minute for nobody in particular, however
    often it is asked for and whatever is added to its address.
    """
    shared = actor_of(request).account is None
    found = _once_a_minute(request.url.path, draw, of) if shared and of else _draw(draw)
    headers = {
        "ETag": found.etag,
        "Cache-Control": SHARED if shared else OWN,
        "Vary": "Cookie, Authorization",
    }
    known = {tag.strip().removeprefix("W/") for tag in request.headers.get("if-none-match", "").split(",")}
    if known & {found.etag, "*"}:
        return Response(None, status_code=HTTPStatus.NOT_MODIFIED, headers=headers)
    return Response(found.content, media_type=found.media_type, headers=headers)


def _draw(draw: Callable[[], Response[Any]]) -> _Drawn:
    response = draw()
    content = response.content if isinstance(response.content, bytes) else str(response.content).encode()
    # An enumeration's text would be its name.
    kind = response.media_type.value if isinstance(response.media_type, MediaType) else str(response.media_type)
    return _Drawn(content, kind, f'"{hashlib.sha256(content).hexdigest()[:32]}"')


def _once_a_minute(path: str, draw: Callable[[], Response[Any]], of: tuple[object, ...]) -> _Drawn:
    minute = int(clock.now().timestamp()) // 60
    key = (minute, path, *of)
    if key not in _drawn:
        if len(_drawn) >= MOST_DRAWN or next(iter(_drawn), key)[0] != minute:
            _drawn.clear()
        _drawn[key] = _draw(draw)
    return _drawn[key]
