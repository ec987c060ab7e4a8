"""Fixtures of the process: servers as everybody's, but a database and queues of this folder's own.

Relays and workers take up whatever waits there, and other tests leave much unfinished.
"""

import os
from collections.abc import AsyncIterator, Iterator

import pytest

from service.settings import Settings
from service.store import objects
from service.store.database import DB
from tests.process.ahead import Ahead, ahead_of
from tests.support.servers import borrow


@pytest.fixture(scope="package")
def servers() -> Iterator[dict[str, str]]:
    """The `ALLIANCE_…` environment of these tests."""
    session = os.environ.get("PYTEST_XDIST_TESTRUNUID", f"pid{os.getpid()}")
    with borrow(os.environ.get("PYTEST_XDIST_WORKER", "main") + "process", session) as environ:
        yield environ


@pytest.fixture(scope="package")
def settings(servers: dict[str, str]) -> Settings:
    """The same, read."""
    return Settings.read(servers)


@pytest.fixture(scope="package")
async def database(settings: Settings) -> AsyncIterator[None]:
    """This process works with that database and that store until these tests are over."""
    before, store = DB.config["dsn"] if DB.pool is not None else None, dict(objects._configured)
    await DB.disconnect()
    await DB.connect(settings.database_url)
    objects.configure(settings)
    yield
    await DB.disconnect()
    objects._configured.update(store)
    if before is not None:
        await DB.connect(before)


@pytest.fixture
async def ahead(settings: Settings, database: None) -> AsyncIterator[Ahead]:
    """Workers on a server whose clock this test alone sets ahead."""
    async with ahead_of(settings) as found:
        yield found
