"""What a seed says of a replayed call, whatever the clock does: who is sent back, who stays silent, whom a conflict of
interest stops, what everybody scores, and so what is decided.
"""

from collections.abc import Iterable, Sequence
from random import Random

from forms import Grid, summary

SEED = 20250519
RETURNED, SILENT, CONFLICTS = 0.05, 0.10, 0.05  # shares of the proposals
APART = 30 / 435  # of the items that the committee examines one by one
# How many of the proposals each outcome is for, the best first; whatever is left is declined.
PLACES = (("pilot", 0.03), ("retained", 0.20), ("reserve", 0.10))


class Luck:
    """Of so many proposals, numbered from 0.

    `returned`: the officer sends it back once, and the applicant completes it. `silent`: the pair that is asked first
    never answers. `conflicts`: of the pair that answers, the first member declares a conflict of interest.
    `apart`: the committee examines it by itself; `recused`: in which of those its first members have an interest.
    """

    def __init__(self, proposals: int, seed: int = SEED) -> None:
        self.proposals, self._seed = proposals, seed
        self.returned = self._some("returned", RETURNED)
        self.silent = self._some("silent", SILENT)
        self.conflicts = self._some("conflicts", CONFLICTS)
        self.apart = self._some("apart", APART)
        order = sorted(self.apart)
        self.recused = (frozenset(order[:2]), frozenset(order[-1:]))

    def _some(self, what: str, share: float) -> frozenset[int]:
        number = min(self.proposals, max(1, round(share * self.proposals)))
        return frozenset(self._random(what).sample(range(self.proposals), number))

    def _random(self, *about: object) -> Random:
        return Random(" ".join(map(str, (self._seed, *about))))  # noqa: S311  the same each time

    def scores(self, grid: Grid, proposal: int, place: int) -> dict[str, float]:
        """Of the member at that place (from 0) of whichever pair reviews: neither who it is nor when matters."""
        random = self._random("scores", proposal, place)
        return {one.id: random.choice(one.levels).value for one in grid.criteria}

    def reviews(self, grid: Grid, proposal: int, seats: int, pair: int = 2) -> list[dict[str, float]]:
        """The scores that count in the end, of as many pairs as there are seats."""
        return seats * [self.scores(grid, proposal, place) for place in range(proposal in self.conflicts, pair)]

    def is_recused(self, member: int, proposals: Iterable[int]) -> bool:
        """Whether that member of the committee (from 0) has an interest in one of these."""
        return member < len(self.recused) and not self.recused[member].isdisjoint(proposals)

    def decisions(self, grid: Grid, seats: int) -> dict[int, str]:
        """What the committee decides of each, from the totals of these reviews."""
        totals = {n: summary(grid, self.reviews(grid, n, seats)).total or 0.0 for n in range(self.proposals)}
        return decisions(totals)

    def kills(self, times: int, mean: float) -> list[float]:
        """Seconds that the worker lives before each kill."""
        random = self._random("kills")
        return [random.uniform(0.2, 1.8) * mean for _ in range(times)]


def decisions(totals: dict[int, float]) -> dict[int, str]:
    """The outcome of each proposal by its total: as many of each as there are places, best first."""
    order: Sequence[int] = sorted(totals, key=lambda n: (-totals[n], n))
    outcomes = [outcome for outcome, share in PLACES for _ in range(max(1, round(share * len(order))))]
    return {n: outcomes[rank] if rank < len(outcomes) else "declined" for rank, n in enumerate(order)}
