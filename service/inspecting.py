"""Each file that came in is looked at by a worker: scanned, where an antivirus is configured; its pages drawn.

The rows say what is still to be done, so that nothing is lost with a worker, and any number of them may look.
"""

import asyncio
import tempfile
from collections.abc import Awaitable, Callable
from contextlib import aclosing
from pathlib import Path

import anyio

from service import clamd, clock, logs
from service.clamd import ScannerAway
from service.domain.actor import PROCESS
from service.domain.files import StoredFile, page_key
from service.operations import inspections
from service.operations.inspections import MOST_TRIES, UNDRAWN, UNSCANNED
from service.pictures import draw as pictures_of
from service.problems import NotFound, Unavailable
from service.store import database, objects

log = logs.logger(__name__)

PAUSE = 1.0  # seconds between two looks at the rows
SLOWEST = 30.0
OUTAGES = (ScannerAway, Unavailable, *database.OUTAGES)


class Inspection:
    """One worker's part. `scanner`: the clamd at `host:port`, None where there is none."""

    def __init__(self, scanner: str | None) -> None:
        self._scanner = scanner

    async def run(self) -> None:
        """Until cancelled."""
        async with asyncio.TaskGroup() as group:
            if self._scanner is not None:
                group.create_task(_forever(self.scan))
            group.create_task(_forever(self.draw))

    async def scan(self) -> bool:
        """Have one file scanned; False where none waits. Raises ScannerAway, Unavailable: it is tried again."""
        file = await inspections.claim(UNSCANNED, now=clock.now())
        if file is None or self._scanner is None:
            return False
        try:
            async with aclosing(await objects.store().get_stream(file.key)) as chunks:
                verdict = await clamd.scan(self._scanner, chunks)
        except NotFound:
            verdict = clamd.Verdict("unable", "its object is gone")
        except OUTAGES:
            await inspections.put_back(file.id, now=clock.now())
            raise
        await inspections.record_scan(PROCESS, file.id, verdict, now=clock.now())
        log.info("file_scanned", attachment=str(file.id), scan=verdict.scan, found=verdict.name)
        return True

    async def draw(self) -> bool:
        """Have the pages of one file drawn; False where none waits. Raises Unavailable: it is tried again."""
        file = await inspections.claim(UNDRAWN, now=clock.now())
        if file is None:
            return False
        drawn = 0
        try:
            if file.tries <= MOST_TRIES:
                drawn = await _draw(file)
        except NotFound:
            log.warning("file_without_object", attachment=str(file.id))
        except OUTAGES:
            await inspections.put_back(file.id, now=clock.now())
            raise
        await inspections.record_pages(file.id, drawn)
        log.info("pages_drawn", attachment=str(file.id), pages=drawn)
        return True


async def _draw(file: StoredFile) -> int:
    with tempfile.TemporaryDirectory(prefix="alliance-pages-") as made:
        folder = anyio.Path(made)
        async with (
            await anyio.open_file(folder / "file", "wb") as out,
            aclosing(await objects.store().get_stream(file.key)) as chunks,
        ):
            async for chunk in chunks:
                await out.write(chunk)
        pictures = await pictures_of(Path(made) / "file", Path(made), file.media_type)
        for number, picture in enumerate(pictures, 1):
            content = await anyio.Path(picture).read_bytes()
            await objects.store().put_bytes(page_key(file.id, number), content)
    return len(pictures)


async def _forever(act: Callable[[], Awaitable[bool]]) -> None:
    """One thing after the other; more rarely while something is down."""
    wait = PAUSE
    while True:
        try:
            if await act():
                wait = PAUSE
                continue
            wait = PAUSE
        except OUTAGES as error:
            wait = min(2 * wait, SLOWEST)
            log.warning("inspection_failed", act=act.__name__, error=type(error).__name__, again=wait)
        except Exception as error:
            wait = min(2 * wait, SLOWEST)
            log.exception("inspection_failed", act=act.__name__, error=type(error).__name__, again=wait)
        await asyncio.sleep(wait)
