"""PDF documents: at once where they are drawn, else a job that is drawing them (D10)."""

from http import HTTPStatus
from typing import Any
from uuid import UUID

import msgspec
from litestar import Response, get
from litestar.params import FromPath

from service import clock
from service.api import reading
from service.api.answering import Answer, answer
from service.api.routes import tell
from service.domain.documents import Job
from service.domain.policy import Action
from service.doors import caching, downloads
from service.doors.people import PUBLIC, AnyRequest, actor_of
from service.operations import documents
from service.views import documents as views
from service.views import editions

DOCUMENTS = "Documents"
PDF = "application/pdf"


class FormQuery(msgspec.Struct, frozen=True):
    """`edition`: the number of one, to be kept for ever; 0 for the latest."""

    edition: int = 0


async def send_document(request: AnyRequest, proposal_id: UUID, kind: str) -> Response[Any]:
    """The document, or 202 with its job and where to ask how it is doing."""
    actor = actor_of(request)
    job = await documents.ask_document(actor, proposal_id, kind, now=clock.now())
    if job.status != "done":
        headers = {"Location": f"/api/jobs/{job.id}", "Retry-After": "1"}
        return answer(job, HTTPStatus.ACCEPTED, headers)
    drawn = await views.job(actor, job.id)
    return await downloads.send(
        request,
        downloads.Download(
            f"document/{drawn.id}", f"{kind}-{proposal_id}.pdf", drawn.size or 0, drawn.sha256 or "", PDF
        ),
    )


def _told(action: Action, summary: str) -> dict[str, Any]:
    return tell(
        action,
        summary,
        DOCUMENTS,
        media=PDF,
        also={HTTPStatus.ACCEPTED: ("Being drawn: ask again, or follow the job in Location.", Job)},
        problems=(403, 404, 409, 416),
    )


@get(
    "/api/proposals/{proposal_id:uuid}/receipt.pdf",
    opt=_told(Action.RECEIPT_READ, "The receipt of the last submission"),
)
async def send_receipt(request: AnyRequest, proposal_id: FromPath[UUID]) -> Response[Any]:
    """With the SHA-256 of every file."""
    return await send_document(request, proposal_id, "receipt")


@get(
    "/api/proposals/{proposal_id:uuid}/dossier.pdf",
    opt=_told(Action.DOSSIER_READ, "The committee's dossier, as of now"),
)
async def send_dossier(request: AnyRequest, proposal_id: FromPath[UUID]) -> Response[Any]:
    """Answers, checklist, scores, synthesis, timeline."""
    return await send_document(request, proposal_id, "dossier")


@get(
    "/api/proposals/{proposal_id:uuid}/letter.pdf",
    opt=_told(Action.LETTER_READ, "The letter that tells the decision"),
)
async def send_letter(request: AnyRequest, proposal_id: FromPath[UUID]) -> Response[Any]:
    """Once the decision is published."""
    return await send_document(request, proposal_id, "letter")


@get(
    "/api/calls/{slug:str}/form.pdf",
    opt=tell(
        PUBLIC,
        "The blank form of a call on paper",
        DOCUMENTS,
        query=FormQuery,
        media=PDF,
        also={HTTPStatus.ACCEPTED: ("Being drawn: ask again.", Job)},
        problems=(404, 416, 422),
    ),
)
async def send_form(request: AnyRequest, slug: FromPath[str]) -> Response[Any]:
    """Drawn at the first request for the edition."""
    wanted, actor = reading.query(request, FormQuery), actor_of(request)
    found = await editions.which(actor, slug, wanted.edition)
    job = await documents.ask_form(actor, found.id, now=clock.now())
    if job.status != "done":
        again = "600" if job.status == "failed" else "1"
        return answer(job, HTTPStatus.ACCEPTED, {"Retry-After": again})
    name, cache = f"form-{slug}-{found.number}.pdf", caching.of_edition(request, numbered=wanted.edition != 0)
    return await downloads.send(
        request, downloads.Download(f"document/{job.id}", name, job.size or 0, job.sha256 or "", PDF, cache)
    )


@get(
    "/api/jobs/{job_id:uuid}",
    opt=tell(PUBLIC, "How a document's drawing is doing", DOCUMENTS, answer=Job, problems=(404,)),
)
async def show_job(request: AnyRequest, job_id: FromPath[UUID]) -> Answer:
    """Queued, running, done or failed. A blank form's is anybody's, others' are for whoever may read the document."""
    found = await views.job(actor_of(request), job_id)
    return answer(found, headers={} if found.status in ("done", "failed") else {"Retry-After": "1"})


routes = (send_receipt, send_dossier, send_letter, send_form, show_job)
