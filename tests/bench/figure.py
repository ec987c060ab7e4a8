"""What a script of this folder gives back, and how CPU is measured."""

import statistics
import time
from collections.abc import Callable

import msgspec


class Figure(msgspec.Struct, frozen=True):
    """A value with its unit, and the goal in words (`under 1 ms`). `more`: what else is worth a word."""

    value: float
    unit: str
    goal: str
    more: str = ""

    def __str__(self) -> str:
        return f"{self.value:.3g} {self.unit}, goal {self.goal}" + (f" ({self.more})" if self.more else "")


def cpu_ms(act: Callable[[], object], *, times: int) -> float:
    """The median processor time of a call in milliseconds, over so many calls after one that is not counted."""
    act()
    spent = []
    for _ in range(times):
        began = time.process_time_ns()
        act()
        spent.append(time.process_time_ns() - began)
    return statistics.median(spent) / 1e6
