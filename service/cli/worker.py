"""`alliance worker`: carries the workflows, draws documents, sends mails, one process and its helpers."""

import argparse
import os

from service import logs
from service.settings import Settings


def add(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """The subcommand."""
    parser = subparsers.add_parser("worker", help="do the work behind (production; settings from ALLIANCE_...)")
    parser.set_defaults(run=run)


def run(_: argparse.Namespace) -> int:
    """Work until SIGTERM."""
    import asyncio

    from service import worker

    settings = Settings.read(os.environ)
    logs.configure(settings.log_format)
    asyncio.run(worker.main(settings))
    return 0
