"""A pack of more dossiers than its pages hold: drawn in parts that are kept, by whoever goes on with it."""

import asyncio
from collections.abc import Callable
from io import BytesIO
from typing import TypeVar
from uuid import UUID

import pytest
from pypdf import PdfReader

from reports.model import Dossier
from reports.pack import Pack
from reports.packing import begin_pack, render_pack
from service import binding, drawing, housekeeping
from service.domain.actor import Actor
from service.domain.documents import Job
from service.drawing import Drawing
from service.operations import documents, recusals
from service.operations.disposing import dispose
from service.operations.recusals import Recusal
from service.settings import Settings
from service.store import objects
from service.store.database import execute, transaction
from service.views import packs
from tests.operations.sitting_case import SITS, Committee
from tests.process.test_drawing import fail

T = TypeVar("T")
R = TypeVar("R")


def begun(content: Pack) -> bytes | tuple[int, ...]:
    """A pack whose pages hold no dossier."""
    return begin_pack(content, most=0)


def bound(content: tuple[Pack, dict[int, bytes | None]]) -> bytes:
    """The same, once its dossiers are drawn."""
    whole, parts = content
    return render_pack(whole, most=0, parts=parts)


def quickly(content: Dossier) -> bytes:
    """A dossier that costs nothing to draw."""
    return f"%PDF of {content.title}".encode()


class Noting(Drawing):
    """Notes what is drawn, in this process; its worker is gone after so many drawings."""

    def __init__(self, most: int = 1000) -> None:
        super().__init__(1)
        self.drawn: list[str] = []
        self.most = most

    async def __call__(self, render: Callable[[T], R], content: T, longest: float | None = None) -> R:  # noqa: ARG002
        if len(self.drawn) == self.most:
            raise asyncio.CancelledError
        self.drawn.append(render.__name__)
        return drawing._draw(render, content)


async def asked(actor: Actor, sitting: UUID) -> Job:
    content, _ = await packs.contents(actor, sitting)
    return await documents.ask_paper(actor, content, now=SITS)


def joined(pdf: bytes) -> dict[str, bytes]:
    """The dossiers inside a pack."""
    return {name: files[0] for name, files in PdfReader(BytesIO(pdf)).attachments.items()}


async def test_a_pack_goes_on_where_its_drawing_stopped(
    settings: Settings, database: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    objects.configure(settings)
    for name, does in (("pack", begun), ("bound", bound), ("dossier", quickly)):
        monkeypatch.setattr(drawing, name, does)
    case = await Committee.gather(3)
    member = case.members[1]
    await recusals.recuse(member, case.proposals[0], Recusal(), now=case.now)
    sitting = (await case.convened()).id
    whole, other = await asked(case.chair, sitting), await asked(member, sitting)
    draw = Noting(2)
    with pytest.raises(asyncio.CancelledError):
        await binding.bound(whole, draw)
    assert draw.drawn == ["begun", "quickly"]
    draw.drawn, draw.most = [], 1000
    everything = joined(await binding.bound(whole, draw))
    assert draw.drawn == ["quickly", "quickly", "bound"]
    assert sorted(everything.values()) == [f"%PDF of Projet {n}".encode() for n in (1, 2, 3)]
    draw.drawn = []
    assert sorted(joined(await binding.bound(other, draw)).values()) == sorted(everything.values())[1:]
    assert draw.drawn == ["begun", "bound"]

    # One that changed is drawn again; where it can't be, the pack does without.
    await recusals.recuse(case.members[2], case.proposals[1], Recusal(), now=case.now)
    monkeypatch.setattr(drawing, "dossier", fail)
    draw.drawn = []
    without = await binding.bound(await asked(case.chair, sitting), draw)
    assert draw.drawn == ["begun", *["fail"] * binding.ATTEMPTS, "bound"]
    assert sorted(joined(without).values()) == [f"%PDF of Projet {n}".encode() for n in (1, 3)]
    assert any("absent" in page.extract_text() for page in PdfReader(BytesIO(without)).pages)

    # What could not be drawn is not given up: the next pack has it.
    monkeypatch.setattr(drawing, "dossier", quickly)
    draw.drawn = []
    again = await binding.bound(await asked(member, sitting), draw)
    assert draw.drawn == ["begun", "quickly", "bound"]
    assert sorted(joined(again).values()) == [f"%PDF of Projet {n}".encode() for n in (2, 3)]


async def test_parts_go_with_their_proposal(settings: Settings, database: None) -> None:
    objects.configure(settings)
    case = await Committee.gather(2)
    sitting = (await case.convened()).id
    content = await packs.pack_content(await asked(case.chair, sitting))
    first, second = (one.part("renderer") for one in content.items)
    await execute("UPDATE job SET renderer = 'renderer' WHERE sitting = {}", sitting)
    for key in (first, second):
        await objects.store().put_bytes(key, b"%PDF")
    async with transaction():
        await dispose(UUID(str(content.items[0].proposal)), SITS)
    await housekeeping.drop_disposed()
    assert [await objects.store().size(key) for key in (first, second)] == [None, 4]
