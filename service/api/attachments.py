"""Attachments: in by stream, out by stream."""

from http import HTTPStatus
from typing import Any
from uuid import UUID

import msgspec
from litestar import Response, delete, get, post
from litestar.params import FromPath

from service import clock
from service.api import reading
from service.api.answering import Answer, answer
from service.api.routes import tell
from service.domain.policy import Action
from service.doors import downloads, uploads
from service.doors.people import AnyRequest, actor_of
from service.operations import drafts
from service.operations.drafts import AddedAttachment, RemovedAttachment
from service.views import attachments as views

ATTACHMENTS = "Attachments"


class AttachmentQuery(msgspec.Struct, frozen=True):
    """The field that takes the file, and the file's name where the body is the file itself."""

    field: str
    name: str = ""


@post(
    "/api/proposals/{proposal_id:uuid}/attachments",
    request_max_body_size=None,  # the field's own limit is applied while the file streams
    opt=tell(
        Action.ATTACHMENT_ADD,
        "Attach a file: the raw body, or a form with one file",
        ATTACHMENTS,
        query=AttachmentQuery,
        answer=AddedAttachment,
        status=HTTPStatus.CREATED,
        problems=(403, 404, 409, 413, 415, 422),
        file=True,
    ),
)
async def add_attachment(request: AnyRequest, proposal_id: FromPath[UUID]) -> Answer:
    """Streamed to the object store while it is hashed; its type comes from its content."""
    wanted = reading.query(request, AttachmentQuery)
    added = await uploads.receive(request, actor_of(request), proposal_id, wanted.field)
    return answer(added, HTTPStatus.CREATED, {"Location": f"/api/attachments/{added.id}"})


@get(
    "/api/attachments/{attachment_id:uuid}",
    opt=tell(
        Action.ATTACHMENT_READ,
        "Download an attachment, whole or in part (Range)",
        ATTACHMENTS,
        media="application/octet-stream",
        problems=(404, 416),
    ),
)
async def send_attachment(request: AnyRequest, attachment_id: FromPath[UUID]) -> Response[Any]:
    """Rights are checked at each read; never shown inside our origin."""
    found = await views.attachment(actor_of(request), attachment_id)
    return await downloads.send(
        request, downloads.Download(found.key, found.name, found.size, found.sha256, found.media_type)
    )


@delete(
    "/api/attachments/{attachment_id:uuid}",
    status_code=HTTPStatus.OK,
    opt=tell(
        Action.ATTACHMENT_REMOVE,
        "Remove an attachment from a draft",
        ATTACHMENTS,
        answer=RemovedAttachment,
        problems=(403, 404, 409),
    ),
)
async def remove_attachment(request: AnyRequest, attachment_id: FromPath[UUID]) -> Answer:
    """It leaves the draft; what was submitted keeps it."""
    return answer(await drafts.remove_attachment(actor_of(request), attachment_id, now=clock.now()))


routes = (add_attachment, send_attachment, remove_attachment)
