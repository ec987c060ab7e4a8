"""Which decision of a round is meant: a published one never changes, so a correction is another one beside it."""

from uuid import UUID

from service.store.database import Row, row, value

STANDING = (
    "NOT EXISTS (SELECT FROM decision y WHERE y.proposal = d.proposal AND y.round = d.round"
    " AND y.publication IS NOT NULL AND (d.publication IS NULL OR y.number > d.number))"
)
"""SQL over `decision d`: the one that is shown for its round: the one in force, or one that waits where none is."""
FIRST = "row_number() OVER (PARTITION BY d.proposal ORDER BY d.publication IS NULL, d.number DESC) = 1"
"""The same where all published decisions of one round are read at once, which looks at each of them once."""
IN_FORCE = f"(d.publication IS NOT NULL AND {STANDING})"
"""The same: published, and not replaced by a published correction."""
WAITS = "(d.publication IS NULL AND (d.corrects IS NOT NULL OR p.status = 'in_progress'))"
"""SQL over `decision d` and `proposal p`: it waits for its publication."""


async def pending_correction(proposal: UUID) -> Row | None:
    """The correction that waits for its publication."""
    return await row(
        "SELECT * FROM decision WHERE proposal = {} AND publication IS NULL AND corrects IS NOT NULL", proposal
    )


async def decision_waits(proposal: UUID) -> bool:
    """Whether the decision of this round is published, and the committee's stage not left yet: its workflow is about to
    follow, and nothing else moves the proposal."""
    found = await value(
        "SELECT true FROM proposal p WHERE p.id = {} AND p.stage_kind = 'committee' AND EXISTS (SELECT FROM decision d"
        " WHERE d.proposal = p.id AND d.round = p.round AND d.publication IS NOT NULL)",
        proposal,
    )
    return bool(found)
