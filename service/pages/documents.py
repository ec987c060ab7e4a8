"""Documents as people ask for them: the file, or a page that waits while the worker draws it."""

import contextlib
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
from service.doors.stamping import send_stamped
from service.operations import documents
from service.pages.door import address_of
from service.pages.render import page
from service.problems import NotFound
from service.views import documents as views
from service.views import editions, packs, proposals
from service.views.verification import by_code, by_digest

Answer = Response[Any]
NAMES = {
    ("receipt", "applicant"): ("Accusé de réception", "accuse-de-reception"),
    ("dossier", "committee"): ("Dossier de comité", "dossier"),
    ("dossier", "officer"): ("Dossier d’instruction", "dossier-instruction"),
    ("dossier", "applicant"): ("Dossier du candidat", "dossier-candidat"),
    ("archive", "officer"): ("Archive", "archive"),
    ("letter", "applicant"): ("Lettre de décision", "lettre"),
}


async def _document(
    request: AnyRequest, proposal_id: UUID, kind: str, audience: str = "applicant", position: int | None = None
) -> Answer:
    actor = actor_of(request)
    job = await documents.ask_document(actor, proposal_id, kind, audience, position, now=clock.now())
    found = await proposals.proposal(actor, proposal_id)
    title, stem = NAMES[kind, audience]
    if position is not None:
        title, stem = f"{title} à l’entrée {position} du journal", f"{stem}-{position}"
    if job.status == "done" and job.size is not None and job.sha256 is not None:
        name = f"{stem}-{found.reference}.pdf"
        return await downloads.send(
            request, Download(f"document/{job.id}", name, job.size, job.sha256, "application/pdf")
        )
    back = ("Revenir à la candidature", f"/candidatures/{found.id}")
    return waiting(request, job, title, f"de la candidature {found.reference}", back)


def waiting(request: AnyRequest, job: Job, title: str, of: str, back: tuple[str, str]) -> Answer:
    """The page that asks again until the worker has drawn the document."""
    shown = {"document": title, "of": of, "job": job, "back": back, "again": address_of(request)}
    pause = "60" if job.status == "failed" else "2"
    return page(request, "waiting.html", shown, status=202, headers={"Refresh": pause})


@get("/candidatures/{proposal_id:uuid}/recepisse.pdf", opt={"action": Action.RECEIPT_READ})
async def receipt(request: AnyRequest, proposal_id: FromPath[UUID]) -> Answer:
    """What was submitted, when, with the digest of every file."""
    return await _document(request, proposal_id, "receipt")


@get("/candidatures/{proposal_id:uuid}/dossier.pdf", opt={"action": Action.DOSSIER_READ})
async def dossier(request: AnyRequest, proposal_id: FromPath[UUID]) -> Answer:
    """Everything the committee reads of a proposal, now or at an entry of its journal (`entree`); or the officers."""
    audience = "officer" if request.query_params.get("pour") == "instruction" else "committee"
    return await _document(request, proposal_id, "dossier", audience, _entry(request))


@get("/candidatures/{proposal_id:uuid}/mon-dossier.pdf", opt={"action": Action.DOSSIER_READ_OWN})
async def own_dossier(request: AnyRequest, proposal_id: FromPath[UUID]) -> Answer:
    """What the applicant may keep of their proposal once it is decided."""
    return await _document(request, proposal_id, "dossier", "applicant")


@get("/candidatures/{proposal_id:uuid}/archive.pdf", opt={"action": Action.ARCHIVE_READ})
async def archive(request: AnyRequest, proposal_id: FromPath[UUID]) -> Answer:
    """The officers' dossier, with answers, files and digests inside it."""
    return await _document(request, proposal_id, "archive", "officer", _entry(request))


@get("/catalogue/{reference:str}/dossier.pdf", opt={"action": PUBLIC})
async def public_dossier(request: AnyRequest, reference: FromPath[str]) -> Answer:
    """What anybody may read of a retained proposal."""
    proposal = await views.retained(reference)
    job = await documents.ask_public_dossier(actor_of(request), proposal, now=clock.now())
    if job.status == "done" and job.size is not None and job.sha256 is not None:
        name = f"dossier-public-{reference.upper()}.pdf"
        return await downloads.send(
            request, Download(f"document/{job.id}", name, job.size, job.sha256, "application/pdf")
        )
    back = ("Revenir au catalogue", f"/catalogue/{reference}")
    return waiting(request, job, "Dossier public", f"de la candidature {reference.upper()}", back)


def _entry(request: AnyRequest) -> int | None:
    said = request.query_params.get("entree", "")
    if not said:
        return None
    if not (said.isascii() and said.isdecimal() and len(said) < 10):
        raise NotFound
    return int(said)


@get("/candidatures/{proposal_id:uuid}/lettre.pdf", opt={"action": Action.LETTER_READ})
async def letter(request: AnyRequest, proposal_id: FromPath[UUID]) -> Answer:
    """The decision with its reasons, and how to contest it; the last one, or that of an entry (`entree`)."""
    return await _document(request, proposal_id, "letter", position=_entry(request))


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
    return waiting(request, job, "Formulaire vierge", "", back)


@get("/comite/{slug:str}/seances/{sitting_id:uuid}/dossier.pdf", opt={"action": Action.SITTING_READ})
async def pack(request: AnyRequest, slug: FromPath[str], sitting_id: FromPath[UUID]) -> Answer:
    """All dossiers of a sitting that its reader takes part in, with their name on each page."""
    actor = actor_of(request)
    pieces = request.query_params.get("pieces") == "oui"
    content, about = await packs.contents(actor, sitting_id, pieces=pieces)
    if slug not in about.slugs:
        raise NotFound
    job = await documents.ask_paper(actor, content, now=clock.now())
    if job.status == "done":
        await packs.note_pack(actor, content)
        return await send_stamped(f"document/{job.id}", packs.stamp(actor), f"seance-{about.number}-{slug}.pdf")
    back = ("Revenir à la séance", f"/comite/{slug}/seances/{sitting_id}")
    return waiting(request, job, "Dossier de séance", f"de la séance n°\u00a0{about.number}", back)


@get("/verifier", opt={"action": PUBLIC})
async def verification(request: AnyRequest) -> Answer:
    """Ask whether a document is ours: `reference` and `code`, or `empreinte`."""
    asked = [request.query_params.get(name, "").strip() for name in ("reference", "code", "empreinte")]
    return await _verified(request, *asked)


@get("/verifier/{reference:str}/{code:str}", opt={"action": PUBLIC})
async def verification_of(request: AnyRequest, reference: FromPath[str], code: FromPath[str]) -> Answer:
    """The address that a document bears."""
    return await _verified(request, reference, code, "")


async def _verified(request: AnyRequest, reference: str, code: str, digest: str) -> Answer:
    found, asked = None, bool(digest or (reference and code))
    if asked and "\0" not in reference + code + digest:
        with contextlib.suppress(NotFound):
            found = await (by_digest(digest) if digest else by_code(reference, code))
    shown = {"found": found, "asked": asked, "reference": reference[:40], "code": code[:40], "digest": digest[:80]}
    return page(request, "verification.html", shown)


routes = [
    receipt,
    dossier,
    own_dossier,
    archive,
    public_dossier,
    pack,
    letter,
    form,
    verification,
    verification_of,
]
