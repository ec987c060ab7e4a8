"""`alliance up`: the whole service on this machine, until Ctrl-C or SIGTERM."""

import argparse
import asyncio
import contextlib
import json
import os
import secrets
import signal
import socket
import time
from pathlib import Path

from service.cli.web import listen
from service.settings import Settings
from service.stack.folder import StackError, write_private
from service.stack.processes import adopt_orphans
from service.stack.programs import ROOT, Web, Worker
from service.stack.stack import Stack, together

HOST = "127.0.0.1"


def add(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """The subcommand and its options."""
    parser = subparsers.add_parser(
        "up",
        help="run everything on this machine",
        description="Run everything on this machine. ALLIANCE_PORT: port of the pages (8000). "
        "ALLIANCE_DATA: data folder (./var). ALLIANCE_DEMO_PASSWORD: password of the demonstration's accounts.",
    )
    parser.add_argument("--demo", action="store_true", help="also create, once, a demonstration")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Run until told to stop. Raises StackError, with nothing left running, when something could not start."""
    adopt_orphans()
    return asyncio.run(Up(demo=arguments.demo).main())


def tell(line: str) -> None:
    """One line for the person, whether or not anybody still reads."""
    with contextlib.suppress(OSError):
        print(line, flush=True)


class Up:
    """One run."""

    def __init__(self, *, demo: bool) -> None:
        self.demo = demo
        self.port = port()
        self.stack = Stack(Path(os.environ.get("ALLIANCE_DATA") or ROOT / "var"), tell)
        self.settings_file = self.stack.folder.run / "settings.json"
        self.programs: tuple[Web | Worker, ...] = ()
        self.password = ""  # of the demonstration's accounts

    async def main(self) -> int:
        """Start, wait for the signal, stop."""
        began = time.monotonic()
        with listen(HOST, self.port) as listening:
            self.stack.hold()
            if self.demo:
                self.password = self.demo_password()
            stop = asyncio.Event()
            for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
                asyncio.get_running_loop().add_signal_handler(number, stop.set)
            told = asyncio.create_task(stop.wait())
            starting = asyncio.create_task(self.start(listening, began))
            try:
                await asyncio.wait({told, starting}, return_when=asyncio.FIRST_COMPLETED)
                if starting.done():
                    starting.result()
                    await told
                tell("stopping")
                return 0
            finally:
                starting.cancel()
                await asyncio.gather(starting, return_exceptions=True)
                listening.close()
                self.settings_file.unlink(missing_ok=True)
                await self.stack.stop(*self.programs)

    async def start(self, listening: socket.socket, began: float) -> None:
        """Bring everything up, in order."""
        environ = self.stack.environ | {
            "ALLIANCE_HOST": HOST,
            "ALLIANCE_PORT": str(self.port),
            "ALLIANCE_ADDRESS": f"http://{HOST}:{self.port}",
        }
        await self.stack.start(asyncio.to_thread(preload))
        settings = Settings.read(environ)
        write_private(self.settings_file, json.dumps(environ).encode())  # for other commands
        await self.bring_up_to_date(settings)
        # Before the worker: the demonstration tells the past weeks, and workflows go on from there.
        accounts = await self.create_demo(settings) if self.demo else []
        queues = (settings.task_queue, settings.documents_queue)
        self.programs = (
            Web(self.stack.folder, environ, listening.fileno(), self.port),
            Worker(self.stack.folder, environ, self.stack.temporal, queues),
        )
        await together(*(self.stack.start_part(program) for program in self.programs))
        for line in accounts:
            tell(line)
        took = time.monotonic() - began
        tell(
            f"AllIAnce is ready after {took:.1f} s: {settings.address}  (data: {self.stack.folder.path}; Ctrl-C stops)"
        )

    async def bring_up_to_date(self, settings: Settings) -> None:
        """The schema and the shipped calls."""
        from service.cli.migrate import bring_up_to_date

        began = time.monotonic()
        try:
            # The calls of a demonstration were announced before its people came: it publishes them itself.
            await bring_up_to_date(settings, publish=not self.demo)
        except RuntimeError as error:
            raise StackError(str(error)) from error
        tell(f"{'Database':<14} {time.monotonic() - began:5.2f} s")

    async def create_demo(self, settings: Settings) -> list[str]:
        """The demonstration, once; its accounts, as lines to tell each time."""
        from service import clock, demo

        began = time.monotonic()
        accounts = await demo.create(settings, self.password, clock.now())
        tell(f"{'Demonstration':<14} {time.monotonic() - began:5.2f} s")
        return [f"  {role:<12} {email}  {self.password}" for role, email in accounts]

    def demo_password(self) -> str:
        """The one that its accounts were made with, chosen at the first time."""
        kept = self.stack.folder.path / "demonstration-password"
        if kept.exists():
            return kept.read_text(encoding="utf-8")
        chosen = os.environ.get("ALLIANCE_DEMO_PASSWORD")
        if chosen:
            from service import demo

            if not demo.accepts(chosen):
                raise StackError(
                    "ALLIANCE_DEMO_PASSWORD would be guessed: choose 12 characters or more, not made of common words "
                    "(password, demo, azerty, ...), or leave it unset to have one drawn"
                )
        password = chosen or secrets.token_urlsafe(12)
        write_private(kept, password.encode())
        return password


def preload() -> None:
    """Import what `start` needs while the servers start."""
    import service.cli.migrate
    import service.operations.calls
    import service.store.migrate  # noqa: F401


def port() -> int:
    """The port that was asked for."""
    text = os.environ.get("ALLIANCE_PORT") or "8000"
    if not (text.isascii() and text.isdecimal() and 0 < int(text) < 65536):
        raise StackError(f"ALLIANCE_PORT is {text!r}: expected a number from 1 to 65535")
    return int(text)
