"""A pack is bound of dossiers that are kept, by whoever goes on with it."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar
from uuid import UUID, uuid4

import pytest

from reports.kept import KeptFile
from reports.pack import Item, Pack
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


def quickly(content: Item) -> bytes:
    """A dossier that costs nothing to draw."""
    assert content.dossier is not None
    return f"{content.number} {content.dossier.title}".encode()


def listed(content: tuple[Pack, dict[int, Path], dict[int, Path], Path]) -> None:
    """A pack that is the list of what it is bound of."""
    _, parts, _, whole = content
    whole.write_text("\n".join(part.read_text() for part in parts.values()))


def shown(content: tuple[Item, dict[str, list[Path]]]) -> bytes:
    """What pictures of pages are made of."""
    item, pictures = content
    told = [picture.read_text() for some in pictures.values() for picture in some]
    return f"{item.number} {item.pieces[0].content!r} {told}".encode()


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


async def bound(job: Job, draw: Drawing) -> list[str]:
    """What a pack is bound of, as it is stored."""
    stored = await binding.bind(job, draw, f"document/{job.id}")
    content = b"".join([chunk async for chunk in await objects.store().get_stream(f"document/{job.id}")])
    assert len(content) == stored.size
    return sorted(content.decode().splitlines())


async def test_a_pack_goes_on_where_its_drawing_stopped(
    settings: Settings, database: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    objects.configure(settings)
    for name, does in (("part", quickly), ("bound", listed)):
        monkeypatch.setattr(drawing, name, does)
    case = await Committee.gather(3)
    member = case.members[1]
    await recusals.recuse(member, case.proposals[0], Recusal(), now=case.now)
    sitting = (await case.convened()).id
    whole, other = await asked(case.chair, sitting), await asked(member, sitting)
    draw = Noting(1)
    with pytest.raises(asyncio.CancelledError):
        await binding.bind(whole, draw, "document/stopped")
    assert draw.drawn == ["quickly"]
    draw.drawn, draw.most = [], 1000
    everything = await bound(whole, draw)
    assert draw.drawn == ["quickly", "quickly", "listed"]
    assert sorted(one.split(maxsplit=1)[1] for one in everything) == [f"Projet {n}" for n in (1, 2, 3)]
    # Members with other recusals take what is drawn.
    draw.drawn = []
    assert await bound(other, draw) == [one for one in everything if "Projet 1" not in one]
    assert draw.drawn == ["listed"]

    # One that changed is drawn again; where it can't be, the pack does without.
    await recusals.recuse(case.members[2], case.proposals[1], Recusal(), now=case.now)
    monkeypatch.setattr(drawing, "part", fail)
    draw.drawn = []
    without = await bound(await asked(case.chair, sitting), draw)
    assert draw.drawn == [*["fail"] * binding.ATTEMPTS, "listed"]
    assert without == [one for one in everything if "Projet 2" not in one]

    # What could not be drawn is not given up: the next pack has it.
    monkeypatch.setattr(drawing, "part", quickly)
    draw.drawn = []
    again = await bound(await asked(member, sitting), draw)
    assert draw.drawn == ["quickly", "listed"]
    assert again == [one for one in everything if "Projet 1" not in one]


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


async def test_the_pictures_that_are_left_of_a_file_are_behind_its_dossier(
    settings: Settings, database: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """They go with their file, so one may be gone."""
    objects.configure(settings)
    monkeypatch.setattr(drawing, "pieces", shown)
    file = uuid4()
    for number in (1, 3):
        await objects.store().put_bytes(f"page/{file}/{number}", f"page {number}".encode())
    piece = KeptFile("plan.pdf", "Plan", 4, "", b"%PDF", id=str(file), pages=9, shown=3)
    item, draw = Item(7, None, (piece,)), Noting()
    behind = await binding._behind(item, draw, tmp_path)
    assert (behind and behind.read_text(), draw.drawn) == ("7 b'' ['page 1', 'page 3']", ["shown"])
    monkeypatch.setattr(drawing, "pieces", fail)
    assert await binding._behind(item, draw, tmp_path) is None
    assert await binding._behind(Item(7, None, (KeptFile("a", "b", 1, "", b"%"),)), draw, tmp_path) is None


def test_what_a_killed_worker_left_is_deleted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(binding, "gettempdir", lambda: tmp_path)
    left, other = tmp_path / f"{binding.FOLDER}a", tmp_path / "other"
    for folder in (left, other):
        folder.mkdir()
        (folder / "1.pdf").write_bytes(b"%PDF")
    binding.tidy()
    assert left.exists()
    binding.tidy(left.stat().st_mtime + 1)
    assert sorted(tmp_path.iterdir()) == [other]
