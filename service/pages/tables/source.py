"""A list that may be had as a table: its columns, and its rows as they are read."""

from collections.abc import AsyncIterator, Callable, Mapping

import msgspec

from forms import Edition
from reports.tables.model import Batch, Column, Row, by_column
from service.domain.actor import Actor
from service.domain.policy import Action
from service.views.calls import CallView

Batches = AsyncIterator[Batch]
BATCH = 200  # rows that are handed on at a time, where they come one by one


class Wanted(msgspec.Struct, frozen=True):
    """Who asks for what of which call. `asked`: the filters of the list's page, as in its address; `columns`: of the
    table that is wanted."""

    actor: Actor
    call: CallView
    asked: Mapping[str, str] = {}
    columns: frozenset[str] = frozenset()


class Source(msgspec.Struct, frozen=True):
    """A list. `about`: one sentence; `action`: on the call, that whoever may have it may do; `page`: where it is shown;
    `rows`: some at a time, each column whole, or left empty where it is not wanted; `filters`: of that page, which hold
    for the table as well."""

    name: str
    title: str
    about: str
    action: Action
    page: str
    columns: Callable[[Edition], tuple[Column, ...]]
    rows: Callable[[Wanted], Batches]
    filters: tuple[str, ...] = ()


class Everywhere(msgspec.Struct, frozen=True):
    """A list of the whole service, for whoever runs it. `require` raises NotFound for all others; the rest is as of a
    `Source`, whose rows hang on nothing but who asks and the filters."""

    name: str
    title: str
    about: str
    require: Callable[[Actor], None]
    page: str
    columns: tuple[Column, ...]
    rows: Callable[[Actor, Mapping[str, str]], Batches]
    filters: tuple[str, ...] = ()


async def in_batches(lines: AsyncIterator[Row]) -> Batches:
    """Rows that come one by one, some at a time."""
    batch: list[Row] = []
    async for line in lines:
        batch.append(line)
        if len(batch) == BATCH:
            yield by_column(batch)
            batch = []
    if batch:
        yield by_column(batch)


def fixed(*columns: Column) -> Callable[[Edition], tuple[Column, ...]]:
    """The same columns whatever the call."""
    return lambda _: columns
