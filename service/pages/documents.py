"""Documents as people ask for them: the file, or a page that waits while the worker draws it."""

from typing import Any
from uuid import UUID

from litestar import Response, get
from litestar.params import FromPath

from service import clock
from service.domain.documents import Job
from service.domain.policy import Action
from service.doors import caching, downloads
from service.doors.downloads import Download
from service.doors.people import PUBLIC, AnyRequest, actor_of
from service.operations import documents
from service.pages.door import address_of
from service.pages.render import page
from service.problems import NotFound
from service.views import editions, proposals

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
    back = ("Revenir à la candidature", f"/candidatures/{found.id}")
    return _waiting(request, job, title, f"de la candidature {found.reference}", back)


def _waiting(request: AnyRequest, job: Job, title: str, of: str, back: tuple[str, str]) -> Answer:
    shown = {"document": title, "of": of, "job": job, "back": back, "again": address_of(request)}
    pause = "60" if job.status == "failed" else "2"
    return page(request, "waiting.html", shown, status=202, headers={"Refresh": pause})


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


@get("/appels/{slug:str}/formulaire.pdf", opt={"action": PUBLIC})
async def form(request: AnyRequest, slug: FromPath[str]) -> Answer:
    """The blank form of the latest edition, or of the one whose number is given as `edition`."""
    said, actor = request.query_params.get("edition", "0"), actor_of(request)
    if not (said.isascii() and said.isdecimal() and len(said) < 10):
        raise NotFound
    found = await editions.which(actor, slug, int(said))
    job = await documents.ask_form(actor, found.id, now=clock.now())
    if job.status == "done" and job.size is not None and job.sha256 is not None:
        name, cache = f"formulaire-{slug}-{found.number}.pdf", caching.of_edition(request, numbered=int(said) != 0)
        return await downloads.send(
            request, Download(f"document/{job.id}", name, job.size, job.sha256, "application/pdf", cache)
        )
    back = ("Revenir au formulaire", f"/appels/{slug}/formulaire")
    return _waiting(request, job, "Formulaire vierge", "", back)


routes = [receipt, dossier, letter, form]
