"""How far the process has come behind what people did."""

from uuid import UUID

from service.store.database import value


async def unread(proposal_id: UUID) -> int:
    """The proposal's last entry, where its workflow has not read it yet; 0 where it has, or where none will: a draft's
    or a closed proposal's."""
    found: int | None = await value(
        "SELECT last_seq FROM proposal WHERE id = {} AND seen_seq < last_seq AND status <> 'draft' AND stage <> ''",
        proposal_id,
    )
    return found or 0
