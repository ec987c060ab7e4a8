"""Files out: whole or in part (RFC 9110 ranges), as downloads that never run in our origin."""

import re
from collections.abc import AsyncIterator
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import msgspec
from litestar import Response
from litestar.response import Stream

from service.domain.files import page_key, saved_name
from service.doors.failures import BadRange
from service.doors.people import AnyRequest
from service.problems import NotFound
from service.store import objects
from service.views.attachments import AttachmentView

# What a browser would run rather than show goes out as bytes.
ACTIVE = frozenset({"text/html", "image/svg+xml", "application/xml", "text/xml", "application/xhtml+xml"})
OWN_POLICY = "default-src 'none'; sandbox; frame-ancestors 'none'"
_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})")


class Download(msgspec.Struct, frozen=True):
    """One object to send. `size` in bytes, `sha256` in hexadecimal, `name` as the receiver will save it. `cache`: its
    Cache-Control, "" for what nobody may keep."""

    key: str
    name: str
    size: int
    sha256: str
    media_type: str
    cache: str = ""


def of_file(found: AttachmentView) -> Download:
    """What is sent of a file that came in, under a name that ends as its content does."""
    name = saved_name(found.name, found.media_type)
    return Download(found.key, name, found.size, found.sha256, found.media_type)


def made(content: AsyncIterator[bytes], name: str) -> Response[Any]:
    """A ZIP that is made while it is sent, for one person."""
    headers = {"Content-Disposition": disposition(name), "Cache-Control": "no-store"}
    return Stream(content, headers=headers, media_type="application/zip")


async def send(request: AnyRequest, file: Download) -> Response[Any]:
    """Stream it: 200, 206 for a part, 304 where the receiver has it. Raises BadRange, NotFound, Unavailable."""
    etag = f'"{file.sha256}"'
    headers = {
        "ETag": etag,
        "Accept-Ranges": "bytes",
        "Content-Disposition": disposition(file.name),
        "Content-Security-Policy": OWN_POLICY,
    }
    if file.cache:
        headers["Cache-Control"] = file.cache
    known = {tag.strip().removeprefix("W/") for tag in request.headers.get("if-none-match", "").split(",")}
    if known & {etag, "*"}:
        return Response(None, status_code=HTTPStatus.NOT_MODIFIED, headers=headers)
    part = wanted_part(request, etag, file.size)
    start, end = part or (0, file.size)
    headers["Content-Length"] = str(end - start)
    if part is not None:
        headers["Content-Range"] = f"bytes {start}-{end - 1}/{file.size}"
    return Stream(
        await _content(request, file.key, start, end - start),
        status_code=HTTPStatus.OK if part is None else HTTPStatus.PARTIAL_CONTENT,
        headers=headers,
        media_type="application/octet-stream" if file.media_type in ACTIVE else file.media_type,
    )


async def picture(request: AnyRequest, found: AttachmentView, number: int) -> Response[Any]:
    """A picture of a page, drawn by us: the one thing of a file that is shown in its place. Raises NotFound."""
    if not 1 <= number <= found.pages:
        raise NotFound
    etag = f'"{found.sha256}-{number}"'
    headers = {
        "ETag": etag,
        "Cache-Control": "private, no-cache",  # kept, and asked about each time: rights end
        "Content-Disposition": "inline",
        "Content-Security-Policy": OWN_POLICY,
    }
    if request.headers.get("if-none-match") == etag:
        return Response(None, status_code=HTTPStatus.NOT_MODIFIED, headers=headers)
    content = await objects.store().get_stream(page_key(found.id, number))
    return Stream(content, headers=headers, media_type="image/webp")


async def _content(request: AnyRequest, key: str, start: int, length: int) -> AsyncIterator[bytes]:
    if request.scope.get("head_only"):
        return await objects.store().get_stream(key, 0, 0)
    return await objects.store().get_stream(key, start, length)


def wanted_part(request: AnyRequest, etag: str, size: int) -> tuple[int, int] | None:
    """The one range that is asked for, as [start, end); None for the whole. Raises BadRange."""
    if request.scope.get("head_only"):  # parts are defined for GET alone
        return None
    said = request.headers.get("range", "").strip()
    found = _RANGE.fullmatch(said)
    condition = request.headers.get("if-range")
    # Several ranges, other units and a file that changed since are answered with the whole, as the RFC allows.
    if found is None or found[0] == "bytes=-" or (condition is not None and condition != etag):
        return None
    if not found[1]:
        start, end = max(0, size - int(found[2])), size
    else:
        start, end = int(found[1]), min(size, int(found[2]) + 1) if found[2] else size
        if found[2] and int(found[2]) < start:
            return None
    if start >= size or start >= end:
        raise BadRange(size)
    return start, end


def disposition(name: str) -> str:
    """The header that saves a file under its name (RFC 6266), with a plain name for old receivers."""
    plain = "".join(char if char.isascii() and char.isprintable() and char not in '"\\%' else "_" for char in name)
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
