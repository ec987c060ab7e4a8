"""The stage rules of `workflows/` on paper: the same coroutines and the same operations, without Temporal.

Time stands still until it is set ahead, and passes from one instant that somebody waits for to the next. Acts are done
one at a time, in the order in which they are asked, so that a sequence of acts always ends the same way.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest
from temporalio import workflow

import workflows.calls
import workflows.process
import workflows.proposal
from service import activities
from service.operations import process
from workflows.calls import CallWorkflow
from workflows.messages import Look
from workflows.proposal import ProposalWorkflow

ACTS: dict[str, Callable[..., Awaitable[Any]]] = {act.__name__: act for act in activities.PROCESS}
QUIET = 30  # turns of the loop without anything happening: whoever is awake now waits
HEAVY = 40  # acts of one run after which it is told to go on as a new one


Kind = type[ProposalWorkflow] | type[CallWorkflow]


class Again(Exception):  # noqa: N818  how a run ends that another one follows
    """The run continues as a new one."""


class Run:
    """How many acts a run has asked for so far."""

    def __init__(self) -> None:
        self.acts = 0


_RUN: ContextVar[Run] = ContextVar("_RUN")


class Paper:
    """What the coroutines know of Temporal: the time, waiting, acts. `at` is now."""

    ActivityCancellationType = workflow.ActivityCancellationType

    def __init__(self, at: datetime) -> None:
        self.at = at
        self.runs: dict[UUID, tuple[ProposalWorkflow | CallWorkflow, asyncio.Task[None]]] = {}
        self.lengths: dict[UUID, list[int]] = {}  # acts of each run that another one followed
        self._asleep: dict[asyncio.Future[None], datetime | None] = {}
        self._moves = 0
        self._pen = asyncio.Lock()

    # As the coroutines call it ------------------------------------------------------------------------------------

    def now(self) -> datetime:
        """This instant."""
        return self.at

    def info(self) -> SimpleNamespace:
        """Of the run: its history soon grows heavy here."""
        heavy = _RUN.get().acts >= HEAVY
        return SimpleNamespace(is_continue_as_new_suggested=lambda: heavy)

    def patched(self, _: str) -> bool:
        """Every run here began with today's code."""
        return True

    def continue_as_new(self, _: str) -> None:
        """End this run."""
        raise Again

    async def wait_condition(self, test: Callable[[], bool], *, timeout: timedelta | None = None) -> None:  # noqa: ASYNC109
        """Sleep until it is so; TimeoutError when the time is over first."""
        due = None if timeout is None else self.at + timeout
        while not test():
            if due is not None and self.at >= due:
                raise TimeoutError
            woken = asyncio.get_running_loop().create_future()
            self._asleep[woken] = due
            try:
                await woken
            finally:
                self._asleep.pop(woken, None)
        self._moves += 1

    async def execute_activity(self, act: Callable[..., Any], message: object, **_: object) -> object:
        """Have the act done by the operation that does it."""
        _RUN.get().acts += 1
        async with self._pen:
            self._moves += 1
            return await ACTS[act.__name__](message)

    # As a test calls it -------------------------------------------------------------------------------------------

    def poke(self, subject: UUID, kind: Kind = ProposalWorkflow) -> None:
        """Tell its run to look, and begin one where there is none."""
        running = self.runs.get(subject)
        if running is not None and not running[1].done():
            running[0].poke()
            return
        self.runs[subject] = self._begun(subject, kind)

    async def poke_closed(self, proposal: UUID) -> None:
        """The same for one whose process is over: no run begins."""
        running = self.runs.get(proposal)
        if running is not None and not running[1].done():
            running[0].poke()
        else:
            await process.look(Look(str(proposal), self.at))

    def _begun(self, subject: UUID, kind: Kind) -> tuple[ProposalWorkflow | CallWorkflow, asyncio.Task[None]]:
        run = kind(str(subject)) if kind is ProposalWorkflow else CallWorkflow()

        async def on() -> None:
            _RUN.set(counted := Run())
            try:
                await run.run(str(subject))
            except Again:
                self.lengths.setdefault(subject, []).append(counted.acts)
                self.runs[subject] = self._begun(subject, kind)

        return run, asyncio.create_task(on())

    async def settle(self) -> None:
        """Return when everybody waits for an instant that is still to come, or for somebody."""
        quiet = 0
        while quiet < 2:
            before = self._moves
            for sleeper in list(self._asleep):
                if not sleeper.done():
                    sleeper.set_result(None)
            for _ in range(QUIET):
                await asyncio.sleep(0)
            while self._pen.locked():
                await asyncio.sleep(0.0005)
            quiet = quiet + 1 if self._moves == before else 0
        for _, task in self.runs.values():
            if task.done():
                task.result()

    async def advance(self, to: datetime) -> None:
        """Let time pass; what is due on the way happens at its instant."""
        await self.settle()
        while rungs := [due for due in self._asleep.values() if due is not None and self.at < due <= to]:
            self.at = min(rungs)
            await self.settle()
        self.at = to
        await self.settle()

    async def stop(self) -> None:
        """Let go of every run."""
        tasks = [task for _, task in self.runs.values()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self.runs.clear()
        self._asleep.clear()


@contextmanager
def on_paper(at: datetime) -> Iterator[Paper]:
    """The coroutines know this in the place of Temporal meanwhile."""
    paper = Paper(at)
    with pytest.MonkeyPatch.context() as patch:
        for module in (workflows.process, workflows.proposal, workflows.calls):
            patch.setattr(module, "workflow", paper)
        yield paper
