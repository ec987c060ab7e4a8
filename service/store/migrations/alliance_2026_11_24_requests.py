"""What is done later bears the id of the request that called for it, so that logs of web and worker can be joined."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from service.store.migrate import from_sql

ID = "2026-11-24T00:00:00:000002"
VERSION = "1.38.0"
DESCRIPTION = "ids of requests"


async def forwards() -> MigrationManager:
    """Run the statements of the SQL file beside this one."""
    return from_sql(__file__, ID, DESCRIPTION)
