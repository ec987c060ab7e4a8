"""Writing a proposal: opening it, saving answers field by field.

Answers are saved by compare-and-set on each field's version, without a journal entry; opening makes one.
"""

import secrets
from datetime import datetime
from uuid import UUID

import msgspec

import forms
from forms import Form, kinds
from forms.differences import asked
from forms.merging import merged
from service import logs
from service.domain import policy
from service.domain.actor import Actor, Role
from service.domain.policy import Action, Phase
from service.operations.acting import operation
from service.operations.holding import Held, call_named, held, refuse
from service.operations.persons import locked_open
from service.problems import Conflict, FieldClash, Invalid
from service.store import journal
from service.store.database import rows, value
from service.store.ids import uuid7

MOST_DRAFTS = 50  # of one person on one call


class OpenedDraft(msgspec.Struct, frozen=True):
    """The new draft's id."""

    id: UUID


class Change(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One field's new value (null empties it), and the version it was based on (0: never saved).

    `rows`, of a block whose rows have an `@id`: what the sender knew of them, the digest of each by its identity in
    order (`forms.merging`). Then rows that others changed meanwhile are kept, whatever the version.
    """

    value: object
    based_on: int = 0
    rows: dict[str, str] | None = None


class SavedAnswers(msgspec.Struct, frozen=True):
    """The present version of each field of the request that was saved, and the fields that were not: both values.
    `merged`: blocks that are kept with rows of others that were not in the request."""

    versions: dict[str, int]
    clashes: tuple[FieldClash, ...]
    saved_at: datetime
    merged: tuple[str, ...] = ()


@operation
async def open_draft(actor: Actor, slug: str, *, now: datetime) -> OpenedDraft:
    """Begin a proposal on the call's latest edition. Conflict where the call is not open."""
    call = await call_named(slug, "FOR SHARE")
    given, latest = await _as_now(actor, call["id"])
    refuse(policy.why_not_on_call(given, Action.DRAFT_OPEN, call["id"]))
    require_open(call["opens_at"], call["closes_at"], now)
    await require_few(actor.person, call["id"])
    proposal_id = uuid7(now)
    # Its first entry comes with it: the row says so from the beginning.
    made = (
        "INSERT INTO proposal (id, call, edition, owner, status, last_at, created_at, salt, last_seq, request)"
        " VALUES ({}, {}, {}, {}, 'draft', {}, {}, {}, 1, {})"
    )
    its = (proposal_id, call["id"], latest, actor.person, now, now, secrets.token_bytes(16))
    said = {"call": call["id"], "edition": latest}
    whole = (made, (*its, actor.request or logs.request() or ""))
    await journal.append(f"proposal:{proposal_id}", "draft_opened", actor, now, said, 1, [whole])
    return OpenedDraft(proposal_id)


async def require_few(person: UUID, call: UUID) -> None:
    """Raise Conflict where somebody has more drafts than anybody needs: each may hold megabytes, and files."""
    await locked_open(person)
    begun = await value(
        "SELECT count(*) FROM proposal WHERE owner = {} AND call = {} AND status = 'draft' AND discarded_at IS NULL",
        *(person, call),
    )
    if begun >= MOST_DRAFTS:
        raise Conflict(
            f"Vous avez déjà {MOST_DRAFTS} brouillons pour cet appel : reprenez l’un d’eux, dans « Mes candidatures ».",
            code="too_many_drafts",
        )


async def _as_now(actor: Actor, call: UUID) -> tuple[Actor, UUID]:
    """With the roles that were given on this call since the request came in: giving one needs the call's lock too. And
    the call's latest edition."""
    [found] = await rows(
        "SELECT (SELECT id FROM edition WHERE call = {} ORDER BY number DESC LIMIT 1) AS latest,"
        " ARRAY(SELECT role FROM role WHERE account = {} AND call = {}) AS roles",
        *(call, actor.account, call),
    )
    given = {(Role(role), call) for role in found["roles"]}
    return msgspec.structs.replace(actor, roles=actor.roles | given), found["latest"]


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
    changes = _kept_as(form, changes)
    kept = await kept_answers(proposal_id)
    versions: dict[str, int] = {}
    clashes: list[FieldClash] = []
    joined: list[str] = []
    written: dict[str, tuple[int, object]] = {}
    for field, change in sorted(changes.items()):
        version, current = kept.get(field, (0, None))
        fits, content = _together(form, field, change, version, current)
        if fits and content != change.value:
            joined.append(field)
        if current == content and fits and version:
            versions[field] = version  # a repeat after a lost answer
        elif not fits:
            clashes.append(FieldClash(field, change.based_on, version, current, change.value))
        else:
            versions[field] = version + 1
            written[field] = (version + 1, content)
    answers = asked(form, {field: content for field, (_, content) in sorted((kept | written).items())})
    _require_room(answers)
    if proposal.phase is Phase.DRAFT:  # afterwards lists show what was submitted, until it is submitted again
        title = forms.proposal_title(form, answers)[:300]
        organisation = forms.organisation_name(form, answers)[:300]
        if (title, organisation) != (proposal.line["title"], proposal.line["organisation"]):
            proposal.plan(title=title, organisation=organisation)
    await write_answers(proposal, written)
    await proposal.flush()  # where no answer was written
    return SavedAnswers(versions, tuple(clashes), proposal.now, tuple(joined))


def _kept_as(form: Form, changes: dict[str, Change]) -> dict[str, Change]:
    """The changes, each value in the one way of its kind. Raises Invalid with all errors at once."""
    errors = [
        error
        for field, change in changes.items()
        if change.value is not None or form.field(field) is None
        for error in forms.check_draft(form, field, change.value)
    ]
    if errors:
        raise Invalid(errors)
    return {
        field: msgspec.structs.replace(change, value=forms.normal(form, field, change.value))
        for field, change in changes.items()
    }


def _together(form: Form, field: str, change: Change, version: int, current: object) -> tuple[bool, object]:
    """Whether a change goes together with what is kept, and what it then makes of it: rows of a block merge as long as
    the whole is no larger than a block may be."""
    fits = version == change.based_on or (current == change.value and version > 0)
    if change.rows is None or not isinstance(form.field(field), kinds.Block):
        return fits, change.value
    whole = merged(current, change.value, change.rows)
    if whole is None or forms.check_draft(form, field, whole):
        return fits, change.value
    return True, whole if whole["rows"] else None


async def write_answers(proposal: Held, answers: dict[str, tuple[int, object]]) -> None:
    """Store answers, each under its next version: field -> (version, value)."""
    if not answers:
        return
    versions, contents = zip(*answers.values(), strict=True)
    await proposal.write(
        "INSERT INTO answer (proposal, field, version, value, saved_at, saved_by)"
        " SELECT {}, field, version, value::jsonb, {}, {}"
        " FROM unnest({}::text[], {}::integer[], {}::text[]) AS new (field, version, value)"
        " ON CONFLICT (proposal, field) DO UPDATE SET"
        " version = excluded.version, value = excluded.value,"
        " saved_at = excluded.saved_at, saved_by = excluded.saved_by",
        *(proposal.id, proposal.now, proposal.actor.person),
        *(list(answers), list(versions), [msgspec.json.encode(content).decode() for content in contents]),
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
