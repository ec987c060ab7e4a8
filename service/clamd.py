"""The antivirus: a client of clamd's INSTREAM (clamd(8)). A file is handed over as it is read, nothing is held.

What clamd does not take whole (its StreamMaxLength), or does not look at (MaxFileSize, MaxScanSize: it says so with
AlertExceedsMax), was not scanned, and is never told to be clean.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from typing import Literal

import msgspec

SILENCE = 120.0  # seconds for a verdict once all was sent: a large archive is unpacked first
CONNECTING = 5.0
SLOWEST_WRITE = 30.0
LONGEST_REPLY = 4096
# Said with AlertExceedsMax alone: without it clamd says OK of what is beyond its limits and was not looked at.
BEYOND = "Heuristics.Limits.Exceeded"


class ScannerAway(Exception):  # noqa: N818  an outage, not a fault
    """clamd can't be reached, or ended before it had told. Trying again is safe."""


class Verdict(msgspec.Struct, frozen=True):
    """What clamd says of a file; `name`: of what it found."""

    scan: Literal["clean", "infected", "unable"]
    name: str = ""


async def scan(address: str, chunks: AsyncIterator[bytes]) -> Verdict:
    """Have a content scanned by the clamd at `host:port`. Raises ScannerAway, or whatever `chunks` raises."""
    reader, writer = await _connected(address)
    reply = asyncio.create_task(reader.read(LONGEST_REPLY))
    try:
        # Beyond its limit clamd answers and closes before it was told everything: the answer counts then.
        with suppress(ConnectionError):
            await _hand_over(writer, reply, chunks)
        async with asyncio.timeout(SILENCE):
            return _verdict(await reply)
    except (OSError, TimeoutError) as error:
        raise ScannerAway(type(error).__name__) from error
    finally:
        reply.cancel()
        writer.transport.abort()


async def _connected(address: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    host, _, port = address.rpartition(":")
    try:
        async with asyncio.timeout(CONNECTING):
            return await asyncio.open_connection(host.strip("[]"), int(port))
    except (OSError, TimeoutError) as error:
        raise ScannerAway(type(error).__name__) from error


async def _hand_over(writer: asyncio.StreamWriter, reply: asyncio.Task[bytes], chunks: AsyncIterator[bytes]) -> None:
    writer.write(b"zINSTREAM\0")
    async for chunk in chunks:
        if reply.done():
            return
        writer.write(len(chunk).to_bytes(4, "big") + chunk)
        async with asyncio.timeout(SLOWEST_WRITE):
            await writer.drain()
    writer.write(bytes(4))
    await writer.drain()


def _verdict(reply: bytes) -> Verdict:
    said = reply.rstrip(b"\0\n").decode("utf-8", "replace").removeprefix("stream: ")
    if said == "OK":
        return Verdict("clean")
    if said.startswith(BEYOND):
        return Verdict("unable", said.removesuffix(" FOUND")[:200])
    if said.endswith(" FOUND"):
        return Verdict("infected", said.removesuffix(" FOUND")[:200])
    if "size limit exceeded" in said:
        return Verdict("unable", said[:200])
    raise ScannerAway(said[:200] or "closed without a word")
