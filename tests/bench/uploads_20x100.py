"""Memory that the web process takes while 20 people send 100 MB each at once: whole, and in pieces."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack

import httpx
import psutil

from service.identity import secrets
from service.operations.calls import PublishedEdition
from service.settings import Settings
from service.store.database import DB
from tests.api.people import PDF, signed_in
from tests.bench.figure import Figure
from tests.support.calls import fresh_call
from tests.support.house import House

PEOPLE, SIZE = 20, 100_000_000
PIECE = 16 * 1024 * 1024  # as the pages send them
CHUNK = bytes(256 * 1024)
FIELD = {"field": "annexes"}
PATIENCE = httpx.Timeout(30, read=900, write=900)

Send = Callable[[httpx.AsyncClient, str, int], Awaitable[None]]


def measure() -> Figure:
    """A whole service on this machine; what it had before the first of the large files is taken off."""
    house = House()
    try:
        return asyncio.run(_measured(house.start()))
    finally:
        house.remove()


async def _measured(house: House) -> Figure:
    settings = Settings.read(json.loads((house.data / "run" / "settings.json").read_bytes()))
    secrets.configure(settings.secret)
    await DB.connect(settings.database_url)
    try:
        call = await fresh_call("incubateur")
        async with AsyncExitStack() as people:
            everybody = [await people.enter_async_context(signed_in(house.address)) for _ in range(PEOPLE)]
            web = psutil.Process(house.pid("web"))
            await _send(everybody[0], call, _whole, 1_000_000)
            await _send(everybody[0], call, _in_pieces, 6_000_000)
            before = web.memory_info().rss
            grown = {}
            for name, send in (("whole", _whole), ("in pieces", _in_pieces)):
                began = time.monotonic()
                peak = await _peak(web, [_send(one, call, send, SIZE) for one in everybody])
                grown[name] = ((peak - before) / 1e6, time.monotonic() - began)
    finally:
        await DB.disconnect()
    more = "; ".join(f"{name}: {most:.0f} MB, {seconds:.0f} s" for name, (most, seconds) in grown.items())
    return Figure(max(most for most, _ in grown.values()), "MB", "under 150 MB", more)


async def _peak(web: psutil.Process, sending: list[Awaitable[None]]) -> int:
    """The most resident memory, in bytes, until all of them are sent."""
    everything = asyncio.gather(*sending)
    peak = 0
    while not everything.done():
        peak = max(peak, web.memory_info().rss)
        await asyncio.wait({everything}, timeout=0.02)
    await everything
    return peak


async def _send(person: httpx.AsyncClient, call: PublishedEdition, send: Send, size: int) -> None:
    person.timeout = PATIENCE
    draft = (await person.post(f"/api/calls/{call.slug}/proposals")).headers["location"]
    await send(person, draft, size)
    (file,) = (await person.get(draft)).json()["attachments"]
    if file["size"] != size:
        raise AssertionError(f"{file['size']} bytes arrived of {size}")


async def _content(start: int, end: int) -> AsyncIterator[bytes]:
    while start < end:
        chunk = (PDF if start == 0 else b"") + CHUNK
        yield chunk[: end - start]
        start += min(len(chunk), end - start)


async def _whole(person: httpx.AsyncClient, draft: str, size: int) -> None:
    sent = await person.post(f"{draft}/attachments", params=FIELD | {"name": "a.pdf"}, content=_content(0, size))
    sent.raise_for_status()


async def _in_pieces(person: httpx.AsyncClient, draft: str, size: int) -> None:
    tus = {"Tus-Resumable": "1.0.0"}
    begun = await person.post(f"{draft}/uploads", params=FIELD, headers={**tus, "Upload-Length": str(size)})
    begun.raise_for_status()
    piece = {**tus, "Content-Type": "application/offset+octet-stream"}
    for start in range(0, size, PIECE):
        headers = {**piece, "Upload-Offset": str(start)}
        content = _content(start, min(start + PIECE, size))
        (await person.patch(begun.headers["location"], content=content, headers=headers)).raise_for_status()
