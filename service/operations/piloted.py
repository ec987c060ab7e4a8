"""A proposal in the field, beside its stage: what begins and ends with it, and the review that the process convenes.
Only operations that hold the proposal call these."""

from datetime import datetime
from uuid import UUID

import msgspec

from service.domain.piloting import indicator_of
from service.notify.mails import Mail
from service.operations.holding import Held
from service.operations.telling import tell_applicants, tell_officers
from service.store.database import execute, row, value
from service.store.ids import uuid7


class _Submitted(msgspec.Struct, frozen=True):
    answers: dict[str, object] = {}


async def begin(proposal: Held) -> None:
    """It is entered, for the first time or again: what was said of it before stays, an end is none any more."""
    await execute(
        "INSERT INTO pilot AS p (proposal, call, indicator, began_at) VALUES ({}, {}, {}, {})"
        " ON CONFLICT (proposal) DO UPDATE SET ended_at = NULL, outcome = '', lessons = '', version = p.version + 1,"
        " phase = CASE WHEN p.phase = 'stopped' THEN 'investigation' ELSE p.phase END",
        *(proposal.id, proposal.line["call"], await _indicator(proposal), proposal.now),
    )


async def _indicator(proposal: Held) -> str:
    """The one that the applicant named, as far as it is public."""
    content = await value(
        "SELECT content FROM revision WHERE subject = 'answers' AND subject_id = {} ORDER BY number DESC LIMIT 1",
        proposal.id,
    )
    answers = msgspec.json.decode(content, type=_Submitted).answers if content else {}
    return indicator_of(answers)[:300]


async def end(proposal: Held) -> None:
    """Its stage is left, whichever way."""
    await execute("UPDATE pilot SET ended_at = {} WHERE proposal = {}", proposal.now, proposal.id)


async def awaited_review(proposal: Held) -> UUID | None:
    """The review that was convened and is not held yet."""
    found: UUID | None = await value(
        "SELECT id FROM pilot_review WHERE proposal = {} AND verdict = '' ORDER BY number DESC LIMIT 1", proposal.id
    )
    return found


async def convene(proposal: Held, due_at: datetime) -> None:
    """The review of the phase is due: who runs the call and who applied are told, once."""
    review = await awaited_review(proposal) or await new_review(proposal)
    await execute("UPDATE pilot_review SET due_at = {}, convened_at = {} WHERE id = {}", due_at, proposal.now, review)
    await proposal.append("pilot_review_convened", review=review, due=due_at)
    key = f"pilot-review-{proposal.line['last_seq']}"
    await tell_officers(proposal, Mail.OFFICER_PILOT_REVIEW, key)
    await tell_applicants(proposal, Mail.PILOT_REVIEW, key)


async def new_review(proposal: Held) -> UUID:
    """One more, of the present phase."""
    review = uuid7(proposal.now)
    await execute(
        "INSERT INTO pilot_review (id, proposal, number, phase)"
        " SELECT {}, p.proposal, (SELECT 1 + count(*) FROM pilot_review WHERE proposal = p.proposal), p.phase"
        " FROM pilot p WHERE p.proposal = {}",
        *(review, proposal.id),
    )
    return review


async def outcome(proposal: Held) -> str:
    """The outcome that was recorded in this visit of the stage, "" while there is none."""
    found = await row("SELECT outcome FROM pilot WHERE proposal = {} AND ended_at IS NULL", proposal.id)
    return found["outcome"] if found else ""
