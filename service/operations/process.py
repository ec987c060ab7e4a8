"""What the process itself does to a proposal: one message of `workflows/messages.py` in, `Answer` out.

Every act takes the proposal's lock, is refused once the stage was left (`visit`), can be repeated without doing
anything twice, and records in the same commit that the workflow has read what it answers.
"""

from collections.abc import Awaitable, Callable
from datetime import datetime
from uuid import UUID

from service import logs
from service.domain.actor import PROCESS
from service.notify.mails import Mail
from service.operations import piloted, stages
from service.operations.holding import Held, held
from service.operations.inviting import ask_next, holders, present
from service.operations.rechecking import recheck_listed
from service.operations.snapshots import OVER, awaited, ladder, rungs, snapshot
from service.operations.telling import tell, tell_officers
from service.problems import NotFound
from service.store.database import Row, execute, transaction
from workflows.messages import Answer, Case, Close, Look, OfSeat, Remind

log = logs.logger(__name__)

Act = Callable[[Held], Awaitable[bool]]


async def look(m: Look) -> Answer:
    """The proposal as it stands."""
    return await _act(m.proposal, m.now, None)


async def close_stage(m: Close) -> Answer:
    """Leave the stage by an outcome of the edition. Refused where the snapshot that it rests on has changed."""

    async def act(proposal: Held) -> bool:
        if (await snapshot(proposal)).mark != m.case.mark:
            return False
        await stages.leave(proposal, m.outcome)
        return True

    return await _act(m.case.proposal, m.case.now, act, m.case.visit)


async def mark_overdue(m: Case) -> Answer:
    """The stage's deadline has passed and only a person can act: tell the officers, once. A pilot's is its next review,
    which is convened."""

    async def act(proposal: Held) -> bool:
        line = await stages.clock(proposal, "stage")
        if line and line["paused_at"] is None and line["overdue_at"] is None and line["due_at"] <= proposal.now:
            await _mark_passed(proposal, "stage")
            if present(proposal).kind == "pilot":
                await piloted.convene(proposal, line["due_at"])
            else:
                await proposal.append("deadline_passed", stage=present(proposal).id, due=line["due_at"])
                # A deadline that is put off, and passes as well, is told again.
                key = f"overdue-{m.visit}-{line['due_at'].isoformat()}"
                await tell_officers(proposal, Mail.OFFICER_OVERDUE, key)
        return True

    return await _act(m.proposal, m.now, act, m.visit)


async def lapse_completion(m: Case) -> Answer:
    """The applicant did not complete in time: the stage's clock goes on, and the officer decides on what there is."""

    async def act(proposal: Held) -> bool:
        line = await stages.clock(proposal, "completion")
        if proposal.line["returned"] and line and line["due_at"] <= proposal.now:
            await _mark_passed(proposal, "completion")
            await proposal.set(returned=False)
            await stages.resume(proposal)
            await proposal.append("completion_lapsed", due=line["due_at"])
            await tell_officers(proposal, Mail.OFFICER_LAPSED, f"lapsed-{proposal.line['last_seq']}")
        return True

    return await _act(m.proposal, m.now, act, m.visit)


async def _mark_passed(proposal: Held, kind: str) -> None:
    await execute(
        "UPDATE deadline SET overdue_at = {} WHERE proposal = {} AND visit = {} AND kind = {}",
        *(proposal.now, proposal.id, proposal.line["visit"], kind),
    )


async def fill_seat(m: OfSeat) -> Answer:
    """Invite the next on the list, expert or team, who is free of conflicts, has time and is there. Not done where
    nobody is."""

    async def act(proposal: Held) -> bool:
        if await holders(proposal, m.seat):
            return True
        await recheck_listed(proposal)
        return await ask_next(proposal, m.seat)

    return await _act(m.case.proposal, m.case.now, act, m.case.visit)


async def remind(m: Remind) -> Answer:
    """Remind whoever holds a seat and has not given a review, each of a team by their own clock. A rung that the next
    one has overtaken is left out."""

    async def act(proposal: Held) -> bool:
        holding = await holders(proposal, m.seat)
        early = any(proposal.now < at for at in ladder(holding)[m.round - 1 : m.round])
        if early or await stages.stands_still(proposal):
            return False
        for line in holding:
            number = sum(at <= proposal.now for at in rungs(line))
            if awaited(line) and line["reminded"] < number:
                await _remind(proposal, line, number)
        return True

    return await _act(m.case.proposal, m.case.now, act, m.case.visit)


async def _remind(proposal: Held, holder: Row, number: int) -> None:
    stage, reminders = present(proposal), rungs(holder)
    following = (*reminders, holder["due_at"])[number]
    await execute("UPDATE assignment SET reminded = {} WHERE id = {}", number, holder["id"])
    if proposal.now >= following:
        return
    if stage.escalates(number):
        await proposal.append("expert_silent", assignment=holder["id"], seat=holder["seat"], due=holder["due_at"])
        key = f"silent-{_clock(proposal, holder)}"
        await tell_officers(proposal, Mail.OFFICER_SILENT, key, assignment=str(holder["id"]))
    else:
        await proposal.append("expert_reminded", assignment=holder["id"], seat=holder["seat"], round=number)
        last = 1 < number == len(reminders) - stage.escalates(len(stage.rungs))
        mail = Mail.EXPERT_LAST_REMINDER if last else Mail.EXPERT_REMINDED
        key = f"reminded-{_clock(proposal, holder)}-{number}"
        await tell(proposal, holder["expert"], mail, key, assignment=str(holder["id"]))


def _clock(proposal: Held, holder: Row) -> str:
    """What tells apart the times that somebody was given for a review: each has its own reminders."""
    return f"{holder['id']}-{proposal.line['visit']}-{holder['due_at'].isoformat()}"


async def release_seat(m: OfSeat) -> Answer:
    """Take the seat back from whoever's time is over without a review; the officers are told by the board. Of a team,
    those who gave theirs keep it, and those who have more time have it."""

    async def act(proposal: Held) -> bool:
        silent = [line for line in await holders(proposal, m.seat) if awaited(line)]
        over = [line for line in silent if line["due_at"] <= proposal.now]
        if (silent and not over) or (over and await stages.stands_still(proposal)):
            return False
        for line in over:
            if line["status"] == "done":  # they were asked again: the review that they gave before stands
                await execute("UPDATE assignment SET asked_again = NULL WHERE id = {}", line["id"])
                await proposal.append("review_kept", assignment=line["id"], seat=m.seat)
                continue
            await execute(
                "UPDATE assignment SET status = 'released', ended_at = {}, released_at = {} WHERE id = {}",
                *(proposal.now, proposal.now, line["id"]),
            )
            await proposal.append("expert_released", assignment=line["id"], seat=m.seat)
            await tell(proposal, line["expert"], Mail.EXPERT_RELEASED, f"released-{_clock(proposal, line)}")
        return True

    return await _act(m.case.proposal, m.case.now, act, m.case.visit)


async def _act(proposal_id: str, now: datetime, act: Act | None, visit: int | None = None) -> Answer:
    """Run an act of this visit (or nothing) under the lock, and answer with the proposal after it.

    One that was erased is over, whatever was wanted of it.
    """
    async with transaction():
        try:
            proposal = await held(PROCESS, UUID(proposal_id), now)
        except NotFound:
            return Answer(done=True, snapshot=OVER)
        logs.follow(proposal.line["request"])
        current = visit is None or (proposal.line["visit"] == visit and proposal.stage is not None)
        done = await act(proposal) if act is not None and current else act is None
        await proposal.seen()
        return Answer(done=done, snapshot=await snapshot(proposal))
