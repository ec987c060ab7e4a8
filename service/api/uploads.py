"""Files that arrive in pieces: the tus protocol 1.0.0 (https://tus.io), with creation, expiration and termination.

Any client of that protocol works here; what it creates at `…/uploads?field=…` becomes an attachment of the same id.
"""

import base64
import binascii
import functools
from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import Any
from uuid import UUID

import msgspec
from litestar import Response, delete, get, patch, post, route
from litestar.enums import HttpMethod
from litestar.params import FromPath

from service import clock
from service.api import reading
from service.api.answering import Answer, answer, told
from service.api.routes import tell
from service.domain.policy import Action
from service.doors import resuming
from service.doors.failures import BadRequest, WrongMedia, WrongVersion, explain
from service.doors.people import PUBLIC, AnyRequest, actor_of
from service.operations import uploads
from service.operations.uploads import KEPT, BegunUpload, NewUpload
from service.store import filetypes
from service.views import uploads as views
from service.views.uploads import UploadView

ATTACHMENTS = "Attachments"
VERSION = {"Tus-Resumable": "1.0.0"}
PIECES = "application/offset+octet-stream"
LARGEST = 2**53  # what a script's numbers hold; the field's own limit is far below


class UploadQuery(msgspec.Struct, frozen=True):
    """The field that takes the file, and the attachment whose place it takes."""

    field: str
    replaces: UUID | None = None


class Unfinished(msgspec.Struct, frozen=True):
    """One's own uploads that are not at their end."""

    items: tuple[UploadView, ...]


Handler = Callable[..., Awaitable[Response[Any]]]


def speaks_tus(act: Handler) -> Handler:
    """Every answer names the protocol's version, refusals as well; so must every request."""

    @functools.wraps(act)
    async def run(request: AnyRequest, **given: Any) -> Response[Any]:
        try:
            _require_version(request)
            done = await act(request, **given)
        except Exception as error:  # noqa: BLE001  the table of errors takes them all
            failure = explain(error)
            request.scope["refused"] = failure.problem.code  # type: ignore[typeddict-unknown-key]  # for the log
            done = told(failure)
        done.headers.update(VERSION)
        return done

    return run


def _require_version(request: AnyRequest) -> None:
    if request.headers.get("tus-resumable") != VERSION["Tus-Resumable"]:
        raise WrongVersion


def number(request: AnyRequest, name: str) -> int:
    """A header that counts bytes. Raises BadRequest."""
    said = request.headers.get(name, "")
    if not (said.isascii() and said.isdecimal()) or len(said) > 16 or int(said) > LARGEST:
        raise BadRequest(f"L’en-tête {name} doit être un nombre d’octets.", code="bad_upload_header")
    return int(said)


def metadata(request: AnyRequest) -> dict[str, str]:
    """What Upload-Metadata says: keys with values in base64. Raises BadRequest."""
    found: dict[str, str] = {}
    for pair in filter(None, (part.strip() for part in request.headers.get("upload-metadata", "").split(","))):
        key, _, value = pair.partition(" ")
        try:
            found[key] = base64.b64decode(value, validate=True).decode("utf-8")
        except (binascii.Error, UnicodeDecodeError) as error:
            raise BadRequest("L’en-tête Upload-Metadata est mal formé.", code="bad_upload_header") from error
    return found


def _where(found: UploadView) -> dict[str, str]:
    headers = {"Upload-Offset": str(found.received), "Upload-Length": str(found.size), "Cache-Control": "no-store"}
    if found.touched_at is not None:
        headers["Upload-Expires"] = (found.touched_at + KEPT).strftime("%a, %d %b %Y %H:%M:%S GMT")
    return headers


@route("/api/proposals/{proposal_id:uuid}/uploads", http_method=HttpMethod.OPTIONS, opt={"action": PUBLIC})
async def upload_options(proposal_id: FromPath[UUID]) -> Response[None]:  # noqa: ARG001
    """What of the protocol is spoken here."""
    headers = {
        "Tus-Version": "1.0.0",
        "Tus-Extension": "creation,expiration,termination",
        "Allow": "GET, POST, OPTIONS",
    }
    return Response(None, status_code=HTTPStatus.NO_CONTENT, headers={**headers, **VERSION})


@post(
    "/api/proposals/{proposal_id:uuid}/uploads",
    opt=tell(
        Action.ATTACHMENT_ADD,
        "Begin a file that will come in pieces (tus)",
        ATTACHMENTS,
        query=UploadQuery,
        answer=BegunUpload,
        status=HTTPStatus.CREATED,
        problems=(403, 404, 409, 412, 413, 422),
    ),
)
@speaks_tus
async def begin_upload(request: AnyRequest, proposal_id: FromPath[UUID]) -> Answer:
    """`Upload-Length`: its bytes; `Upload-Metadata`: `filename`, and `mark`, by which the sender knows it again."""
    wanted, said = reading.query(request, UploadQuery), metadata(request)
    new = NewUpload(
        field=wanted.field,
        name=filetypes.shown_name(said.get("filename", "")),
        size=number(request, "upload-length"),
        mark=said.get("mark", ""),
        replaces=wanted.replaces,
    )
    if "\0" in new.mark:
        raise BadRequest("L’en-tête Upload-Metadata est mal formé.", code="bad_upload_header")
    begun = await uploads.begin_upload(actor_of(request), proposal_id, new, now=clock.now())
    found = await views.upload(actor_of(request), begun.id)
    return answer(begun, HTTPStatus.CREATED, {"Location": f"/api/uploads/{begun.id}", **_where(found)})


@get(
    "/api/proposals/{proposal_id:uuid}/uploads",
    opt=tell(
        Action.ATTACHMENT_ADD, "Your files that are not at their end", ATTACHMENTS, answer=Unfinished, problems=(404,)
    ),
)
async def list_uploads(request: AnyRequest, proposal_id: FromPath[UUID]) -> Answer:
    """Those that can be gone on with, the oldest first."""
    return answer(Unfinished(await views.unfinished(actor_of(request), proposal_id)))


@get(
    "/api/uploads/{upload_id:uuid}",
    opt=tell(
        Action.ATTACHMENT_ADD, "How much of a file has come (tus)", ATTACHMENTS, answer=UploadView, problems=(404,)
    ),
)
async def read_upload(request: AnyRequest, upload_id: FromPath[UUID]) -> Answer:
    """By HEAD, in `Upload-Offset`, or by GET. Every byte that it counts will still be there after any failure."""
    found = await views.upload(actor_of(request), upload_id)
    return answer(found, headers={**_where(found), **VERSION})


@patch(
    "/api/uploads/{upload_id:uuid}",
    request_max_body_size=None,  # the announced length is the limit
    status_code=HTTPStatus.OK,  # of refusals it knows nothing: every answer says its own
    opt=tell(
        Action.ATTACHMENT_ADD,
        "Send the next bytes of a file (tus)",
        ATTACHMENTS,
        status=HTTPStatus.NO_CONTENT,
        problems=(403, 404, 409, 412, 413, 415, 422),
        file=True,
    ),
)
@speaks_tus
async def continue_upload(request: AnyRequest, upload_id: FromPath[UUID]) -> Response[Any]:
    """From `Upload-Offset` on, in any number of requests. With the last byte the file is an attachment."""
    if request.headers.get("content-type", "").partition(";")[0].strip() != PIECES:
        raise WrongMedia(f"Envoyez les octets avec l’en-tête Content-Type: {PIECES}.")
    offset = number(request, "upload-offset")
    received = await resuming.go_on(request, actor_of(request), upload_id, offset)
    found = await views.upload(actor_of(request), upload_id)
    return Response(None, status_code=HTTPStatus.NO_CONTENT, headers={**_where(found), "Upload-Offset": str(received)})


@delete(
    "/api/uploads/{upload_id:uuid}",
    status_code=HTTPStatus.OK,  # of refusals it knows nothing: every answer says its own
    opt=tell(
        Action.ATTACHMENT_ADD,
        "Give up a file that is not at its end (tus)",
        ATTACHMENTS,
        status=HTTPStatus.NO_CONTENT,
        problems=(404, 412),
    ),
)
@speaks_tus
async def abandon_upload(request: AnyRequest, upload_id: FromPath[UUID]) -> Response[Any]:
    """What came of it is removed."""
    await resuming.forget(await uploads.abandon_upload(actor_of(request), upload_id, now=clock.now()))
    return Response(None, status_code=HTTPStatus.NO_CONTENT)


routes = (upload_options, begin_upload, list_uploads, read_upload, continue_upload, abandon_upload)
