"""An edition may say again what an older one said; a stage goes on by the rules that it was entered with."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from service.store.migrate import from_sql

ID = "2026-11-25T00:00:00:000006"
VERSION = "1.38.0"
DESCRIPTION = "editions and migration"


async def forwards() -> MigrationManager:
    """Run the statements of the SQL file beside this one."""
    return from_sql(__file__, ID, DESCRIPTION)
