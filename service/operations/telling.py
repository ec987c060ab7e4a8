"""Whom a proposal's events are told to: rows of the outbox, written in the event's own transaction."""

from uuid import UUID

from service.notify.mails import Mail
from service.notify.queue import enqueue
from service.operations.holding import Held
from service.store.database import Row, row, rows


async def tell(proposal: Held, account_id: UUID, mail: Mail, key: str, **data: object) -> None:
    """One mail about this proposal to one person. `key` makes it unique: a repeat queues nothing."""
    found = await row("SELECT id, email FROM account WHERE id = {} AND disabled_at IS NULL", account_id)
    if found is not None:
        await _tell(proposal, found, mail, key, data)


async def _tell(proposal: Held, account: Row, mail: Mail, key: str, data: dict[str, object]) -> None:
    if not account["email"]:
        return
    await enqueue(
        mail,
        account["id"],
        account["email"],
        {"proposal": str(proposal.id), "reference": proposal.line["reference"] or "", **data},
        key=f"{proposal.id}-{key}-{account['id']}",
        now=proposal.now,
    )


async def tell_owner(proposal: Held, mail: Mail, key: str, **data: object) -> None:
    """The applicant."""
    await tell(proposal, proposal.line["owner"], mail, key, **data)


async def tell_applicants(proposal: Held, mail: Mail, key: str, **data: object) -> None:
    """The applicant, and those who write with them."""
    found = await rows(
        "SELECT id, email FROM account WHERE id = ANY({}::uuid || ARRAY(SELECT account FROM collaborator"
        " WHERE proposal = {} AND level = 'writer')) AND disabled_at IS NULL ORDER BY id <> {}, id",
        *(proposal.line["owner"], proposal.id, proposal.line["owner"]),
    )
    for line in found:
        await _tell(proposal, line, mail, key, data)


async def tell_officers(proposal: Held, mail: Mail, key: str, **data: object) -> None:
    """Every officer of the call."""
    for line in await officers_of(proposal.line["call"]):
        await _tell(proposal, line, mail, key, data)


async def officers_of(call: UUID) -> list[Row]:
    """Ids and addresses of a call's officers who can be written to."""
    return await rows(
        "SELECT a.id, a.email FROM role r JOIN account a ON a.id = r.account WHERE r.call = {} AND r.role = 'officer'"
        " AND a.disabled_at IS NULL AND a.email <> '' ORDER BY a.id",
        call,
    )
