"""How much an expert has to do, and whether they can be asked for one more. Pure.

An expert says how many reviews they take at once, over all calls; officers, how many proposals they get in a call. Only
what was asked in time counts: one who gives a review late, whose place nobody took, does so beyond any limit.
"""

from collections.abc import Iterable
from typing import Literal

import msgspec

Hindrance = Literal["absent", "at_once", "in_call"]


class Load(msgspec.Struct, frozen=True):
    """One expert in one call, on a day. `open`: invited or accepted, over all calls, of at most `most`; `given`:
    invited, accepted or done in this call, of at most `most_in_call`; None where there is no limit. `absent`: on that
    day."""

    open: int = 0
    given: int = 0
    most: int | None = None
    most_in_call: int | None = None
    absent: bool = False

    @property
    def room(self) -> int | None:
        """How many more they could be asked for, absent or not; None for any number."""
        left = [
            max(0, limit - taken)
            for limit, taken in ((self.most, self.open), (self.most_in_call, self.given))
            if limit is not None
        ]
        return min(left, default=None)

    @property
    def hindrance(self) -> Hindrance | None:
        """Why they are not asked today; None where they are."""
        if self.absent:
            return "absent"
        if self.most is not None and self.open >= self.most:
            return "at_once"
        if self.most_in_call is not None and self.given >= self.most_in_call:
            return "in_call"
        return None

    @property
    def over(self) -> bool:
        """Whether a limit is passed: by an officer who lowered it, never by an invitation."""
        return any(
            limit is not None and taken > limit
            for limit, taken in ((self.most, self.open), (self.most_in_call, self.given))
        )


def all_free(loads: Iterable[Load]) -> bool:
    """Whether everybody of a team can be asked today."""
    return all(load.hindrance is None for load in loads)
