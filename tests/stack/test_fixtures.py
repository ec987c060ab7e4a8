"""What the fixtures promise to every other test."""

import os

import asyncpg

from service.settings import Settings
from service.store.database import value
from tests.support.servers import borrow


async def test_a_worker_has_a_database_of_its_own(settings: Settings, database: None) -> None:
    assert await value("SELECT current_database()") == settings.database_url.rpartition("/")[2]
    assert await value("SELECT rolsuper FROM pg_roles WHERE rolname = current_user") is False


async def test_a_newcomer_gets_a_migrated_and_empty_one(settings: Settings) -> None:
    session = os.environ.get("PYTEST_XDIST_TESTRUNUID", f"pid{os.getpid()}")
    with borrow("newcomer", session) as environ:
        given = Settings.read(environ)
    assert given.temporal_address == settings.temporal_address  # the servers are everybody's
    assert (given.database_url, given.s3_bucket, given.task_queue) != (
        settings.database_url,
        settings.s3_bucket,
        settings.task_queue,
    )
    connection = await asyncpg.connect(given.database_url)
    try:
        assert await connection.fetchval("SELECT count(*) FROM migration") > 0
        assert await connection.fetchval("SELECT count(*) FROM proposal") == 0
    finally:
        await connection.close()
