"""The pack of a sitting with 40 dossiers of 12 pages: processor time of the first one, and of another member's copy."""

import time
from datetime import UTC, datetime
from io import BytesIO

import pikepdf
from msgspec import structs

from reports.model import AnswerLine, AnswerSection, Dossier, Paragraphs
from reports.pack import Item, Member, Pack
from reports.packing import render_pack
from reports.stamping import stamped
from tests.bench.figure import Figure
from tests.reports import samples

MANY = 40
LONGER = 14  # paragraphs more, which make twelve pages of nine


def measure(number: str = str(MANY)) -> Figure:
    """Seconds of the first; how many pages it has, and the seconds of a copy."""
    pack = Pack(
        call_title=samples.CALL,
        service=samples.SERVICE,
        number=2,
        starts_at=datetime(2025, 6, 2, 12, 0, tzinfo=UTC),
        length=240,
        place="Salle 4",
        link="",
        members=(Member("Dominique Exemple", "Direction", "Présidence"),),
        items=tuple(Item(i, dossier(i)) for i in range(1, int(number) + 1)),
        at=datetime(2025, 6, 1, 8, 0, tzinfo=UTC),
    )
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
