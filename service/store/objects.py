"""The object store (any S3 server): files in, files out, never through memory.

The client is synchronous and works in threads: 5 MiB parts, one at a time, a few files at once. The request's chunks
are gathered in the event loop, a part at a time, so a slow store slows the sender down and an upload holds two parts at
most. Whatever goes wrong over there is one problem, `Unavailable("objects")`; whatever the sender did wrong comes out
as it was raised.
"""

from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterator
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import BinaryIO, TypeVar, cast
from urllib.parse import urlsplit

import msgspec
import urllib3
from anyio import CapacityLimiter, to_thread
from minio.datatypes import Object
from minio.error import MinioException, S3Error

from service.problems import NotFound, Unavailable
from service.settings import Settings
from service.store.arriving import Source, Stored
from service.store.flush import flush
from service.store.parts import Parts
from service.store.room import Room
from service.store.signed import Client

PART = 5 * 1024 * 1024
CHUNK = 256 * 1024
AT_ONCE = 4  # uploads; more wait before their body is read
READS_AT_ONCE = 24

T = TypeVar("T")


class Listed(msgspec.Struct, frozen=True):
    """One object as the store lists it."""

    key: str
    size: int
    modified_at: datetime


class Objects:
    """One bucket of one store."""

    def __init__(self, settings: Settings) -> None:
        parts = urlsplit(settings.s3_url)
        pool = urllib3.PoolManager(
            maxsize=READS_AT_ONCE + AT_ONCE,
            timeout=urllib3.Timeout(connect=2.0, read=20.0),
            retries=urllib3.Retry(
                total=2, read=0, backoff_factor=0.2, status_forcelist=(500, 502, 503, 504), allowed_methods=None
            ),
        )
        self._client = Client(
            endpoint=parts.netloc,
            access_key=settings.s3_access_key,
            secret_key=settings.s3_secret_key,
            region=settings.s3_region,
            secure=parts.scheme == "https",
            http_client=pool,
        )
        self._bucket = settings.s3_bucket
        self.scanned = settings.clamd is not None
        self._sync: Path | None = settings.s3_sync_folder
        self._places = CapacityLimiter(AT_ONCE)
        self._writes = CapacityLimiter(AT_ONCE)
        self._reads = CapacityLimiter(READS_AT_ONCE)
        # For what comes in pieces: of large files as many parts at once as there are whole files.
        self.room = Room(AT_ONCE * PART)
        self.parts = Parts(self._client, self._bucket, lambda act: self._ask(act, self._reads), self._flush)

    async def put_stream(self, key: str, chunks: AsyncIterator[bytes], limit: int) -> Stored:
        """Store what `chunks` gives under `key`, at most `limit` bytes. On the disk when this returns.

        Raises TooLarge, Unavailable, or whatever `chunks` raises; nothing is left in the store then.
        """
        source = Source(chunks, limit)
        try:
            async with self._places:  # before anything is read
                await source.gather(PART)
                await self._ask(lambda: self._put(key, source), self._writes)
        except Unavailable:
            # What the sender's side raised may come back dressed as the store's failure (an OSError, say).
            if source.failure is not None:
                raise source.failure from None
            raise
        finally:
            source.over = True
        await self._flush()
        return source.stored()

    async def put_bytes(self, key: str, content: bytes) -> Stored:
        """Store a content that is in memory anyway."""

        async def once() -> AsyncIterator[bytes]:
            yield content

        return await self.put_stream(key, once(), len(content))

    def _put(self, key: str, source: Source) -> None:
        whole = source.whole()
        if whole is not None:
            self._client.put_whole(self._bucket, key, whole)
            return
        # The client only calls read(), as its documentation says of the streams that it takes.
        stream = cast(BinaryIO, source)
        self._client.put_object(self._bucket, key, stream, length=-1, part_size=PART, num_parallel_uploads=1)

    async def get_stream(self, key: str, offset: int = 0, length: int | None = None) -> AsyncGenerator[bytes, None]:
        """Open an object (or `length` bytes of it) and return its chunks. Raises NotFound and Unavailable at once."""
        if length == 0:
            return _nothing()
        response = await self._ask(
            lambda: self._client.get_object(self._bucket, key, offset=offset, length=length or 0), self._reads
        )
        return self._chunks(response)

    async def _chunks(self, response: urllib3.BaseHTTPResponse) -> AsyncGenerator[bytes, None]:
        try:
            while chunk := await self._ask(lambda: response.read(CHUNK), self._reads):
                yield chunk
        finally:
            response.close()
            response.release_conn()

    async def size(self, key: str) -> int | None:
        """An object's bytes, None where there is none."""
        try:
            found = await self._ask(lambda: self._client.stat_object(self._bucket, key), self._reads)
        except NotFound:
            return None
        return found.size

    async def remove(self, key: str) -> None:
        """Delete an object; one that is not there is no error."""
        await self._ask(lambda: self._client.remove_object(self._bucket, key), self._reads)
        await self._flush()

    async def list(self, prefix: str) -> AsyncIterator[Listed]:
        """Every object whose key begins with `prefix`, in the order of keys."""
        found = iter(self._client.list_objects(self._bucket, prefix, recursive=True))
        while page := await self._ask(lambda: _page(found), self._reads):
            for listed in page:
                yield listed

    async def ensure_bucket(self) -> None:
        """Make the bucket where it is missing."""

        def ensure() -> None:
            if not self._client.bucket_exists(self._bucket):
                self._client.make_bucket(self._bucket)

        await self._ask(ensure, self._reads)
        await self._flush()

    async def ready(self) -> None:
        """Raise Unavailable unless the bucket answers."""
        if not await self._ask(lambda: self._client.bucket_exists(self._bucket), self._reads):
            raise Unavailable("objects")

    async def _ask(self, act: Callable[[], T], limiter: CapacityLimiter) -> T:
        try:
            return await to_thread.run_sync(act, limiter=limiter)
        except S3Error as error:
            if error.code in ("NoSuchKey", "NoSuchUpload"):
                raise NotFound("Ce fichier n’est plus dans le stockage.") from error
            raise Unavailable("objects") from error
        except (MinioException, urllib3.exceptions.HTTPError, OSError) as error:
            raise Unavailable("objects") from error

    async def _flush(self) -> None:
        if self._sync is None:
            return
        try:
            await flush(self._sync)
        except OSError as error:
            raise Unavailable("objects") from error


def _page(found: Iterator[Object]) -> list[Listed]:
    return [
        Listed(listed.object_name, listed.size or 0, listed.last_modified)
        for listed in islice(found, 500)
        if listed.object_name and listed.last_modified
    ]


async def _nothing() -> AsyncGenerator[bytes, None]:
    return
    yield


_configured: dict[str, Objects] = {}


def configure(settings: Settings) -> Objects:
    """Name the store that this process works with, once at its start."""
    _configured["store"] = Objects(settings)
    return _configured["store"]


def scanned() -> bool:
    """Whether what is stored is to be found clean before others see it."""
    found = _configured.get("store")
    return found is not None and found.scanned


def store() -> Objects:
    """The configured store; RuntimeError before `configure`."""
    found = _configured.get("store")
    if found is None:
        raise RuntimeError("objects.configure(settings) was not called in this process")
    return found
