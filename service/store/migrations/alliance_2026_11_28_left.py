"""Nobody who left is asked again any more."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from service.store.migrate import from_sql

ID = "2026-11-28T00:00:00:000067"
VERSION = "1.38.0"
DESCRIPTION = "left"


async def forwards() -> MigrationManager:
    """Run the statements of the SQL file beside this one."""
    return from_sql(__file__, ID, DESCRIPTION)
