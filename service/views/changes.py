"""What changed between two submitted versions of a proposal, or since the last one in the applicant's own draft."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec

import forms
from forms import Edition, FieldChange
from forms.amended import Given
from service.domain.actor import Actor
from service.domain.files import StoredFile
from service.domain.policy import Action
from service.problems import NotFound
from service.store.database import rows
from service.views.files import as_they_stand
from service.views.proposals import proposal as one_proposal
from service.views.readable import Readable, note_reading, readable
from service.views.submitted import SubmittedState, submitted_state


class VersionLine(msgspec.Struct, frozen=True):
    """One submitted version: `digest` is the salted SHA-256 that the journal holds."""

    number: int
    at: datetime
    digest: str


class ChangesView(msgspec.Struct, frozen=True):
    """The fields that changed from version `older` to version `newer` (None: the applicant's working answers), in the
    order of the form. `versions`: all of them, oldest first."""

    older: int
    newer: int | None
    changes: tuple[FieldChange, ...]
    versions: tuple[VersionLine, ...]


async def changes(
    actor: Actor, proposal_id: UUID, older: int | None = None, newer: int | None = None, *, working: bool = False
) -> ChangesView:
    """Between two versions: by default the last and the one before. `working`: since the last one, in one's own draft.

    NotFound for versions that are not, and for `working` by anybody who is not writing.
    """
    found = await readable(actor, proposal_id, Action.CHANGES_READ)
    if not found.mine:
        await note_reading(actor, proposal_id, "changes")
    lines = await rows(
        "SELECT number, at, digest FROM revision WHERE subject = 'answers' AND subject_id = {} ORDER BY number",
        proposal_id,
    )
    versions = tuple(VersionLine(**line) for line in lines)
    last = versions[-1].number if versions else 0
    newer = newer or last
    older = older or (last if working else max(newer - 1, 1))
    numbers = {version.number for version in versions}
    if older not in numbers or newer not in numbers:
        raise NotFound
    before = await _state(found, older)
    if working:
        if not (found.working):
            raise NotFound
        draft = await one_proposal(actor, proposal_id)
        answers = {field: answer.value for field, answer in draft.answers.items() if answer.value is not None}
        now = Given(answers, _named(draft.attachments), draft.judged_on)
        return ChangesView(older, None, _between(found.edition, before, now), versions)
    after = await _state(found, newer)
    return ChangesView(older, newer, _between(found.edition, before, _given(after)), versions)


async def _state(found: Readable, number: int) -> SubmittedState:
    """A version, without the files that its reader may not see."""
    state = await submitted_state(found.line["id"], number)
    told = await as_they_stand(state.files, found.actor.account, mine=found.mine)
    return msgspec.structs.replace(state, files=told.files)


def _between(edition: Edition, before: SubmittedState, after: Given) -> tuple[FieldChange, ...]:
    return forms.changes(edition.form, _given(before), after)


def _given(state: SubmittedState) -> Given:
    return Given(state.answers, _named(state.files), state.judged_on)


def _named(files: Sequence[StoredFile]) -> dict[str, list[tuple[str, str]]]:
    named: dict[str, list[tuple[str, str]]] = {}
    for file in files:
        # Of another person's file that is not found clean one knows that it is there.
        named.setdefault(file.field, []).append(
            (file.sha256 or str(file.id), file.name or "Fichier en cours d’analyse")
        )
    return named
