"""Second thoughts: a withdrawal is undone, a draft is discarded and taken back."""

from datetime import datetime, timedelta
from uuid import UUID

import msgspec

import forms
from service.domain.actor import Actor
from service.domain.policy import Action
from service.notify.dates import by
from service.notify.mails import Mail
from service.operations import stages
from service.operations.acting import operation
from service.operations.drafts import require_few
from service.operations.holding import Held, held
from service.operations.telling import tell_officers, tell_owner
from service.problems import Conflict
from service.store.database import Row, execute, row, value

RESTORABLE = timedelta(days=14)  # after which a discarded draft stays so


class UndoneWithdrawal(msgspec.Struct, frozen=True):
    """The proposal that is examined again, and the stage that it has come back to."""

    id: UUID
    stage: str


class DiscardedDraft(msgspec.Struct, frozen=True):
    """The draft that is no longer shown, and until when it can be taken back."""

    id: UUID
    restorable_until: datetime


class RestoredDraft(msgspec.Struct, frozen=True):
    """The draft that is there again."""

    id: UUID


@operation
async def undo_withdrawal(actor: Actor, proposal_id: UUID, *, now: datetime) -> UndoneWithdrawal:
    """Bring a withdrawn proposal back to the stage that it left, with what was left of its time; the relay starts its
    workflow again. Conflict where the time for that is over, or decisions were published without it.
    """
    # The call before the proposal: no decisions are published meanwhile.
    await row("SELECT id FROM call WHERE id = (SELECT call FROM proposal WHERE id = {}) FOR NO KEY UPDATE", proposal_id)
    proposal = await held(actor, proposal_id, now)
    await proposal.require(Action.WITHDRAWAL_UNDO)
    left = await row("SELECT * FROM withdrawal WHERE proposal = {} AND undone_at IS NULL", proposal_id)
    if left is None or proposal.line["status"] != "withdrawn":
        raise Conflict("Cette candidature n’a pas été retirée.", code="not_withdrawn")
    await _require_undoable(proposal, left)
    await stages.come_back(proposal, left)
    await execute("UPDATE withdrawal SET undone_at = {} WHERE id = {}", proposal.now, left["id"])
    await execute("UPDATE proposal SET withdrawal_reason = '' WHERE id = {}", proposal_id)
    await proposal.append("withdrawal_undone", stage=left["stage"])
    key = f"resumed-{proposal.line['last_seq']}"
    await tell_owner(proposal, Mail.RESUMED, key)
    await tell_officers(proposal, Mail.OFFICER_RESUMED, key)
    return UndoneWithdrawal(proposal.id, left["stage"])


async def _require_undoable(proposal: Held, left: Row) -> None:
    process = proposal.edition.process
    until = forms.due(left["at"], process.undo, process.calendar)
    if proposal.now > until:
        raise Conflict(f"Le retrait pouvait être annulé jusqu’au {by(until)} : il est définitif.", code="undo_too_late")
    stage = process.stage(left["stage"])
    published = await value(
        "SELECT EXISTS (SELECT FROM publication WHERE call = {} AND at > {})", proposal.line["call"], left["at"]
    )
    closes = await value("SELECT closes_at FROM call WHERE id = {}", proposal.line["call"])
    # A call that stays open decides again next month; one that closes has chosen among those that were there.
    if published and (closes is not None or stage is None or stage.kind == "committee"):
        raise Conflict(
            "Des décisions ont été publiées depuis le retrait de cette candidature : il est définitif.",
            code="decided_meanwhile",
        )


@operation
async def discard_draft(actor: Actor, proposal_id: UUID, *, now: datetime) -> DiscardedDraft:
    """Take a draft out of sight, its files in quarantine. It can be restored for 14 days; later it is swept."""
    proposal = await held(actor, proposal_id, now)
    if proposal.line["discarded_at"] is not None and proposal.line["owner"] == actor.account:
        return DiscardedDraft(proposal.id, proposal.line["discarded_at"] + RESTORABLE)
    await proposal.require(Action.DRAFT_DISCARD)
    await execute(
        "UPDATE attachment SET removed_at = {} WHERE proposal = {} AND removed_at IS NULL", proposal.now, proposal.id
    )
    await proposal.set(discarded_at=proposal.now)
    await proposal.append("draft_discarded")
    return DiscardedDraft(proposal.id, proposal.now + RESTORABLE)


@operation
async def restore_draft(actor: Actor, proposal_id: UUID, *, now: datetime) -> RestoredDraft:
    """Take a discarded draft back, with the files that it had. Conflict after 14 days, or with too many drafts."""
    proposal = await held(actor, proposal_id, now)
    if proposal.line["status"] == "draft" and proposal.line["discarded_at"] is None:
        await proposal.require(Action.DRAFT_SAVE)
        return RestoredDraft(proposal.id)
    await proposal.require(Action.DRAFT_RESTORE)
    discarded = proposal.line["discarded_at"]
    if proposal.now > discarded + RESTORABLE:
        raise Conflict("Ce brouillon a été supprimé il y a plus de quatorze jours.", code="restore_too_late")
    await require_few(actor.person, proposal.line["call"])
    await execute(
        "UPDATE attachment SET removed_at = NULL WHERE proposal = {} AND removed_at = {}", proposal.id, discarded
    )
    await proposal.set(discarded_at=None)
    await proposal.append("draft_restored")
    return RestoredDraft(proposal.id)
