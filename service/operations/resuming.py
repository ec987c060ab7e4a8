"""The clocks of experts, which stand still with that of their stage. Only operations that hold the proposal call it."""

from datetime import datetime

import msgspec

import forms
from service.operations.holding import Held
from service.operations.snapshots import rungs
from service.store.database import Row, execute, rows


async def let_experts_go_on(proposal: Held, stopped: Row) -> None:
    """Whoever a review is awaited of has what was left of their time when the stage's clock (a row of `deadline`)
    stopped, or when they were asked, if that was later; so have the reminders that were to come."""
    stage = proposal.stage
    if stage is None or stage.kind not in ("review", "conciliation"):
        return
    rule = stage.invitation if stage.kind == "review" and stage.invitation else stopped["rule"]
    for line in await rows(
        "SELECT * FROM assignment WHERE proposal = {} AND round = {}"
        " AND (status IN ('invited', 'accepted') OR asked_again IS NOT NULL) ORDER BY rank, id",
        *(proposal.id, proposal.round),
    ):
        since = max(stopped["paused_at"], line["asked_again"] or line["invited_at"])

        def later(at: datetime, since: datetime = since) -> datetime:
            if at <= since:
                return at
            return forms.resumed_due(at, since, proposal.now, rule, proposal.edition.process.calendar)

        reminders = [later(at) for at in rungs(line)]
        first, last = (reminders[0], reminders[-1]) if reminders else (None, None)
        await execute(
            "UPDATE assignment SET due_at = {}, half_at = {}, last_at = {}, reminders = {} WHERE id = {}",
            *(later(line["due_at"]), first, last, msgspec.json.encode(reminders).decode(), line["id"]),
        )
