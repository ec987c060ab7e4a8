"""What commits say (`NOTIFY`), heard on a connection of its own that is made again whenever it is lost."""

import asyncio
from collections.abc import Callable

import asyncpg

from service import logs
from service.store.database import OUTAGES

log = logs.logger(__name__)

SLOWEST = 5.0  # seconds between two attempts: what is back is soon noticed


async def hear(url: str, channel: str, heard: Callable[[str], None]) -> None:
    """Call `heard` with what is said on a channel, until cancelled, and with "" whenever listening begins: what was
    said before is not repeated. Nothing may rest on it alone."""
    wait = 1.0
    while True:
        try:
            connection = await asyncpg.connect(url, timeout=5)
            wait = 1.0
            await _listen(connection, channel, heard)
        except OUTAGES as error:
            heed_cancellation()
            log.warning("deaf", channel=channel, error=type(error).__name__, again=wait)
        await asyncio.sleep(wait)
        wait = min(2 * wait, SLOWEST)


async def _listen(connection: asyncpg.Connection, channel: str, heard: Callable[[str], None]) -> None:
    ended = asyncio.Event()
    try:
        connection.add_termination_listener(lambda _: ended.set())
        await connection.add_listener(channel, lambda _connection, _pid, _channel, said: heard(said))
        heard("")
        await ended.wait()
    finally:
        connection.terminate()


def heed_cancellation() -> None:
    """End this task if it was told to: a client may have put an error of its own in the place of the cancellation."""
    task = asyncio.current_task()
    if task is not None and task.cancelling():
        raise asyncio.CancelledError
