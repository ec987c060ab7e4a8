"""CPU and memory to plan 5,000 proposals by 3 of 1,000 experts, as matching-435 does."""

from tests.bench.figure import Figure
from tests.bench.matching_made import planned


def measure() -> Figure:
    """From the plain texts to the plan."""
    seconds, memory, told = planned(proposals=5000, experts=1000, wanted=3, room=20)
    return Figure(seconds, "s CPU", "under 60 s and 2,000 MB", f"{memory:.0f} MB, {told}")
