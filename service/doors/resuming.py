"""Files in by pieces: what came before a cut is kept, and the next request goes on from there.

Whole parts go to the object store as they fill up; what is left when a request ends, or is cut, goes to an object of
its own. Each is on the disk, and then in the row, before it counts as received.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from uuid import UUID

from litestar.exceptions import HTTPException

from service import clock
from service.domain.actor import Actor
from service.domain.files import StoredFile, key_of
from service.doors.people import AnyRequest
from service.doors.uploads import described, let_finish, turn_of
from service.operations import uploads
from service.operations.uploads import AbandonedUpload, Growing
from service.problems import NotFound, Problem, Unavailable, WrongOffset
from service.store import arriving, objects
from service.store.objects import PART


async def go_on(request: AnyRequest, actor: Actor, upload_id: UUID, offset: int) -> int:
    """Take the bytes of this request, which begin at `offset`; returns how many there are now, all of them kept.

    At the last one the file becomes an attachment. Raises WrongOffset, TooLarge, Invalid, BadRequest, Unavailable: what
    came until then is kept, but for a file that its field refuses.
    """
    try:
        upload = await uploads.growing(actor, upload_id, now=clock.now())
        if upload.received != offset:
            raise WrongOffset(upload.received)
        async with turn_of(actor), objects.store().room.take(min(PART, upload.size)):
            piece = await _Piece.of(upload)
            await piece.take(request)
            if piece.received == upload.size:
                await _finish(actor, piece)
            return piece.received
    except Problem:
        await let_finish(request)
        raise


class _Piece:
    """What one request adds to an upload: the part that is being filled, at most."""

    def __init__(self, upload: Growing, waiting: bytes) -> None:
        self.upload = upload
        self.waiting = bytearray(waiting)
        self.key = key_of(upload.id)

    @staticmethod
    async def of(upload: Growing) -> "_Piece":
        """Go on from what was acknowledged."""
        behind = upload.received - len(upload.etags) * PART
        if behind <= 0:
            return _Piece(upload, b"")
        try:
            waiting = b"".join([chunk async for chunk in await objects.store().get_stream(upload.rest)])
        except NotFound:  # another request has gone on while this one waited for its place
            raise WrongOffset(upload.received) from None
        return _Piece(upload, waiting)

    @property
    def received(self) -> int:
        """How far the file has come, the bytes in memory included."""
        return min(len(self.upload.etags) * PART, self.upload.size) + len(self.waiting)

    async def take(self, request: AnyRequest) -> None:
        """Read the request to its end, or to where it is cut."""
        source = arriving.Source(request.stream(), self.upload.size - self.received)
        async with self._keeping():
            while (chunk := await source.pull()) is not None:
                self.waiting += chunk
                while len(self.waiting) >= PART:
                    await self._store_part(PART)

    @asynccontextmanager
    async def _keeping(self) -> AsyncIterator[None]:
        """However the request ends, what came of it is kept; a file that is whole is finished instead."""
        try:
            yield
        except (Problem, HTTPException) as error:
            # Where the store itself is down, or another request has gone on, there is nothing to add.
            if not isinstance(error, Unavailable | WrongOffset):
                await self._store_rest()
            raise
        if self.received < self.upload.size:
            await self._store_rest()

    async def _store_part(self, size: int) -> None:
        store, upload = objects.store().parts, self.upload
        handle = upload.handle
        if not handle:
            handle = await store.begin(self.key)
            self.upload = upload = await uploads.note_received(
                upload, upload.received, handle, upload.etags, now=clock.now()
            )
        with memoryview(self.waiting) as view:
            content = bytes(view[:size])
        del self.waiting[:size]  # held once; should storing fail, its sender still has it
        etag = await store.put(self.key, handle, len(upload.etags) + 1, content)
        received = min((len(upload.etags) + 1) * PART, upload.size)
        await self._acknowledge(received, handle, (*upload.etags, etag))

    async def _store_rest(self) -> None:
        received = self.received
        if received == self.upload.received:
            return
        if self.waiting:
            await objects.store().put_bytes(uploads.rest_of(self.upload.id, received), bytes(self.waiting))
        await self._acknowledge(received, self.upload.handle, self.upload.etags)

    async def _acknowledge(self, received: int, handle: str, etags: tuple[str, ...]) -> None:
        before = self.upload
        self.upload = await uploads.note_received(before, received, handle, etags, now=clock.now())
        if before.received > len(before.etags) * PART:
            with suppress(Unavailable):  # then the sweep of orphans does
                await objects.store().remove(before.rest)

    async def whole(self) -> arriving.Stored:
        """Make one object of everything, and read it once from the store: its digest is of what is really there."""
        store = objects.store()
        if not self.upload.handle:
            return await store.put_bytes(self.key, bytes(self.waiting))
        if self.waiting:
            await self._store_part(len(self.waiting))
        if await store.size(self.key) != self.upload.size:
            await store.parts.finish(self.key, self.upload.handle, self.upload.etags)
        return await arriving.measure(await store.get_stream(self.key), self.upload.size)


async def _finish(actor: Actor, piece: _Piece) -> None:
    upload = piece.upload
    stored = await piece.whole()
    file: StoredFile = described(upload.id, upload.field, upload.name, stored)
    try:
        await uploads.finish_upload(actor, upload.id, file, now=clock.now())
    except Problem:
        # Its field does not take it, or no longer: nothing of it is kept.
        await forget(await uploads.abandon_upload(actor, upload.id, now=clock.now()))
        raise
    if upload.received > len(upload.etags) * PART:
        with suppress(Unavailable):
            await objects.store().remove(upload.rest)


async def forget(gone: AbandonedUpload) -> None:
    """Remove what the store holds of an upload that was given up; what cannot be removed now is swept later."""
    store = objects.store()
    with suppress(Unavailable):
        if gone.rest:
            await store.remove(gone.rest)
            await store.remove(key_of(gone.id))
        if gone.handle:
            await store.parts.abandon(key_of(gone.id), gone.handle)
