"""How far the demonstration has been told, as the system's journal says: a run that was cut is gone on with.

Each part has its mark, made once it is told whole. A part that was cut is told again from its beginning: an act that
was done gives what came of it then, by a key as doors have it (Idempotency-Key); what the process does looks at how
things stand. So nothing is there twice.
"""

import hashlib
from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, TypeVar

import msgspec

from service.domain.actor import PROCESS
from service.operations.acting import idempotency
from service.store import journal
from service.store.database import rows, transaction

BEGUN, WHOLE = "begun", "whole"
R = TypeVar("R")
Act = Callable[[], Awaitable[object]]
_canonical = msgspec.json.Encoder(order="deterministic")


async def once(act: Callable[..., Awaitable[R]], *args: object, of: int = 0, now: datetime) -> R:
    """Do it, the actor being the first of `args`; where it was done before, give what came of it. `of`: tells apart
    what the same actor does several times."""
    said = hashlib.sha256(_canonical.encode([act.__qualname__, of, args[1:]])).hexdigest()
    token = idempotency.set(f"demonstration-{said}")
    try:
        return await act(*args, now=now)
    finally:
        idempotency.reset(token)


class Progress:
    """The parts that were told. `now`: when the demonstration ends, as its first run had it: another one would ask for
    other acts. `older`: the last tale that an older version told, which marked tales alone; 0 for none."""

    def __init__(self, told: set[str], now: datetime, older: int = 0) -> None:
        self.told = told
        self.now = now
        self.older = older

    @staticmethod
    async def read(now: datetime, tales: int) -> "Progress":
        """Begun `now`, unless it was before; of so many tales."""
        found = await rows("SELECT data FROM entry WHERE stream = 'system' AND kind = 'demonstration_told'")
        progress = progress_of([msgspec.json.decode(line["data"]) for line in found], now, tales)
        if not progress.told:
            await progress.mark(BEGUN, now=now.isoformat())
        return progress

    async def tell(self, parts: Mapping[str, Act]) -> None:
        """Each of these in their order, unless it was told whole."""
        for part in missing(parts, self.told, self.older):
            await parts[part]()
            await self.mark(part)

    async def mark(self, part: str, **more: str) -> None:
        """It was told."""
        async with transaction():
            await journal.append("system", "demonstration_told", PROCESS, self.now, {"part": part, **more})
        self.told.add(part)


def progress_of(said: Sequence[dict[str, Any]], now: datetime, tales: int) -> Progress:
    """What the marks of a demonstration of so many tales come to; those of older versions have a `number`."""
    numbers = {one["number"] for one in said if "number" in one}
    if len(numbers) == tales:
        return Progress({WHOLE}, now)
    began = next((datetime.fromisoformat(one["now"]) for one in said if "now" in one), now)
    return Progress({one["part"] for one in said if "part" in one}, began, max(numbers, default=0))


def missing(parts: Iterable[str], told: Collection[str], older: int) -> list[str]:
    """Those that were not told; an older version told all that come before its last tale."""
    names = list(parts)
    first = names.index(tale_part(older)) + 1 if older else 0
    return [part for part in names[first:] if part not in told]


def tale_part(number: int) -> str:
    """The part that is a tale."""
    return f"tale {number}"
