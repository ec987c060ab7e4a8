"""The process of one proposal: what only time or many steps can do.

PostgreSQL is the record. The workflow holds a snapshot of it and nothing that it could not read again: a run begins by
looking, lasts one visit to one stage, and ends when the row has moved to another, whoever moved it.
"""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from datetime import datetime, timedelta
from typing import TypeVar

from temporalio import workflow
from temporalio.common import RetryPolicy
from temporalio.exceptions import is_cancelled_exception

with workflow.unsafe.imports_passed_through():
    from workflows import activities as acts
    from workflows.messages import Answer, Case, Close, Look, Snapshot
    from workflows.names import CALL, DEADLINE, STAGE

M = TypeVar("M")
Act = Callable[[M], Awaitable[Answer]]
Test = Callable[[Snapshot], bool]
Instant = Callable[[Snapshot], datetime | None]

Listing = tuple[str, str, datetime | None]
NOT_LISTED: Listing = ("", "", None)
NOT_READ = Snapshot(seq=-1, mark="", visit=0, kind="")
# An outage of the database is waited out; once it is back, at most five seconds are lost.
RETRY = RetryPolicy(initial_interval=timedelta(milliseconds=500), maximum_interval=timedelta(seconds=5))


class Moved(Exception):  # noqa: N818  not an error: how every run ends
    """The row is at another stage, whoever moved it: this run is over."""


class Process:
    """One visit to one stage, in the words of the rule book: `until`, `do`, `together`, `answered`.

    `s` is the last snapshot; `visit` is the visit of this run, which outlives changes of the snapshot.
    """

    def __init__(self, proposal: str) -> None:
        self.proposal = proposal
        self.s = NOT_READ
        self.visit = 0
        self.poked = False
        self.listing = NOT_LISTED

    @property
    def case(self) -> Case:
        """On what an act decided now rests: this run's visit, never a later one."""
        return Case(self.proposal, self.visit, self.s.mark, workflow.now())

    def stay(self) -> None:
        """Raise Moved where the snapshot is of another visit than this run's."""
        if self.s.visit != self.visit:
            raise Moved

    async def look(self) -> None:
        """Read the snapshot again."""
        self.poked = False  # before reading: a poke that comes meanwhile is another one
        await self._ask(acts.look, Look(self.proposal, workflow.now()))

    async def watch(self) -> None:
        """Look at every poke. A long stage starts a new run before its history grows heavy."""
        while True:
            await workflow.wait_condition(lambda: self.poked)
            await self.look()
            self.stay()
            if workflow.info().is_continue_as_new_suggested():
                raise Moved

    async def keep_listed(self) -> None:
        """Keep what operators search by as it is: call, stage, next deadline. Nothing else rests on it."""
        while True:
            await workflow.wait_condition(lambda: self.s.listed and self._listing() != self.listing)
            self.listing = call, stage, due = self._listing()
            until = DEADLINE.value_unset() if due is None else DEADLINE.value_set(due)
            workflow.upsert_search_attributes([CALL.value_set(call), STAGE.value_set(stage), until])

    def _listing(self) -> Listing:
        dues = [at for at in (self.s.deadline, self.s.completion_due) if at is not None]
        return self.s.call, self.s.stage, min(dues, default=None)

    async def _ask(self, act: Act[M], message: M) -> bool:
        answer = await workflow.execute_activity(
            act,
            message,
            start_to_close_timeout=timedelta(seconds=30),
            retry_policy=RETRY,
            # An act in flight may commit whatever we do; its visit and its mark tell whether it still may.
            cancellation_type=workflow.ActivityCancellationType.ABANDON,
        )
        # Answers may come out of order; a row that was erased (visit 0) has no later state.
        if answer.snapshot.seq >= self.s.seq or answer.snapshot.visit == 0:
            self.s = answer.snapshot
        return answer.done

    async def do(self, wanted: Test, act: Act[M], message: Callable[[Case], M]) -> bool:
        """Have it done while the snapshot wants it; False when it no longer does.

        An act refused because it rested on an older state is decided again on the newer one. One refused on the very
        state it rested on waits for another.
        """
        while wanted(self.s):
            case = self.case
            done = await self._ask(act, message(case))
            self.stay()
            if done:
                return True
            await self.until(_other_than(case.mark))
        return False

    async def until(self, ready: Test, due: Instant = lambda _: None) -> bool:
        """Wait until the snapshot says so (True) or that instant has come (False).

        The instant is read from the snapshot each time: an extension is an operation and a poke.
        """
        while True:
            self.stay()
            if ready(self.s):
                return True
            at = due(self.s)
            if at is not None and at <= workflow.now():
                return False
            await self._change(ready, due, at)

    def begun_with(self, change: str) -> bool:
        """Whether this run began when the code had that change: one that began earlier goes on as it did."""
        return workflow.patched(change)

    def passed(self, at: datetime | None) -> bool:
        """Whether that instant has come."""
        return at is not None and at <= workflow.now()

    async def _change(self, ready: Test, due: Instant, at: datetime | None) -> None:
        """Sleep until `at`, or until the snapshot changes one of these. The visit first: the next stage's snapshot may
        lack what the tests read."""
        try:
            await workflow.wait_condition(
                lambda: self.s.visit != self.visit or ready(self.s) or due(self.s) != at,
                timeout=None if at is None else at - workflow.now(),
            )
        except TimeoutError:
            return

    async def together(self, main: Coroutine[None, None, None], *others: Coroutine[None, None, None]) -> None:
        """Run these side by side until `main` ends or one fails; the others stop then."""
        tasks = [asyncio.create_task(work) for work in (main, *others)]  # a list: their order is determinism
        try:
            await workflow.wait_condition(
                lambda: tasks[0].done() or any(task.done() and task.exception() for task in tasks)
            )
        except asyncio.CancelledError:  # and not `finally`: a run that the worker lets go of must not await
            await _stopped(tasks)
            raise
        for end in await _stopped(tasks):
            if isinstance(end, Exception) and not is_cancelled_exception(end):
                raise end

    async def close(self, outcome: str) -> None:
        """Leave the stage by this outcome, on this very snapshot. On any other, whoever calls decides again."""
        mark = self.s.mark
        await self.do(lambda s: s.mark == mark, acts.close_stage, lambda case: Close(case, outcome))

    async def tell_overdue(self) -> None:
        """Tell the officers, once, that the stage's deadline has passed."""
        await self.do(lambda s: s.deadline is not None and not s.overdue, acts.mark_overdue, lambda case: case)

    async def answered(self) -> None:
        """Wait for a person's answer and leave the stage by it. Past the deadline a person must still answer."""
        while True:  # left by Moved
            if await self.until(lambda s: s.outcome != "", lambda s: None if s.overdue else s.deadline):
                await self.close(self.s.outcome)
            else:
                await self.tell_overdue()


async def _stopped(tasks: list[asyncio.Task[None]]) -> list[BaseException | None]:
    for task in tasks:
        task.cancel()
    return await asyncio.gather(*tasks, return_exceptions=True)


def _other_than(mark: str) -> Test:
    return lambda s: s.mark != mark


Stage = Callable[[Process], Coroutine[None, None, None]]
