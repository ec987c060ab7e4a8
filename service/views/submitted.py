"""What an applicant submitted last: answers and files, and the edition whose form they were given on."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

import msgspec

from forms import Form, local_day
from service import clock
from service.domain.files import StoredFile
from service.store.database import Row, row, rows
from service.store.editions import edition


class RevisionView(msgspec.Struct, frozen=True):
    """The last submitted state: `digest` is the salted SHA-256 that the journal holds; `part`: the stage up to which
    the form was asked then."""

    number: int
    digest: str
    at: datetime
    part: str = ""


class SubmittedState(msgspec.Struct, frozen=True):
    """The last submitted answers and files; no revision before the first submission."""

    revision: RevisionView | None
    edition: UUID | None
    answers: dict[str, object]
    files: tuple[StoredFile, ...]

    async def form(self) -> Form:
        """The form that they were given on. LookupError before the first submission."""
        if self.edition is None:
            raise LookupError("nothing was submitted")
        return (await edition(self.edition)).form_at(self.revision.part if self.revision else "")

    @property
    def judged_on(self) -> date:
        """The day of the submission, on which conditions were judged."""
        return local_day(self.revision.at if self.revision else clock.now())


class _Content(msgspec.Struct, frozen=True):
    edition: UUID
    answers: dict[str, object]
    files: tuple[StoredFile, ...]
    part: str = ""


async def submitted_state(proposal_id: UUID, number: int | None = None) -> SubmittedState:
    """What was submitted last, or under that number, whatever the applicant has changed since."""
    line = await row(
        "SELECT number, digest, at, content FROM revision WHERE subject = 'answers' AND subject_id = {}"
        " AND number <= {} ORDER BY number DESC LIMIT 1",
        *(proposal_id, 2_000_000_000 if number is None else number),
    )
    return SubmittedState(None, None, {}, ()) if line is None else _state(line)


async def submitted_states(proposals: Sequence[UUID]) -> dict[UUID, SubmittedState]:
    """What was submitted last of several; one that was never submitted is not there."""
    found = await rows(
        "SELECT DISTINCT ON (subject_id) subject_id, number, digest, at, content FROM revision"
        " WHERE subject = 'answers' AND subject_id = ANY({}) ORDER BY subject_id, number DESC",
        list(proposals),
    )
    return {line["subject_id"]: _state(line) for line in found}


def _state(line: Row) -> SubmittedState:
    content = msgspec.json.decode(line["content"], type=_Content)
    revision = RevisionView(line["number"], line["digest"], line["at"], content.part)
    return SubmittedState(revision, content.edition, content.answers, content.files)
