"""The order of the proposals of a call by their scores."""

from collections.abc import Sequence
from uuid import UUID

import msgspec

from forms import Summary


class Ranked(msgspec.Struct, frozen=True):
    """A proposal's place, from 1; equal totals share a place. None where nobody scored it."""

    proposal: UUID
    rank: int | None
    summary: Summary


def rank(scored: Sequence[tuple[UUID, Summary]]) -> tuple[Ranked, ...]:
    """Highest total first; those that miss a threshold keep their place by total and are told apart by `summary.met`.

    Ties share the better place and the next place is left out (standard competition ranking, 1 2 2 4); within a tie the
    order is that given. Unscored proposals come last.
    """
    known = sorted((one for one in scored if one[1].total is not None), key=lambda one: -(one[1].total or 0))
    found: list[Ranked] = []
    for place, (proposal, summary) in enumerate(known, start=1):
        tied = found and found[-1].summary.total == summary.total
        found.append(Ranked(proposal, found[-1].rank if tied else place, summary))
    found += [Ranked(proposal, None, summary) for proposal, summary in scored if summary.total is None]
    return tuple(found)
