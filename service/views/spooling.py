"""A ZIP that begins with its manifest: what is made for it waits in a file without a name until all of it is known.

So what is read of the database can be of one instant, however slow its receiver is; files come from the store later, as
their rows say what they are. Where the making takes long, the manifest is sent line by line meanwhile (`streamed`).
"""

import asyncio
import hashlib
import tempfile
import zlib
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import suppress
from datetime import datetime
from typing import Any

import msgspec
from anyio import to_thread

from service.problems import Conflict, NotFound
from service.store import objects
from service.views.zipping import Member, Zipped

CHUNK = 256 * 1024
SMALL = 32 * 1024  # bytes that are packed in less time than a thread takes to be asked
FAULTS = "ANOMALIES.txt"


class Part(msgspec.Struct, frozen=True):
    """An element that is made for the ZIP, at once or piece by piece."""

    path: str
    title: str
    content: bytes | AsyncIterator[bytes]


class Filed(msgspec.Struct, frozen=True):
    """An element that is in the store under `key`, as its row tells it. `missing`: why it is left out."""

    path: str
    title: str
    key: str
    size: int
    sha256: str
    missing: str = ""


class _Kept(msgspec.Struct, frozen=True):
    member: Member
    start: int
    length: int


class Spool:
    """Elements in the order of their coming: first those that are made, then files. Memory holds their names alone."""

    def __init__(self) -> None:
        self._file = tempfile.TemporaryFile()  # noqa: SIM115  it lasts as long as the ZIP
        self._made: list[_Kept] = []
        self._filed: list[Filed] = []
        self._known = asyncio.Queue[Member | None]()

    def close(self) -> None:
        """Nothing of it is wanted any more."""
        self._file.close()

    async def take(self, parts: AsyncIterator[Part | Filed]) -> None:
        """Make all of these."""
        async for one in parts:
            if isinstance(one, Filed):
                self._filed.append(one)
                self._known.put_nowait(_member(one))
            else:
                await self._keep(one)

    async def _keep(self, part: Part) -> None:
        start, digest, size, packer = self._file.tell(), hashlib.sha256(), 0, zlib.compressobj(1)
        async for chunk in _pieces(part.content):
            digest.update(chunk)
            size += len(chunk)
            if len(chunk) < SMALL:
                self._write(packer, chunk)
            else:
                await to_thread.run_sync(self._write, packer, chunk)
        self._file.write(packer.flush())
        member = Member(part.path, part.title, size, digest.hexdigest())
        self._made.append(_Kept(member, start, self._file.tell() - start))
        self._known.put_nowait(member)

    def _write(self, packer: Any, chunk: bytes) -> None:
        self._file.write(packer.compress(chunk))

    async def sent(self, now: datetime, *, strict: bool) -> AsyncIterator[bytes]:
        """The bytes of the ZIP. A file that is not in the store, or has other bytes than were received, is told of at
        the end; or, if `strict`, raises NotFound or Conflict."""
        made = Zipped(now)
        with self._file:
            yield made.manifest([*(one.member for one in self._made), *map(_member, self._filed)])
            async for chunk in self._elements(made, strict=strict):
                yield chunk

    async def first(self, making: "asyncio.Task[None]") -> Member | None:
        """What is made first; None where there is nothing. Raises what kept it from being made."""
        making.add_done_callback(lambda _: self._known.put_nowait(None))
        first = await self._known.get()
        if first is None:
            await making
        return first

    async def followed(self, making: "asyncio.Task[None]", first: Member | None, now: datetime) -> AsyncIterator[bytes]:
        """The bytes of the ZIP while its elements are made, as `sent`. What keeps one from being made is raised, and
        cuts the ZIP; whoever stops listening stops the making."""
        made = Zipped(now)
        try:
            async for chunk in made.growing_manifest(self._members(first)):
                yield chunk
            await making
            async for chunk in self._elements(made, strict=False):
                yield chunk
        finally:
            making.cancel()
            with suppress(asyncio.CancelledError, Exception):
                await making
            self.close()

    async def _members(self, first: Member | None) -> AsyncIterator[Member]:
        one = first
        while one is not None:
            yield one
            one = await self._known.get()

    async def _elements(self, made: Zipped, *, strict: bool) -> AsyncIterator[bytes]:
        """All that comes after the manifest."""
        faults = list[str]()
        for kept in self._made:
            async for chunk in made.add(kept.member.path, kept.member.title, self._read(kept)):
                yield chunk
        for one in self._filed:
            if one.missing:
                continue
            try:
                content = await objects.store().get_stream(one.key)
            except NotFound:
                if strict:
                    raise
                faults.append(f"{one.path} : absent du stockage.\n")
                continue
            async for chunk in made.add(one.path, one.title, content, packed=False):
                yield chunk
            if made.members[-1].sha256 != one.sha256:
                if strict:
                    raise _altered(one)
                faults.append(f"{one.path} : n’est plus le fichier reçu, dont l’empreinte est au manifeste.\n")
        yield made.text(FAULTS, "".join(faults)) if faults else b""
        yield made.end()

    async def _read(self, kept: _Kept) -> AsyncIterator[bytes]:
        for chunk in self._chunks(kept):
            yield chunk

    def _chunks(self, kept: _Kept) -> Iterator[bytes]:
        unpacker, left = zlib.decompressobj(), kept.length
        self._file.seek(kept.start)
        while left:
            packed = self._file.read(min(left, CHUNK))
            left -= len(packed)
            while packed:
                yield unpacker.decompress(packed, CHUNK)
                packed = unpacker.unconsumed_tail
        yield unpacker.flush()


def _member(one: Filed) -> Member:
    return Member(one.path, one.title, one.size, one.sha256, one.missing)


def _altered(one: Filed) -> Conflict:
    return Conflict(f"Le fichier « {one.title} » n’est plus celui qui a été reçu : {one.key}.", code="altered")


async def _pieces(content: bytes | AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    if isinstance(content, bytes):
        yield content
        return
    async for chunk in content:
        yield chunk


async def spooled(parts: AsyncIterator[Part | Filed]) -> Spool:
    """All of these, made."""
    spool = Spool()
    try:
        await spool.take(parts)
    except BaseException:
        spool.close()
        raise
    return spool


async def streamed(making: Callable[[Spool], Awaitable[None]], now: datetime) -> AsyncIterator[bytes]:
    """The ZIP of what takes long to be made: lines of its manifest are sent as they become known, and the making waits
    for no receiver. Returns once the first element is made, so that a fault until then is an answer of its own."""
    spool = Spool()
    task = asyncio.create_task(_done(making, spool))
    try:
        first = await spool.first(task)
    except BaseException:
        task.cancel()
        spool.close()
        raise
    return spool.followed(task, first, now)


async def _done(making: Callable[[Spool], Awaitable[None]], spool: Spool) -> None:
    await making(spool)
