"""Fixtures of the process: servers as everybody's, but a database and queues of each module's own.

Relays and workers take up whatever waits there, and other tests leave much unfinished.
"""

import os
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

import pytest

from service.settings import Settings
from service.store import objects
from service.store.database import DB
from tests.process.ahead import Ahead, ahead_of
from tests.support.servers import borrow
from tests.support.thorough import LONG

WORKER = os.environ.get("PYTEST_XDIST_WORKER", "main")
SESSION = os.environ.get("PYTEST_XDIST_TESTRUNUID", f"pid{os.getpid()}")


@pytest.fixture(scope="package")
def kept() -> Iterator[None]:
    """Servers that go on running from one module to the next."""
    with borrow(f"{WORKER}process", SESSION):
        yield


@pytest.fixture(scope="module")
def servers(request: pytest.FixtureRequest, kept: None) -> Iterator[dict[str, str]]:
    """The `ALLIANCE_…` environment of a module's tests."""
    module = request.module.__name__.rpartition("test_")[2]
    with borrow(f"{WORKER}{module}", SESSION) as environ:
        yield environ


@pytest.fixture(scope="module")
def settings(servers: dict[str, str]) -> Settings:
    """The same, read."""
    return Settings.read(servers)


@asynccontextmanager
async def working_with(settings: Settings) -> AsyncIterator[None]:
    """This process works with that database and that store meanwhile."""
    before, store = DB.config["dsn"] if DB.pool is not None else None, dict(objects._configured)
    await DB.disconnect()
    await DB.connect(settings.database_url)
    objects.configure(settings)
    try:
        yield
    finally:
        await DB.disconnect()
        objects._configured.update(store)
        if before is not None:
            await DB.connect(before)


@pytest.fixture(scope="module")
async def database(settings: Settings) -> AsyncIterator[None]:
    """The module's own."""
    async with working_with(settings):
        yield


@pytest.fixture
async def emptied(database: None) -> AsyncIterator[None]:
    """In a long run, a database for this test alone, which nobody has written to."""
    if not LONG["now"]:
        yield
        return
    with borrow(f"{WORKER}alone", SESSION) as environ:
        async with working_with(Settings.read(environ)):
            yield


@pytest.fixture
async def ahead(settings: Settings, database: None) -> AsyncIterator[Ahead]:
    """Workers on a server whose clock this test alone sets ahead."""
    async with ahead_of(settings) as found:
        yield found
