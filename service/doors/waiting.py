"""A door may wait a moment for the workflow, so that the next page shows the new stage."""

import asyncio
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from uuid import UUID

from service.store.database import OUTAGES
from service.store.hearing import hear
from service.views import progress

PATIENCE = 1.0  # seconds
STEP = 0.5  # between two looks at the row, where nothing was heard

# Who waits in this process, by proposal.
_waiting: defaultdict[str, list["_Heard"]] = defaultdict(list)


async def listen(url: str) -> None:
    """Hear what workflows have read, for all who wait in this process, until cancelled. `url`: the database."""
    await hear(url, "seen", _heard)


def _heard(said: str) -> None:
    proposal, _, seq = said.partition(" ")
    for heard in _waiting.get(proposal, ()):
        heard.seq = max(heard.seq, int(seq))
        heard.news.set()


async def caught_up(proposal_id: UUID) -> bool:
    """Wait up to a second until the workflow has seen the proposal's last entry. False: it will, later.

    The act is committed by now: an outage of the database no longer makes it a failure.
    """
    with suppress(*OUTAGES), _listening(str(proposal_id)) as heard:
        async with asyncio.timeout(PATIENCE):
            while wanted := await progress.unread(proposal_id):
                if await _read(heard, wanted):
                    break
            return True
    return False


@dataclass
class _Heard:
    """The last entry of a proposal that was heard to be read, and what tells of the next."""

    seq: int = 0
    news: asyncio.Event = field(default_factory=asyncio.Event)


@contextmanager
def _listening(proposal: str) -> Iterator[_Heard]:
    """From before the first look at the row on: what is heard in between counts."""
    heard = _Heard()
    _waiting[proposal].append(heard)
    try:
        yield heard
    finally:
        _waiting[proposal].remove(heard)
        if not _waiting[proposal]:
            del _waiting[proposal]


async def _read(heard: _Heard, wanted: int) -> bool:
    """Whether it is heard within `STEP` that the workflow has read this entry."""
    with suppress(TimeoutError):
        async with asyncio.timeout(STEP):
            while heard.seq < wanted:
                heard.news.clear()
                await heard.news.wait()
    return heard.seq >= wanted
