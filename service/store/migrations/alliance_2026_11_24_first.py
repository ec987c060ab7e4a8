"""The first schema, written as SQL: checks, partial indexes and triggers carry promises that table classes cannot."""

from pathlib import Path

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from service.store.database import DB
from service.store.migrate import statements

ID = "2026-11-24T00:00:00:000001"
VERSION = "1.38.0"
DESCRIPTION = "first schema"


async def forwards() -> MigrationManager:
    """Run the statements of the SQL file beside this one."""
    manager = MigrationManager(migration_id=ID, app_name="alliance", description=DESCRIPTION)

    async def run() -> None:
        for statement in statements(Path(__file__).with_suffix(".sql").read_text(encoding="utf-8")):
            await DB.run_ddl(statement)

    manager.add_raw(run)
    return manager
