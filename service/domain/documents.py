"""The documents of a proposal and of an edition: what kinds there are, for whom, and how far one is drawn."""

from datetime import datetime
from uuid import UUID

import msgspec

from service.domain.policy import Action

DOSSIERS: dict[str, Action | None] = {
    "committee": Action.DOSSIER_READ,
    "officer": Action.DOSSIER_READ_WHOLE,
    "applicant": Action.DOSSIER_READ_OWN,
    "public": None,
}
"""Each audience of a dossier, with what somebody must be allowed to read it; None: anybody may."""
READ: dict[tuple[str, str], Action | None] = {
    ("receipt", "applicant"): Action.RECEIPT_READ,
    ("letter", "applicant"): Action.LETTER_READ,
    ("archive", "officer"): Action.ARCHIVE_READ,
    **{("dossier", audience): action for audience, action in DOSSIERS.items()},
}
"""The same of every document of a proposal, by kind and audience."""
FORM_AUDIENCE = "public"
TIMELESS = frozenset({("dossier", "committee"), ("dossier", "officer"), ("archive", "officer")})
"""Those that show the proposal as of any entry of its journal. The others belong to an act, and show it as of then."""
TAKEN_BACK = "@"
"""In the name of a job's renderer: what it drew tells its audience what an edition has taken back since. None of them
is given it any more, nor does whoever asks find it; it stays for whoever verifies a copy, and in archives."""
RETAINED = "p.status IN ('accepted', 'completed')"
"""SQL over `proposal p`: it was retained, so it is in the catalogue, and its dossier is public."""


class Job(msgspec.Struct, frozen=True):
    """A document and how far it is: queued, running, done or failed. `size` in bytes, `sha256` in hexadecimal.

    `position`: the entry of the proposal's journal that the document shows. A blank form is of an edition instead;
    packs, minutes and convocations are of a sitting, reports of a call or of a year: they have neither.
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
    sitting: UUID | None = None
    call: UUID | None = None


COLUMNS = ", ".join(Job.__struct_fields__)
