"""The workers and relays of production, in real time, on the shared servers or on a Temporal of a test of its own."""

import asyncio
import contextlib
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Self

import msgspec
from temporalio.client import Client

from service import worker
from service.drawing import Drawing
from service.relay import Relay
from service.settings import Settings
from service.stack.folder import DataFolder
from service.stack.ports import choose
from service.stack.processes import Command
from service.stack.temporal import Temporal
from service.store import objects
from service.store.database import execute

PATIENCE = 150.0  # seconds: documents are drawn after everything else that a busy machine does


async def until(test: Callable[[], Awaitable[bool]], patience: float = PATIENCE) -> None:
    """Wait until it is so."""
    async with asyncio.timeout(patience):
        while not await test():
            await asyncio.sleep(0.05)


@asynccontextmanager
async def background(*works: Awaitable[None]) -> AsyncIterator[None]:
    """Run these meanwhile; whatever ends one of them early is raised."""

    async def one(work: Awaitable[None]) -> None:
        await work

    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(one(work)) for work in works]
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()


@asynccontextmanager
async def workers(settings: Settings) -> AsyncIterator[None]:
    """Workers of both queues, no relay."""
    objects.configure(settings)
    drawing = Drawing()
    try:
        async with background(worker.serve(settings, drawing)):
            yield
    finally:
        drawing.close()


@asynccontextmanager
async def relays(settings: Settings, number: int = 1, *, documents: bool = False) -> AsyncIterator[None]:
    """So many relays. `documents`: what is queued is drawn, else it waits where no worker looks for it."""
    if not documents:
        settings = msgspec.structs.replace(settings, documents_queue="nobody")
    clients = [await worker.connect(settings, lazy=True) for _ in range(number)]
    async with background(*(Relay(settings, client).run() for client in clients)):
        yield


async def alone(settings: Settings) -> Settings:
    """Settings under which only the documents of this test are drawn: others leave many that nobody waits for."""
    await execute("UPDATE job SET status = 'failed' WHERE status = 'queued'")
    return msgspec.structs.replace(settings, documents_queue=f"{settings.documents_queue}-{uuid.uuid4().hex[:8]}")


async def client_of(settings: Settings) -> Client:
    """A client of the test itself."""
    return await worker.connect(settings)


class Configured(Temporal):
    """With dynamic settings of the test's."""

    dynamic: tuple[str, ...] = ()

    def command(self) -> Command:
        plain = super().command()
        return msgspec.structs.replace(
            plain, argv=(*plain.argv, *(f"--dynamic-config-value={one}" for one in self.dynamic))
        )


class OwnTemporal:
    """A Temporal that a test may kill; running, and gone at the end, as a context."""

    def __init__(self, folder: Path, settings: Settings, *dynamic: str) -> None:
        data = DataFolder(folder)
        data.hold()
        ports = choose(("temporal", "temporal_http", "temporal_metrics"), data.run / "ports.json", {})
        self.server = Configured(data, ports)
        self.server.dynamic = dynamic
        self.settings = msgspec.structs.replace(settings, temporal_address=self.server.address)
        self._data = data

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        self.release()

    async def start(self) -> None:
        """Return once it answers."""
        await self.server.start()

    def kill(self) -> None:
        """As a fault would."""
        self.server.kill()

    def forget(self) -> None:
        """Delete its database."""
        for path in self.server.place.glob("temporal.db*"):
            path.unlink()

    def release(self) -> None:
        """Leave nothing behind."""
        self.server.kill()
        with contextlib.suppress(OSError):
            self._data.release()
