"""The pack of a sitting with 435 dossiers of 12 pages: each drawn by itself, all bound as one, and a member's copy."""

import multiprocessing
import resource
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeVar

import pikepdf

from reports.pack import Item
from reports.packing import bind_pack, render_part
from reports.stamping import stamp
from service.drawing import DOCUMENTS_PER_PROCESS, LONGEST, LONGEST_PACK
from tests.bench.figure import Figure
from tests.bench.pack_40 import dossier
from tests.reports import sittings

T = TypeVar("T")


def measure(number: str = "435") -> Figure:
    """Minutes of a processor for all; how long each step takes, and what it may; the memory of a drawing process."""
    many = int(number)
    with (
        TemporaryDirectory() as folder,
        ProcessPoolExecutor(
            1, multiprocessing.get_context("spawn"), max_tasks_per_child=DOCUMENTS_PER_PROCESS
        ) as drawing,
    ):
        parts = {i: Path(folder) / f"{i}.pdf" for i in range(1, many + 1)}
        each = [drawing.submit(_part, i, path).result() for i, path in parts.items()]
        whole = Path(folder) / "pack.pdf"
        bound = drawing.submit(_bound, parts, whole).result()
        copied = drawing.submit(_copied, whole).result()
        with pikepdf.open(whole) as document:
            pages = len(document.pages)
        size = whole.stat().st_size / 1e6
    drawn = sum(seconds for seconds, _ in each)
    return Figure(
        (drawn + bound[0]) / 60,
        "min",
        "under 15 min, under 500 MB",
        f"{drawn / many:.1f} s a dossier, each may take {LONGEST:.0f}, {max(memory for _, memory in each):.0f} MB;"
        f" {bound[0]:.0f} s to bind {pages} pages, {size:.0f} MB, may take {LONGEST_PACK:.0f}, {bound[1]:.0f} MB;"
        f" a copy {copied[0]:.1f} s, {copied[1]:.0f} MB",
    )


def _part(number: int, to: Path) -> tuple[float, float]:
    return _measured(lambda: to.write_bytes(render_part(Item(number, dossier(number)))))


def _bound(parts: dict[int, Path], whole: Path) -> tuple[float, float]:
    pack = sittings.pack(Item(i, dossier(i)) for i in parts)
    return _measured(lambda: bind_pack(pack, parts, {}, whole))


def _copied(whole: Path) -> tuple[float, float]:
    return _measured(lambda: stamp(whole.read_bytes(), "Exemplaire de Camille Exemple, à ne pas diffuser"))


def _measured(act: Callable[[], T]) -> tuple[float, float]:
    """Seconds of a processor, and the most memory that this process had so far."""
    began = time.process_time()
    act()
    return time.process_time() - began, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
