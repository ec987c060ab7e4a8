"""All dossiers of a call, drawn by the worker's pool: processor time of each with two processes against one."""

import asyncio
import resource

import psutil
from msgspec import structs

from reports.model import Dossier
from service import drawing
from service.drawing import Drawing
from tests.bench.figure import Figure
from tests.reports import samples

MANY = 435
MEGABYTE = 1_000_000


def measure(number: str = str(MANY)) -> Figure:
    """How many times as much; the milliseconds of both, and the most memory that the two processes took."""
    many = int(number)
    (one, _), (two, most) = (asyncio.run(_drawn(processes, many)) for processes in (1, 2))
    told = f"{one / many * 1000:.0f} ms, then {two / many * 1000:.0f} ms each; {most / MEGABYTE:.0f} MB, goal 700"
    return Figure(two / one, "times", "at most 1.15", told)


async def _drawn(processes: int, many: int) -> tuple[float, int]:
    draw = Drawing(processes)
    before = _spent()
    told = samples.dossier()
    content = [structs.replace(told, reference=f"AMI-2025-{i:04d}", title=f"{told.title} {i}") for i in range(many)]
    drawing_all = asyncio.ensure_future(asyncio.gather(*_in_turns(draw, content, processes)))
    most = 0
    while not drawing_all.done():
        await asyncio.sleep(0.2)
        most = max(most, sum(one.memory_info().rss for one in psutil.Process().children() if one.is_running()))
    await drawing_all
    draw.close()
    return _spent() - before, most


def _in_turns(draw: Drawing, content: list[Dossier], lanes: int) -> list[asyncio.Task[None]]:
    """As many at once as there are processes: a queue takes no time of drawing."""

    async def lane(first: int) -> None:
        for one in content[first::lanes]:
            await draw(drawing.dossier, one)

    return [asyncio.ensure_future(lane(first)) for first in range(lanes)]


def _spent() -> float:
    """Seconds of the processor that ended children took."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
