"""Drawing in processes of their own: it takes seconds of a processor, which an event loop does not have."""

import asyncio
import multiprocessing
import os
import resource
import signal
import threading
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path
from typing import TypeVar

from reports.blank import BlankPaper
from reports.committee import Convocation, Minutes
from reports.figures import AnnualFigures, CallFigures
from reports.kept import Archive
from reports.letters import Letter, Receipt
from reports.model import Dossier
from reports.pack import Item, Pack

PROCESSES = 2
LONGEST = 240.0  # seconds; a dossier of 50 pages takes about five
LONGEST_PACK = 1800.0  # binding a pack: of 435 dossiers more than a minute of a processor, which may have other work
MOST_MEMORY = 2 * 1024**3  # bytes of one process; the longest document that a sheet lets through takes a third
LAST = 10  # niceness: a night of drawing takes no processor from pages, stages and mails
DOCUMENTS_PER_PROCESS = 100  # then a fresh one: the renderer's memory grows with what it has drawn

T = TypeVar("T")
R = TypeVar("R")


def annual(content: AnnualFigures) -> bytes:
    """The PDF of a year's report."""
    from reports.reporting import render_annual

    return render_annual(content)


def archive(content: Archive) -> bytes:
    """The PDF of a dossier with what it rests on inside it."""
    from reports.render import render_archive

    return render_archive(content)


def convocation(content: Convocation) -> bytes:
    """The PDF of a convocation to a sitting."""
    from reports.render import render_convocation

    return render_convocation(content)


def dossier(content: Dossier) -> bytes:
    """The PDF of a dossier. The renderer is imported in the process that draws, and only there."""
    from reports.render import render_dossier

    return render_dossier(content)


def form(content: BlankPaper) -> bytes:
    """The PDF of a blank form."""
    from reports.render import render_form

    return render_form(content)


def letter(content: Letter) -> bytes:
    """The PDF of a letter."""
    from reports.render import render_letter

    return render_letter(content)


def minutes(content: Minutes) -> bytes:
    """The PDF of a sitting's minutes."""
    from reports.render import render_minutes

    return render_minutes(content)


def part(content: Item) -> bytes:
    """The PDF of a dossier as it stands in a pack."""
    from reports.packing import render_part

    return render_part(content)


def pieces(content: tuple[Item, dict[str, list[Path]]]) -> bytes:
    """The PDF of the pages of the files that go with a dossier, of which these are pictures."""
    from reports.pictured import render_pieces

    return render_pieces(*content)


def bound(content: tuple[Pack, dict[int, Path], dict[int, Path], Path]) -> None:
    """The PDF of a pack, written to the last of these files; its dossiers and what is behind them are in the others."""
    from reports.packing import bind_pack

    bind_pack(*content)


def receipt(content: Receipt) -> bytes:
    """The PDF of a receipt."""
    from reports.render import render_receipt

    return render_receipt(content)


def report(content: CallFigures) -> bytes:
    """The PDF of a call's report."""
    from reports.reporting import render_report

    return render_report(content)


class DrawingError(Exception):
    """The renderer failed, died or did not end. Its message names the fault, never a text of the document."""


class Drawing:
    """A pool of drawing processes, made at the first drawing and made again when one of them dies."""

    def __init__(self, processes: int = min(PROCESSES, os.cpu_count() or 1)) -> None:
        self._processes = processes
        self._pool: ProcessPoolExecutor | None = None

    async def __call__(self, render: Callable[[T], R], content: T, longest: float | None = None) -> R:
        """Run `render(content)` in a process; both must be importable there. Raises DrawingError."""
        longest = LONGEST if longest is None else longest
        pool = self._pool = self._pool or self._made()
        drawn = asyncio.get_running_loop().run_in_executor(pool, _draw, render, content)
        # A drawing that nobody waits for any more ends by itself, or with its process: the pool of Python 3.11 loses
        # its manager where one is cancelled.
        drawn.add_done_callback(lambda ended: ended.cancelled() or ended.exception())
        try:
            async with asyncio.timeout(longest):
                return await asyncio.shield(drawn)
        except BrokenProcessPool as error:
            self._drop(pool)
            raise DrawingError("the drawing process died") from error
        except TimeoutError as error:
            self._drop(pool)
            raise DrawingError(f"the drawing took more than {longest:.0f} s") from error

    def close(self) -> None:
        """End the processes at once, whatever they draw: the job is drawn again by whoever takes it next."""
        if self._pool is not None:
            self._drop(self._pool)

    def _made(self) -> ProcessPoolExecutor:
        return ProcessPoolExecutor(
            self._processes,
            mp_context=multiprocessing.get_context("spawn"),
            initializer=_begin,
            initargs=(MOST_MEMORY,),
            max_tasks_per_child=DOCUMENTS_PER_PROCESS,
        )

    def _drop(self, pool: ProcessPoolExecutor) -> None:
        if self._pool is not pool:
            return
        self._pool = None
        # Nothing else in a worker makes children by multiprocessing.
        children = multiprocessing.active_children()
        for child in children:
            child.kill()
        for child in children:
            child.join(1)
        pool.shutdown(wait=False)


def _begin(most_memory: int) -> None:
    os.nice(LAST)
    resource.setrlimit(resource.RLIMIT_AS, (most_memory, most_memory))
    # The terminal's Ctrl-C reaches the whole group: the worker decides when its drawers end.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    """A worker that was killed takes its drawers with it."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _draw(render: Callable[[T], R], content: T) -> R:
    try:
        return render(content)
    except BaseException as error:  # noqa: BLE001  one of the renderer's errors is no Exception
        raise DrawingError(f"{render.__name__}: {type(error).__name__}") from None
