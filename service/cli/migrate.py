"""`alliance migrate`: bring the database to this version."""

import argparse
import os

from service.settings import Settings


def add(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """The subcommand and its options."""
    parser = subparsers.add_parser("migrate", help="bring the database to this version (safe to repeat)")
    parser.add_argument("--publish-shipped", action="store_true", help="also publish the calls that come with AllIAnce")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Migrate, and say so."""
    import asyncio

    settings = Settings.read(os.environ)
    asyncio.run(bring_up_to_date(settings, publish=arguments.publish_shipped))
    print("the database is up to date")
    return 0


async def bring_up_to_date(settings: Settings, *, publish: bool) -> None:
    """Migrate the schema; with `publish`, publish the shipped calls that are not yet."""
    from service import clock
    from service.operations.calls import publish_shipped
    from service.store.database import DB
    from service.store.migrate import migrate

    await DB.connect(settings.database_url)
    try:
        await migrate()
        if publish:
            await publish_shipped(now=clock.now())
    finally:
        await DB.disconnect()
