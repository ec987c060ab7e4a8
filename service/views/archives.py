"""What the archive of a proposal holds beside its dossier: the submitted answers, and the files as received."""

from uuid import UUID

import msgspec

from reports.kept import Archive, KeptFile
from service.domain.documents import Job
from service.domain.files import key_of, saved_name
from service.problems import Unavailable
from service.store import objects
from service.store.database import rows
from service.views.asof import State, state_of
from service.views.dossiers import fields_told, sealed
from service.views.zipping import plain_name

MOST_EMBEDDED = 64 * 1024 * 1024
"""Bytes of all files together: drawing takes several times as much memory."""
TOO_LARGE = "Trop volumineux pour être joint ; à demander au service"
UNFIT = {
    "infected": "Fichier écarté\u00a0: infecté",
    "unable": "Fichier écarté\u00a0: l’antivirus n’a pas pu l’analyser",
    "waiting": "Fichier écarté\u00a0: analyse antivirus en cours",
}
"""Why a file is its sender's alone, by what became of its scan."""


async def archive_of(job: Job, address: str) -> Archive:
    """That of a job. Files that would take more than `MOST_EMBEDDED` are named, with their digests, and left out."""
    assert job.proposal is not None and job.position is not None  # noqa: S101, PT018  the table's own rule
    told, state = await sealed(job, address), await state_of(job.proposal, job.position)
    submitted, content = state.submitted()
    answers = {
        "reference": content["reference"],
        "revision": submitted["number"],
        "submitted_at": submitted["at"],
        "edition": content["edition"],
        "answers": content["answers"],
    }
    plain = msgspec.json.encode(answers, order="sorted")
    files = await kept_files(state, "officer", MOST_EMBEDDED)
    if any(one.note == UNFIT["waiting"] for one in files):
        raise Unavailable("antivirus")  # it is drawn once, and holds what was submitted
    return Archive(told, msgspec.json.format(plain, indent=1), files)


async def kept_files(state: State, audience: str, most: int, only: str = "") -> tuple[KeptFile, ...]:
    """The files that an audience is told of, as far as `most` bytes hold them; `only` those of one media type."""
    _, content = state.submitted()
    fields = fields_told(state, audience)
    scanned = await rows(
        "SELECT id, scan, coalesce(pages, 0) AS pages FROM attachment WHERE proposal = {}", state.line["id"]
    )
    unfit = {str(line["id"]): UNFIT[line["scan"]] for line in scanned if line["scan"] in UNFIT}
    drawn = {str(line["id"]): line["pages"] for line in scanned if line["scan"] not in UNFIT}
    files, left = [], most
    for file in content["files"]:
        if file["field"] not in fields or (only and file["media_type"] != only):
            continue
        field = state.form.field(file["field"])
        note = unfit.get(file["id"]) or (TOO_LARGE if file["size"] > left else "")
        held = None if note else await _content(file["id"])
        left -= len(held or b"")
        about = field.label.fr if field else ""
        known = (plain_name(saved_name(file["name"], file["media_type"])), about, file["size"], file["sha256"])
        files.append(KeptFile(*known, held, note, file["id"], drawn.get(file["id"], 0)))
    return tuple(files)


async def _content(file_id: str) -> bytes:
    return b"".join([chunk async for chunk in await objects.store().get_stream(key_of(UUID(file_id)))])
