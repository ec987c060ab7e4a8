"""Bring the database to this version's schema; safe when several processes start at once."""

import contextlib
import io
import os
from collections.abc import Iterator
from pathlib import Path

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.apps.migrations.commands.forwards import run_forwards

from service.store.database import DB, execute, transaction

LOCK = 727001


def statements(sql: str) -> Iterator[str]:
    """Split a file of SQL: a statement ends at a line that ends with `;`, `$$ ... $$` bodies excepted."""
    lines: list[str] = []
    quoted = False
    for line in sql.splitlines():
        if not lines and (not line.strip() or line.startswith("--")):
            continue
        lines.append(line)
        if line.count("$$") % 2:
            quoted = not quoted
        code = line.split("--", 1)[0].rstrip()
        if code.endswith(";") and not quoted:
            yield "\n".join(lines)
            lines = []


def from_sql(file: str, migration_id: str, description: str) -> MigrationManager:
    """A migration that runs the statements of the SQL file beside `file`."""
    manager = MigrationManager(migration_id=migration_id, app_name="alliance", description=description)

    async def run() -> None:
        for statement in statements(Path(file).with_suffix(".sql").read_text(encoding="utf-8")):
            await DB.run_ddl(statement)

    manager.add_raw(run)
    return manager


async def migrate() -> None:
    """Run the pending migrations in one transaction, one process at a time. Raises RuntimeError when one fails."""
    os.environ["PICCOLO_CONF"] = "service.store.piccolo_conf"
    said = io.StringIO()
    async with transaction():
        await execute("SELECT pg_advisory_xact_lock({})", LOCK)
        # The migration runner prints its progress; the command line has its own line for this step.
        with contextlib.redirect_stdout(said):
            result = await run_forwards("alliance")
        if not result.success:
            raise RuntimeError(f"the database could not be migrated: {result.message or said.getvalue()}")
