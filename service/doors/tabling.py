"""Tables out: a list as a file in the format that is asked for, sent while it is made, and never whole in memory.

XLSX and ODS are written by a program of their own (`reports/tables/__main__.py`), so that this process goes on
answering; it sees no setting and no secret. A file that could not be finished is cut, and does not look whole.
"""

import asyncio
import os
import struct
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any, cast

import msgspec
from litestar import Response
from litestar.response import Stream

from reports.tables.model import MEDIA_TYPES, Batch, Format, Table
from reports.tables.objects import Objects
from reports.tables.separated import Separated
from service.doors.downloads import disposition

Batches = AsyncIterator[Batch]
ROOT = Path(__file__).parents[2]
AT_ONCE = 2  # programs at work; whoever comes then waits
LONGEST = 300.0  # seconds without a byte
CHUNK = 1 << 16
_free = asyncio.Semaphore(AT_ONCE)


def chosen(table: Table, wanted: Sequence[str]) -> tuple[Table, list[int]]:
    """The columns that are wanted, in the table's order, with their places; those that go without saying where none
    is named that exists."""
    known = [place for place, column in enumerate(table.columns) if column.id in set(wanted)]
    places = known or [place for place, column in enumerate(table.columns) if not column.asked]
    return msgspec.structs.replace(table, columns=tuple(table.columns[place] for place in places)), places


def send(table: Table, places: Sequence[int], batches: Batches, wanted: Format, name: str) -> Response[Any]:
    """The rows as a download. `places`: of its columns in each batch; `name` without its ending."""
    ending = "csv" if wanted is Format.CSV_FR else wanted.value
    headers = {"Content-Disposition": disposition(f"{name}.{ending}"), "Cache-Control": "no-store"}
    return Stream(written(table, _picked(places, batches), wanted), headers=headers, media_type=MEDIA_TYPES[wanted])


async def _picked(places: Sequence[int], batches: Batches) -> Batches:
    async for batch in batches:
        yield [batch[place] for place in places if batch]


def written(table: Table, batches: Batches, wanted: Format) -> AsyncIterator[bytes]:
    """The bytes of the file."""
    match wanted:
        case Format.JSON:
            return _objects(table, batches)
        case Format.CSV | Format.CSV_FR:
            return _separated(Separated(table, french=wanted is Format.CSV_FR), batches)
        case _:
            return _programmed(table, batches, wanted)


async def _separated(file: Separated, batches: Batches) -> AsyncIterator[bytes]:
    yield file.head()
    async for batch in batches:
        yield file.rows(batch)


async def _objects(table: Table, batches: Batches) -> AsyncIterator[bytes]:
    file = Objects(table)
    yield file.head()
    async for batch in batches:
        yield file.rows(batch)
    yield file.end()


async def _programmed(table: Table, batches: Batches, wanted: Format) -> AsyncIterator[bytes]:
    program = [sys.executable, "-X", f"pycache_prefix={sys.pycache_prefix or ''}", "-m", "reports.tables"]
    async with AsyncExitStack() as turn:
        await turn.enter_async_context(_free)
        process = await asyncio.create_subprocess_exec(
            *program,
            cwd=ROOT,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            env={"PATH": os.environ.get("PATH", "/usr/bin:/bin")},
        )
        feeding = asyncio.create_task(_feed(process, table, batches, wanted))
        try:
            while part := await _part(process):
                await turn.aclose()  # the file is whole: a slow receiver keeps nobody waiting
                yield part
            await feeding
            if await process.wait() != 0:
                raise RuntimeError(f"a table could not be written as {wanted.value}: exit {process.returncode}")
        finally:
            feeding.cancel()
            if process.returncode is None:
                process.kill()
                await process.wait()


async def _part(process: asyncio.subprocess.Process) -> bytes:
    """What the program gives next, nothing at its end. TimeoutError where nothing comes for too long."""
    async with asyncio.timeout(LONGEST):
        return await cast(asyncio.StreamReader, process.stdout).read(CHUNK)


async def _feed(process: asyncio.subprocess.Process, table: Table, batches: Batches, wanted: Format) -> None:
    """Give the program its pieces, as fast as it takes them; where the rows can't be read, end it."""
    into = cast(asyncio.StreamWriter, process.stdin)
    encode = msgspec.msgpack.Encoder().encode

    def give(content: bytes) -> None:
        into.write(struct.pack(">I", len(content)) + content)

    try:
        give(encode((wanted, table)))
        async for batch in batches:
            give(encode(batch))
            await into.drain()
        give(b"")
        await into.drain()
        into.close()
    except BaseException:
        if process.returncode is None:
            process.kill()
        raise
