"""The order of the proposals of a call by their scores."""

from collections.abc import Mapping
from uuid import UUID


def places(totals: Mapping[UUID, float]) -> dict[UUID, int]:
    """Each proposal's place by its total, from 1, the highest first.

    Ties share the better place and the next place is left out (standard competition ranking, 1 2 2 4).
    """
    found: dict[UUID, int] = {}
    before: tuple[float, int] | None = None
    for number, (proposal, total) in enumerate(sorted(totals.items(), key=lambda one: -one[1]), start=1):
        place = before[1] if before is not None and before[0] == total else number
        found[proposal] = place
        before = (total, place)
    return found
