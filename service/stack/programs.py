"""Our own web and worker as parts that `alliance up` keeps running."""

import asyncio
import os
import sys
from pathlib import Path

from service.stack.folder import DataFolder
from service.stack.probe import get
from service.stack.processes import Command, Part
from service.stack.temporal import Temporal

ROOT = Path(__file__).parents[2]


def environment(settings: dict[str, str]) -> dict[str, str]:
    """This process's environment with exactly these settings."""
    return {name: value for name, value in os.environ.items() if not name.startswith("ALLIANCE_")} | settings


class Web(Part):
    """The web process; `listening` is our socket, so that requests wait while it is started again."""

    name, title = "web", "Web"
    stop_patience = 4.5

    def __init__(self, folder: DataFolder, settings: dict[str, str], listening: int, port: int) -> None:
        super().__init__(folder)
        self.settings, self.listening, self.port = settings, listening, port

    def command(self) -> Command:
        return Command(
            argv=(sys.executable, "-m", "service.cli", "web", f"--socket={self.listening}"),
            folder=ROOT,
            environ=environment(self.settings),
            files=(self.listening,),
        )

    async def answers(self) -> bool:
        return (await get(self.port, "/health/live", patience=5.0))[0] == 200


class Worker(Part):
    """The worker process; it works when Temporal sees it ask for tasks."""

    name, title = "worker", "Worker"
    stop_patience = 5.5

    def __init__(
        self, folder: DataFolder, settings: dict[str, str], temporal: Temporal, queues: tuple[str, ...]
    ) -> None:
        super().__init__(folder)
        self.settings, self.temporal, self.queues = settings, temporal, queues

    def command(self) -> Command:
        return Command(
            argv=(sys.executable, "-m", "service.cli", "worker"), folder=ROOT, environ=environment(self.settings)
        )

    async def answers(self) -> bool:
        pid = self.pid or 0
        return all(await asyncio.gather(*(self.temporal.is_polled(queue, pid) for queue in self.queues)))
