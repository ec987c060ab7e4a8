"""Deleting what has had its time, by the rules of its edition, once."""

from datetime import datetime
from uuid import UUID

import msgspec

from service.domain.actor import Actor
from service.domain.retention import Step
from service.operations.acting import operation
from service.operations.disposing import dispose
from service.problems import Conflict, NotFound
from service.store import journal
from service.store.database import row
from service.store.due import ended


class Deleted(msgspec.Struct, frozen=True):
    """A proposal that is no more."""

    proposal: UUID


@operation
async def delete_due(actor: Actor, step: Step, visa: str, *, now: datetime) -> Deleted:
    """Delete a proposal whole, as the step says, with one entry in the journal of the system: what an elimination is
    proved by. Raises NotFound where it is gone; Conflict where it changed since the plan was made."""
    if not actor.process:
        raise NotFound
    what = step.due
    if await row("SELECT FROM proposal WHERE id = {} FOR UPDATE", what.proposal) is None:
        raise NotFound
    if step.act not in ("delete", "delete archived") or (what.status != "draft" and not visa):
        raise Conflict("Une élimination demande le visa des archives.", code="visa_needed")
    if what.status != "draft" and what.fate == "archive" and not step.package:
        raise Conflict("Une candidature versée aux archives demande son paquet.", code="package_needed")
    if await ended(now, what.proposal) != (what,):
        raise Conflict("La candidature a changé depuis que le plan a été établi.", code="changed")
    await dispose(what.proposal, now)
    said = {
        "proposal": what.proposal,
        "reference": what.reference,
        "call": what.call,
        "status": what.status,
        "since": what.since,
        "until": what.until,
        "fate": what.fate,
        "visa": visa,
        "package": step.package,
    }
    await journal.append("system", "retention_deleted", actor, now, said)
    return Deleted(what.proposal)


@operation
async def note_packages(actor: Actor, packages: dict[str, str], *, now: datetime) -> None:
    """Write into the journal which packages a run left for the archives: name and SHA-256."""
    if not actor.process:
        raise NotFound
    await journal.append("system", "retention_packaged", actor, now, {"packages": packages})
