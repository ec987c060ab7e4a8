"""A sitting's pack, bound of parts that are kept: whoever takes its drawing over goes on where it stopped.

Each dossier is drawn by itself, within the limits of any dossier, and kept in the object store under what it shows.
They become one PDF on the disk, in the memory of one of them: so packs of hundreds of dossiers end, those of members
with other recusals take what is drawn already, and a dossier that cannot be drawn costs the pack that one alone.
"""

import time
from collections.abc import AsyncIterator
from contextlib import suppress
from itertools import chain
from pathlib import Path
from shutil import rmtree
from tempfile import TemporaryDirectory, gettempdir
from uuid import UUID

from anyio import open_file, to_thread
from msgspec import structs

from reports.pack import Item
from reports.version import RENDERER_VERSION
from service import drawing, logs
from service.domain.documents import Job
from service.domain.files import page_key
from service.drawing import Drawing, DrawingError
from service.problems import NotFound
from service.store import objects
from service.store.arriving import Stored
from service.store.objects import CHUNK
from service.views.packs import pack_content, pack_of

log = logs.logger(__name__)

ATTEMPTS = 3  # a drawing process dies of another document too
FOLDER = "alliance-pack-"
LEFT = 24 * 3600.0  # seconds after which nobody works in one any more


async def bind(job: Job, draw: Drawing, key: str) -> Stored:
    """Draw the pack of a job and store it."""
    content, told = await pack_content(job), await pack_of(job)
    items = {one.number: one for one in content.items}
    await to_thread.run_sync(tidy)
    with TemporaryDirectory(prefix=FOLDER) as made:
        parts, pieces = dict[int, Path](), dict[int, Path]()
        for item, _ in told.read:
            kept = items[item.number].part(RENDERER_VERSION)
            if await _keep(kept, item, draw):
                parts[item.number] = await _fetched(kept, Path(made) / f"{item.number}.pdf")
            if behind := await _behind(item, draw, Path(made)):
                pieces[item.number] = behind
        whole = Path(made) / "pack.pdf"
        await draw(drawing.bound, (told, parts, pieces, whole), longest=drawing.LONGEST_PACK)
        return await objects.store().put_stream(key, _read(whole), whole.stat().st_size)


def tidy(before: float | None = None) -> None:
    """Delete what workers that were killed have left: dossiers, for nobody to read. before: seconds of the epoch."""
    before = time.time() - LEFT if before is None else before
    for folder in Path(gettempdir()).glob(f"{FOLDER}*"):
        with suppress(OSError):
            if folder.stat().st_mtime < before:
                rmtree(folder, ignore_errors=True)


async def _keep(key: str, item: Item, draw: Drawing) -> bool:
    """Have a dossier drawn by itself, unless it is already. False where it cannot be, which is not kept: the next pack
    tries again."""
    if await objects.store().size(key) is not None:
        return True
    for attempt in range(1, ATTEMPTS + 1):
        try:
            await objects.store().put_bytes(key, await draw(drawing.part, structs.replace(item, pieces=())))
        except DrawingError as error:
            log.warning("dossier_not_drawn", key=key, attempt=attempt, error=str(error))
        else:
            return True
    return False


async def _behind(item: Item, draw: Drawing, made: Path) -> Path | None:
    """The first pages of its files, drawn from the pictures that are kept of them; None where there are none. They take
    a moment, and go with their file: they are not kept."""
    pictures: dict[str, list[Path]] = {}
    for one in item.pieces:
        for number in range(1, one.shown + 1):
            to = made / f"{one.id}-{number}.webp"
            with suppress(NotFound):  # its file may have been deleted by now
                pictures.setdefault(one.id, []).append(await _fetched(page_key(UUID(one.id), number), to))
    if not pictures:
        return None
    bare = structs.replace(item, pieces=tuple(structs.replace(one, content=one.content and b"") for one in item.pieces))
    try:
        drawn = await draw(drawing.pieces, (bare, pictures))
    except DrawingError as error:
        log.warning("pieces_not_drawn", item=item.number, error=str(error))
        return None
    for picture in chain.from_iterable(pictures.values()):
        picture.unlink()
    to = made / f"{item.number}-pieces.pdf"
    to.write_bytes(drawn)
    return to


async def _fetched(key: str, to: Path) -> Path:
    async with await open_file(to, "wb") as file:
        async for chunk in await objects.store().get_stream(key):
            await file.write(chunk)
    return to


async def _read(whole: Path) -> AsyncIterator[bytes]:
    async with await open_file(whole, "rb") as file:
        while chunk := await file.read(CHUNK):
            yield chunk
