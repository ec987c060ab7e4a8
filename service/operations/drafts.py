"""Writing a proposal: opening it, saving answers field by field, attaching files.

Answers are saved by compare-and-set on each field's version, without a journal entry; opening and attaching make one.
"""

import secrets
from datetime import datetime
from uuid import UUID

import msgspec

import forms
from forms.differences import asked
from service.domain import policy, thread
from service.domain.actor import Actor, Role
from service.domain.policy import Action, Phase
from service.operations.acting import operation
from service.operations.holding import Held, call_named, held, held_by, refuse
from service.operations.persons import locked
from service.problems import Conflict, FieldClash, Invalid, NotFound
from service.store.database import execute, row, rows, value
from service.store.editions import edition
from service.store.ids import uuid7

MOST_DRAFTS = 50  # of one person on one call


class OpenedDraft(msgspec.Struct, frozen=True):
    """The new draft's id."""

    id: UUID


class Change(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One field's new value (null empties it), and the version it was based on (0: never saved)."""

    value: object
    based_on: int = 0


class SavedAnswers(msgspec.Struct, frozen=True):
    """The present version of each field of the request that was saved, and the fields that were not: both values."""

    versions: dict[str, int]
    clashes: tuple[FieldClash, ...]
    saved_at: datetime


class StoredFile(msgspec.Struct, frozen=True):
    """A file whose object is already in the store, under `attachment/<id>`."""

    id: UUID
    field: str
    name: str
    size: int
    sha256: str
    media_type: str


class AddedAttachment(msgspec.Struct, frozen=True):
    """The new attachment: its id, its size in bytes and its SHA-256 in hexadecimal."""

    id: UUID
    size: int
    sha256: str


class RemovedAttachment(msgspec.Struct, frozen=True):
    """What was put in quarantine."""

    id: UUID


@operation
async def open_draft(actor: Actor, slug: str, *, now: datetime) -> OpenedDraft:
    """Begin a proposal on the call's latest edition. Conflict where the call is not open."""
    call = await call_named(slug, "FOR SHARE")
    refuse(policy.why_not_on_call(await _as_now(actor, call["id"]), Action.DRAFT_OPEN, call["id"]))
    require_open(call["opens_at"], call["closes_at"], now)
    await require_few(actor.person, call["id"])
    latest = await value("SELECT id FROM edition WHERE call = {} ORDER BY number DESC LIMIT 1", call["id"])
    proposal_id = uuid7(now)
    await execute(
        "INSERT INTO proposal (id, call, edition, owner, status, last_at, created_at, salt)"
        " VALUES ({}, {}, {}, {}, 'draft', {}, {}, {})",
        *(proposal_id, call["id"], latest, actor.person, now, now, secrets.token_bytes(16)),
    )
    await (await held(actor, proposal_id, now)).append("draft_opened", call=call["id"], edition=latest)
    return OpenedDraft(proposal_id)


async def require_few(person: UUID, call: UUID) -> None:
    """Raise Conflict where somebody has more drafts than anybody needs: each may hold megabytes, and files."""
    await locked(person)
    begun = await value(
        "SELECT count(*) FROM proposal WHERE owner = {} AND call = {} AND status = 'draft' AND discarded_at IS NULL",
        *(person, call),
    )
    if begun >= MOST_DRAFTS:
        raise Conflict(
            f"Vous avez déjà {MOST_DRAFTS} brouillons pour cet appel : reprenez l’un d’eux, dans « Mes candidatures ».",
            code="too_many_drafts",
        )


async def _as_now(actor: Actor, call: UUID) -> Actor:
    """With the roles that were given on this call since the request came in: giving one needs the call's lock too."""
    found = await rows("SELECT role FROM role WHERE account = {} AND call = {}", actor.account, call)
    given = {(Role(line["role"]), call) for line in found}
    return msgspec.structs.replace(actor, roles=actor.roles | given)


def require_open(opens_at: datetime, closes_at: datetime | None, now: datetime) -> None:
    """Raise Conflict outside the dates of a call; both ends belong to it."""
    if now < opens_at:
        raise Conflict("Cet appel n’est pas encore ouvert.", code="call_not_open")
    if closes_at is not None and now > closes_at:
        raise Conflict("Cet appel est clos : il n’accepte plus de candidature.", code="call_closed")


@operation
async def save_answers(actor: Actor, proposal_id: UUID, changes: dict[str, Change], *, now: datetime) -> SavedAnswers:
    """Save some fields. A field changed since `based_on` is not touched and comes back in `clashes`; the rest is saved.

    Raises Invalid, and saves nothing, where a value cannot be one of its field's (all errors at once).
    """
    proposal = await held(actor, proposal_id, now)
    await proposal.require(Action.DRAFT_SAVE)
    form = proposal.form
    errors = [
        error
        for field, change in changes.items()
        if change.value is not None or form.field(field) is None
        for error in forms.check_draft(form, field, change.value)
    ]
    if errors:
        raise Invalid(errors)
    kept = await kept_answers(proposal_id)
    versions: dict[str, int] = {}
    clashes: list[FieldClash] = []
    for field, change in sorted(changes.items()):
        version, current = kept.get(field, (0, None))
        if current == change.value and version:
            versions[field] = version  # a repeat after a lost answer
        elif version != change.based_on:
            clashes.append(FieldClash(field, change.based_on, version, current, change.value))
        else:
            versions[field] = version + 1
            await write_answer(proposal, field, change.value, version + 1)
    answers = asked(form, {field: kept_value for field, (_, kept_value) in (await kept_answers(proposal_id)).items()})
    _require_room(answers)
    if proposal.phase is Phase.DRAFT:  # afterwards lists show what was submitted, until it is submitted again
        await proposal.set(
            title=forms.proposal_title(form, answers)[:300], organisation=forms.organisation_name(form, answers)[:300]
        )
    return SavedAnswers(versions, tuple(clashes), proposal.now)


async def write_answer(proposal: Held, field: str, content: object, version: int) -> None:
    """Store one answer under its next version."""
    await execute(
        "INSERT INTO answer (proposal, field, version, value, saved_at, saved_by) VALUES ({}, {}, {}, {}, {}, {})"
        " ON CONFLICT (proposal, field) DO UPDATE SET"
        " version = excluded.version, value = excluded.value,"
        " saved_at = excluded.saved_at, saved_by = excluded.saved_by",
        *(proposal.id, field, version, msgspec.json.encode(content).decode(), proposal.now, proposal.actor.person),
    )


def _require_room(answers: dict[str, object]) -> None:
    if len(msgspec.json.encode(answers)) > forms.MOST_BYTES:
        raise Conflict(
            "Les réponses de cette candidature dépassent 2 Mo en tout : raccourcissez-les, ou joignez un fichier.",
            code="answers_too_large",
        )


async def kept_answers(proposal_id: UUID) -> dict[str, tuple[int, object]]:
    """A proposal's working answers: field -> (version, value). An emptied field has the value None."""
    found = await rows("SELECT field, version, value FROM answer WHERE proposal = {} ORDER BY field", proposal_id)
    return {line["field"]: (line["version"], msgspec.json.decode(line["value"])) for line in found}


class SeenForm(msgspec.Struct, frozen=True):
    """The edition whose form the applicant knows from now on."""

    edition: UUID


@operation
async def see_new_form(actor: Actor, proposal_id: UUID, *, now: datetime) -> SeenForm:
    """The applicant has read what changed in the form since they began: it is told no more. Safe to repeat."""
    proposal = await held(actor, proposal_id, now)
    await proposal.require(Action.DRAFT_SAVE)
    await proposal.set(told_edition=None)
    return SeenForm(proposal.line["edition"])


async def check_attachment_wanted(actor: Actor, proposal_id: UUID, field: str, *, now: datetime) -> int:
    """Before any byte is read: may this person attach to this field? Returns the field's limit in bytes."""
    line = await row("SELECT * FROM proposal WHERE id = {}", proposal_id)
    proposal = Held(line, await edition(line["edition"]), actor, now) if line else None
    if proposal is None:
        refuse(policy.HIDDEN)
        raise AssertionError
    if field == thread.FIELD:
        await proposal.require(Action.THREAD_WRITE)
        return thread.FILES.most_bytes
    await proposal.require(Action.ATTACHMENT_ADD)
    limit = forms.file_limit(proposal.form, field)
    if limit is None:
        raise Invalid(
            [
                forms.FieldError(
                    field, "unknown_field", "Ce champ n’accepte pas de fichier.", "This field takes no file."
                )
            ]
        )
    return limit


@operation
async def add_attachment(actor: Actor, proposal_id: UUID, file: StoredFile, *, now: datetime) -> AddedAttachment:
    """Record a file that is already in the object store. Raises Invalid where its field does not take it."""
    proposal = await held(actor, proposal_id, now)
    await proposal.require(Action.THREAD_WRITE if file.field == thread.FIELD else Action.ATTACHMENT_ADD)
    fact = forms.FileFact(str(file.id), file.name, file.size, file.media_type)
    if file.field == thread.FIELD:
        errors = thread.file_faults([*await unsent(proposal), fact])
    else:
        present = (await files(proposal_id)).get(file.field, [])
        errors = forms.check_files(proposal.form, file.field, [*present, fact])
    if errors:
        raise Invalid(errors)
    await execute(
        "INSERT INTO attachment (id, proposal, field, name, size, sha256, media_type, added_at, added_by)"
        " VALUES ({}, {}, {}, {}, {}, {}, {}, {}, {})",
        *(file.id, proposal_id, file.field, file.name, file.size, file.sha256, file.media_type),
        *(proposal.now, actor.person),
    )
    await proposal.append("attachment_added", attachment=file.id, field=file.field, size=file.size, sha256=file.sha256)
    return AddedAttachment(file.id, file.size, file.sha256)


@operation
async def remove_attachment(actor: Actor, attachment_id: UUID, *, now: datetime) -> RemovedAttachment:
    """Put an attachment in quarantine: it leaves the draft, its object stays as long as a revision names it.

    A file of the thread can be removed by whoever added it, until it is sent.
    """
    proposal, line = await held_by(actor, "attachment", attachment_id, now)
    if line["field"] == thread.FIELD:
        await proposal.require(Action.THREAD_WRITE)
        if line["removed_at"] is None and str(attachment_id) not in {fact.id for fact in await unsent(proposal)}:
            raise NotFound
    else:
        await proposal.require(Action.ATTACHMENT_REMOVE)
    if line["removed_at"] is None:
        await execute("UPDATE attachment SET removed_at = {} WHERE id = {}", proposal.now, attachment_id)
        await proposal.append("attachment_removed", attachment=attachment_id)
    return RemovedAttachment(attachment_id)


async def files(proposal_id: UUID) -> dict[str, list[forms.FileFact]]:
    """The present files of a proposal, by field, in the order in which they were added."""
    found = await rows(
        "SELECT id, field, name, size, media_type FROM attachment"
        " WHERE proposal = {} AND removed_at IS NULL AND field NOT LIKE '@%' ORDER BY added_at, id",
        proposal_id,
    )
    by_field: dict[str, list[forms.FileFact]] = {}
    for line in found:
        fact = forms.FileFact(str(line["id"]), line["name"], line["size"], line["media_type"])
        by_field.setdefault(line["field"], []).append(fact)
    return by_field


async def unsent(proposal: Held) -> list[forms.FileFact]:
    """The files that the actor has added to the thread and not sent yet."""
    found = await rows(
        "SELECT a.id, a.name, a.size, a.media_type FROM attachment a WHERE a.proposal = {} AND a.field = {}"
        " AND a.added_by = {} AND a.removed_at IS NULL AND NOT EXISTS (SELECT FROM message m"
        " WHERE m.proposal = a.proposal AND m.files @> jsonb_build_array(a.id::text)) ORDER BY a.added_at, a.id",
        *(proposal.id, thread.FIELD, proposal.actor.account),
    )
    return [forms.FileFact(str(line["id"]), line["name"], line["size"], line["media_type"]) for line in found]
