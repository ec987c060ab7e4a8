"""A transaction gives its connection back, and says what went wrong first, however it ends."""

import asyncio
import contextlib
import uuid
from datetime import UTC, datetime

import asyncpg
import pytest

from service.store.database import DB, execute, in_transaction, transaction, value
from service.store.hearing import heed_cancellation

pytestmark = pytest.mark.usefixtures("database")

KEY = "INSERT INTO throttle (key, attempts, since) VALUES ({}, 1, {})"
NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


async def everything_is_free() -> None:
    """The whole pool can be had at once."""
    assert DB.pool is not None
    async with asyncio.timeout(60):
        connections = [await DB.pool.acquire() for _ in range(DB.pool.get_max_size())]
    for connection in connections:
        await DB.pool.release(connection)


async def write(key: str) -> None:
    async with transaction():
        await execute(KEY, key, NOW)


async def fail(wrong: BaseException, key: str = "", *, cut: bool = False) -> None:
    """A transaction that writes, perhaps loses its connection, and raises `wrong`."""
    async with transaction():
        if key:
            await execute(KEY, key, NOW)
        if cut:
            await _cut()
        raise wrong


async def kept(key: str) -> int:
    found: int = await value("SELECT count(*) FROM throttle WHERE key = {}", key)
    return found


@pytest.mark.parametrize("delay", range(0, 60, 3))
async def test_cancelled_anywhere_it_ends_cancelled_and_leaves_no_connection_behind(delay: int) -> None:
    """At twenty instants from before BEGIN to after COMMIT, in fifteen tasks at once: more than the pool holds."""
    keys = [f"cancelled-{uuid.uuid4()}" for _ in range(15)]
    tasks = [asyncio.create_task(write(key)) for key in keys]
    await asyncio.sleep(delay / 5000)
    for task in tasks:
        task.cancel()
    ends = await asyncio.gather(*tasks, return_exceptions=True)
    assert [end for end in ends if not (end is None or isinstance(end, asyncio.CancelledError))] == []
    await everything_is_free()
    # What said that it was done was done.
    assert [await kept(key) for key, end in zip(keys, ends, strict=True) if end is None] == [1] * ends.count(None)


async def test_a_failure_undoes_everything_and_is_raised_as_it_is() -> None:
    key = f"failed-{uuid.uuid4()}"
    with pytest.raises(LookupError, match="of ours"):
        await fail(LookupError("of ours"), key)
    assert (await kept(key), in_transaction()) == (0, False)
    await everything_is_free()


async def test_a_lost_connection_does_not_hide_what_went_wrong_first() -> None:
    for wrong in (LookupError("first"), asyncio.CancelledError("first")):
        with pytest.raises(type(wrong), match="first"):
            await fail(wrong, cut=True)
        assert not in_transaction()
    with pytest.raises((asyncpg.PostgresError, asyncpg.InterfaceError, OSError)):
        async with transaction():
            await _cut()
    await everything_is_free()


async def _cut() -> None:
    """End this transaction's connection at the server."""
    pid = await value("SELECT pg_backend_pid()")
    assert DB.pool is not None
    async with DB.pool.acquire() as other:
        await other.execute("SELECT pg_terminate_backend($1)", pid)
    await asyncio.sleep(0.05)


async def test_one_inside_another_is_refused() -> None:
    async with transaction():
        with pytest.raises(Exception, match="already active"):
            async with transaction():
                raise AssertionError("never reached")
    await everything_is_free()


async def test_a_cancellation_that_a_client_replaced_is_heeded() -> None:
    async def stubborn() -> None:
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.sleep(60)
        heed_cancellation()

    task = asyncio.create_task(stubborn())
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    heed_cancellation()  # of a task that nobody ended: nothing
