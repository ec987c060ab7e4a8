"""Why a plan lacks places, and what would be enough: read from the flow that was the best one possible."""

from uuid import UUID

import msgspec
import numpy as np

from service.domain.flow import Flow, Ints, Mask, Net
from service.domain.plans import Bottleneck, Missing, More, Relaxation

MOST_BOTTLENECKS = 20


class View(msgspec.Struct, frozen=True):
    """A problem as the flow saw it, with the ids of its lines and columns. `seated`: pairs that have their place
    otherwise, by a pin or before the plan."""

    proposals: tuple[UUID, ...]
    takers: tuple[UUID, ...]
    net: Net
    conflicted: Mask
    banned: Mask
    seated: Mask


class Gaps(msgspec.Struct, frozen=True):
    """Which proposals lack whom, and why."""

    missing: tuple[Missing, ...] = ()
    bottlenecks: tuple[Bottleneck, ...] = ()


def explain(view: View, seats: Mask, short: Ints) -> Gaps:
    """What each proposal that lacks takers meets, and the sets that cannot be satisfied. `seats`: with the pins."""
    placed = seats | view.seated
    missing = []
    for p in np.flatnonzero(short):
        conflicts = view.conflicted[p] & ~placed[p]
        banned = view.banned[p] & ~placed[p] & ~conflicts
        missing.append(
            Missing(
                proposal=view.proposals[p],
                missing=int(short[p]),
                placed=int(placed[p].sum()),
                conflicts=int(conflicts.sum()),
                banned=int(banned.sum()),
                # Whoever may take it and has no room: all the others, or the flow would not be the best one.
                full=int((~placed[p] & ~conflicts & ~banned).sum()),
            )
        )
    return Gaps(tuple(missing), tuple(_bottlenecks(view, seats & ~view.seated, short)))


def _bottlenecks(view: View, moved: Mask, short: Ints) -> list[Bottleneck]:
    """Each set of proposals that want more than the takers who are open to them have room for; none overlaps another.

    What can be reached in the residual flow from a proposal that lacks: were a taker with room among it, the flow
    would not be the best one. So all reached takers are full, with reached proposals alone.
    """
    found: list[tuple[Mask, Mask]] = []
    left = set(map(int, np.flatnonzero(short)))
    while left:
        start = [min(left)] if len(found) < MOST_BOTTLENECKS - 1 else sorted(left)
        proposals, takers = _reached(view.net.allowed, moved, start)
        left -= set(map(int, np.flatnonzero(proposals)))
        apart = [one for one in found if not ((one[0] & proposals).any() or (one[1] & takers).any())]
        for one in found:
            if all(one is not other for other in apart):
                proposals, takers = proposals | one[0], takers | one[1]
        found = [*apart, (proposals, takers)]
    return [_told(view, moved, proposals, takers) for proposals, takers in found]


def _told(view: View, moved: Mask, proposals: Mask, takers: Mask) -> Bottleneck:
    # Whom they have outside, they have: an expert is no second opinion.
    outside = moved[np.ix_(proposals, ~takers)].sum()
    return Bottleneck(
        proposals=tuple(view.proposals[p] for p in np.flatnonzero(proposals)),
        takers=tuple(view.takers[t] for t in np.flatnonzero(takers)),
        wanted=int(view.net.wanted[proposals].sum() - outside),
        room=int(view.net.room[takers].sum()),
    )


def _reached(allowed: Mask, moved: Mask, start: list[int]) -> tuple[Mask, Mask]:
    proposals, takers = np.zeros(allowed.shape[0], np.bool_), np.zeros(allowed.shape[1], np.bool_)
    fresh = np.array(start, np.int64)
    while len(fresh):
        proposals[fresh] = True
        entered = (allowed[fresh] & ~moved[fresh]).any(axis=0) & ~takers
        takers |= entered
        fresh = np.flatnonzero(moved[:, entered].any(axis=1) & ~proposals)
    return proposals, takers


def relax(view: View, wider: Flow) -> Relaxation:
    """What the flow that may go beyond the room bought, and what even that one could not place."""
    return Relaxation(
        places=tuple(More(view.takers[t], int(wider.over[t])) for t in np.flatnonzero(wider.over)),
        recruits=tuple(More(view.proposals[p], int(wider.short[p])) for p in np.flatnonzero(wider.short)),
    )
