"""The documents of a proposal and of an edition: what kinds there are, for whom, and how far one is drawn."""

from datetime import datetime
from uuid import UUID

import msgspec

from service.domain.policy import Action

READ = {"receipt": Action.RECEIPT_READ, "dossier": Action.DOSSIER_READ, "letter": Action.LETTER_READ}
AUDIENCE = {"receipt": "applicant", "dossier": "committee", "letter": "applicant", "form": "public"}


class Job(msgspec.Struct, frozen=True):
    """A document and how far it is: queued, running, done or failed. `size` in bytes, `sha256` in hexadecimal.

    `position`: the entry of the proposal's journal that the document shows. A blank form is of an edition instead, and
    has neither.
    """

    id: UUID
    kind: str
    proposal: UUID | None
    audience: str
    position: int | None
    status: str
    created_at: datetime
    finished_at: datetime | None = None
    size: int | None = None
    sha256: str | None = None
    error: str = ""
    edition: UUID | None = None


COLUMNS = ", ".join(Job.__struct_fields__)
