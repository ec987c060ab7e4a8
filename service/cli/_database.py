"""The database, open for the length of one command."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from service.settings import Settings
from service.stack.folder import StackError


@asynccontextmanager
async def database(settings: Settings) -> AsyncIterator[None]:
    """`DB` connected; raises StackError, one line, when it does not answer or knows us not."""
    import asyncpg

    from service.store.database import DB

    try:
        await DB.connect(settings.database_url, largest=2)
    except (OSError, asyncpg.PostgresError) as error:
        raise StackError(f"the database does not answer: {error}") from error
    try:
        yield
    finally:
        await DB.disconnect()
