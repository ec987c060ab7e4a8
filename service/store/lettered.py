"""Whether somebody has read the letter of a decision that waits: as it would be sent now, and not as it was before."""

from collections.abc import Sequence
from uuid import UUID

from service.store.database import Row, rows
from service.store.decided import WAITS

# All that a letter is made of and that may change while its decision waits: the decision, the edition, whom it goes to,
# every text that was submitted, and which reviews count.
MARK = (
    "encode(sha256(convert_to(concat_ws('|', d.id, d.version, p.edition, p.owner, o.name,"
    " (SELECT max(v.seq) FROM revision v WHERE v.proposal = p.id),"
    " (SELECT string_agg(a.id::text, ',' ORDER BY a.id) FROM assignment a"
    "   WHERE a.proposal = p.id AND a.status = 'done')), 'UTF8')), 'hex')"
)
FROM = (
    "decision d JOIN proposal p ON p.id = d.proposal JOIN account o ON o.id = p.owner"
    " LEFT JOIN letter_check k ON k.decision = d.id"
)
"""SQL: tables in which `MARK` has a meaning; `k`: the last reading, whose `k.mark` is that of what was read."""
PENDING = f"{WAITS} AND d.round = p.round"


async def unread(call: UUID, decisions: Sequence[UUID] | None = None) -> list[UUID]:
    """The decisions of a call that wait and whose letter nobody has read as it is now; of these alone."""
    found = await rows(
        f"SELECT d.id FROM {FROM} WHERE p.call = {{}} AND {PENDING}"  # noqa: S608  our names
        f" AND ({{}}::uuid[] IS NULL OR d.id = ANY({{}})) AND k.mark IS DISTINCT FROM {MARK}",
        *(call, *((list(decisions) if decisions is not None else None,) * 2)),
    )
    return [line["id"] for line in found]


async def marks(call: UUID, decisions: Sequence[UUID]) -> list[Row]:
    """Of those of these decisions that wait: id, proposal, mark."""
    return await rows(
        f"SELECT d.id, d.proposal, {MARK} AS mark FROM {FROM} WHERE p.call = {{}} AND {PENDING}"  # noqa: S608
        " AND d.id = ANY({}) ORDER BY d.id",
        *(call, list(decisions)),
    )
