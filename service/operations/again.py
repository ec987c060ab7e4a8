"""What becomes of a stage's rows when it is entered again: decisions, and the experts of a review."""

import msgspec

from forms import Stage
from service.notify.mails import Mail
from service.operations.holding import Held
from service.operations.inviting import term
from service.operations.telling import tell
from service.store.conflicts import conflicted
from service.store.database import execute, rows


async def forget_pending_decision(proposal: Held) -> None:
    """A decision that was not published yet was taken on what is now examined again: it is no decision any more. Its
    text stays among the revisions."""
    await execute("DELETE FROM decision WHERE proposal = {} AND publication IS NULL", proposal.id)


async def ask_experts(proposal: Held, stage: Stage) -> None:
    """In a review that is entered again: whoever gave a review is asked to confirm or revise it, and until then it
    counts as it is; whom the end of the stage dismissed before they had answered is on the list again, in their order.
    Whoever declined, was released for their silence, or was replaced stays away.
    """
    await execute(
        "UPDATE assignment SET status = 'proposed', seat = NULL, invited_at = NULL, answered_at = NULL,"  # noqa: S608
        " half_at = NULL, last_at = NULL, due_at = NULL, reminders = NULL, escalation = NULL, reminded = 0,"
        " ended_at = NULL WHERE proposal = {} AND round = {} AND status = 'released' AND reason = ''"
        f" AND released_at IS NULL AND NOT {conflicted('assignment.proposal', 'assignment.expert')}",
        *(proposal.id, proposal.round),
    )
    given = await rows(
        "SELECT id, expert FROM assignment WHERE proposal = {} AND round = {} AND status = 'done' ORDER BY rank",
        *(proposal.id, proposal.round),
    )
    for line in given:
        await ask_again(proposal, stage, line["id"])
        key = f"again-{line['id']}-{proposal.line['visit']}"
        await tell(proposal, line["expert"], Mail.EXPERT_AGAIN, key, assignment=str(line["id"]))


async def ask_again(proposal: Held, stage: Stage, assignment: object) -> None:
    """Ask for a review again, in the time that an invitation gives; it is reminded as a new one is."""
    due, reminders = term(proposal, stage)
    await execute(
        "UPDATE assignment SET asked_again = {}, due_at = {}, reminders = {}, reminded = 0, escalation = NULL"
        " WHERE id = {}",
        *(proposal.now, due, msgspec.json.encode(reminders).decode(), assignment),
    )
