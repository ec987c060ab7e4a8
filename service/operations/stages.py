"""Entering and leaving stages, and their clocks. Only operations that hold the proposal call these."""

from datetime import datetime

import forms
from forms import Stage
from service import logs
from service.domain.piloting import REVIEWED_AFTER
from service.notify.mails import Mail
from service.operations import again, piloted, resuming
from service.operations.documents import queue_document
from service.operations.holding import Held
from service.operations.telling import tell, tell_applicants, tell_owner
from service.store.conflicts import conflicted
from service.store.database import Row, execute, row, rows, value

log = logs.logger(__name__)


async def leave(proposal: Held, outcome_id: str) -> None:
    """Leave the present stage by an outcome of the edition, and enter what follows; an end is told by a letter, and so
    is a decision that the edition has one for."""
    stage = proposal.stage
    outcome = stage.outcome(outcome_id) if stage else None
    if stage is not None and one_more(stage, outcome_id):
        await again.want_another(proposal, stage)
        return
    if stage is None or outcome is None:
        raise LookupError(f"no outcome {outcome_id} leads out of the stage {proposal.line['stage']!r}")
    following, status = stage.after(outcome), outcome.status
    await enter(proposal, following, status)
    await proposal.append(
        "stage_closed", stage=stage.id, outcome=outcome_id, next=following or "", status=status, round=proposal.round
    )
    log.info("stage_closed", proposal=str(proposal.id), stage=stage.id, outcome=outcome_id, next=following or "")
    told = outcome.letter is not None and stage.kind == "committee"
    if told or (status != "in_progress" and stage.kind in ("eligibility", "submission", "committee")):
        await queue_document(proposal, "letter")
        await tell_owner(proposal, Mail.LETTER, f"letter-{proposal.line['visit']}")
    if proposal.line["stage_kind"] == "submission":
        await tell_applicants(proposal, Mail.NEXT_PART, f"next-part-{proposal.line['visit']}")


async def enter(proposal: Held, stage_id: str | None, status: str) -> None:
    """Leave the present stage and enter another (None: the process is over), with its deadline, in one go. The entry
    that tells of it is appended next, and the row written with it.

    What was still open of the stage that is left is closed: deadlines, the officers' questions, the places of experts
    who gave no review. An amendment under way stays unsubmitted; its answers are kept.
    """
    if proposal.line["visit"]:  # a draft has left no stage
        await execute(
            "WITH asked AS (UPDATE message SET closed_at = {} WHERE proposal = {} AND question AND closed_at IS NULL)"
            " UPDATE deadline SET closed_at = {} WHERE proposal = {} AND closed_at IS NULL",
            *(proposal.now, proposal.id, proposal.now, proposal.id),
        )
    if proposal.line["stage_kind"] in ("review", "conciliation"):
        await _dismiss_experts(proposal)
    elif proposal.line["stage_kind"] == "pilot":
        await piloted.end(proposal)
    stage = proposal.edition.process.stage(stage_id) if stage_id else None
    proposal.plan(
        stage=stage.id if stage else "",
        stage_kind=stage.kind if stage else "",
        status=status,
        visit=proposal.line["visit"] + 1,
        returned=False,
        round=proposal.edition.process.round_in(stage, proposal.round) if stage else proposal.round,
        part=stage.id if stage and stage.kind == "submission" else proposal.line["part"],
        stage_edition=None,
        amending_since=None,
        starved=False,
    )
    if stage is not None and stage.kind in ("review", "conciliation", "pilot"):
        await proposal.set()  # what begins there reads the row
    if stage is not None and stage.duration is not None:
        await set_deadline(proposal, "stage", stage.duration)
    if stage is not None and stage.kind == "pilot":
        await _begin_pilot(proposal, stage)
    if stage is not None and stage.kind == "conciliation":
        await again.conciliate(proposal, stage)
    elif stage is not None and stage.kind == "review":
        await again.ask_experts(proposal, stage)


def one_more(stage: Stage, outcome: str) -> bool:
    """Whether this outcome of a review asks for one expert more instead of leaving it."""
    return outcome == "disagreed" and stage.disagreement is not None and stage.disagreement.then == "expert"


async def _dismiss_experts(proposal: Held) -> None:
    """Whoever was invited is told: they lose sight of the proposal now, perhaps in the middle of a review."""
    asked = await rows(
        "SELECT id, expert FROM assignment WHERE proposal = {} AND round = {} AND status IN ('invited', 'accepted')"
        " ORDER BY rank",
        *(proposal.id, proposal.round),
    )
    await execute(
        "UPDATE assignment SET status = 'released', ended_at = {} WHERE proposal = {} AND round = {}"
        " AND status IN ('proposed', 'invited', 'accepted')",
        *(proposal.now, proposal.id, proposal.round),
    )
    await execute(
        "UPDATE assignment SET asked_again = NULL WHERE proposal = {} AND round = {} AND asked_again IS NOT NULL",
        *(proposal.id, proposal.round),
    )
    for line in asked:
        await tell(proposal, line["expert"], Mail.EXPERT_DISMISSED, f"dismissed-{line['id']}-{proposal.line['visit']}")


async def set_deadline(proposal: Held, kind: str, rule: str) -> datetime:
    """Start a clock of the present stage by a duration of the edition; returns when it ends."""
    due = forms.due(proposal.now, rule, proposal.edition.process.calendar)
    await execute(
        "INSERT INTO deadline (proposal, visit, kind, rule, started_at, due_at) VALUES ({}, {}, {}, {}, {}, {})"
        " ON CONFLICT (proposal, visit, kind) DO UPDATE SET rule = excluded.rule, started_at = excluded.started_at,"
        " due_at = excluded.due_at, overdue_at = NULL, closed_at = NULL",
        *(proposal.id, proposal.line["visit"], kind, rule, proposal.now, due),
    )
    return due


async def _begin_pilot(proposal: Held, stage: Stage) -> None:
    """Its clock is that of its next review; the edition says when the first one is due, or else the phase."""
    await piloted.begin(proposal)
    if stage.duration is None:
        await set_deadline(proposal, "stage", REVIEWED_AFTER["investigation"])


async def end_clock(proposal: Held, kind: str) -> None:
    """Nothing is waited for any more in the present stage."""
    await execute(
        "UPDATE deadline SET closed_at = {} WHERE proposal = {} AND visit = {} AND kind = {} AND closed_at IS NULL",
        *(proposal.now, proposal.id, proposal.line["visit"], kind),
    )


async def clock(proposal: Held, kind: str) -> Row | None:
    """The running (or paused) clock of that kind in the present stage."""
    return await row(
        "SELECT * FROM deadline WHERE proposal = {} AND visit = {} AND kind = {} AND closed_at IS NULL",
        *(proposal.id, proposal.line["visit"], kind),
    )


async def pause(proposal: Held) -> None:
    """Stop the stage's clock, and with it those of its experts: the applicant owes an answer. One that stands still
    already goes on doing so."""
    await execute(
        "UPDATE deadline SET paused_at = {} WHERE proposal = {} AND visit = {} AND kind = 'stage'"
        " AND closed_at IS NULL AND paused_at IS NULL",
        *(proposal.now, proposal.id, proposal.line["visit"]),
    )


async def resume(proposal: Held) -> None:
    """Let the stage's clock, and those of its experts, go on with what was left of them when they stopped, once the
    applicant owes nothing any more: neither a completion, whose own clock is closed, nor the answer to a question."""
    if not proposal.line["returned"]:
        await execute(
            "UPDATE deadline SET closed_at = {} WHERE proposal = {} AND visit = {} AND kind = 'completion'"
            " AND closed_at IS NULL",
            *(proposal.now, proposal.id, proposal.line["visit"]),
        )
    if proposal.line["returned"] or await asked(proposal):
        return
    stopped = await clock(proposal, "stage")
    if stopped is None or stopped["paused_at"] is None:
        return
    await execute(
        "UPDATE deadline SET paused_at = NULL, due_at = {} WHERE proposal = {} AND visit = {} AND kind = 'stage'",
        *(_later(proposal, stopped, stopped["paused_at"]), proposal.id, proposal.line["visit"]),
    )
    await resuming.let_experts_go_on(proposal, stopped)


async def stands_still(proposal: Held) -> bool:
    """Whether the present stage's clock is stopped."""
    line = await clock(proposal, "stage")
    return line is not None and line["paused_at"] is not None


async def asked(proposal: Held) -> bool:
    """Whether a question of an officer waits for the applicant's answer."""
    waiting: bool = await value(
        "SELECT EXISTS (SELECT FROM message WHERE proposal = {} AND question AND closed_at IS NULL)", proposal.id
    )
    return waiting


def _later(proposal: Held, stopped: Row, since: datetime) -> datetime:
    """When a clock that stood still since then ends."""
    calendar = proposal.edition.process.calendar
    return forms.resumed_due(stopped["due_at"], since, proposal.now, stopped["rule"], calendar)


async def come_back(proposal: Held, left: Row) -> None:
    """Enter again the stage from which the proposal was withdrawn (a row of `withdrawal`), as it was left.

    It is a new visit. Its clocks stood still meanwhile; a verdict or synthesis that was given there still counts, and
    so do reviews. Experts whom the withdrawal dismissed are on the list again, in their order, and are asked again.
    """
    before, here = left["visit"], proposal.line["visit"] + 1
    stage = proposal.edition.process.stage(left["stage"])
    if stage is None:
        raise LookupError(f"the edition has no stage {left['stage']}, from which the proposal was withdrawn")
    await proposal.set(
        stage=stage.id, stage_kind=stage.kind, status="in_progress", visit=here, returned=left["returned"]
    )
    for line in await rows("SELECT * FROM deadline WHERE proposal = {} AND visit = {}", proposal.id, before):
        if line["closed_at"] == left["at"]:
            await _go_on(proposal, line, left["at"])
    await execute("UPDATE eligibility SET visit = {} WHERE proposal = {} AND visit = {}", here, proposal.id, before)
    await execute(
        "UPDATE synthesis SET submitted_visit = {} WHERE proposal = {} AND submitted_visit = {}",
        *(here, proposal.id, before),
    )
    if stage.kind == "review":
        await execute(
            "UPDATE assignment SET status = 'proposed', seat = NULL, invited_at = NULL, answered_at = NULL,"  # noqa: S608  our names
            " half_at = NULL, last_at = NULL, due_at = NULL, reminded = 0, ended_at = NULL"
            " WHERE proposal = {} AND status = 'released' AND ended_at = {}"
            f" AND NOT {conflicted('assignment.proposal', 'assignment.expert')}",
            *(proposal.id, left["at"]),
        )
    if stage.kind == "conciliation":
        await again.conciliate(proposal, stage)


async def _go_on(proposal: Held, line: Row, withdrawn_at: datetime) -> None:
    """A clock of the visit that was left, in the present one. One that had run out stays so."""
    waits = line["kind"] == "stage" and proposal.line["returned"]
    since = line["paused_at"] or withdrawn_at
    kept = (waits and line["paused_at"] is not None) or line["due_at"] <= since
    await execute(
        "INSERT INTO deadline (proposal, visit, kind, rule, started_at, due_at, paused_at, overdue_at, reason)"
        " VALUES ({}, {}, {}, {}, {}, {}, {}, {}, {})",
        *(proposal.id, proposal.line["visit"], line["kind"], line["rule"], line["started_at"]),
        *(line["due_at"] if kept else _later(proposal, line, since), line["paused_at"] if waits else None),
        *(line["overdue_at"], line["reason"]),
    )
