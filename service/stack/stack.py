"""The three servers together, as `alliance up` and the tests use them."""

import asyncio
import os
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from types import TracebackType
from typing import Self

from service.stack import objects, ports
from service.stack.folder import DataFolder
from service.stack.objects import ObjectStore
from service.stack.postgres import Postgres
from service.stack.processes import Part
from service.stack.temporal import Temporal

PORTS = ("postgres", "temporal", "temporal_http", "temporal_metrics", *objects.PORTS)


def _silent(_: str) -> None:
    """Nobody listens."""


class Stack:
    """`async with Stack(folder) as stack:` holds the folder, starts the servers and stops them; a server that dies
    meanwhile is started again. Raises StackError, with nothing left running, when one can't start.

    `tell` gets one line per event. Without `durable` the database need not survive the machine (tests).
    """

    def __init__(self, path: Path, tell: Callable[[str], None] = _silent, *, durable: bool = True) -> None:
        self.folder = DataFolder(path)
        self.tell = tell
        self.durable = durable
        self._keepers: list[asyncio.Task[None]] = []

    def hold(self) -> None:
        """Take the folder; the first step of entering, for who wants its refusal before anything else."""
        self.folder.hold()
        self.keys = self.folder.keys()
        chosen = ports.choose(PORTS, self.folder.run / "ports.json", objects.PAIRED)
        self.postgres = Postgres(self.folder, self.keys, chosen["postgres"], durable=self.durable)
        self.temporal = Temporal(self.folder, chosen)
        self.objects = ObjectStore(self.folder, self.keys, chosen)
        self.parts: tuple[Part, ...] = (self.postgres, self.temporal, self.objects)

    @property
    def environ(self) -> dict[str, str]:
        """The settings of a service on these servers (`Settings.read` takes them)."""
        return {
            "ALLIANCE_DATABASE_URL": self.postgres.url(),
            "ALLIANCE_TEMPORAL_ADDRESS": self.temporal.address,
            "ALLIANCE_TEMPORAL_NAMESPACE": self.temporal.namespace,
            "ALLIANCE_S3_URL": self.objects.url,
            "ALLIANCE_S3_REGION": objects.REGION,
            "ALLIANCE_S3_ACCESS_KEY": self.keys.s3_access,
            "ALLIANCE_S3_SECRET_KEY": self.keys.s3_secret,
            "ALLIANCE_S3_BUCKET": objects.BUCKET,
            "ALLIANCE_S3_SYNC_FOLDER": str(self.objects.place),
            "ALLIANCE_SECRET": self.keys.service,
            "ALLIANCE_MAIL_FOLDER": str(self.folder.mail),
            "ALLIANCE_MAIL_FROM": "ne-pas-repondre@alliance.example",
            "ALLIANCE_LOG_FORMAT": "json",
            **{name: os.environ[name] for name in ("ALLIANCE_CLAMD",) if os.environ.get(name)},
        }

    async def start(self, *beside: Awaitable[object]) -> None:
        """Start all servers at once, with other work `beside`."""
        try:
            await together(*(self.start_part(part) for part in self.parts), *beside)
        except BaseException:
            await self.stop()
            raise

    async def start_part(self, part: Part) -> None:
        """Start one part, tell how long it took, and keep it running from now on."""
        began = time.monotonic()
        await part.start()
        self.tell(f"{part.title:<14} {time.monotonic() - began:5.2f} s")
        self._keepers += (asyncio.create_task(part.keep(self.tell)), asyncio.create_task(part.keep_log_small()))

    async def stop(self, *first: Part) -> None:
        """Stop the clients of the servers (`first`), then the servers; release the folder."""
        for keeper in self._keepers:
            keeper.cancel()
        await asyncio.gather(*self._keepers, return_exceptions=True)
        self._keepers.clear()
        for group in (first, self.parts):
            await asyncio.gather(*(part.stop() for part in group))
        self.folder.release()

    async def __aenter__(self) -> Self:
        self.hold()
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()


async def together(*works: Awaitable[object]) -> None:
    """All at once; the first failure cancels the others and is raised as it is."""

    async def one(work: Awaitable[object]) -> None:
        await work

    try:
        async with asyncio.TaskGroup() as group:
            for work in works:
                group.create_task(one(work))
    except BaseExceptionGroup as errors:
        raise errors.exceptions[0] from None
