"""Files of a proposal: added, replaced, put in order, removed, restored. Bytes go elsewhere: here are the rows."""

from datetime import datetime
from uuid import UUID

import msgspec

import forms
from forms import FileFact
from service.domain import evidence, policy, thread
from service.domain.actor import Actor
from service.domain.files import DRAWN, QUARANTINE, StoredFile
from service.domain.policy import Action
from service.operations.acting import operation
from service.operations.holding import Held, held, held_by
from service.problems import Conflict, Invalid, NotFound
from service.store import objects
from service.store.database import Row, execute, row, rows
from service.store.editions import edition


class AddedAttachment(msgspec.Struct, frozen=True):
    """The new attachment: its id, its size in bytes and its SHA-256 in hexadecimal."""

    id: UUID
    size: int
    sha256: str


class RemovedAttachment(msgspec.Struct, frozen=True):
    """What was put in quarantine."""

    id: UUID


class RestoredAttachment(msgspec.Struct, frozen=True):
    """What came back out of quarantine, and the field that has it again."""

    id: UUID
    field: str


class OrderedAttachments(msgspec.Struct, frozen=True):
    """The files of a field, in their order."""

    field: str
    files: tuple[UUID, ...]


async def check_attachment_wanted(
    actor: Actor, proposal_id: UUID, field: str, replaces: UUID | None = None, *, now: datetime
) -> int:
    """Before any byte is read: may this person attach to this field, in the place of that file? Returns the field's
    limit in bytes."""
    line = await row("SELECT * FROM proposal WHERE id = {}", proposal_id)
    if line is None:
        raise NotFound(policy.HIDDEN.detail)
    proposal = Held(line, await edition(line["edition"]), actor, now)
    await require_writing(proposal, field)
    if field == thread.FIELD:
        limit: int | None = thread.FILES.most_bytes
    elif evidence.milestone_of(field) is not None:
        limit = evidence.FILES.most_bytes
    else:
        limit = forms.file_limit(proposal.form, field)
    if limit is None:
        said = "Ce champ n’accepte pas de fichier."
        raise Invalid([forms.FieldError(field, "unknown_field", said, "This field takes no file.")])
    if replaces is not None:
        await _replaced(proposal, field, replaces)
    return limit


async def require_writing(proposal: Held, field: str) -> None:
    """Raise the refusal, if the actor may not add files to this field now. NotFound for a milestone of another pilot,
    Conflict for one of a pilot that is over."""
    milestone = evidence.milestone_of(field)
    if milestone is None:
        await proposal.require(Action.THREAD_WRITE if field == thread.FIELD else Action.ATTACHMENT_ADD)
        return
    await proposal.require(Action.PILOT_REPORT)
    found = await row(
        "SELECT t.outcome FROM milestone m JOIN pilot t ON t.proposal = m.proposal WHERE m.id = {} AND m.proposal = {}",
        *(milestone, proposal.id),
    )
    if found is None:
        raise NotFound
    if found["outcome"]:
        raise Conflict("Le résultat de ce pilote est enregistré : il ne change plus.", code="pilot_over")


@operation
async def add_attachment(
    actor: Actor, proposal_id: UUID, file: StoredFile, replaces: UUID | None = None, *, now: datetime
) -> AddedAttachment:
    """Record a file that is already in the object store, in the place of the one that it replaces, which goes to
    quarantine. Raises Invalid where its field does not take it, Conflict where what it replaces is not there."""
    return await insert_attachment(await held(actor, proposal_id, now), file, replaces)


async def insert_attachment(proposal: Held, file: StoredFile, replaces: UUID | None = None) -> AddedAttachment:
    """The one way into the table: rights, the field's limits and types, place, journal."""
    await require_writing(proposal, file.field)
    old = await _replaced(proposal, file.field, replaces) if replaces is not None else None
    await _require_fit(proposal, file, replaces)
    if old is not None:
        await execute("UPDATE attachment SET removed_at = {} WHERE id = {}", proposal.now, old["id"])
    proposal.along(
        "INSERT INTO attachment"
        " (id, proposal, field, name, size, sha256, media_type, added_at, added_by, rank, scan, pages)"
        " VALUES ({}, {}, {}, {}, {}, {}, {}, {}, {}, coalesce({}, (SELECT 1 + coalesce(max(rank), 0) FROM attachment"
        "  WHERE proposal = {} AND field = {} AND removed_at IS NULL)), {}, {})",
        *(file.id, proposal.id, file.field, file.name, file.size, file.sha256, file.media_type),
        *(proposal.now, proposal.actor.person, old["rank"] if old else None, proposal.id, file.field),
        "waiting" if objects.scanned() else "off",
        None if file.media_type in DRAWN else 0,
    )
    said = {"attachment": file.id, "field": file.field, "size": file.size, "sha256": file.sha256}
    if old is None:
        await proposal.append("attachment_added", **said)
    else:
        await proposal.append("attachment_replaced", **said, replaced=old["id"])
    return AddedAttachment(file.id, file.size, file.sha256)


async def _require_fit(proposal: Held, file: StoredFile, replaces: UUID | None) -> None:
    fact = FileFact(str(file.id), file.name, file.size, file.media_type)
    errors = await faults_with(proposal, file.field, fact, replaces)
    if errors:
        raise Invalid(errors)


async def faults_with(proposal: Held, field: str, one_more: FileFact, replaces: UUID | None) -> list[forms.FieldError]:
    """What is wrong with the files of a field, once there is this one too, in the place of the one that it replaces."""
    if field == thread.FIELD:
        return thread.file_faults([*await unsent(proposal), one_more])
    if evidence.milestone_of(field) is not None:
        return evidence.file_faults([*await _shown(proposal, field), one_more])
    present = (await files(proposal.id)).get(field, [])
    others = [one for one in present if one.id != str(replaces)]
    return forms.check_files(proposal.form, field, [*others, one_more])


async def _shown(proposal: Held, field: str) -> list[FileFact]:
    """The files of a milestone."""
    found = await rows(
        "SELECT id, name, size, media_type FROM attachment WHERE proposal = {} AND field = {} AND removed_at IS NULL"
        " ORDER BY added_at, id",
        *(proposal.id, field),
    )
    return [FileFact(str(line["id"]), line["name"], line["size"], line["media_type"]) for line in found]


async def _replaced(proposal: Held, field: str, wanted: UUID) -> Row:
    """The file that is to be replaced: a present one of the same field of the form."""
    line = await row(
        "SELECT id, rank FROM attachment WHERE id = {} AND proposal = {} AND field = {} AND removed_at IS NULL"
        " AND field NOT LIKE '@%'",
        *(wanted, proposal.id, field),
    )
    if line is None:
        raise Conflict(
            "Le fichier à remplacer n’est plus là. Rechargez la page, puis joignez le nouveau fichier.",
            code="file_gone",
        )
    return line


@operation
async def order_attachments(
    actor: Actor, proposal_id: UUID, field: str, order: tuple[UUID, ...], *, now: datetime
) -> OrderedAttachments:
    """Put the files of a field in this order, which names each of them once. Conflict where they are others by now."""
    proposal = await held(actor, proposal_id, now)
    await proposal.require(Action.ATTACHMENT_ORDER)
    present = tuple(UUID(fact.id) for fact in (await files(proposal_id)).get(field, []))
    if len(order) != len(present) or set(order) != set(present):
        raise Conflict(
            "Les fichiers de ce champ ont changé entre-temps : rechargez la page, puis réessayez.", code="files_changed"
        )
    if order != present:
        await execute(
            "UPDATE attachment a SET rank = wanted.rank"
            " FROM unnest({}::uuid[]) WITH ORDINALITY AS wanted (id, rank) WHERE a.id = wanted.id",
            list(order),
        )
        await proposal.append("attachments_ordered", field=field, files=order)
    return OrderedAttachments(field, order)


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
    elif evidence.milestone_of(line["field"]) is not None:
        await require_writing(proposal, line["field"])
        await _require_other_evidence(line)
    else:
        await proposal.require(Action.ATTACHMENT_REMOVE)
    if line["removed_at"] is None:
        await execute("UPDATE attachment SET removed_at = {} WHERE id = {}", proposal.now, attachment_id)
        await proposal.append("attachment_removed", attachment=attachment_id)
    return RemovedAttachment(attachment_id)


async def _require_other_evidence(line: Row) -> None:
    """What was reached stays shown by something."""
    lost = await row(
        "SELECT FROM milestone m WHERE m.id = {} AND m.reached IS NOT NULL AND m.evidence = '' AND m.link = ''"
        " AND NOT EXISTS (SELECT FROM attachment a WHERE a.proposal = m.proposal AND a.field = {} AND a.id <> {}"
        "  AND a.removed_at IS NULL)",
        *(evidence.milestone_of(line["field"]), line["field"], line["id"]),
    )
    if lost is not None and line["removed_at"] is None:
        raise Conflict(
            "Ce fichier est la seule preuve d’un jalon atteint : donnez-en d’abord une autre.", code="only_evidence"
        )


@operation
async def restore_attachment(actor: Actor, attachment_id: UUID, *, now: datetime) -> RestoredAttachment:
    """Take a file of the form back out of quarantine, as the last one of its field. Raises Invalid where the field does
    not take it any more, Conflict where it is infected, NotFound once its time is over."""
    proposal, line = await held_by(actor, "attachment", attachment_id, now)
    if line["field"].startswith("@"):
        raise NotFound
    await proposal.require(Action.ATTACHMENT_RESTORE)
    if line["scan"] == "infected":
        raise Conflict(
            "L’antivirus a trouvé un logiciel malveillant dans ce fichier : il ne peut pas être rétabli.",
            code="file_infected",
        )
    if line["removed_at"] is not None:
        # Housekeeping may be deleting what is older, revision or not.
        if line["removed_at"] < now - QUARANTINE:
            raise NotFound
        stored = StoredFile(**{name: line[name] for name in StoredFile.__struct_fields__})
        await _require_fit(proposal, stored, None)
        await execute(
            "UPDATE attachment SET removed_at = NULL, rank = (SELECT 1 + coalesce(max(b.rank), 0) FROM attachment b"
            " WHERE b.proposal = {} AND b.field = {} AND b.removed_at IS NULL) WHERE id = {}",
            *(proposal.id, stored.field, attachment_id),
        )
        await proposal.append("attachment_restored", attachment=attachment_id, field=stored.field)
    return RestoredAttachment(attachment_id, line["field"])


async def stored_files(proposal_id: UUID) -> list[StoredFile]:
    """The present files of a proposal's fields, in the order of each field."""
    found = await rows(
        "SELECT id, field, name, size, sha256, media_type FROM attachment"
        " WHERE proposal = {} AND removed_at IS NULL AND field NOT LIKE '@%' ORDER BY rank, added_at, id",
        proposal_id,
    )
    return [StoredFile(**line) for line in found]


async def files(proposal_id: UUID) -> dict[str, list[FileFact]]:
    """What is judged of the present files of a proposal, by field, in their order."""
    return facts_of(await stored_files(proposal_id))


def facts_of(stored: list[StoredFile]) -> dict[str, list[FileFact]]:
    """What is judged of these files, by field, in their order."""
    by_field: dict[str, list[FileFact]] = {}
    for file in stored:
        fact = FileFact(str(file.id), file.name, file.size, file.media_type)
        by_field.setdefault(file.field, []).append(fact)
    return by_field


async def unsent(proposal: Held) -> list[FileFact]:
    """The files that the actor has added to the thread and not sent yet."""
    found = await rows(
        "SELECT a.id, a.name, a.size, a.media_type FROM attachment a WHERE a.proposal = {} AND a.field = {}"
        " AND a.added_by = {} AND a.removed_at IS NULL AND NOT EXISTS (SELECT FROM message m"
        " WHERE m.proposal = a.proposal AND m.files @> jsonb_build_array(a.id::text)) ORDER BY a.added_at, a.id",
        *(proposal.id, thread.FIELD, proposal.actor.account),
    )
    return [FileFact(str(line["id"]), line["name"], line["size"], line["media_type"]) for line in found]
