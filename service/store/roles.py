"""The roles that somebody holds: those they were given, and that of the authority where a call names none."""

from uuid import UUID

from service.domain.actor import Role
from service.store.database import rows

HELD = (
    "SELECT h.role, r.call FROM role r CROSS JOIN LATERAL unnest(CASE WHEN r.role = 'chair' AND NOT EXISTS"
    " (SELECT FROM role t JOIN account k ON k.id = t.account AND k.disabled_at IS NULL"
    "  WHERE t.call = r.call AND t.role = 'authority')"
    " THEN ARRAY[r.role, 'authority'] ELSE ARRAY[r.role] END) AS h (role) WHERE r.account = {who}"
)
"""SQL of role and call, `{who}` being SQL of an account. Who chairs the committee of a call decides in it as long as it
names no authority, or none whose account is open."""


async def held_roles(account: UUID) -> frozenset[tuple[Role, UUID | None]]:
    """What somebody holds now."""
    found = await rows(HELD.format(who="{}"), account)
    return frozenset((Role(line["role"]), line["call"]) for line in found)
