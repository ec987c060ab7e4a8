"""What a call does by itself: one message of `workflows/messages.py` in, what comes next out.

A step is a row: taken once under the call's lock, however often it is asked for.
"""

from datetime import datetime, timedelta
from uuid import UUID

from forms import Edition, Process
from service import logs
from service.domain.actor import PROCESS
from service.domain.closing import closing
from service.domain.timeline import (
    BEFORE_SITTING,
    Facts,
    Step,
    ends_soon,
    next_step,
    sitting_after,
    sitting_at_notice,
)
from service.notify.mails import Mail
from service.notify.queue import enqueue
from service.operations.calling import held_by_call, tell_members
from service.operations.holding import held
from service.operations.plans import plan_at_closing
from service.operations.sittings import open_by_itself
from service.operations.telling import officers_of, tell_applicants
from service.store import journal, sittings
from service.store.database import Row, execute, row, rows, transaction
from service.store.editions import edition
from workflows.messages import Course, LookAtCall, TakeStep

log = logs.logger(__name__)


async def look_at_call(m: LookAtCall) -> Course:
    """What comes next. A call that does not exist does nothing."""
    async with transaction():
        call = await _held(UUID(m.call))
        return await _course(call, m.now) if call else Course("")


async def take_step(m: TakeStep) -> Course:
    """Take the step, where it is still the next one and its instant has come; then what comes next."""
    async with transaction():
        call = await _held(UUID(m.call))
        if call is None:
            return Course("")
        step = next_step(await _facts(call, m.now), m.now)
        if step is not None and (step.kind, step.at) == (m.step, m.at) and step.at <= m.now:
            await execute(
                "INSERT INTO call_step (call, kind, at, done_at) VALUES ({}, {}, {}, {})",
                *(call["id"], step.kind, step.at, m.now),
            )
            await _ACTS[step.kind](call, step, m.now)
            log.info("call_step", call=str(call["id"]), step=step.kind)
        return await _course(call, m.now)


async def _held(call: UUID) -> Row | None:
    return await row("SELECT * FROM call WHERE id = {} FOR NO KEY UPDATE", call)


async def _course(call: Row, now: datetime) -> Course:
    """What comes next, noted for the relay: which also learns that everything up to here was read."""
    step = next_step(await _facts(call, now), now)
    await execute(
        "UPDATE call SET next_at = {}, seen_seq = coalesce((SELECT last_seq FROM stream WHERE name = 'call:' || id), 0)"
        " WHERE id = {}",
        *(step.at if step else None, call["id"]),
    )
    return Course(step.kind, step.at) if step else Course("")


async def _edition(call: Row) -> Edition:
    latest = await row("SELECT id FROM edition WHERE call = {} ORDER BY number DESC LIMIT 1", call["id"])
    if latest is None:  # made in this very transaction: no call is without
        raise LookupError("a call has an edition")
    return await edition(latest["id"])


def _sits(process: Process) -> str:
    """The rule of the days on which the committee sits; "" where it sits on no day of each month."""
    rules = (stage.duration or "" for stage in process.stages if stage.kind == "committee")
    return next((rule for rule in rules if rule.startswith("monthly:")), "")


async def _facts(call: Row, now: datetime) -> Facts:
    kept = await _edition(call)
    until = closing(call["closes_at"], kept, None).until
    found = await rows("SELECT kind, at FROM call_step WHERE call = {}", call["id"])
    convened = await rows(
        "SELECT DISTINCT starts_at FROM sitting WHERE call = {} AND cancelled_at IS NULL AND opened_at IS NULL"
        " AND starts_at > {} AND convened_at <= starts_at - {}::interval ORDER BY 1",
        *(call["id"], now, BEFORE_SITTING),
    )
    sits = _sits(kept.process)
    in_stage = await row("SELECT EXISTS (SELECT FROM proposal WHERE call = {} AND stage <> '') AS yes", call["id"])
    return Facts(
        opens_at=call["opens_at"],
        closes_at=call["closes_at"],
        until=until,
        at_work=until is None or now <= until or bool(in_stage and in_stage["yes"]),
        done=frozenset(Step(line["at"], line["kind"]) for line in found),
        calendar=kept.process.calendar,
        sits=sits,
        waits=None if sits else await sittings.unplanned_since(call["id"]),
        sittings=tuple(line["starts_at"] for line in convened),
    )


async def _opened(call: Row, step: Step, now: datetime) -> None:
    await journal.append(f"call:{call['id']}", "call_opened", PROCESS, now, {"at": step.at})


async def _closed(call: Row, step: Step, now: datetime) -> None:
    counts = await row(
        "SELECT count(*) FILTER (WHERE status <> 'draft') AS submitted,"
        " count(*) FILTER (WHERE status = 'draft' AND discarded_at IS NULL) AS drafts FROM proposal WHERE call = {}",
        call["id"],
    )
    assert counts is not None  # noqa: S101  an aggregate without groups gives one row
    await journal.append(f"call:{call['id']}", "call_closed", PROCESS, now, {"at": step.at, **counts})
    plan = await plan_at_closing(call["id"], step.at, now=now)  # before the mail that leads there
    await _tell_officers(call, Mail.OFFICER_CLOSED, step, now, counts=counts, plan=plan.number if plan else None)


async def _drafts(call: Row, step: Step, now: datetime) -> None:
    """Whoever has a draft is told how long it can still be submitted."""
    left = await rows(
        "SELECT p.id, a.id AS account, a.email FROM proposal p JOIN account a ON a.id = p.owner"
        " WHERE p.call = {} AND p.status = 'draft' AND p.discarded_at IS NULL AND a.disabled_at IS NULL"
        " AND a.email <> '' ORDER BY p.id",
        call["id"],
    )
    for line in left:
        about = {"proposal": str(line["id"]), "call": call["slug"], "due": call["closes_at"].isoformat()}
        key = f"draft-{line['id']}-{step.at.isoformat()}"
        await enqueue(Mail.DRAFT_REMINDED, line["account"], line["email"], about, key=key, now=now)
    await journal.append(f"call:{call['id']}", "drafts_reminded", PROCESS, now, {"drafts": len(left)})


async def _morning(call: Row, step: Step, now: datetime) -> None:
    """Officers are told what waits for them, on a day on which something does; applicants what they owe still, where
    its time ends soon."""
    await _owed(call, now)
    counts = await row(
        "SELECT count(*) FILTER (WHERE p.stage_kind = 'eligibility' AND NOT p.returned) AS to_check,"
        " count(*) FILTER (WHERE p.stage_kind = 'synthesis') AS to_sum_up,"
        " count(*) FILTER (WHERE d.overdue_at IS NOT NULL AND d.paused_at IS NULL) AS overdue,"
        " count(*) FILTER (WHERE NOT coalesce(g.paused, false) AND EXISTS (SELECT FROM assignment a"
        "  WHERE a.proposal = p.id AND a.round = p.round AND a.status IN ('invited', 'accepted')"
        "  AND a.reminded > 0)) AS silent,"
        " count(*) FILTER (WHERE g.whom = 'list') AS to_name"
        " FROM proposal p LEFT JOIN agenda g ON g.proposal = p.id"
        " LEFT JOIN deadline d ON d.proposal = p.id AND d.visit = p.visit AND d.kind = 'stage'"
        "  AND d.closed_at IS NULL WHERE p.call = {} AND p.stage <> ''",
        call["id"],
    )
    if counts is not None and any(counts.values()):
        await _tell_officers(call, Mail.OFFICER_MORNING, step, now, counts=counts)


async def _owed(call: Row, now: datetime) -> None:
    """What was asked for more than a day ago, once for each deadline."""
    until = ends_soon(now, (await _edition(call)).process.calendar)
    for line in await rows(
        "SELECT p.id, d.due_at FROM proposal p JOIN deadline d ON d.proposal = p.id AND d.visit = p.visit"
        " AND d.closed_at IS NULL AND d.paused_at IS NULL AND d.started_at <= {}"
        " AND d.kind = CASE WHEN p.returned THEN 'completion' WHEN p.stage_kind = 'submission' THEN 'stage' END"
        " WHERE p.call = {} AND p.stage <> '' AND d.due_at > {} AND d.due_at <= {} ORDER BY p.id",
        *(now - timedelta(days=1), call["id"], now, until),
    ):
        proposal = await held(PROCESS, line["id"], now)
        await tell_applicants(proposal, Mail.OWED_REMINDED, f"owed-{line['due_at'].isoformat()}")


async def _tell_officers(call: Row, mail: Mail, step: Step, now: datetime, **about: object) -> None:
    for officer in await officers_of(call["id"]):
        key = f"{mail.value}-{call['id']}-{step.at.isoformat()}-{officer['id']}"
        await enqueue(mail, officer["id"], officer["email"], {"call": call["slug"], **about}, key=key, now=now)


async def _sitting(call: Row, step: Step, now: datetime) -> None:
    """The next sitting, of the month or at the notice of the rules, is prepared, and officers are told: they convene,
    move or cancel it."""
    process = (await _edition(call)).process
    rules, sits = process.committee, _sits(process)
    starts_at = (
        sitting_after(max(step.at, now), sits, process.calendar, rules.hour)
        if sits
        else sitting_at_notice(now, rules.notice, process.calendar, rules.hour)
    )
    sitting = await open_by_itself(call, starts_at, rules.length, now)
    if sitting is not None:
        await _tell_officers(call, Mail.OFFICER_SITTING, step, now, sitting=str(sitting))


async def _recall(call: Row, step: Step, now: datetime) -> None:
    """The members of a sitting that was convened are reminded of it."""
    begins = step.at + BEFORE_SITTING
    for line in await rows(
        "SELECT id FROM sitting WHERE call = {} AND starts_at = {} AND convened_at IS NOT NULL"
        " AND cancelled_at IS NULL AND opened_at IS NULL AND starts_at > {} ORDER BY id",
        *(call["id"], begins, now),
    ):
        sitting = await held_by_call(PROCESS, call, line["id"], now)
        await tell_members(sitting, Mail.SITTING_REMINDED)
        await sitting.append("sitting_recalled")


_ACTS = {
    "opened": _opened,
    "drafts": _drafts,
    "closed": _closed,
    "morning": _morning,
    "sitting": _sitting,
    "recall": _recall,
}
