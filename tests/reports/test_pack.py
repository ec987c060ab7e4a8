"""A pack is one volume: its own page numbers, bookmarks and tags, what is left out named; and a copy is somebody's."""

from io import BytesIO

import pikepdf
import pytest
from msgspec import structs
from pypdf import PdfReader

from reports.kept import KeptFile
from reports.pack import Item, Pack
from reports.packing import begin_pack, render_pack
from reports.render import render_dossier
from reports.stamping import stamped
from tests.reports import samples, sittings
from tests.reports.test_conformity import conforms

PIECES = (
    KeptFile("présentation.pdf", "Présentation", 4, "0" * 64, b"%PDF"),
    KeptFile("annexe.pdf", "Annexe", 4_000_000_000, "0" * 64, None, "Trop volumineux"),
)


def pack() -> Pack:
    """Of four items: one that its reader is recused from, and one too many for the pages."""
    short = samples.dossier(answers=samples.ANSWERS[2:], reviews=(), timeline=(), checklist=None)
    told = [structs.replace(short, reference=f"AMI-2025-{i:04d}", title=f"Projet {i}") for i in range(1, 5)]
    return sittings.pack(Item(i, None if i == 2 else one, PIECES if i == 3 else ()) for i, one in enumerate(told, 1))


@pytest.fixture(scope="module")
def drawn() -> bytes:
    """Its PDF, of which the last dossier is joined."""
    return render_pack(pack(), most=10)


def test_it_is_one_volume(drawn: bytes) -> None:
    reader = PdfReader(BytesIO(drawn))
    pages = [" ".join(page.extract_text().split()) for page in reader.pages]
    numbered = [page.rsplit("Page ", 1)[-1].split()[0] for page in pages]
    assert numbered == [str(number) for number in range(1, len(pages) + 1)]
    covers = {page: number for number, page in enumerate(pages, 1) if "Dossier de candidature" in page}
    first = {i: number for i in (1, 3, 4) for page, number in covers.items() if f"Point {i} · AMI" in page}
    agenda = next(page for page in pages if "Ordre du jour Point" in page)
    assert list(first) == [1, 3]
    named = {1: "", 3: "présentation.pdf, annexe.pdf (trop volumineux) "}
    for i in (1, 3):
        assert f"AMI-2025-{i:04d} {named[i]}77,33 {first[i]}" in agenda
    assert "AMI-2025-0004 77,33 joint" in agenda
    assert sorted(reader.attachments) == ["point-003-01-presentation.pdf", "point-004.pdf"]
    titles = [str(item["/Title"]) for item in reader.outline if not isinstance(item, list)]
    assert titles == ["Membres convoqués", "Ordre du jour", "Classement", "1. Projet 1", "3. Projet 3"]
    # Nothing is known of what the reader is recused from.
    assert not any("AMI-2025-0002" in page or "Projet 2" in page for page in pages)
    part = render_dossier(pack().read[-1][1])
    assert drawn == render_pack(pack(), most=10, parts={4: part})


def test_what_has_no_room_is_drawn_apart_and_what_cannot_be_is_named() -> None:
    assert begin_pack(pack(), most=0) == (1, 3, 4)
    reader = PdfReader(BytesIO(render_pack(pack(), most=0, parts={1: None, 3: b"%PDF-1", 4: b"%PDF-4"})))
    pages = [" ".join(page.extract_text().split()) for page in reader.pages]
    agenda = next(page for page in pages if "Ordre du jour Point" in page)
    assert all(told in agenda for told in ("AMI-2025-0001 77,33 absent", "AMI-2025-0004 77,33 joint"))
    assert {name: files[0] for name, files in reader.attachments.items() if name.endswith("3.pdf")} == {
        "point-003.pdf": b"%PDF-1"
    }
    assert "point-001.pdf" not in reader.attachments


def test_a_copy_is_somebodys_and_still_conforms(drawn: bytes) -> None:
    copy = stamped(drawn, "Exemplaire de Zoé Łukasz Σ, à ne pas diffuser")
    conforms(copy)
    pages = PdfReader(BytesIO(copy)).pages
    assert all("Exemplaire de Zoé Łukasz Σ, à ne pas diffuser" in page.extract_text() for page in pages)
    with pikepdf.open(BytesIO(copy)) as after, pikepdf.open(BytesIO(drawn)) as before:
        assert list(after.attachments) == list(before.attachments)
        assert len(after.Root.StructTreeRoot.ParentTree.Nums) == len(before.Root.StructTreeRoot.ParentTree.Nums)
