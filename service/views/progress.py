"""How far the process has come behind what people did."""

from uuid import UUID

from service.store.database import value


async def caught_up(proposal_id: UUID) -> bool:
    """Whether the workflow has read the proposal's last entry, or none will: a draft's or a closed proposal's."""
    found = await value(
        "SELECT seen_seq = last_seq OR status = 'draft' OR stage = '' FROM proposal WHERE id = {}", proposal_id
    )
    return found is not False
