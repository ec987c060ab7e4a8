"""What follows when a correction is published: the proposal goes where the new decision leads, and a letter of its own
tells it. Only operations that hold the proposal call this.

It belongs to the commit that makes the correction public, as the officer's hand does: the workflow of the stage that is
left ends when the row has moved.
"""

from service.domain.steering import committee_of
from service.notify.mails import Mail
from service.operations import stages
from service.operations.documents import queue_document
from service.operations.holding import Held
from service.operations.telling import tell_applicants, tell_owner
from service.store.database import Row, execute, row


async def follow(proposal: Held, line: Row) -> None:
    """Let a correction (a row of `decision`) take effect."""
    before = await row("SELECT id, outcome FROM decision WHERE id = {}", line["corrects"])
    if before is None:
        raise LookupError(f"the decision {line['corrects']} that is corrected")
    stage = committee_of(proposal.edition.process, line["round"])
    old, new = (stage.outcome(before["outcome"]), stage.outcome(line["outcome"])) if stage else (None, None)
    moves = (
        stage is not None
        and new is not None
        and (old is None or (stage.after(old), old.status) != (stage.after(new), new.status))
    )
    if stage is not None and new is not None and moves:
        if proposal.line["stage_kind"] == "pilot":
            await _stop_pilot(proposal, str(line["changes"]))
        await stages.enter(proposal, stage.after(new), new.status)
    await proposal.append(
        "decision_corrected",
        decision=line["id"],
        corrects=before["id"],
        ground=line["ground"],
        outcome=line["outcome"],
        before=before["outcome"],
        next=proposal.line["stage"],
        status=proposal.line["status"],
        round=proposal.round,
    )
    await queue_document(proposal, "letter")
    await tell_owner(proposal, Mail.LETTER_CORRECTED, f"correction-{line['id']}")
    if moves and proposal.line["stage_kind"] == "submission":
        await tell_applicants(proposal, Mail.NEXT_PART, f"next-part-{proposal.line['visit']}")


async def _stop_pilot(proposal: Held, why: str) -> None:
    """It rests on nothing any more; what it showed so far stays, with why it ends."""
    await execute(
        "UPDATE pilot SET phase = 'stopped', version = version + 1,"
        " lessons = CASE WHEN lessons = '' THEN {} ELSE lessons END WHERE proposal = {}",
        *(why, proposal.id),
    )
