"""`alliance web`: the pages and the API, one process."""

import argparse
import os
import socket

from service import logs
from service.settings import Settings

KEEP_ALIVE = 20  # seconds an idle connection stays open
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
    server = uvicorn.Server(
        uvicorn.Config(
            create_app(settings),
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
    server.run([socket.socket(fileno=arguments.socket)] if arguments.socket is not None else None)
    return 0 if server.started else 1
