"""A list that may be had as a table: its columns, and its rows as they are read."""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence

import msgspec

from forms import Edition
from reports.tables.model import Column, Row
from service.domain.actor import Actor
from service.domain.policy import Action
from service.views.calls import CallView

Batches = AsyncIterator[Sequence[Row]]
BATCH = 200  # rows that are handed on at a time


class Wanted(msgspec.Struct, frozen=True):
    """Who asks for what of which call. `asked`: the filters of the list's page, as in its address; `columns`: of the
    table that is wanted."""

    actor: Actor
    call: CallView
    asked: Mapping[str, str] = {}
    columns: frozenset[str] = frozenset()


class Source(msgspec.Struct, frozen=True):
    """A list. `about`: one sentence; `action`: on the call, that whoever may have it may do; `page`: where it is shown;
    `filters`: of that page, which hold for the table as well."""

    name: str
    title: str
    about: str
    action: Action
    page: str
    columns: Callable[[Edition], tuple[Column, ...]]
    rows: Callable[[Wanted], Batches]
    filters: tuple[str, ...] = ()


async def in_batches(lines: AsyncIterator[Row]) -> Batches:
    """Rows that come one by one, some at a time."""
    batch: list[Row] = []
    async for line in lines:
        batch.append(line)
        if len(batch) == BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def fixed(*columns: Column) -> Callable[[Edition], tuple[Column, ...]]:
    """The same columns whatever the call."""
    return lambda _: columns
