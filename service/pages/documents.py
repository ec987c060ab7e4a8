"""Documents as people ask for them: the file, or a page that waits while the worker draws it."""

from typing import Any
from uuid import UUID

from litestar import Response, get
from litestar.params import FromPath

from service import clock
from service.domain.policy import Action
from service.doors import downloads
from service.doors.downloads import Download
from service.doors.people import AnyRequest, actor_of
from service.operations import documents
from service.pages.render import page
from service.views import proposals

Answer = Response[Any]
NAMES = {
    "receipt": ("Accusé de réception", "accuse-de-reception"),
    "dossier": ("Dossier de comité", "dossier"),
    "letter": ("Lettre de décision", "lettre"),
}


async def _document(request: AnyRequest, proposal_id: UUID, kind: str) -> Answer:
    actor = actor_of(request)
    job = await documents.ask_document(actor, proposal_id, kind, now=clock.now())
    found = await proposals.proposal(actor, proposal_id)
    title, stem = NAMES[kind]
    if job.status == "done" and job.size is not None and job.sha256 is not None:
        name = f"{stem}-{found.reference}.pdf"
        return await downloads.send(
            request, Download(f"document/{job.id}", name, job.size, job.sha256, "application/pdf")
        )
    return page(
        request,
        "waiting.html",
        {"document": title, "found": found, "job": job, "back": request.headers.get("referer", "")},
        status=202,
        headers={"Refresh": "2"},
    )


@get("/candidatures/{proposal_id:uuid}/recepisse.pdf", opt={"action": Action.RECEIPT_READ})
async def receipt(request: AnyRequest, proposal_id: FromPath[UUID]) -> Answer:
    """What was submitted, when, with the digest of every file."""
    return await _document(request, proposal_id, "receipt")


@get("/candidatures/{proposal_id:uuid}/dossier.pdf", opt={"action": Action.DOSSIER_READ})
async def dossier(request: AnyRequest, proposal_id: FromPath[UUID]) -> Answer:
    """Everything the committee reads of a proposal."""
    return await _document(request, proposal_id, "dossier")


@get("/candidatures/{proposal_id:uuid}/lettre.pdf", opt={"action": Action.LETTER_READ})
async def letter(request: AnyRequest, proposal_id: FromPath[UUID]) -> Answer:
    """The decision with its reasons, and how to contest it."""
    return await _document(request, proposal_id, "letter")


routes = [receipt, dossier, letter]
