"""Answers that take the same time whatever they found."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

# Longer than the slowest way through on a calm machine, seconds.
SECONDS = 0.25


@asynccontextmanager
async def level() -> AsyncIterator[None]:
    """End the block no earlier than SECONDS after its beginning, also when it raises."""
    loop = asyncio.get_running_loop()
    until = loop.time() + SECONDS
    try:
        yield
    finally:
        await asyncio.sleep(max(0.0, until - loop.time()))
