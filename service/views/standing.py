"""How a proposal stands in time: what runs, until when something may still be done, what waits for an answer."""

from datetime import datetime, timedelta
from uuid import UUID

import msgspec

import forms
from forms import Edition
from service import clock
from service.domain.closing import closing, code_of
from service.domain.policy import Action
from service.store.database import Row, row, rows, value

Rights = frozenset[Action]
RESTORABLE = timedelta(days=14)


class DraftView(msgspec.Struct, frozen=True):
    """A draft's time: `closes_at` of the call (None: it stays open), `until` the last instant at which this draft is
    accepted, `extended` where an officer gave it more time than everybody; `reasons` of the extensions that concern it.
    `code` names the draft to an officer, who sees nothing else of it. `now`: the server's clock."""

    code: str
    now: datetime
    closes_at: datetime | None
    until: datetime | None
    extended: bool
    reasons: tuple[str, ...]


class PartnerView(msgspec.Struct, frozen=True):
    """Somebody who shares the proposal with its owner; `level`: reader or writer."""

    name: str
    level: str


class ThreadSummary(msgspec.Struct, frozen=True):
    """How many messages were exchanged, when the last one, and since when a question waits for the applicant."""

    count: int
    last_at: datetime | None
    asked_at: datetime | None


async def draft_of(line: Row, edition: Edition) -> DraftView:
    """The time that is left to a draft, for its owner."""
    closes_at = await value("SELECT closes_at FROM call WHERE id = {}", line["call"])
    granted = await rows(
        "SELECT until, reason, proposal FROM extension WHERE call = {} AND (proposal IS NULL OR proposal = {})"
        " ORDER BY at",
        *(line["call"], line["id"]),
    )
    own = [found["until"] for found in granted if found["proposal"] is not None]
    until = closing(closes_at, edition, max(own, default=None))
    return DraftView(
        code=code_of(line["id"]),
        now=clock.now(),
        closes_at=until.closes_at,
        until=until.until,
        extended=until.extended,
        reasons=tuple(found["reason"] for found in granted),
    )


async def left_unsubmitted(line: Row) -> bool:
    """Whether an amendment was begun that the end of its stage left unsubmitted."""
    if line["amending_since"] is not None or line["returned"]:
        return False
    left: bool = await value("SELECT EXISTS (SELECT FROM amendment WHERE proposal = {})", line["id"])
    return left


async def undoable_until(line: Row, edition: Edition) -> datetime | None:
    """Until when a withdrawal may be undone; None where it may not, or not any more."""
    left = await row("SELECT stage, at FROM withdrawal WHERE proposal = {} AND undone_at IS NULL", line["id"])
    if left is None:
        return None
    until = forms.due(left["at"], edition.process.undo, edition.process.calendar)
    facts = await row(
        "SELECT closes_at, EXISTS (SELECT FROM publication WHERE call = {} AND at > {}) AS published"
        " FROM call WHERE id = {}",
        *(line["call"], left["at"], line["call"]),
    )
    stage = edition.process.stage(left["stage"])
    if facts is None or stage is None or clock.now() > until:
        return None
    decided = facts["published"] and (facts["closes_at"] is not None or stage.kind == "committee")
    return None if decided else until


def unoffered(line: Row, edition: Edition, undo_until: datetime | None) -> Rights:
    """What the phase would allow and the edition or the calendar does not: no page offers it."""
    stage = edition.process.stage(line["stage"]) if line["stage"] else None
    amendable = stage is not None and (stage.amend or line["amending_since"] is not None)
    never = set() if amendable else {Action.PROPOSAL_AMEND}
    return frozenset(never if undo_until else {*never, Action.WITHDRAWAL_UNDO})


class LetterView(msgspec.Struct, frozen=True):
    """A letter that was sent to the applicant: the entry of the journal that it tells, and when that was."""

    position: int
    at: datetime


async def letters_of(proposal_id: UUID, may: Rights) -> tuple[LetterView, ...]:
    """Every letter of a proposal, the last one first, for whoever may read them: one that was replaced stays."""
    if Action.LETTER_READ not in may:
        return ()
    found = await rows(
        "SELECT j.position, min(e.at) AS at FROM job j JOIN entry e ON e.stream = {} AND e.seq = j.position"
        " WHERE j.proposal = {} AND j.kind = 'letter' GROUP BY j.position ORDER BY j.position DESC",
        *(f"proposal:{proposal_id}", proposal_id),
    )
    return tuple(LetterView(**line) for line in found)


async def partners_of(proposal_id: UUID) -> tuple[PartnerView, ...]:
    """Those who share a proposal with its owner, in the order in which they joined."""
    found = await rows(
        "SELECT a.name, k.level FROM collaborator k JOIN account a ON a.id = k.account WHERE k.proposal = {}"
        " ORDER BY k.since, a.id",
        proposal_id,
    )
    return tuple(PartnerView(**line) for line in found)


async def thread_of(proposal_id: UUID, may: Rights) -> ThreadSummary | None:
    """A glance at the thread, for whoever may read it."""
    if Action.THREAD_READ not in may:
        return None
    found = await row(
        "SELECT count(*) AS count, max(at) AS last_at, min(at) FILTER (WHERE question AND closed_at IS NULL)"
        " AS asked_at FROM message WHERE proposal = {}",
        proposal_id,
    )
    return ThreadSummary(**found) if found else None
