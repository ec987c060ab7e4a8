"""A document with the name of whoever takes it on each page, made when it is taken, so that no copy in anybody's name
is kept. It is made by a program of its own, which sees no setting and no secret."""

import asyncio
import os
import sys
from pathlib import Path
from typing import Any

import msgspec
from litestar import Response

from service.doors.downloads import disposition
from service.problems import Unavailable
from service.store import objects

ROOT = Path(__file__).parents[2]
AT_ONCE = 2  # programs at work; whoever comes then waits
LONGEST = 60.0  # seconds
_free = asyncio.Semaphore(AT_ONCE)


async def send_stamped(key: str, text: str, name: str) -> Response[Any]:
    """The document of this key as a download, with the text at the foot of each page."""
    async with _free:
        content = b"".join([chunk async for chunk in await objects.store().get_stream(key)])
        drawn = content + await _stamp(content, text)
    headers = {"Content-Disposition": disposition(name), "Cache-Control": "no-store"}
    return Response(drawn, headers=headers, media_type="application/pdf")


async def _stamp(content: bytes, text: str) -> bytes:
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
            drawn, _ = await process.communicate(msgspec.json.encode(text) + b"\n" + content)
    except TimeoutError:
        raise Unavailable("Le document n’a pas pu être préparé à temps. Réessayez dans une minute.") from None
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if process.returncode != 0:
        raise RuntimeError(f"a document could not be stamped: exit {process.returncode}")
    return drawn
