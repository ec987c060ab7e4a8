"""Papers of a sitting as PDF: its minutes, and each one's convocation."""

from http import HTTPStatus
from typing import Any
from uuid import UUID

from litestar import Response, get
from litestar.params import FromPath

from service import clock
from service.api.documents import DOCUMENTS, PDF, send_job
from service.api.routes import tell
from service.domain.documents import Job
from service.domain.papers import Paper
from service.domain.policy import Action
from service.doors.people import AnyRequest, actor_of
from service.operations import documents
from service.views import papers


def _told(summary: str) -> dict[str, Any]:
    return tell(
        Action.SITTING_READ,
        summary,
        DOCUMENTS,
        media=PDF,
        also={HTTPStatus.ACCEPTED: ("Being drawn: ask again, or follow the job in Location.", Job)},
        problems=(404, 416),
    )


@get("/api/sittings/{sitting_id:uuid}/minutes.pdf", opt=_told("The minutes of a sitting on paper"))
async def send_minutes(request: AnyRequest, sitting_id: FromPath[UUID]) -> Response[Any]:
    """A draft says so; once approved, they bear the hash that is in the journal."""
    paper, about = await papers.minutes_paper(actor_of(request), sitting_id)
    return await _send(request, paper, f"proces-verbal-{about.number}.pdf")


@get("/api/sittings/{sitting_id:uuid}/convocation.pdf", opt=_told("One's convocation to a sitting on paper"))
async def send_convocation(request: AnyRequest, sitting_id: FromPath[UUID]) -> Response[Any]:
    """For whoever is called to it, in their name, with the agenda as they may know it."""
    paper, about = await papers.convocation_paper(actor_of(request), sitting_id)
    return await _send(request, paper, f"convocation-{about.number}.pdf")


async def _send(request: AnyRequest, paper: Paper, name: str) -> Response[Any]:
    job = await documents.ask_paper(actor_of(request), paper, now=clock.now())
    return await send_job(request, job, name)


routes = (send_minutes, send_convocation)
