"""The one database engine: connecting, transactions, and raw reads.

Piccolo's engine looks for the server while tables are imported; ours is connected explicitly, so that importing
a table does nothing.
"""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from functools import lru_cache
from string import Formatter
from typing import Any

import asyncpg
from piccolo.engine.postgres import PostgresEngine

Row = dict[str, Any]
STATEMENTS = 400  # prepared ones that a connection keeps, for as long as it lasts: one that is not planned each time


class Bare(asyncpg.Connection):  # type: ignore[misc]  # the library tells no types
    """A connection that goes back to the pool as it is, but for a transaction that is still open: nothing of ours
    outlives its transaction, and the library's own reset is one more round trip after every statement."""

    __slots__ = ()

    def get_reset_query(self) -> str:
        """None is needed."""
        return ""


class Database(PostgresEngine):
    """Piccolo's PostgreSQL engine, connected when `connect` is called and not before."""

    def __init__(self) -> None:
        super().__init__(config={"database": "alliance"})

    async def check_version(self) -> None:
        """Say nothing at import: `connect` fails clearly where there is no server."""

    async def connect(self, url: str, *, smallest: int = 1, largest: int = 10) -> None:
        """Open the pool. `url` is a PostgreSQL address; raises OSError or asyncpg.PostgresError."""
        self.config = {"dsn": url, "command_timeout": 30}
        await self.start_connection_pool(
            min_size=smallest,
            max_size=largest,
            server_settings={"timezone": "UTC"},
            connection_class=Bare,
            statement_cache_size=STATEMENTS,
            max_cached_statement_lifetime=0,
        )

    async def disconnect(self) -> None:
        """Close the pool, if it is open."""
        if self.pool is not None:
            await self.close_connection_pool()


DB = Database()


@asynccontextmanager
async def transaction(*, isolation: str | None = None) -> AsyncIterator[None]:
    """One database transaction; joins no other (asking for one inside another is a fault of ours).

    Whatever ends it, its connection goes back to the pool once, and what went wrong first is what is raised: Piccolo's
    own wrapper loses the connection when BEGIN or COMMIT fails, and a cancellation when giving it back is interrupted.
    """
    outer, pool = DB.transaction(allow_nested=False), DB.pool
    if pool is None:
        raise asyncpg.InterfaceError("the pool is closed")
    first: BaseException | None = None
    try:
        async with pool.acquire() as connection, connection.transaction(isolation=isolation):
            outer.connection = connection
            token = DB.current_transaction.set(outer)
            try:
                yield
            except BaseException as error:
                first = error
                raise
            finally:
                DB.current_transaction.reset(token)
    except Exception:
        if first is not None:
            raise first  # noqa: B904  not the failure of a rollback that came of it
        raise


@asynccontextmanager
async def snapshot() -> AsyncIterator[None]:
    """A transaction in which everything is read as of one instant: for what takes many statements and has to agree."""
    async with transaction(isolation="repeatable_read"):
        yield


@asynccontextmanager
async def savepoint() -> AsyncIterator[None]:
    """What is raised in here undoes what was done in here, and lets go of the locks taken; inside a transaction."""
    current = DB.current_transaction.get()
    if current is None:
        raise RuntimeError("a savepoint belongs inside a transaction")
    async with current.connection.transaction():
        yield


def in_transaction() -> bool:
    """Whether this task is inside `transaction()`: I/O other than SQL is forbidden there."""
    return DB.current_transaction.get() is not None


@lru_cache(maxsize=2000)
def _numbered(sql: str) -> str:
    """The statement with its `{}` as `$1`, `$2`, …: ours are few, and run millions of times."""
    places = sum(name is not None for _, name, _, _ in Formatter().parse(sql))
    return sql.format(*(f"${number}" for number in range(1, places + 1)))


async def records(sql: str, *args: object) -> list[asyncpg.Record]:
    """What Piccolo's `run_querystring` does of a text with values, without taking it apart at each call."""
    current, pool = DB.current_transaction.get(), DB.pool
    found: list[asyncpg.Record]
    if current is not None:
        found = await current.connection.fetch(_numbered(sql), *args)
    elif pool is None:
        raise asyncpg.InterfaceError("the pool is closed")
    else:
        async with pool.acquire() as connection:
            found = await connection.fetch(_numbered(sql), *args)
    return found


async def rows(sql: str, *args: object) -> list[Row]:
    """All rows of a statement whose parameters stand as `{}`."""
    return [dict(record) for record in await records(sql, *args)]


async def columns(sql: str, *args: object) -> list[tuple[Any, ...]]:
    """The rows of a statement column by column, for those of which there are many; no column where there is no row."""
    return list(zip(*await records(sql, *args), strict=True))


async def row(sql: str, *args: object) -> Row | None:
    """The first row, or None."""
    found = await records(sql, *args)
    return dict(found[0]) if found else None


async def value(sql: str, *args: object) -> Any:
    """The first column of the first row, or None."""
    found = await records(sql, *args)
    return found[0][0] if found else None


async def execute(sql: str, *args: object) -> None:
    """A statement whose rows, if any, are not wanted."""
    await records(sql, *args)


async def execute_each(sql: str, many: Sequence[Sequence[object]]) -> None:
    """The same statement (parameters as `$1`) for many parameter rows, in one round trip. Inside a transaction."""
    current = DB.current_transaction.get()
    if current is None:
        raise RuntimeError("execute_each belongs inside a transaction")
    await current.connection.executemany(sql, many)


async def keep_plans() -> None:
    """Until this transaction ends, a statement is planned once for each connection, whatever its values: for long ones
    on single rows, of which planning takes ten times as long as running. By index: a plan made while a table was nearly
    empty would read it whole long after."""
    if not in_transaction():
        raise RuntimeError("keep_plans belongs inside a transaction")
    await execute(
        "SELECT set_config('plan_cache_mode', 'force_generic_plan', true), set_config('enable_seqscan', 'off', true)"
    )


async def ready() -> None:
    """Raise whatever keeps the server from answering."""
    await value("SELECT 1")


# What any statement may raise while the server is away.
OUTAGES = (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError)
