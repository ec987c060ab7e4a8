"""Publishing calls: an edition is form, checklist, grid, process and texts together, and never changes."""

import hashlib
import re
from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

import msgspec

import forms
from forms import Call, Edition, EditionError, Fault, FieldError, catalogue
from service.domain import policy
from service.domain.actor import PROCESS, Actor
from service.domain.policy import Action
from service.operations.acting import operation
from service.operations.holding import refuse
from service.problems import Conflict, Invalid
from service.store import journal
from service.store.database import Row, execute, row
from service.store.editions import edition as edition_of
from service.store.ids import uuid7


class PublishedEdition(msgspec.Struct, frozen=True):
    """A call's edition: `number` counts from 1. `new`: False where it was there already, with the very same content."""

    call: UUID
    slug: str
    edition: UUID
    number: int
    new: bool


class PublishedShipped(msgspec.Struct, frozen=True):
    """The editions of the calls that come with this version."""

    editions: tuple[PublishedEdition, ...]


@operation
async def publish_shipped(actor: Actor = PROCESS, *, now: datetime) -> PublishedShipped:
    """Publish the calls that come with this version, where their content is new."""
    return PublishedShipped(
        tuple(
            [
                await _publish(actor, forms.parse_edition(catalogue.read(slug)), now, again=False)
                for slug in catalogue.shipped()
            ]
        )
    )


@operation
async def publish_edition(
    actor: Actor,
    files: Mapping[str, bytes],
    *,
    opens: datetime | None = None,
    closes: datetime | None = None,
    now: datetime,
) -> PublishedEdition:
    """Publish the next edition of a call from its five files; `opens` and `closes` replace the dates written there.

    The content of the latest edition again makes no edition; that of an older one, to which the call goes back, does.
    Raises Invalid with every fault of the files, Conflict where the references' prefix is another call's.
    """
    if not actor.process:
        # Before anything is read of the files: whoever may publish a new call may publish any.
        refuse(policy.why_not_on_call(actor, Action.CALL_PUBLISH_EDITION, uuid7(now)))
    return await _publish(actor, read_edition(files), now, opens, closes)


def read_edition(files: Mapping[str, bytes]) -> Edition:
    """The edition of the five files. Raises Invalid with every fault, by file and key path."""
    try:
        return forms.parse_edition(files)
    except EditionError as error:
        said = "Ces fichiers ne décrivent pas un appel complet."
        raise Invalid([_fault(fault) for fault in error.faults], said) from error


def _fault(fault: Fault) -> FieldError:
    steps = [fault.file, *re.findall(r"[^.\[\]]+", fault.path)]
    fr = f"Trouvé : {fault.found} ; admis : {fault.allowed}."
    return FieldError("/".join(steps), "bad_edition", fr, f"Found {fault.found}; allowed: {fault.allowed}.")


async def _publish(
    actor: Actor,
    edition: Edition,
    now: datetime,
    opens: datetime | None = None,
    closes: datetime | None = None,
    *,
    again: bool = True,
) -> PublishedEdition:
    """`again`: whether the content of an older edition is a new one."""
    call = await _call(edition, now)
    content = forms.edition_json(edition)
    digest = hashlib.sha256(content).hexdigest()
    last = await row("SELECT id, number, digest FROM edition WHERE call = {} ORDER BY number DESC LIMIT 1", call["id"])
    known = await row(
        "SELECT id, number FROM edition WHERE call = {} AND digest = {} ORDER BY number DESC LIMIT 1",
        *(call["id"], digest),
    )
    if last is not None and await edition_of(last["id"]) == edition:
        # Also where an older version of this service published it, which wrote fewer properties of it down.
        known = last
    if known is not None and (not again or (last and last["id"] == known["id"])):
        if opens or closes:
            await _set_dates(call["id"], opens or call["opens_at"], closes or call["closes_at"])
        return PublishedEdition(call["id"], edition.call.slug, known["id"], known["number"], new=False)
    number = 1 + (last["number"] if last else 0)
    edition_id = uuid7(now)
    await execute(
        "INSERT INTO edition (id, call, number, content, digest, published_at) VALUES ({}, {}, {}, {}, {}, {})",
        *(edition_id, call["id"], number, content.decode(), digest, now),
    )
    await journal.append(
        f"call:{call['id']}",
        "edition_published",
        actor,
        now,
        {"edition": edition_id, "number": number, "digest": digest},
    )
    kept = _dates(call, (await edition_of(last["id"])).call if last else None, edition.call)
    await _set_dates(call["id"], opens or kept[0], closes or kept[1])
    return PublishedEdition(call["id"], edition.call.slug, edition_id, number, new=True)


def _dates(call: Row, before: Call | None, now: Call) -> tuple[datetime, datetime | None]:
    """Of opening and closing, each as it was set apart from the files, unless this edition writes another than the last
    one did: a correction of a word takes nobody's extension away."""
    opens = call["opens_at"] if before is not None and before.opens == now.opens else now.opens
    closes = call["closes_at"] if before is not None and before.closes == now.closes else now.closes
    return opens, closes


async def _call(edition: Edition, now: datetime) -> Row:
    """The call's row, under its lock; made at its first publication."""
    about = edition.call
    await execute(
        "INSERT INTO call (id, slug, prefix, opens_at, closes_at, created_at) VALUES ({}, {}, {}, {}, {}, {})"
        " ON CONFLICT DO NOTHING",
        *(uuid7(now), about.slug, about.prefix, about.opens, about.closes, now),
    )
    line = await row("SELECT * FROM call WHERE slug = {} FOR NO KEY UPDATE", about.slug)
    if line is None:
        raise Conflict(
            f"Le préfixe {about.prefix} est celui des références d’un autre appel : choisissez-en un autre.",
            code="prefix_taken",
        )
    if line["prefix"] != about.prefix:
        raise Conflict(
            f"Le préfixe des références de cet appel est {line['prefix']} depuis sa première édition : gardez-le.",
            code="prefix_fixed",
        )
    return line


async def _set_dates(call_id: UUID, opens: datetime, closes: datetime | None) -> None:
    await execute("UPDATE call SET opens_at = {}, closes_at = {} WHERE id = {}", opens, closes, call_id)
