"""CPU to plan 435 proposals by 2 of 60 experts, with conflicts, keywords, texts and bids, and 2 reserves each."""

from tests.bench.figure import Figure
from tests.bench.matching_made import planned


def measure() -> Figure:
    """From the plain texts to the plan."""
    seconds, memory, told = planned(proposals=435, experts=60, wanted=2, room=20)
    return Figure(seconds, "s CPU", "under 2 s", f"{memory:.0f} MB, {told}")
