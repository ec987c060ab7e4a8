"""Many things done one after the other, of which none keeps another waiting."""

from collections.abc import Awaitable, Callable, Iterable
from typing import TypeVar

import asyncpg

from service import logs
from service.store.database import OUTAGES

log = logs.logger(__name__)

# What the server says of values, not of itself: the same values would fail again, and others would not.
_OF_VALUES = (asyncpg.DataError, asyncpg.IntegrityConstraintViolationError, asyncpg.ProgramLimitExceededError)

T = TypeVar("T")


async def apart(act: Callable[[T], Awaitable[None]], things: Iterable[T], failed: str) -> int:
    """Do each by itself, and log (`failed`) the fault of one; how many were done. An outage is raised: it is of all."""
    done = 0
    for thing in things:
        try:
            await act(thing)
            done += 1
        except Exception as error:
            if not of_one(error):
                raise
            # The database quotes the values that it refuses, which no log may hold.
            told = None if isinstance(error, asyncpg.PostgresError) else error
            log.error(failed, subject=str(thing), error=type(error).__name__, exc_info=told)  # noqa: TRY400
    return done


def of_one(error: Exception) -> bool:
    """Whether a failure is of one thing alone, and says nothing about the servers."""
    return isinstance(error, _OF_VALUES) or not isinstance(error, OUTAGES)
