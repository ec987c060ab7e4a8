"""The pack of a sitting with 435 dossiers of 12 pages, as it is drawn: its pages twice, each dossier beyond by itself.

Measured on fewer, which fill the pages too; what 435 take is then arithmetic, as every dossier beyond is a step alike.
"""

import resource
import time

from reports.pack import Item
from reports.packing import begin_pack, render_pack
from reports.render import render_dossier
from service.drawing import LONGEST, LONGEST_PACK
from tests.bench.figure import Figure
from tests.bench.pack_40 import dossier
from tests.reports import sittings

WHOLE = 435


def measure(number: str = "46") -> Figure:
    """Minutes of a processor for 435; how long each step takes, and what it may."""
    pack = sittings.pack(Item(i, dossier(i)) for i in range(1, int(number) + 1))
    began = time.process_time()
    apart = begin_pack(pack)
    first = time.process_time() - began
    if isinstance(apart, bytes):
        raise SystemExit("its pages hold every dossier: measure more of them")
    began = time.process_time()
    parts: dict[int, bytes | None] = {i: render_dossier(dossier(i)) for i in apart}
    each = (time.process_time() - began) / len(apart)
    began = time.process_time()
    drawn = render_pack(pack, parts=parts)
    last = time.process_time() - began
    beyond = WHOLE - int(number) + len(apart)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return Figure(
        (first + last + beyond * each) / 60,
        "min",
        "under 30 min, each step under half of what it may take",
        f"{first:.0f} + {last:.0f} s for the pages, each may take {LONGEST_PACK:.0f}; {beyond} dossiers beyond,"
        f" {each:.1f} s each, each may take {LONGEST:.0f}; {len(drawn) / 1e6:.0f} MB with {len(apart)} of them;"
        f" {memory:.0f} MB of memory",
    )
