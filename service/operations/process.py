"""What the process itself does to a proposal: one message of `workflows/messages.py` in, `Answer` out.

Every act takes the proposal's lock, is refused once the stage was left (`visit`), can be repeated without doing
anything twice, and records in the same commit that the workflow has read what it answers.
"""

from collections.abc import Awaitable, Callable
from datetime import datetime
from uuid import UUID

import msgspec

import forms
from forms import Stage
from service import logs
from service.domain.actor import PROCESS
from service.notify.mails import Mail
from service.operations import stages
from service.operations.holding import Held, held
from service.operations.rechecking import recheck_listed
from service.operations.snapshots import INVITABLE, OVER, rungs, snapshot
from service.operations.telling import tell, tell_officers
from service.problems import NotFound
from service.store.database import Row, execute, row, transaction, value
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
    """The stage's deadline has passed and only a person can act: tell the officers, once."""

    async def act(proposal: Held) -> bool:
        line = await stages.clock(proposal, "stage")
        if line and line["paused_at"] is None and line["overdue_at"] is None and line["due_at"] <= proposal.now:
            await _mark_passed(proposal, "stage")
            await proposal.append("deadline_passed", stage=_stage(proposal).id, due=line["due_at"])
            await tell_officers(proposal, Mail.OFFICER_OVERDUE, f"overdue-{m.visit}")
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
    """Invite the next proposed expert who is free of conflicts. Not done where nobody is left."""

    async def act(proposal: Held) -> bool:
        if await _holder(proposal, m.seat) is not None:
            return True
        await recheck_listed(proposal)
        chosen = await row(
            f"SELECT a.id, a.expert FROM assignment a WHERE {INVITABLE} ORDER BY a.rank LIMIT 1",  # noqa: S608  our names
            *(proposal.id, proposal.round, proposal.line["call"]),
        )
        if chosen is None:
            await _tell_nobody_left(proposal)
            return False
        await _invite(proposal, chosen, m.seat)
        return True

    return await _act(m.case.proposal, m.case.now, act, m.case.visit)


async def _invite(proposal: Held, chosen: Row, seat: int) -> None:
    stage = _stage(proposal)
    if stage.invitation is None:
        raise LookupError("a review stage has a duration for its invitations")
    due = forms.due(proposal.now, stage.invitation, proposal.edition.process.calendar)
    reminders = [forms.portion(proposal.now, due, part) for part in stage.reminders]
    first, last = (reminders[0], reminders[-1]) if reminders else (None, None)
    await execute(
        "UPDATE assignment SET status = 'invited', seat = {}, invited_at = {}, half_at = {}, last_at = {}, due_at = {},"
        " reminders = {} WHERE id = {}",
        *(seat, proposal.now, first, last, due, msgspec.json.encode(reminders).decode(), chosen["id"]),
    )
    await proposal.append("expert_invited", assignment=chosen["id"], seat=seat, due=due)
    key = f"invited-{chosen['id']}-{proposal.line['visit']}"
    await tell(proposal, chosen["expert"], Mail.EXPERT_INVITED, key, assignment=str(chosen["id"]))


async def _tell_nobody_left(proposal: Held) -> None:
    """Only where somebody was asked before: an officer who has not begun knows that much."""
    asked = await value(
        "SELECT count(*) FROM assignment WHERE proposal = {} AND round = {} AND status <> 'proposed'",
        *(proposal.id, proposal.round),
    )
    if asked:
        await tell_officers(proposal, Mail.OFFICER_NOBODY_LEFT, f"nobody-left-{proposal.line['visit']}-{asked}")


async def remind(m: Remind) -> Answer:
    """Remind the holder of a seat who has not given a review. A rung that the next one has overtaken is left out."""

    async def act(proposal: Held) -> bool:
        holder = await _holder(proposal, m.seat)
        if holder is None or holder["status"] == "done" or holder["reminded"] >= m.round:
            return True
        reminders = rungs(holder)
        if m.round > len(reminders):
            return True
        at, following = (*reminders, holder["due_at"])[m.round - 1 : m.round + 1]
        if proposal.now < at:
            return False
        await execute("UPDATE assignment SET reminded = {} WHERE id = {}", m.round, holder["id"])
        if proposal.now < following:
            await proposal.append("expert_reminded", assignment=holder["id"], seat=m.seat, round=m.round)
            last = 1 < m.round == len(reminders)
            mail = Mail.EXPERT_LAST_REMINDER if last else Mail.EXPERT_REMINDED
            key = f"reminded-{holder['id']}-{m.case.visit}-{m.round}"
            await tell(proposal, holder["expert"], mail, key, assignment=str(holder["id"]))
        return True

    return await _act(m.case.proposal, m.case.now, act, m.case.visit)


async def release_seat(m: OfSeat) -> Answer:
    """Take the seat back from an expert whose time is over without a review; the officers are told by the board."""

    async def act(proposal: Held) -> bool:
        holder = await _holder(proposal, m.seat)
        if holder is None or holder["status"] == "done":
            return True
        if proposal.now < holder["due_at"]:
            return False
        await execute(
            "UPDATE assignment SET status = 'released', ended_at = {} WHERE id = {}", proposal.now, holder["id"]
        )
        await proposal.append("expert_released", assignment=holder["id"], seat=m.seat)
        await tell(proposal, holder["expert"], Mail.EXPERT_RELEASED, f"released-{holder['id']}-{m.case.visit}")
        return True

    return await _act(m.case.proposal, m.case.now, act, m.case.visit)


async def _holder(proposal: Held, seat: int) -> Row | None:
    return await row(
        "SELECT * FROM assignment WHERE proposal = {} AND round = {} AND seat = {}"
        " AND status IN ('invited', 'accepted', 'done')",
        *(proposal.id, proposal.round, seat),
    )


def _stage(proposal: Held) -> Stage:
    stage = proposal.stage
    if stage is None:
        raise LookupError("an act of a stage needs one: the visit is checked before")
    return stage


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
