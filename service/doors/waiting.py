"""A door may wait a moment for the workflow, so that the next page shows the new stage."""

import asyncio
from collections import defaultdict
from contextlib import suppress
from uuid import UUID

from service.store.database import OUTAGES
from service.store.hearing import hear
from service.views import progress

PATIENCE = 1.0  # seconds
STEP = 0.25  # between two looks at the row, where nothing was heard

# Who waits in this process, by proposal: the entry that its workflow is to have read.
_waiting: defaultdict[str, list[tuple[int, asyncio.Event]]] = defaultdict(list)


async def listen(url: str) -> None:
    """Hear what workflows have read, for all who wait in this process, until cancelled. `url`: the database."""
    await hear(url, "seen", _heard)


def _heard(said: str) -> None:
    proposal, _, seq = said.partition(" ")
    for wanted, read in _waiting.get(proposal, ()):
        if int(seq) >= wanted:
            read.set()


async def caught_up(proposal_id: UUID) -> bool:
    """Wait up to a second until the workflow has seen the proposal's last entry. False: it will, later.

    The act is committed by now: an outage of the database no longer makes it a failure.
    """
    with suppress(*OUTAGES):
        async with asyncio.timeout(PATIENCE):
            while wanted := await progress.unread(proposal_id):
                if await _read(str(proposal_id), wanted):
                    break
            return True
    return False


async def _read(proposal: str, wanted: int) -> bool:
    """Whether it is heard within `STEP` that the workflow has read this entry."""
    waiter = (wanted, asyncio.Event())
    _waiting[proposal].append(waiter)
    try:
        async with asyncio.timeout(STEP):
            return await waiter[1].wait()
    except TimeoutError:
        return False
    finally:
        _waiting[proposal].remove(waiter)
        if not _waiting[proposal]:
            del _waiting[proposal]
