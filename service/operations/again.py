"""What becomes of a stage's rows when it is entered again: decisions, and the experts of a review."""

from datetime import datetime
from uuid import UUID

import msgspec

import forms
from forms import Stage
from service.notify.mails import Mail
from service.operations.holding import Held
from service.operations.inviting import term
from service.operations.telling import tell, tell_officers
from service.store.conflicts import conflicted
from service.store.database import execute, rows, value


async def forget_pending_decision(proposal: Held) -> None:
    """A decision that was not published yet was taken on what is now examined again: it is no decision any more. Its
    text stays among the revisions."""
    await execute("DELETE FROM decision WHERE proposal = {} AND publication IS NULL", proposal.id)


async def ask_experts(proposal: Held, stage: Stage) -> None:
    """In a review that is entered again, whatever lay between: whoever gave a review is asked to confirm or revise it,
    and until then it counts as it is; whom the end of the stage dismissed before they had answered is on the list
    again, in their order. Whoever declined, was released for their silence, or was replaced stays away.
    """
    await execute(
        "UPDATE assignment SET status = 'proposed', seat = NULL, invited_at = NULL, answered_at = NULL,"  # noqa: S608
        " half_at = NULL, last_at = NULL, due_at = NULL, reminders = NULL, reminded = 0,"
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


async def ask_again(proposal: Held, stage: Stage, assignment: UUID, due: datetime | None = None) -> None:
    """Ask for a review again, until then or in the time that an invitation gives; it is reminded as a new one is."""
    until, rungs = term(proposal, stage) if due is None else (due, [])
    rungs = rungs or [forms.portion(proposal.now, until, part) for part in stage.rungs]
    await execute(
        "UPDATE assignment SET asked_again = {}, due_at = {}, reminders = {}, reminded = 0 WHERE id = {}",
        *(proposal.now, until, msgspec.json.encode(rungs).decode(), assignment),
    )


async def conciliate(proposal: Held, stage: Stage) -> None:
    """In a conciliation that begins: whoever gave a review is asked to read the others', to talk, and to confirm or
    revise it, until the stage's deadline."""
    due: datetime = await value(
        "SELECT due_at FROM deadline WHERE proposal = {} AND visit = {} AND kind = 'stage'",
        *(proposal.id, proposal.line["visit"]),
    )
    given = await rows(
        "SELECT id, expert FROM assignment WHERE proposal = {} AND round = {} AND status = 'done' ORDER BY rank",
        *(proposal.id, proposal.round),
    )
    for line in given:
        await ask_again(proposal, stage, line["id"], due)
        key = f"conciliation-{line['id']}-{proposal.line['visit']}"
        await tell(proposal, line["expert"], Mail.EXPERT_CONCILIATION, key, due=due.isoformat())
    await tell_officers(proposal, Mail.OFFICER_DISAGREEMENT, f"disagreement-{proposal.line['visit']}")


async def want_another(proposal: Held, stage: Stage) -> None:
    """One expert more for a review whose experts disagree: a new visit of the same stage, with one seat more and the
    time that an invitation gives. Those who are on the list stay there."""
    due, _ = term(proposal, stage)
    before = proposal.line["visit"]
    await proposal.set(visit=before + 1, more_experts=proposal.round)
    await execute(
        "INSERT INTO deadline (proposal, visit, kind, rule, started_at, due_at, paused_at)"
        " SELECT proposal, {}, kind, rule, started_at, greatest(due_at, {}), paused_at FROM deadline"
        " WHERE proposal = {} AND visit = {} AND kind = 'stage' AND closed_at IS NULL",
        *(before + 1, due, proposal.id, before),
    )
    await execute(
        "UPDATE deadline SET closed_at = {} WHERE proposal = {} AND visit = {} AND closed_at IS NULL",
        *(proposal.now, proposal.id, before),
    )
    await proposal.append("expert_wanted", stage=stage.id, round=proposal.round)
    await tell_officers(proposal, Mail.OFFICER_DISAGREEMENT, f"disagreement-{before}")
