"""Who holds how much of a room, and who waits."""

import asyncio
from contextlib import suppress

from service.store.room import Room


async def test_small_ones_share_what_a_large_one_takes_alone_in_the_order_of_coming() -> None:
    room, held, ended = Room(10), [], asyncio.Event()

    async def hold(name: str, size: int) -> None:
        async with room.take(size):
            held.append(name)
            await ended.wait()

    first = [asyncio.create_task(hold(f"small {n}", 4)) for n in range(2)]
    await asyncio.sleep(0)
    others = [asyncio.create_task(hold(name, size)) for name, size in (("large", 99), ("given up", 10), ("last", 1))]
    await asyncio.sleep(0.01)
    assert held == ["small 0", "small 1"]  # there would be room for the last one, which comes after the large one
    others[1].cancel()
    first[0].cancel()
    with suppress(asyncio.CancelledError):
        await first[0]
    await asyncio.sleep(0.01)
    assert held == ["small 0", "small 1"]
    first[1].cancel()
    await asyncio.sleep(0.01)
    assert held == ["small 0", "small 1", "large"]
    ended.set()
    await asyncio.gather(others[0], others[2])
    assert held[-1] == "last"
    async with asyncio.timeout(60), room.take(10):  # nothing of it got lost
        pass
