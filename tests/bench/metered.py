"""What the parts of a service spend of the processor while they run, killed ones included."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

import psutil

from tests.support.house import PARTS, House

OFTEN = 0.25  # seconds: what a killed part spent since the last look is not seen


@dataclass
class Meter:
    """Seconds of processor time by part, from `begin` on. `drawing`: the worker's children, which draw pages and
    documents and solve plans."""

    house: House
    seen: dict[tuple[str, int], float] = field(default_factory=dict)
    before: dict[str, float] = field(default_factory=dict)

    def look(self) -> None:
        """What every part has spent by now."""
        for part in PARTS:
            with suppress(psutil.Error, OSError, ValueError, IndexError):
                process = psutil.Process(self.house.pid(part))
                times = process.cpu_times()
                ended = times.children_user + times.children_system
                below = ended + sum(_cpu(child) for child in process.children(recursive=True))
                name = "drawing" if part == "worker" else part
                self._note((part, process.pid), times.user + times.system)
                self._note((name, -process.pid), below)

    def _note(self, key: tuple[str, int], spent: float) -> None:
        self.seen[key] = max(spent, self.seen.get(key, 0.0))

    def totals(self) -> dict[str, float]:
        """By part, since `begin`."""
        spent: dict[str, float] = {}
        for (part, _), seconds in self.seen.items():
            spent[part] = spent.get(part, 0.0) + seconds
        return {part: seconds - self.before.get(part, 0.0) for part, seconds in spent.items()}

    @asynccontextmanager
    async def watching(self) -> AsyncIterator["Meter"]:
        """Look often; what came before does not count."""
        self.look()
        self.before = self.totals()
        watch = asyncio.create_task(self._watch())
        try:
            yield self
        finally:
            watch.cancel()
            await asyncio.gather(watch, return_exceptions=True)
            self.look()

    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(OFTEN)
            self.look()


def _cpu(process: psutil.Process) -> float:
    with suppress(psutil.Error):
        times = process.cpu_times()
        return float(times.user + times.system)
    return 0.0
