"""Papers of a sitting as people ask for them: minutes, and one's convocation."""

from typing import Any
from uuid import UUID

from litestar import Response, get
from litestar.params import FromPath

from service import clock
from service.domain.papers import Paper
from service.domain.policy import Action
from service.doors import downloads
from service.doors.downloads import Download
from service.doors.people import AnyRequest, actor_of
from service.operations import documents
from service.pages.documents import waiting
from service.problems import NotFound
from service.views import papers
from service.views.packs import PackAbout

Answer = Response[Any]
TITLES = {"minutes": ("Procès-verbal", "proces-verbal"), "convocation": ("Convocation", "convocation")}


@get("/comite/{slug:str}/seances/{sitting_id:uuid}/proces-verbal.pdf", opt={"action": Action.SITTING_READ})
async def minutes(request: AnyRequest, slug: FromPath[str], sitting_id: FromPath[UUID]) -> Answer:
    """The minutes of a sitting that is over."""
    return await _paper(request, slug, await papers.minutes_paper(actor_of(request), sitting_id))


@get("/comite/{slug:str}/seances/{sitting_id:uuid}/convocation.pdf", opt={"action": Action.SITTING_READ})
async def convocation(request: AnyRequest, slug: FromPath[str], sitting_id: FromPath[UUID]) -> Answer:
    """By which whoever asks is called to a sitting."""
    return await _paper(request, slug, await papers.convocation_paper(actor_of(request), sitting_id))


async def _paper(request: AnyRequest, slug: str, made: tuple[Paper, PackAbout]) -> Answer:
    paper, about = made
    if slug not in about.slugs:
        raise NotFound
    job = await documents.ask_paper(actor_of(request), paper, now=clock.now())
    title, stem = TITLES[paper.kind]
    if job.status == "done" and job.size is not None and job.sha256 is not None:
        name = f"{stem}-{about.number}-{slug}.pdf"
        return await downloads.send(
            request, Download(f"document/{job.id}", name, job.size, job.sha256, "application/pdf")
        )
    back = ("Revenir à la séance", f"/comite/{slug}/seances/{paper.sitting}")
    return waiting(request, job, title, f"de la séance n°\u00a0{about.number}", back)


routes = [minutes, convocation]
