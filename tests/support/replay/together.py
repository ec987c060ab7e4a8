"""Many things at the same time."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable

AT_ONCE = 8  # requests of the applicants, of the officer, of all experts


async def some_at_once(act: Callable[[int], Awaitable[None]], numbers: Iterable[int]) -> None:
    """The act on each of these, some at a time."""
    gate = asyncio.Semaphore(AT_ONCE)

    async def one(n: int) -> None:
        async with gate:
            await act(n)

    await all_of(map(one, numbers))


async def all_of(acts: Iterable[Awaitable[None]]) -> None:
    """All of them; the first failure ends the others."""

    async def one(act: Awaitable[None]) -> None:
        await act

    try:
        async with asyncio.TaskGroup() as group:
            for act in acts:
                group.create_task(one(act))
    except BaseExceptionGroup as failed:
        raise failed.exceptions[0] from None
