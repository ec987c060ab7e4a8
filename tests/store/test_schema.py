"""The schema, as migrated, is what the tables say; what may never change cannot."""

import uuid
from datetime import UTC, datetime

import pytest
from asyncpg import PostgresError
from piccolo.table import Table

from service.domain.actor import PROCESS
from service.store import journal
from service.store.database import execute, rows, transaction, value
from service.store.migrate import migrate, statements
from service.store.piccolo_app import APP_CONFIG

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
pytestmark = pytest.mark.usefixtures("database")

TYPES = {
    "UUID": "uuid",
    "UUID[]": "ARRAY",
    "VARCHAR": "character varying",
    "TEXT": "text",
    "BYTEA": "bytea",
    "TIMESTAMPTZ": "timestamp with time zone",
    "INTEGER": "integer",
    "BIGINT": "bigint",
    "BOOLEAN": "boolean",
    "JSONB": "jsonb",
    "DOUBLE PRECISION": "double precision",
    "DATE": "date",
}


def declared(table: type[Table]) -> set[tuple[str, str, int | None, bool]]:
    return {
        (
            column._meta.name,
            TYPES[column.column_type.split("(")[0]],
            getattr(column, "length", None),
            column._meta.null,
        )
        for column in table._meta.columns
    }


@pytest.mark.parametrize("table", APP_CONFIG.table_classes, ids=lambda table: table._meta.tablename)
async def test_every_table_is_declared_as_it_is(table: type[Table]) -> None:
    found = await rows(
        "SELECT column_name AS name, data_type AS type, character_maximum_length AS length, is_nullable = 'YES' AS null"
        " FROM information_schema.columns WHERE table_schema = 'public' AND table_name = {}"
        " AND is_generated = 'NEVER'",
        table._meta.tablename,
    )
    assert {(line["name"], line["type"], line["length"], line["null"]) for line in found} == declared(table)


async def test_every_table_of_the_database_is_declared() -> None:
    found = await rows(
        "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public' AND table_name <> 'migration'"
    )
    assert {line["table_name"] for line in found} == {t._meta.tablename for t in APP_CONFIG.table_classes}


async def test_migrating_again_changes_nothing() -> None:
    before = await rows("SELECT * FROM migration ORDER BY id")
    await migrate()
    assert await rows("SELECT * FROM migration ORDER BY id") == before


def test_a_statement_ends_at_a_line_that_ends_with_a_semicolon() -> None:
    sql = "-- about\n\nCREATE TABLE a (  -- one; two\n  b text\n);\nCREATE FUNCTION f() AS $$\nBEGIN\n  x;\nEND $$;\n"
    assert list(statements(sql)) == [
        "CREATE TABLE a (  -- one; two\n  b text\n);",
        "CREATE FUNCTION f() AS $$\nBEGIN\n  x;\nEND $$;",
    ]


async def entry() -> str:
    name = f"system:{uuid.uuid4()}"
    async with transaction():
        await journal.append(name, "tried", PROCESS, NOW, {"number": 1})
    return name


@pytest.mark.parametrize(
    "sql", ["UPDATE entry SET kind = 'other' WHERE stream = {}", "DELETE FROM entry WHERE stream = {}"]
)
async def test_the_journal_cannot_be_rewritten(sql: str) -> None:
    name = await entry()
    with pytest.raises(PostgresError, match="immutable"):
        await execute(sql, name)
    assert await value("SELECT kind FROM entry WHERE stream = {}", name) == "tried"


@pytest.mark.parametrize(
    ("kind", "about"),
    [("form", "NULL, NULL, NULL"), ("receipt", "NULL, NULL, NULL"), ("receipt", "NULL, NULL, gen_random_uuid()")],
)
async def test_a_document_is_of_a_proposal_or_of_an_edition(kind: str, about: str) -> None:
    with pytest.raises(PostgresError, match="job_about"):
        await execute(
            "INSERT INTO job (id, kind, audience, renderer, status, created_at, proposal, position, edition)"  # noqa: S608
            f" VALUES (gen_random_uuid(), {{}}, 'public', '', 'queued', {{}}, {about})",
            *(kind, NOW),
        )


async def test_a_failing_commit_gives_its_connection_back() -> None:
    for _ in range(15):  # more than the pool holds
        with pytest.raises(PostgresError):
            await _fail_at_commit()
    assert await value("SELECT 1") == 1


async def _fail_at_commit() -> None:
    async with transaction():
        await execute("CREATE TEMPORARY TABLE late (id integer UNIQUE DEFERRABLE INITIALLY DEFERRED) ON COMMIT DROP")
        await execute("INSERT INTO late VALUES (1), (1)")
