"""Flushing to disk: whoever waits is served, and a disk that refuses is told."""

import asyncio
from pathlib import Path

import pytest

from service.store.flush import Flusher, flush


class Counting(Flusher):
    """Counts the real flushes."""

    count = 0

    async def _after(self, before: asyncio.Task[None] | None) -> None:
        self.count += 1
        await super()._after(before)


async def test_those_who_wait_share_one_flush(tmp_path: Path) -> None:
    flusher = Counting(tmp_path)
    first = asyncio.create_task(flusher.flush())
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    await asyncio.gather(first, *(flusher.flush() for _ in range(20)))
    assert flusher.count == 2
    await flusher.flush()
    assert flusher.count == 3


async def test_a_refusal_reaches_all_who_wait(tmp_path: Path) -> None:
    refused = await asyncio.gather(*(flush(tmp_path / "none") for _ in range(3)), return_exceptions=True)
    assert [type(error) for error in refused] == [FileNotFoundError] * 3
    with pytest.raises(FileNotFoundError):
        await flush(tmp_path / "none")
