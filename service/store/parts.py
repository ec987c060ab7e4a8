"""Files that arrive in pieces: parts of a multipart object of S3, each on the disk before it is acknowledged."""

from collections.abc import Awaitable, Callable
from typing import Any

from minio import Minio
from minio.datatypes import Part

# The client has these calls, which put_object is made of, under private names alone.
# ruff: noqa: SLF001


class Parts:
    """Multipart objects of one bucket. Everything raises NotFound and Unavailable as the store itself does."""

    def __init__(
        self,
        client: Minio,
        bucket: str,
        ask: Callable[[Callable[[], Any]], Awaitable[Any]],
        flush: Callable[[], Awaitable[None]],
    ) -> None:
        self._client = client
        self._bucket = bucket
        self._ask = ask
        self._flush = flush

    async def begin(self, key: str) -> str:
        """The store's handle of an object that is to come in parts."""
        return str(await self._ask(lambda: self._client._create_multipart_upload(self._bucket, key, {})))

    async def put(self, key: str, handle: str, number: int, content: bytes) -> str:
        """Store a part, numbered from 1; the same again takes its place. Returns its mark, which `finish` wants."""
        etag = await self._ask(lambda: self._client._upload_part(self._bucket, key, content, None, handle, number))
        await self._flush()
        return str(etag)

    async def finish(self, key: str, handle: str, etags: tuple[str, ...]) -> None:
        """Make the object of its parts."""
        parts = [Part(number, etag) for number, etag in enumerate(etags, 1)]
        await self._ask(lambda: self._client._complete_multipart_upload(self._bucket, key, handle, parts))
        await self._flush()

    async def abandon(self, key: str, handle: str) -> None:
        """Remove the parts of an object that will not come."""
        await self._ask(lambda: self._client._abort_multipart_upload(self._bucket, key, handle))
        await self._flush()
