"""PDF documents: at once where they are drawn, else a job that is drawing them (D10)."""

from http import HTTPStatus
from typing import Any
from uuid import UUID

from litestar import Response, get
from litestar.params import FromPath

from service import clock
from service.api.answering import Answer, answer
from service.api.routes import tell
from service.domain.documents import Job
from service.domain.policy import Action
from service.doors import downloads
from service.doors.people import SIGNED_IN, AnyRequest, actor_of
from service.operations import documents
from service.views import documents as views

DOCUMENTS = "Documents"
PDF = "application/pdf"


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
    "/api/jobs/{job_id:uuid}",
    opt=tell(SIGNED_IN, "How a document's drawing is doing", DOCUMENTS, answer=Job, problems=(404,)),
)
async def show_job(request: AnyRequest, job_id: FromPath[UUID]) -> Answer:
    """Queued, running, done or failed."""
    found = await views.job(actor_of(request), job_id)
    return answer(found, headers={} if found.status in ("done", "failed") else {"Retry-After": "1"})


routes = (send_receipt, send_dossier, send_letter, show_job)
