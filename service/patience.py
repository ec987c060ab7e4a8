"""Trying many things, of which some fail: when to try each again, and that none keeps another waiting."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Hashable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any, Generic, TypeVar, cast

from temporalio.service import RPCError, RPCStatusCode

from service import logs
from service.store import database
from service.store.hearing import heed_cancellation

log = logs.logger(__name__)

BATCH, AT_ONCE = 200, 10  # things tried in one round, calls to Temporal at the same time
OUTAGES = (RPCError, RuntimeError, *database.OUTAGES)  # a lazy client that cannot connect raises RuntimeError
# What Temporal answers about one workflow, not about itself: too many signals in one run, say.
OF_ONE = (RPCStatusCode.INVALID_ARGUMENT, RPCStatusCode.FAILED_PRECONDITION, RPCStatusCode.OUT_OF_RANGE)

T = TypeVar("T", bound=Hashable)


class Patience(Generic[T]):
    """When to try each thing again: at once what is new, ever more rarely what nothing comes of. Times in seconds."""

    def __init__(self, first: float, longest: float = 60.0) -> None:
        self._first = first
        self._longest = longest
        self._tried: dict[T, tuple[float, float]] = {}

    def due(self, things: Iterable[T], now: float) -> list[T]:
        """Those to try now, a batch at most; each counts as tried."""
        self._tried = {thing: (at, pause) for thing, (at, pause) in self._tried.items() if at + self._longest > now}
        ripe = [thing for thing in things if thing not in self._tried or self._tried[thing][0] <= now]
        chosen = sorted(ripe, key=lambda thing: thing in self._tried)[:BATCH]  # what fails again keeps nobody waiting
        for thing in chosen:
            pause = min(2 * self._tried[thing][1], self._longest) if thing in self._tried else self._first
            self._tried[thing] = (now + pause, pause)
        return chosen

    def forget(self) -> None:
        """Everything may be tried at once: what was down is back."""
        self._tried.clear()


@contextmanager
def forgiving(*of: Patience[Any]) -> Iterator[None]:
    """What an outage kept from being done may be tried again at once: it is no fault of the things tried."""
    try:
        yield
    except OUTAGES:
        for patience in of:
            patience.forget()
        raise


async def all_of(acts: Iterable[Awaitable[None]]) -> None:
    """Do them all, some at a time; raises the first failure when no more is in flight.

    What Temporal refuses of one workflow alone is logged, and the others go on.
    """
    waiting = list(acts)
    for start in range(0, len(waiting), AT_ONCE):
        ends = await asyncio.gather(*waiting[start : start + AT_ONCE], return_exceptions=True)
        failures = [end for end in ends if isinstance(end, BaseException) and not _of_one(end)]
        if failures:
            for left in waiting[start + AT_ONCE :]:
                cast(Coroutine[None, None, None], left).close()
            raise failures[0]


async def one_by_one(*acts: Callable[[], Awaitable[object]]) -> None:
    """Do them all in turn; raises the first failure when each was tried."""
    failures: list[Exception] = []
    for act in acts:
        try:
            await act()
        except Exception as error:
            heed_cancellation()
            if failures:  # the first is logged by whoever hears of it
                log.warning("also_failed", error=type(error).__name__, exc_info=not isinstance(error, OUTAGES))
            failures.append(error)
    if failures:
        raise failures[0]


def _of_one(failure: BaseException) -> bool:
    """Log a failure that says nothing about the servers: a refusal of one call, or a fault of ours."""
    if isinstance(failure, RPCError) and failure.status in OF_ONE:
        log.error("workflow_not_told", status=failure.status.name, said=failure.message)
        return True
    if isinstance(failure, OUTAGES) or not isinstance(failure, Exception):
        return False
    log.error("workflow_not_told", error=type(failure).__name__, exc_info=failure)
    return True
