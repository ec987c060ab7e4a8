"""Whom a proposal's events are told to: rows of the outbox, written in the event's own transaction."""

from uuid import UUID

from service.notify.mails import Mail, enqueue
from service.operations.holding import Held
from service.store.database import row, rows


async def tell(proposal: Held, account_id: UUID, mail: Mail, key: str, **data: object) -> None:
    """One mail about this proposal to one person. `key` makes it unique: a repeat queues nothing."""
    found = await row("SELECT email FROM account WHERE id = {} AND disabled_at IS NULL", account_id)
    if found is None or not found["email"]:
        return
    await enqueue(
        mail,
        account_id,
        found["email"],
        {"proposal": str(proposal.id), "reference": proposal.line["reference"] or "", **data},
        key=f"{proposal.id}-{key}-{account_id}",
        now=proposal.now,
    )


async def tell_owner(proposal: Held, mail: Mail, key: str, **data: object) -> None:
    """The applicant."""
    await tell(proposal, proposal.line["owner"], mail, key, **data)


async def tell_officers(proposal: Held, mail: Mail, key: str, **data: object) -> None:
    """Every officer of the call."""
    found = await rows(
        "SELECT account FROM role WHERE call = {} AND role = 'officer' ORDER BY account", proposal.line["call"]
    )
    for line in found:
        await tell(proposal, line["account"], mail, key, **data)
