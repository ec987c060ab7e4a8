"""The first schema, written as SQL: checks, partial indexes and triggers carry promises that table classes cannot."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from service.store.migrate import from_sql

ID = "2026-11-24T00:00:00:000001"
VERSION = "1.38.0"
DESCRIPTION = "first schema"


async def forwards() -> MigrationManager:
    """Run the statements of the SQL file beside this one."""
    return from_sql(__file__, ID, DESCRIPTION)
