"""What everybody may read, kept for a minute by browsers and proxies, then asked for again by its digest."""

import hashlib
from http import HTTPStatus
from typing import Any

from litestar import Response

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


def kept(request: AnyRequest, response: Response[Any]) -> Response[Any]:
    """The same answer with its ETag, or 304 where the receiver has it. Only what nobody's rights change may be shared:
    an answer to somebody who is signed in stays theirs, and what was cached for nobody is not given to them."""
    content = response.content if isinstance(response.content, bytes) else str(response.content).encode()
    headers = {
        "ETag": f'"{hashlib.sha256(content).hexdigest()[:32]}"',
        "Cache-Control": SHARED if actor_of(request).account is None else OWN,
        "Vary": "Cookie, Authorization",
    }
    known = {tag.strip().removeprefix("W/") for tag in request.headers.get("if-none-match", "").split(",")}
    if known & {headers["ETag"], "*"}:
        return Response(None, status_code=HTTPStatus.NOT_MODIFIED, headers=headers)
    response.headers.update(headers)
    return response
