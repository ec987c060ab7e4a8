"""What was written reaches the disk before it is acknowledged, for an object store that does not flush by itself."""

import asyncio
import ctypes
import os
from pathlib import Path

_LIBC = ctypes.CDLL(None, use_errno=True)


def syncfs(folder: Path) -> None:
    """Flush the file system that holds `folder`; raises OSError when the disk did not take it."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        if _LIBC.syncfs(descriptor) != 0:
            code = ctypes.get_errno()
            raise OSError(code, os.strerror(code), str(folder))
    finally:
        os.close(descriptor)


class Flusher:
    """Flushes of one folder: all who wait while a flush runs are served together by the next one."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._running: asyncio.Task[None] | None = None
        self._next: asyncio.Task[None] | None = None

    async def flush(self) -> None:
        """Return once all that was written before this call is on the disk; raises OSError."""
        if self._next is None:
            self._next = asyncio.create_task(self._after(self._running))
        await asyncio.shield(self._next)

    async def _after(self, before: asyncio.Task[None] | None) -> None:
        if before is not None:
            await asyncio.wait([before])
        # From here on a newcomer's bytes may be too late for this flush: it gets one of its own.
        self._running, self._next = self._next, None
        await asyncio.to_thread(syncfs, self.folder)


_FLUSHERS: dict[tuple[Path, asyncio.AbstractEventLoop], Flusher] = {}


async def flush(folder: Path) -> None:
    """Flush `folder`'s file system, sharing the work with whoever else waits in this process; raises OSError."""
    key = (folder, asyncio.get_running_loop())
    if key not in _FLUSHERS:
        _FLUSHERS[key] = Flusher(folder)
    await _FLUSHERS[key].flush()
