"""A content on its way in, within limits of bytes and of patience; its digest and its two ends are noted on the way."""

import asyncio
import hashlib
import time
from collections import deque
from collections.abc import AsyncIterator

import msgspec
from anyio import from_thread, to_thread

from service.problems import Problem, TooLarge
from service.store.signed import Whole

HEAD = 8 * 1024
TAIL = 128 * 1024  # the directory of a zip archive stands at its end
SILENCE = 60.0  # seconds without a byte from the sender
SLOWEST = 16 * 1024  # bytes a second on average, once SILENCE has passed: a sender who drips holds a place of others


class Stored(msgspec.Struct, frozen=True):
    """What arrived: bytes, SHA-256 in hexadecimal, and the first and last bytes, which tell what kind of file it is."""

    size: int
    sha256: str
    head: bytes
    tail: bytes


class Source:
    """A sender's chunks, within a limit of bytes and of patience; read from by the client, in its thread, which hashes
    them on the way, or pulled one by one. What a reader lacks is gathered in the event loop, in one go: a way from one
    thread to the other and back takes longer than a chunk."""

    def __init__(self, chunks: AsyncIterator[bytes], limit: int) -> None:
        self.failure: BaseException | None = None
        self.over = False
        self._chunks = chunks
        self._limit = limit
        self._hash = hashlib.sha256()
        self._sha256 = ""
        self._size = 0
        self._head = b""
        self._last: deque[bytes] = deque()
        self._waiting = bytearray()
        self._kept = 0
        self._ended = False
        self._began: float | None = None

    def read(self, wanted: int) -> bytes:
        """The next `wanted` bytes, fewer at the end."""
        if len(self._waiting) < wanted and not self._ended:
            from_thread.run(self.gather, wanted)
        with memoryview(self._waiting) as view:
            taken = bytes(view[:wanted])
        del self._waiting[:wanted]
        self._hash.update(taken)
        return taken

    async def gather(self, wanted: int) -> None:
        """Have so many bytes wait for the reader, fewer at the end."""
        try:
            while len(self._waiting) < wanted and not self._ended:
                chunk = await self.pull()
                self._ended = chunk is None
                self._waiting += chunk or b""
        except BaseException as error:
            self.failure = error
            raise

    async def pull(self) -> bytes | None:
        """The sender's next chunk, within the limit, None at the end. Hashing it is left to the caller's thread."""
        if self.over:
            raise Problem("Le dépôt du fichier a été interrompu.", code="upload_interrupted")
        try:
            async with asyncio.timeout(SILENCE):
                chunk = await anext(self._chunks, None)
        except TimeoutError as error:
            raise _too_slow() from error
        if chunk is None:
            return None
        self._size += len(chunk)
        self._began = self._began or time.monotonic()
        if self._size < (time.monotonic() - self._began - SILENCE) * SLOWEST:
            raise _too_slow()
        if self._size > self._limit:
            raise TooLarge(f"Ce fichier dépasse la taille maximale de {megabytes(self._limit)}.", code="file_too_large")
        if len(self._head) < HEAD:
            self._head += chunk[: HEAD - len(self._head)]
        self._last.append(chunk)
        self._kept += len(chunk)
        while self._kept - len(self._last[0]) >= TAIL:
            self._kept -= len(self._last.popleft())
        return chunk

    def hash(self, chunk: bytes) -> None:
        """Take a chunk into the digest."""
        self._hash.update(chunk)

    def whole(self) -> Whole | None:
        """All that came, where its end has been gathered; None while more is to come."""
        if not self._ended:
            return None
        whole = Whole.of(self._waiting)
        self._waiting.clear()
        self._sha256 = whole.sha256
        return whole

    def stored(self) -> Stored:
        """The account of what was read."""
        return Stored(self._size, self._sha256 or self._hash.hexdigest(), self._head, b"".join(self._last)[-TAIL:])


def _too_slow() -> Problem:
    return Problem("Le fichier n’arrive plus : vérifiez la connexion, puis recommencez.", code="upload_interrupted")


def megabytes(size: int) -> str:
    """A size in bytes as people read it: `12,5 Mo`."""
    for unit, factor in (("Go", 10**9), ("Mo", 10**6), ("ko", 10**3)):
        if size >= factor:
            return f"{size / factor:.1f}".removesuffix(".0").replace(".", ",") + f"\u00a0{unit}"
    return f"{size}\u00a0octets"


async def measure(chunks: AsyncIterator[bytes], limit: int) -> Stored:
    """The account of a content that is not stored, being a repeat of one that was. Raises TooLarge, or as `chunks`."""
    source = Source(chunks, limit)
    while (chunk := await source.pull()) is not None:
        await to_thread.run_sync(source.hash, chunk)
    return source.stored()
