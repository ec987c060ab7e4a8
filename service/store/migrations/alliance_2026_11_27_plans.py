"""Plans of who reviews what, what officers fix in them, and what experts would like."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from service.store.migrate import from_sql

ID = "2026-11-27T00:00:00:000014"
VERSION = "1.38.0"
DESCRIPTION = "plans"


async def forwards() -> MigrationManager:
    """Run the statements of the SQL file beside this one."""
    return from_sql(__file__, ID, DESCRIPTION)
