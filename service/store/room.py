"""A room of so many bytes, which those share who hold contents in memory: many small ones, or a few large ones."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class Room:
    """First come, first served: a large content is not passed over for ever by small ones."""

    def __init__(self, size: int) -> None:
        self._left = size
        self._size = size
        self._waiting: deque[tuple[int, asyncio.Future[None]]] = deque()

    @asynccontextmanager
    async def take(self, wanted: int) -> AsyncIterator[None]:
        """Hold that many bytes, all of the room at most; waited for."""
        need = min(wanted, self._size)
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        entry = (need, turn)
        self._waiting.append(entry)
        self._let_in()
        try:
            await turn
            yield
        finally:
            if entry in self._waiting:  # it gave up before its turn
                self._waiting.remove(entry)
            else:
                self._left += need
            self._let_in()

    def _let_in(self) -> None:
        while self._waiting and self._waiting[0][0] <= self._left:
            need, turn = self._waiting.popleft()
            self._left -= need
            if not turn.done():
                turn.set_result(None)
