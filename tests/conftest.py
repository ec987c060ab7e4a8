"""Fixtures of every test: real servers, the settings of this worker, an open database."""

import gc
import os
from collections.abc import AsyncIterator, Iterator
from typing import Any

import hypothesis
import pytest
import structlog
from temporalio.worker import _workflow as carrying

from service.identity import secrets
from service.settings import Settings
from service.store.database import DB
from tests.support.commands import Commands
from tests.support.servers import borrow
from tests.support.thorough import LONG, many
from tests.support.web import serving


@pytest.fixture(scope="session")
def servers() -> Iterator[dict[str, str]]:
    """The `ALLIANCE_…` environment of this worker: shared servers, a database, a bucket and queues of its own."""
    session = os.environ.get("PYTEST_XDIST_TESTRUNUID", f"pid{os.getpid()}")
    with borrow(os.environ.get("PYTEST_XDIST_WORKER", "main"), session) as environ:
        yield environ


@pytest.fixture(scope="session")
def settings(servers: dict[str, str]) -> Settings:
    """The same, read."""
    return Settings.read(servers)


@pytest.fixture(scope="session")
async def database(settings: Settings) -> AsyncIterator[None]:
    """The pool of this worker's database, migrated and otherwise empty. Tests keep apart by fresh ids."""
    await DB.connect(settings.database_url)
    secrets.configure(settings.secret)
    yield
    await DB.disconnect()


@pytest.fixture(scope="session")
def commands() -> Iterator[Commands]:
    """Runs `alliance`, in processes of their own."""
    found = Commands()
    yield found
    found.close()


@pytest.fixture(scope="session")
async def web(settings: Settings, database: None) -> AsyncIterator[str]:
    """The address of the web application of this worker."""
    async with serving(settings) as address:
        yield address


HOURS = 6 * 3600  # for a property tried on a hundred thousand cases
PATIENCE = 60  # seconds


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--long", action="store_true", help="also run the tests that take minutes")


def pytest_configure(config: pytest.Config) -> None:
    LONG["now"] = config.getoption("--long")
    # A busy machine is no fault of a property's.
    hypothesis.settings.register_profile("alliance", deadline=None, max_examples=many(60))
    hypothesis.settings.load_profile("alliance")
    _wait_for_workflows()
    # One line per request, read where a test fails: drawing it for a person's eyes takes as long as many a request.
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(),
        ]
    )


def pytest_collection_finish() -> None:
    # What was imported lives until the end: to look through it again and again would take seconds of each run.
    gc.collect()
    gc.freeze()


def _wait_for_workflows() -> None:
    """A worker inside a test shares its process with the test: a step that takes two seconds there, where the library
    interrupts it at whatever line it has come to, is no workflow that hangs."""
    make = carrying._WorkflowWorker.__init__

    def patient(self: carrying._WorkflowWorker, **options: Any) -> None:
        make(self, **options)
        self._deadlock_timeout_seconds = PATIENCE

    carrying._WorkflowWorker.__init__ = patient  # type: ignore[method-assign]


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    for item in items:
        property_ = getattr(getattr(item, "obj", None), "is_hypothesis_test", False)
        if property_ and LONG["now"] and item.get_closest_marker("timeout") is None:
            item.add_marker(pytest.mark.timeout(HOURS))
    # What may take minutes begins first, so that nobody waits for it alone at the end.
    items.sort(key=lambda item: -_allowed(item))
    if config.getoption("--long"):
        return
    skip = pytest.mark.skip(reason="takes minutes: ./alliance test --long")
    for item in items:
        if item.get_closest_marker("long") is not None:  # not a folder of that name
            item.add_marker(skip)


def _allowed(item: pytest.Item) -> float:
    """The seconds that a test is allowed where it says so itself, 0 for all others."""
    mark = item.get_closest_marker("timeout")
    return float(mark.args[0]) if mark is not None else 0.0
