"""The pack of a sitting with 40 dossiers of 12 pages: processor time of the first one, and of another member's copy."""

import time
from io import BytesIO

import pikepdf
from msgspec import structs

from reports.model import AnswerLine, AnswerSection, Dossier, Paragraphs
from reports.pack import Item
from reports.packing import render_pack
from reports.stamping import stamped
from tests.bench.figure import Figure
from tests.reports import samples, sittings

MANY = 40
LONGER = 14  # paragraphs more, which make twelve pages of nine


def measure(number: str = str(MANY)) -> Figure:
    """Seconds of the first; how many pages it has, and the seconds of a copy."""
    pack = sittings.pack(Item(i, dossier(i)) for i in range(1, int(number) + 1))
    began = time.process_time()
    drawn = render_pack(pack)
    first = time.process_time() - began
    began = time.process_time()
    stamped(drawn, "Exemplaire de Camille Exemple, à ne pas diffuser")
    copy = time.process_time() - began
    with pikepdf.open(BytesIO(drawn)) as document:
        pages = len(document.pages)
    return Figure(first, "s", "under 90 s", f"{pages} pages, {len(drawn) / 1e6:.1f} MB; a copy {copy:.1f} s, goal 5 s")


def dossier(number: int) -> Dossier:
    """One of twelve pages."""
    told = samples.dossier(reference=f"AMI-2025-{number:04d}", title=f"Projet {number}")
    text = "\n\n".join(f"{samples.PROBLEM}\n{i}" for i in range(LONGER))
    more = AnswerSection("Description détaillée", (AnswerLine("Décrivez la solution", Paragraphs(text)),))
    return structs.replace(told, answers=(*told.answers, more))
