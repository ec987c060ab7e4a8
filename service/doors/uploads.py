"""Files in: streamed to the object store while they are hashed, then recorded by one operation.

Two ways to send one: the raw body (its name in `?name=` or Content-Disposition), or a form (`multipart/form-data`).
Nothing is held in memory or on our disk but the part on its way.
"""

import asyncio
import re
import time
from collections.abc import AsyncIterator
from contextlib import suppress
from typing import NamedTuple, cast
from urllib.parse import unquote
from uuid import UUID
from weakref import WeakValueDictionary

import msgspec
import multipart

from service import clock
from service.domain.actor import Actor
from service.domain.files import StoredFile, key_of
from service.domain.tables import LARGEST
from service.doors.failures import BadRequest, WrongMedia
from service.doors.people import AnyRequest
from service.operations import acting, files
from service.operations.files import AddedAttachment
from service.problems import KeyReused, Problem, TooLarge, Unavailable
from service.store import arriving, filetypes, objects
from service.store.ids import uuid7

FORM = "multipart/form-data"
MOST_INPUTS = 20
LONGEST_INPUT = 4096
_EXTENDED = re.compile(r"filename\*\s*=\s*utf-8'[^']*'([^;\s]+)", re.IGNORECASE)
MOST_THROWN_AWAY = 200_000_000  # bytes, after a refusal
LONGEST_THROWING = 20.0  # seconds
PAUSE = 1.0
FRAMING = 64 * 1024  # bytes that a form may add around its file
AT_ONCE_EACH = 2  # files of one person: their slow lines leave the others a place
_turns: WeakValueDictionary[UUID, asyncio.Semaphore] = WeakValueDictionary()


class Sent(NamedTuple):
    """A file on its way: its name as sent, the form's inputs that came before it, and its bytes."""

    name: str
    inputs: dict[str, str]
    chunks: AsyncIterator[bytes]


class Place(NamedTuple):
    """Where a file goes: a field of a proposal, and there perhaps the place of another file."""

    proposal: UUID
    field: str
    replaces: UUID | None = None


async def receive(request: AnyRequest, actor: Actor, place: Place) -> AddedAttachment:
    """Attach the file of this request.

    Rights, the field and the announced length are checked before a byte is read. Raises Invalid, TooLarge, Conflict,
    BadRequest, Unavailable; nothing is recorded then, and what was stored is removed.
    """
    try:
        return await _receive(request, actor, place)
    except Problem:
        await let_finish(request)
        raise


async def _receive(request: AnyRequest, actor: Actor, place: Place) -> AddedAttachment:
    limit = await files.check_attachment_wanted(actor, *place, now=clock.now())
    announced = request.headers.get("content-length", "")
    if announced.isdecimal() and int(announced) > limit + FRAMING:
        raise TooLarge(f"Ce fichier dépasse la taille maximale de {arriving.megabytes(limit)}.", code="file_too_large")
    sent = await sent_file(request)
    before = await acting.earlier(actor)
    if before is not None:
        # The same Idempotency-Key again: hashed and compared, not stored.
        again = described(known_id(before), place.field, sent.name, await arriving.measure(sent.chunks, limit))
        return await files.add_attachment(actor, place.proposal, again, place.replaces, now=clock.now())
    file_id = uuid7(clock.now())
    key = key_of(file_id)
    async with turn_of(actor):
        stored = await objects.store().put_stream(key, sent.chunks, limit)
    file = described(file_id, place.field, sent.name, stored)
    try:
        return await files.add_attachment(actor, place.proposal, file, place.replaces, now=clock.now())
    except Problem as refused:
        # Refused for sure. After a lost connection it may be recorded: then the sweep of orphans decides.
        with suppress(Unavailable):
            await objects.store().remove(key)
        twin = await acting.earlier(actor) if isinstance(refused, KeyReused) else None
        if twin is None:
            raise
        # A twin of this request with the same key was quicker.
        again = msgspec.structs.replace(file, id=known_id(twin))
        return await files.add_attachment(actor, place.proposal, again, place.replaces, now=clock.now())


def known_id(result: str) -> UUID:
    """The id that a key's first request gave its file; a new one where the key served something else, which recording
    will tell."""
    try:
        return msgspec.json.decode(result, type=AddedAttachment).id
    except msgspec.ValidationError:
        return uuid7(clock.now())


async def let_finish(request: AnyRequest) -> None:
    """Read on and throw away while more comes: a browser that is cut off while it sends never shows our answer."""
    # Nothing comes where all was read, nor from who waits for our answer before sending.
    if not request.is_connected or "expect" in request.headers:
        return
    until, left = time.monotonic() + LONGEST_THROWING, MOST_THROWN_AWAY
    with suppress(TimeoutError):
        while left > 0 and time.monotonic() < until:
            async with asyncio.timeout(PAUSE):
                event = await request.receive()
            left -= len(cast(bytes, event.get("body", b"")))
            if event["type"] == "http.disconnect" or not event.get("more_body"):
                return


def turn_of(actor: Actor) -> asyncio.Semaphore:
    """What one person's files on their way wait for."""
    return _turns.setdefault(actor.person, asyncio.Semaphore(AT_ONCE_EACH))


def described(file_id: UUID, field: str, name: str, stored: arriving.Stored) -> StoredFile:
    """What is recorded of a file: its name fit to be shown, its type from its content."""
    return StoredFile(
        id=file_id,
        field=field,
        name=filetypes.shown_name(name),
        size=stored.size,
        sha256=stored.sha256,
        media_type=filetypes.media_type(stored.head, stored.tail, stored.size),
    )


async def sent_file(request: AnyRequest) -> Sent:
    """The file of a request, read up to its first byte. Raises BadRequest, WrongMedia."""
    kind, options = multipart.parse_options_header(request.headers.get("content-type", ""))
    if kind == FORM:
        return await _Form(request, options.get("boundary", "")).file()
    if kind == "application/x-www-form-urlencoded":
        raise WrongMedia(f"Envoyez le fichier lui-même, ou un formulaire {FORM}.")
    return Sent(raw_name(request), {}, request.stream())


async def sent_whole(request: AnyRequest, largest: int = LARGEST) -> tuple[str, bytes]:
    """The name and the bytes of a small file that is read at once. Raises TooLarge, BadRequest, WrongMedia."""
    sent = await sent_file(request)
    content = bytearray()
    async for chunk in sent.chunks:
        content += chunk
        if len(content) > largest:
            await let_finish(request)
            said = f"Ce fichier dépasse la taille maximale de {arriving.megabytes(largest)}."
            raise TooLarge(said, code="file_too_large")
    return sent.name, bytes(content)


def raw_name(request: AnyRequest) -> str:
    """The name that comes with a raw body: `?name=`, else Content-Disposition (RFC 6266), else ""."""
    name = request.query_params.get("name")
    if name is not None:
        return str(name)
    header = request.headers.get("content-disposition", "")
    extended = _EXTENDED.search(header)
    if extended is not None:
        return unquote(extended[1], errors="replace")
    _, options = multipart.parse_options_header(header, unquote=multipart.content_disposition_unquote)
    return str(options.get("filename", ""))


class _Form:
    """A form with one file, read part by part."""

    def __init__(self, request: AnyRequest, boundary: str) -> None:
        try:
            self._parser = multipart.PushMultipartParser(boundary, max_segment_count=MOST_INPUTS, strict=True)
        except multipart.MultipartError as error:
            raise _broken() from error
        self._events = self._parse(request)
        self._inputs: dict[str, str] = {}

    async def _parse(self, request: AnyRequest) -> AsyncIterator[multipart.MultipartSegment | bytes | None]:
        try:
            async for chunk in request.stream():
                if chunk:
                    for event in self._parser.parse(chunk):
                        yield event
            self._parser.close()
        except multipart.MultipartError as error:
            raise _broken() from error

    async def file(self) -> Sent:
        """Read up to the file's first byte; the inputs after it are not read."""
        async for event in self._events:
            if not isinstance(event, multipart.MultipartSegment):
                continue
            if event.filename is not None:
                if not event.filename:
                    break
                return Sent(event.filename, self._inputs, self._content())
            self._inputs[event.name or ""] = await self._input()
        raise BadRequest("Aucun fichier n’a été choisi.", code="file_missing")

    async def _input(self) -> str:
        content = b""
        while (event := await anext(self._events, None)) is not None:
            content += bytes(event) if not isinstance(event, multipart.MultipartSegment) else b""
            if len(content) > LONGEST_INPUT:
                raise _broken()
        try:
            return content.decode("utf-8")
        except UnicodeDecodeError as error:
            raise _broken() from error

    async def _content(self) -> AsyncIterator[bytes]:
        over = False
        async for event in self._events:
            if isinstance(event, multipart.MultipartSegment):
                if event.filename:
                    raise BadRequest("Envoyez un seul fichier à la fois.", code="several_files")
            elif event is None:
                over = True
            elif not over:
                yield bytes(event)


def _broken() -> BadRequest:
    return BadRequest("Le formulaire reçu est incomplet ou mal formé.", code="bad_multipart")
