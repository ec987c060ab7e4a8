"""What the archive of a proposal holds beside its dossier: the submitted answers, and the files as received."""

from uuid import UUID

import msgspec

from reports.kept import Archive, KeptFile
from service.domain.documents import Job
from service.domain.files import key_of
from service.store import objects
from service.store.database import rows
from service.views.asof import State, state_of
from service.views.dossiers import fields_told, sealed
from service.views.zipping import plain_name

MOST_EMBEDDED = 64 * 1024 * 1024
"""Bytes of all files together: drawing takes several times as much memory."""
TOO_LARGE = "Trop volumineux pour être joint ; à demander au service"
INFECTED = "Fichier infecté, écarté"


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
    return Archive(told, msgspec.json.format(plain, indent=1), await kept_files(state, "officer", MOST_EMBEDDED))


async def kept_files(state: State, audience: str, most: int, only: str = "") -> tuple[KeptFile, ...]:
    """The files that an audience is told of, as far as `most` bytes hold them; `only` those of one media type."""
    _, content = state.submitted()
    fields = fields_told(state, audience)
    infected = {
        str(line["id"])
        for line in await rows("SELECT id FROM attachment WHERE proposal = {} AND scan = 'infected'", state.line["id"])
    }
    files, left = [], most
    for file in content["files"]:
        if file["field"] not in fields or (only and file["media_type"] != only):
            continue
        field = state.form.field(file["field"])
        note = INFECTED if file["id"] in infected else TOO_LARGE if file["size"] > left else ""
        held = None if note else await _content(file["id"])
        left -= len(held or b"")
        about = field.label.fr if field else ""
        files.append(KeptFile(plain_name(file["name"]), about, file["size"], file["sha256"], held, note))
    return tuple(files)


async def _content(file_id: str) -> bytes:
    return b"".join([chunk async for chunk in await objects.store().get_stream(key_of(UUID(file_id)))])
