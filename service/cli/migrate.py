"""`alliance migrate`: bring the database to this version, and make the bucket."""

import argparse
import os

from service.cli._database import database
from service.problems import Unavailable
from service.settings import Settings
from service.stack.folder import StackError


def add(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """The subcommand and its options."""
    parser = subparsers.add_parser(
        "migrate", help="bring the database to this version and make the bucket (safe to repeat)"
    )
    parser.add_argument("--publish-shipped", action="store_true", help="also publish the calls that come with AllIAnce")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Migrate, and say so."""
    import asyncio

    settings = Settings.read(os.environ)
    try:
        asyncio.run(make_ready(settings, publish=arguments.publish_shipped))
    except RuntimeError as error:
        raise StackError(str(error)) from error
    except Unavailable as problem:
        raise StackError(f"{settings.s3_url} does not answer, or has no account as set: no bucket") from problem
    print("the database and the bucket are ready")
    return 0


async def make_ready(settings: Settings, *, publish: bool) -> None:
    """All that a service needs before its first web or worker."""
    from service.store import objects

    await bring_up_to_date(settings, publish=publish)
    await objects.configure(settings).ensure_bucket()


async def bring_up_to_date(settings: Settings, *, publish: bool) -> None:
    """Migrate the schema; with `publish`, publish the shipped calls that are not yet."""
    from service import clock
    from service.operations.calls import publish_shipped
    from service.store.migrate import migrate

    async with database(settings):
        await migrate()
        if publish:
            await publish_shipped(now=clock.now())
