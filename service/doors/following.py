"""Who follows a sitting hears that it has changed, and reads it again; nothing rests on hearing it."""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable
from uuid import UUID

from service.store.hearing import hear

PATIENCE = 20.0  # seconds that a request waits
STEP = 5.0  # between two looks at the row, where nothing was heard

# Who waits in this process, by sitting.
_waiting: defaultdict[str, set[asyncio.Event]] = defaultdict(set)


async def listen(url: str) -> None:
    """Hear which sittings change, for all who wait in this process, until cancelled. `url`: the database."""
    await hear(url, "sitting", _heard)


def _heard(said: str) -> None:
    for waiter in _waiting.get(said.partition(" ")[0], ()):
        waiter.set()


async def changed(version: Callable[[], Awaitable[int]], sitting: UUID, since: int) -> int:
    """Its version, as soon as that is another one than `since`, or after twenty seconds. Raises what `version` does:
    the rights are asked at each look."""
    name, waiter = str(sitting), asyncio.Event()
    end = asyncio.get_running_loop().time() + PATIENCE
    _waiting[name].add(waiter)
    try:
        while True:
            waiter.clear()
            found = await version()
            left = end - asyncio.get_running_loop().time()
            if found != since or left <= 0:
                return found
            try:
                async with asyncio.timeout(min(STEP, left)):
                    await waiter.wait()
            except TimeoutError:
                continue
    finally:
        _waiting[name].discard(waiter)
        if not _waiting[name]:
            del _waiting[name]
