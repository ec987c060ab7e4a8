"""A sitting's pack, drawn in parts that are kept: whoever takes its drawing over goes on where it stopped.

It has 500 pages at most. Each dossier beyond is drawn by itself, within the limits of any dossier, kept in the object
store under what it shows, and joined to the file in the end: so packs of hundreds of dossiers end, those of members
with other recusals take what is drawn already, and a dossier that cannot be drawn costs the pack that one alone.
"""

import msgspec

from reports.model import Dossier
from reports.pack import Pack
from reports.version import RENDERER_VERSION
from service import drawing, logs
from service.domain.documents import Job
from service.domain.packs import PackItem
from service.drawing import Drawing, DrawingError
from service.problems import NotFound
from service.store import objects
from service.views.packs import pack_content, pack_of

log = logs.logger(__name__)

ATTEMPTS = 3  # a drawing process dies of another document too


async def bound(job: Job, draw: Drawing) -> bytes:
    """The pack of a job, as PDF."""
    content, told = await pack_content(job), await pack_of(job)
    wanted = await _apart(job, told, draw)
    if isinstance(wanted, bytes):
        return wanted
    items = {one.number: one for one in content.items}
    dossiers = {one.number: dossier for one, dossier in told.read}
    drawn = {number: await _keep(items[number], dossiers[number], draw) for number in wanted}
    parts = {
        number: await _kept(items[number].part(RENDERER_VERSION)) if kept else None for number, kept in drawn.items()
    }
    return await draw(drawing.bound, (told, parts), longest=drawing.LONGEST_PACK)


async def _apart(job: Job, told: Pack, draw: Drawing) -> bytes | tuple[int, ...]:
    """The whole pack where it has room for every dossier; else which are drawn by themselves, found out once."""
    key = f"part/{job.id}/apart-{RENDERER_VERSION}"
    kept = await _kept(key)
    if kept is not None:
        return msgspec.json.decode(kept, type=tuple[int, ...])
    drawn = await draw(drawing.pack, told, longest=drawing.LONGEST_PACK)
    if not isinstance(drawn, bytes):
        await objects.store().put_bytes(key, msgspec.json.encode(drawn))
    return drawn


async def _keep(item: PackItem, told: Dossier, draw: Drawing) -> bool:
    """Have a dossier drawn by itself, unless it is already. False where it cannot be, which is not kept: the next pack
    tries again."""
    key = item.part(RENDERER_VERSION)
    if await objects.store().size(key) is not None:
        return True
    for attempt in range(1, ATTEMPTS + 1):
        try:
            await objects.store().put_bytes(key, await draw(drawing.dossier, told))
        except DrawingError as error:
            log.warning("dossier_not_drawn", proposal=str(item.proposal), attempt=attempt, error=str(error))
        else:
            return True
    return False


async def _kept(key: str) -> bytes | None:
    """A part as it is kept; None where it is not."""
    try:
        return b"".join([chunk async for chunk in await objects.store().get_stream(key)])
    except NotFound:
        return None
