"""The pack of a sitting with 435 dossiers of 12 pages: each drawn by itself, all bound as one, and a member's copy."""

import resource
import time
from pathlib import Path
from tempfile import TemporaryDirectory

import pikepdf

from reports.pack import Item
from reports.packing import bind_pack, render_part
from reports.stamping import stamped
from service.drawing import LONGEST, LONGEST_PACK
from tests.bench.figure import Figure
from tests.bench.pack_40 import dossier
from tests.reports import sittings


def measure(number: str = "435") -> Figure:
    """Minutes of a processor for all; how long each step takes, and what it may."""
    items = [Item(i, dossier(i)) for i in range(1, int(number) + 1)]
    with TemporaryDirectory() as folder:
        began = time.process_time()
        parts = {item.number: Path(folder) / f"{item.number}.pdf" for item in items}
        for item in items:
            parts[item.number].write_bytes(render_part(item))
        drawn, memory = time.process_time() - began, _memory()
        began, whole = time.process_time(), Path(folder) / "pack.pdf"
        bind_pack(sittings.pack(items), parts, {}, whole)
        bound, after = time.process_time() - began, _memory()
        content = whole.read_bytes()
        with pikepdf.open(whole) as document:
            pages = len(document.pages)
    began = time.process_time()
    stamped(content, "Exemplaire de Camille Exemple, à ne pas diffuser")
    copy = time.process_time() - began
    return Figure(
        (drawn + bound) / 60,
        "min",
        "under 15 min, under 500 MB",
        f"{drawn / len(items):.1f} s a dossier, each may take {LONGEST:.0f}; {bound:.0f} s to bind {pages} pages,"
        f" {len(content) / 1e6:.0f} MB, may take {LONGEST_PACK:.0f}; {memory:.0f} MB of memory for dossiers,"
        f" {after:.0f} MB with the binding; a copy {copy:.1f} s",
    )


def _memory() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
