"""A document with the name of whoever takes it on each page, made when it is taken, so that no copy in anybody's name
is kept. It is made by a program of its own, which sees no setting and no secret."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import msgspec
from litestar import Response
from litestar.response import Stream

from service.doors.downloads import disposition
from service.problems import NotFound, Unavailable
from service.store import objects

ROOT = Path(__file__).parents[2]
AT_ONCE = 2  # programs at work; whoever comes then waits
LONGEST = 60.0  # seconds
_free = asyncio.Semaphore(AT_ONCE)


async def send_stamped(key: str, text: str, name: str) -> Response[Any]:
    """The document of this key as a download, with the text at the foot of each page. It goes through in chunks: what
    makes it a copy follows it."""
    async with _free:
        whole = await objects.store().size(key)
        if whole is None:
            raise NotFound
        behind = await _stamp(await objects.store().get_stream(key), text)
    headers = {
        "Content-Disposition": disposition(name),
        "Content-Length": str(whole + len(behind)),
        "Cache-Control": "no-store",
    }
    return Stream(_copy(key, behind), headers=headers, media_type="application/pdf")


async def _copy(key: str, behind: bytes) -> AsyncIterator[bytes]:
    async for chunk in await objects.store().get_stream(key):
        yield chunk
    yield behind


async def _stamp(content: AsyncIterator[bytes], text: str) -> bytes:
    """What the program adds behind the document."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-X", f"pycache_prefix={sys.pycache_prefix or ''}", "-m", "reports.stamping"),
        cwd=ROOT,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        env={"PATH": os.environ.get("PATH", "/usr/bin:/bin")},
    )
    try:
        async with asyncio.timeout(LONGEST):
            behind = await _told(process, content, text)
    except TimeoutError:
        raise Unavailable("Le document n’a pas pu être préparé à temps. Réessayez dans une minute.") from None
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if process.returncode != 0:
        raise RuntimeError(f"a document could not be stamped: exit {process.returncode}")
    return behind


async def _told(process: asyncio.subprocess.Process, content: AsyncIterator[bytes], text: str) -> bytes:
    """What the program answers, which reads everything before it does."""
    assert process.stdin is not None  # noqa: S101  both are pipes
    assert process.stdout is not None  # noqa: S101
    with suppress(BrokenPipeError, ConnectionResetError):  # its exit tells
        process.stdin.write(msgspec.json.encode(text) + b"\n")
        async for chunk in content:
            process.stdin.write(chunk)
            await process.stdin.drain()
    process.stdin.close()
    behind = await process.stdout.read()
    await process.wait()
    return behind
