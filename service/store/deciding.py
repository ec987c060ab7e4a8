"""What a sitting thought that the authority is to decide on, item by item, and what stands against deciding it."""

from typing import Literal
from uuid import UUID

import msgspec

from service.store.database import row, rows
from service.store.sittings import OPINION

Why = Literal["", "decided", "not_before_committee", "other_opinion"]

# A later sitting's opinion, or a new visit, takes the place of this one's.
_SELECT = (
    "SELECT i.proposal, i.outcome, CASE"  # noqa: S608  our words
    " WHEN EXISTS (SELECT FROM decision d WHERE d.proposal = p.id AND (d.round = p.round OR d.sitting = i.sitting))"
    " THEN 'decided' WHEN p.phase <> 'committee' THEN 'not_before_committee'"
    f" WHEN NOT ({OPINION}) OR EXISTS (SELECT FROM sitting_item o WHERE o.proposal = p.id AND o.sitting <> i.sitting"
    "  AND o.opinion IN ('retained', 'not_retained') AND o.visit = p.visit AND o.given_at > i.given_at)"
    " THEN 'other_opinion' ELSE '' END AS why"
    " FROM sitting_item i JOIN proposal p ON p.id = i.proposal"
    " WHERE i.sitting = {} AND p.call = {} AND i.rank IS NOT NULL AND i.opinion IN ('retained', 'not_retained')"
)


class Opined(msgspec.Struct, frozen=True):
    """An item with the committee's opinion on it. `why` it can't be decided with the others: "" where it can."""

    proposal: UUID
    outcome: str
    why: Why


async def opined(sitting: UUID, call: UUID) -> list[Opined]:
    """All of a sitting on one of its calls, in the order of the proposals' ids: that of their locks."""
    return [Opined(**line) for line in await rows(f"{_SELECT} ORDER BY p.id", sitting, call)]


async def opined_on(sitting: UUID, call: UUID, proposal: UUID) -> Opined | None:
    """One of them, as it is now."""
    line = await row(f"{_SELECT} AND p.id = {{}}", sitting, call, proposal)
    return Opined(**line) if line is not None else None


async def signature(account: UUID | None, slug: str) -> tuple[str, str]:
    """In what capacity, and by which delegation, a person decided last in a call; "" where they never did."""
    line = await row(
        "SELECT d.capacity, d.delegation FROM decision d JOIN proposal p ON p.id = d.proposal"
        " JOIN call c ON c.id = p.call WHERE c.slug = {} AND d.author = {} ORDER BY d.decided_at DESC LIMIT 1",
        *(slug, account),
    )
    return (line["capacity"], line["delegation"]) if line is not None else ("", "")
