"""Deadlines that are extended, drafts that are discarded, withdrawals undone, amendments, and the thread."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from service.store.migrate import from_sql

ID = "2026-11-25T00:00:00:000003"
VERSION = "1.38.0"
DESCRIPTION = "after submission"


async def forwards() -> MigrationManager:
    """Run the statements of the SQL file beside this one."""
    return from_sql(__file__, ID, DESCRIPTION)
