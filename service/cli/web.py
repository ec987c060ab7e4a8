"""`alliance web`: the pages and the API, one process."""

import argparse
import asyncio
import gc
import os
import socket

from service import logs
from service.cli._database import database
from service.settings import Settings
from service.stack.folder import StackError

KEEP_ALIVE = 20  # seconds an idle connection stays open
YOUNG = 10_000  # objects between two looks for cycles: a page or a table makes thousands, next to none of them in one
GRACE = 3  # seconds for requests in flight, when told to stop


def add(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """The subcommand and its options."""
    parser = subparsers.add_parser("web", help="serve the pages and the API (production; settings from ALLIANCE_...)")
    parser.add_argument("--socket", type=int, metavar="FD", help="an inherited socket that already listens")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Serve until SIGTERM."""
    import uvicorn

    from service.app import create_app

    settings = Settings.read(os.environ)
    logs.configure(settings.log_format)
    asyncio.run(find_database(settings))
    app = create_app(settings)
    gc.freeze()  # what is there by now stays: no collection looks through it
    gc.set_threshold(YOUNG)
    server = uvicorn.Server(
        uvicorn.Config(
            app,
            host=settings.host,
            port=settings.port,
            lifespan="on",
            log_config=None,
            access_log=False,
            server_header=False,
            timeout_keep_alive=KEEP_ALIVE,
            timeout_graceful_shutdown=GRACE,
            proxy_headers=True,
            forwarded_allow_ips=settings.trusted_proxies,
        )
    )
    inherited = arguments.socket
    with (
        socket.socket(fileno=inherited) if inherited is not None else listen(settings.host, settings.port) as listening
    ):
        server.run([listening])
    return 0 if server.started else 1


async def find_database(settings: Settings) -> None:
    """Raises StackError when the database does not answer: better one line now than a failed start later."""
    async with database(settings):
        pass


def listen(host: str, port: int) -> socket.socket:
    """A listening socket; raises StackError when it can't be had."""
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        return socket.create_server((host, port), family=family, backlog=2048)
    except OSError as error:
        reason = os.strerror(error.errno) if error.errno and error.errno > 0 else error.strerror
        raise StackError(
            f"port {port} of {host} can't be used ({reason}): stop what listens there, "
            "or choose another one with ALLIANCE_PORT"
        ) from error
