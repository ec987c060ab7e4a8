"""PDF documents: at once where they are drawn, else a job that is drawing them."""

from http import HTTPStatus
from typing import Any, Literal
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
from service.doors.stamping import send_stamped
from service.operations import documents
from service.views import documents as views
from service.views import editions, packs
from service.views.verification import VerifiedView, by_code, by_digest

DOCUMENTS = "Documents"
PDF = "application/pdf"
OF_ENTRY = (403, 404, 409, 416, 422)


class FormQuery(msgspec.Struct, frozen=True):
    """`edition`: the number of one, to be kept for ever; 0 for the latest."""

    edition: int = 0


class DossierQuery(msgspec.Struct, frozen=True):
    """`audience`: committee, or officer: with the names of experts, the conciliation and the messages. `position`: the
    entry of the journal that it shows; the last one where none is named."""

    audience: Literal["committee", "officer"] = "committee"
    position: int | None = None


class ArchiveQuery(msgspec.Struct, frozen=True):
    """`position`: the entry of the journal that it shows; the last one where none is named."""

    position: int | None = None


class LetterQuery(msgspec.Struct, frozen=True):
    """`position`: the entry of the journal that it tells, where a later letter replaced it; the last one where none."""

    position: int | None = None


class PackQuery(msgspec.Struct, frozen=True):
    """`pieces`: true for the PDF files of each proposal too: their first pages as pictures behind its dossier, and
    themselves as files inside the PDF."""

    pieces: bool = False


class VerificationQuery(msgspec.Struct, frozen=True):
    """`reference` and `code`, as the document's last page says them; or `sha256` of the file, in hexadecimal."""

    reference: str = ""
    code: str = ""
    sha256: str = ""


async def send_document(
    request: AnyRequest, proposal_id: UUID, kind: str, audience: str = "", position: int | None = None
) -> Response[Any]:
    """The document, or 202 with its job and where to ask how it is doing."""
    job = await documents.ask_document(actor_of(request), proposal_id, kind, audience, position, now=clock.now())
    return await send_job(request, job, f"{kind}-{proposal_id}.pdf")


async def send_job(request: AnyRequest, job: Job, name: str) -> Response[Any]:
    """The document of a job, or 202 with the job."""
    if job.status != "done":
        headers = {"Location": f"/api/jobs/{job.id}", "Retry-After": "1"}
        return answer(job, HTTPStatus.ACCEPTED, headers)
    drawn = await views.job(actor_of(request), job.id)
    return await downloads.send(
        request, downloads.Download(f"document/{drawn.id}", name, drawn.size or 0, drawn.sha256 or "", PDF)
    )


def _told(
    action: Action | str, summary: str, query: type[Any] | None = None, problems: tuple[int, ...] = (403, 404, 409, 416)
) -> dict[str, Any]:
    return tell(
        action,
        summary,
        DOCUMENTS,
        query=query,
        media=PDF,
        also={HTTPStatus.ACCEPTED: ("Being drawn: ask again, or follow the job in Location.", Job)},
        problems=problems,
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
    opt=_told(Action.DOSSIER_READ, "The dossier, as of now or of an entry", DossierQuery, OF_ENTRY),
)
async def send_dossier(request: AnyRequest, proposal_id: FromPath[UUID]) -> Response[Any]:
    """Answers, checklist, scores, synthesis, timeline, for the committee or the officers: the same bytes for the same
    entry and audience."""
    wanted = reading.query(request, DossierQuery)
    return await send_document(request, proposal_id, "dossier", wanted.audience, wanted.position)


@get(
    "/api/proposals/{proposal_id:uuid}/own-dossier.pdf",
    opt=_told(Action.DOSSIER_READ_OWN, "The applicant's dossier, once a decision is published"),
)
async def send_own_dossier(request: AnyRequest, proposal_id: FromPath[UUID]) -> Response[Any]:
    """What was submitted, the decision with its reasons, what experts say to the applicant, and the messages."""
    return await send_document(request, proposal_id, "dossier", "applicant")


@get(
    "/api/proposals/{proposal_id:uuid}/public-dossier.pdf",
    opt=_told(PUBLIC, "The public dossier of a retained proposal", problems=(404, 416)),
)
async def send_public_dossier(request: AnyRequest, proposal_id: FromPath[UUID]) -> Response[Any]:
    """Made of the answers that the form says are public, without personal data."""
    job = await documents.ask_public_dossier(actor_of(request), proposal_id, now=clock.now())
    return await send_job(request, job, f"dossier-{proposal_id}.pdf")


@get(
    "/api/proposals/{proposal_id:uuid}/archive.pdf",
    opt=_told(Action.ARCHIVE_READ, "The dossier with what it rests on inside it", ArchiveQuery, OF_ENTRY),
)
async def send_archive(request: AnyRequest, proposal_id: FromPath[UUID]) -> Response[Any]:
    """PDF/A-3: the answers as JSON, the attachments and a manifest of digests are embedded."""
    return await send_document(request, proposal_id, "archive", "", reading.query(request, ArchiveQuery).position)


@get(
    "/api/proposals/{proposal_id:uuid}/letter.pdf",
    opt=_told(Action.LETTER_READ, "The letter that tells the decision", LetterQuery, OF_ENTRY),
)
async def send_letter(request: AnyRequest, proposal_id: FromPath[UUID]) -> Response[Any]:
    """Once the decision is published. One that a later decision replaced stays readable."""
    wanted = reading.query(request, LetterQuery)
    return await send_document(request, proposal_id, "letter", "", wanted.position)


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


@get(
    "/api/sittings/{sitting_id:uuid}/pack.pdf",
    opt=tell(
        Action.SITTING_READ,
        "All dossiers of a sitting in one PDF",
        DOCUMENTS,
        query=PackQuery,
        media=PDF,
        also={HTTPStatus.ACCEPTED: ("Being drawn: ask again, or follow the job in Location.", Job)},
        problems=(404, 422),
    ),
)
async def send_pack(request: AnyRequest, sitting_id: FromPath[UUID]) -> Response[Any]:
    """Agenda, ranking, and the dossier of each item that the reader takes part in, with their name on each page."""
    actor = actor_of(request)
    pieces = reading.query(request, PackQuery).pieces
    content, about = await packs.contents(actor, sitting_id, pieces=pieces)
    job = await documents.ask_paper(actor, content, now=clock.now())
    if job.status != "done":
        return answer(job, HTTPStatus.ACCEPTED, {"Location": f"/api/jobs/{job.id}", "Retry-After": "2"})
    await packs.note_pack(actor, content)
    return await send_stamped(f"document/{job.id}", packs.stamp(actor), f"seance-{about.number}.pdf")


@get(
    "/api/verification",
    opt=tell(
        PUBLIC,
        "Whether a document is one of this service",
        DOCUMENTS,
        query=VerificationQuery,
        answer=VerifiedView,
        problems=(404, 422),
    ),
)
async def verify(request: AnyRequest) -> Answer:
    """By reference and code, or by the digest of the file. Tells which entry of a journal it shows, and no more."""
    wanted = reading.query(request, VerificationQuery)
    found = by_digest(wanted.sha256) if wanted.sha256 else by_code(wanted.reference, wanted.code)
    return answer(await found)


routes = (
    send_receipt,
    send_dossier,
    send_own_dossier,
    send_public_dossier,
    send_archive,
    send_letter,
    send_form,
    show_job,
    send_pack,
    verify,
)
