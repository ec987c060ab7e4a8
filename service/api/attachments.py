"""Attachments: in by stream, out by stream."""

from http import HTTPStatus
from typing import Any
from uuid import UUID

import msgspec
from litestar import Response, delete, get, post, put
from litestar.params import FromPath

from service import clock
from service.api import reading
from service.api.answering import Answer, answer
from service.api.routes import tell
from service.domain.policy import Action
from service.doors import downloads, uploads
from service.doors.people import AnyRequest, actor_of
from service.operations import files
from service.operations.files import AddedAttachment, OrderedAttachments, RemovedAttachment, RestoredAttachment
from service.views import attachments as views

ATTACHMENTS = "Attachments"


class AttachmentQuery(msgspec.Struct, frozen=True):
    """The field that takes the file, the file's name where the body is the file itself, and the attachment whose place
    it takes."""

    field: str
    name: str = ""
    replaces: UUID | None = None


class Order(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All files of a field, in the order that they are to have."""

    field: str
    files: tuple[UUID, ...]


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
    place = uploads.Place(proposal_id, wanted.field, wanted.replaces)
    added = await uploads.receive(request, actor_of(request), place)
    return answer(added, HTTPStatus.CREATED, {"Location": f"/api/attachments/{added.id}"})


@put(
    "/api/proposals/{proposal_id:uuid}/attachments",
    opt=tell(
        Action.ATTACHMENT_ORDER,
        "Put the attachments of a field in order",
        ATTACHMENTS,
        body=Order,
        answer=OrderedAttachments,
        problems=(403, 404, 409),
        example={"field": "annexes", "files": ["018f6b1e-7a90-7c3e-9a51-0d6f3a2b4c5d"]},
    ),
)
async def order_attachments(request: AnyRequest, proposal_id: FromPath[UUID]) -> Answer:
    """Each of them named once; refused where others were added or removed meanwhile."""
    wanted = await reading.body(request, Order)
    ordered = await files.order_attachments(actor_of(request), proposal_id, wanted.field, wanted.files, now=clock.now())
    return answer(ordered)


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
    return await downloads.send(request, downloads.of_file(found))


@get(
    "/api/attachments/{attachment_id:uuid}/pages/{number:int}",
    opt=tell(
        Action.ATTACHMENT_READ,
        "A picture of one page of an attachment",
        ATTACHMENTS,
        media="image/webp",
        problems=(404,),
    ),
)
async def send_page(request: AnyRequest, attachment_id: FromPath[UUID], number: FromPath[int]) -> Response[Any]:
    """Drawn by a worker of PDF and images, from 1 to the attachment's `pages`."""
    return await downloads.picture(request, await views.attachment(actor_of(request), attachment_id), number)


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
    return answer(await files.remove_attachment(actor_of(request), attachment_id, now=clock.now()))


@post(
    "/api/attachments/{attachment_id:uuid}/restore",
    status_code=HTTPStatus.OK,
    opt=tell(
        Action.ATTACHMENT_RESTORE,
        "Take a removed attachment back, within 30 days",
        ATTACHMENTS,
        answer=RestoredAttachment,
        problems=(403, 404, 409, 422),
    ),
)
async def restore_attachment(request: AnyRequest, attachment_id: FromPath[UUID]) -> Answer:
    """Where its field still takes it, as the last one there; never an infected one."""
    await reading.nothing(request)
    return answer(await files.restore_attachment(actor_of(request), attachment_id, now=clock.now()))


routes = (add_attachment, order_attachments, send_attachment, send_page, remove_attachment, restore_attachment)
