"""A pack is one volume: its own page numbers, bookmarks and tags, what is left out named; and a copy is somebody's."""

import re
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest
from msgspec import structs
from PIL import Image
from pypdf import PdfReader

from reports.kept import KeptFile
from reports.model import AnswerLine, AnswerSection, Column, Table
from reports.pack import Item, Pack
from reports.packing import bind_pack, render_pack, render_part
from reports.pictured import render_pieces
from reports.sheet import CELL_LIMIT
from reports.stamping import stamped
from tests.reports import samples, sittings
from tests.reports.test_conformity import conforms

PIECES = (
    KeptFile("présentation.pdf", "Présentation", 4, "0" * 64, b"%PDF"),
    KeptFile("annexe.pdf", "Annexe", 4_000_000_000, "0" * 64, None, "Trop volumineux"),
)
LONG_CELL = AnswerSection("Budget", (AnswerLine("Détail", Table((Column("Quoi"),), (("mot " * CELL_LIMIT,),))),))


def pack() -> Pack:
    """Of four items: one that its reader is recused from, one with files, two of which have a table that is cut."""
    short = samples.dossier(answers=samples.ANSWERS[2:], reviews=(), timeline=(), checklist=None)
    told = [structs.replace(short, reference=f"AMI-2025-{i:04d}", title=f"Projet {i}") for i in range(1, 5)]
    told[2:] = [structs.replace(one, answers=(*one.answers[:1], LONG_CELL)) for one in told[2:]]
    return sittings.pack(Item(i, None if i == 2 else one, PIECES if i == 3 else ()) for i, one in enumerate(told, 1))


@pytest.fixture(scope="module")
def drawn() -> bytes:
    """Its PDF."""
    return render_pack(pack())


def texts(reader: PdfReader) -> list[str]:
    """The pages, each on one line."""
    return [" ".join(page.extract_text().split()) for page in reader.pages]


def test_it_is_one_volume(drawn: bytes) -> None:
    reader = PdfReader(BytesIO(drawn))
    pages = texts(reader)
    numbered = [page.rsplit("Page ", 1)[-1].split()[0] for page in pages]
    assert numbered == [str(number) for number in range(1, len(pages) + 1)]
    covers = {page: number for number, page in enumerate(pages, 1) if "Dossier de candidature" in page}
    # The contents on a cover are of its own pages, which tell both numbers.
    own = [re.findall(r"Point (\d), page (\d+) sur (\d+) Page", page) for page in pages[min(covers.values()) - 1 :]]
    assert [int(page) for [(_, page, _)] in own] == [page for i in (1, 3, 4) for page in _counted(own, str(i))]
    first = {i: number for i in (1, 3, 4) for page, number in covers.items() if f"Point {i} · AMI" in page}
    agenda = next(page for page in pages if "Ordre du jour Point" in page)
    assert list(first) == [1, 3, 4]
    named = {1: "", 3: "présentation.pdf, annexe.pdf (trop volumineux) ", 4: ""}
    for i, page in first.items():
        assert f"AMI-2025-{i:04d} {named[i]}77,33 {page}" in agenda
    assert sorted(reader.attachments) == [
        *("point-003-01-presentation.pdf", "point-003-tableau-01.tsv", "point-004-tableau-01.tsv")
    ]
    titles = [str(item["/Title"]) for item in reader.outline if not isinstance(item, list)]
    assert titles == ["Membres convoqués", "Ordre du jour", "Classement", *(f"{i}. Projet {i}" for i in (1, 3, 4))]
    # Nothing is known of what the reader is recused from.
    assert not any("AMI-2025-0002" in page or "Projet 2" in page for page in pages)
    assert drawn == render_pack(pack())


def test_each_call_of_a_shared_sitting_is_ranked_by_itself() -> None:
    short = samples.dossier(answers=samples.ANSWERS[2:], reviews=(), timeline=(), checklist=None)
    told = [structs.replace(short, reference=f"R-{i}", title=f"Projet {i}") for i in range(1, 4)]
    items = [Item(i, one, (), "Appel voisin" if i == 2 else "Appel d’essai") for i, one in enumerate(told, 1)]
    reader = PdfReader(BytesIO(render_pack(sittings.pack(items))))
    titles = [str(item["/Title"]) for item in reader.outline if not isinstance(item, list)]
    assert [title for title in titles if title.startswith("Classement")] == [
        "Classement : Appel d’essai",
        "Classement : Appel voisin",
    ]
    ranked = [page for page in texts(reader) if page.startswith("Classement") or " Classement : " in page]
    assert [re.findall(r"Point (\d) · R-", page) for page in ranked] == [["1", "3"], ["2"]]


def _counted(own: list[list[tuple[str, str, str]]], point: str) -> range:
    """The numbers of a dossier's own pages."""
    [many] = {int(most) for [(one, _, most)] in own if one == point}
    return range(1, many + 1)


def test_its_links_bookmarks_and_tags_are_of_its_own_pages(drawn: bytes) -> None:
    with pikepdf.open(BytesIO(drawn)) as document:
        assert document.check_pdf_syntax() == []
        numbers = {page.obj.objgen: number for number, page in enumerate(document.pages, 1)}
        pages = enumerate(texts(PdfReader(BytesIO(drawn))), 1)
        covers = [number for number, text in pages if "Dossier de candidature" in text]
        places = {
            str(name): numbers[place[0].objgen] for name, place in pikepdf.NameTree(document.Root.Names.Dests).items()
        }
        assert [places[f"p{i}-cover"] for i in (1, 3, 4)] == covers
        linked = [str(link.Dest) for page in document.pages for link in page.get("/Annots", ()) if "/Dest" in link]
        assert set(linked) <= set(places)
        assert {"p1-cover", "p3-cover", "p4-cover", "p4-answers"} <= set(linked)
        tags = pikepdf.NumberTree(document.Root.StructTreeRoot.ParentTree)
        keys = [int(page.StructParents) for page in document.pages]
        keys += [int(link.StructParent) for page in document.pages for link in page.get("/Annots", ())]
        assert sorted(keys) == sorted(tags)
        for page in document.pages:
            assert {numbers[element.Pg.objgen] for element in tags[int(page.StructParents)]} == {
                numbers[page.obj.objgen]
            }
        names = [bytes(one.ID) for one in document.objects if isinstance(one, pikepdf.Dictionary) and "/ID" in one]
        assert len(names) == len(set(names)) > 0


def test_what_is_behind_a_dossier_is_shown_and_what_could_not_be_drawn_is_named(tmp_path: Path) -> None:
    part, behind, whole = (tmp_path / name for name in ("1.pdf", "3.pdf", "pack.pdf"))
    pictures = [tmp_path / f"{number}.webp" for number in (1, 2)]
    for picture in pictures:
        Image.new("RGB", (1240, 1754), "lightblue").save(picture)
    files = (structs.replace(PIECES[0], id="a", pages=3, shown=2), PIECES[1])
    items = [structs.replace(one, pieces=files) if one.number == 3 else one for one in pack().items]
    part.write_bytes(render_part(items[0]))
    behind.write_bytes(render_pieces(items[2], {"a": pictures}))
    bind_pack(sittings.pack(items), {1: part}, {3: behind}, whole)
    reader = PdfReader(whole)
    pages = texts(reader)
    agenda = next(page for page in pages if "Ordre du jour Point" in page)
    first = next(number for number, page in enumerate(pages, 1) if "2 premières pages" in page)
    assert [len(page.images) for page in reader.pages[first - 1 :]] == [1, 1]
    named = f"AMI-2025-0003 présentation.pdf, annexe.pdf (trop volumineux) : page {first} 77,33 absent"
    assert all(told in agenda for told in ("AMI-2025-0001 77,33 4", named, "AMI-2025-0004 77,33 absent"))
    led = {str(link.get_object()["/Dest"]) for link in reader.pages[pages.index(agenda)].annotations or ()}
    assert led == {"p1-cover", "p3-pieces"}
    conforms(whole.read_bytes())


def test_a_copy_is_somebodys_and_still_conforms(drawn: bytes) -> None:
    copy = stamped(drawn, "Exemplaire de Zoé Łukasz Σ, à ne pas diffuser")
    conforms(copy)
    pages = PdfReader(BytesIO(copy)).pages
    assert all("Exemplaire de Zoé Łukasz Σ, à ne pas diffuser" in page.extract_text() for page in pages)
    with pikepdf.open(BytesIO(copy)) as after, pikepdf.open(BytesIO(drawn)) as before:
        assert list(after.attachments) == list(before.attachments)
        assert after.Root.StructTreeRoot.objgen == before.Root.StructTreeRoot.objgen
