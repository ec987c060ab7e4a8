"""Temporal's server from its wheel, with its database in one SQLite file."""

import json
import os
import sys
from pathlib import Path

from service.stack.folder import DataFolder, StackError
from service.stack.probe import get
from service.stack.processes import Command, Part

# The write-ahead log is five times faster than the default. A power cut may take the last commits back, which is
# allowed here: PostgreSQL is the record, and the relay pokes every proposal whose workflow is behind.
PRAGMAS = ("journal_mode=wal", "synchronous=1")
# What SQLite says of a file that it can't use.
DAMAGED = ("malformed", "not a database", "disk I/O error", "database corruption")


# What the worker registers elsewhere (`service.worker.searchable`): known here from the first instant.
SEARCHED = ("AllianceCall=Keyword", "AllianceStage=Keyword", "AllianceDeadline=Datetime")


class Temporal(Part):
    """Listens on loopback without authentication: it holds ids and dates, never people's data."""

    name, title = "temporal", "Temporal"

    def __init__(self, folder: DataFolder, ports: dict[str, int], namespace: str = "default") -> None:
        super().__init__(folder)
        self.port, self.http, self.metrics = (ports[n] for n in ("temporal", "temporal_http", "temporal_metrics"))
        self.namespace = namespace
        self.place = folder.path / "temporal"

    @property
    def address(self) -> str:
        """host:port of the gRPC service."""
        return f"127.0.0.1:{self.port}"

    async def prepare(self) -> None:
        self.place.mkdir(mode=0o700, exist_ok=True)

    def command(self) -> Command:
        return Command(
            argv=(
                str(Path(sys.prefix) / "bin" / "temporal"),
                "server",
                "start-dev",
                "--ip=127.0.0.1",
                f"--port={self.port}",
                f"--http-port={self.http}",
                f"--metrics-port={self.metrics}",
                f"--namespace={self.namespace}",
                f"--db-filename={self.place / 'temporal.db'}",
                *(f"--sqlite-pragma={pragma}" for pragma in PRAGMAS),
                # A workflow that ends may start again at once: a poke must never wait.
                '--dynamic-config-value=history.workflowIdReuseMinimalInterval="0s"',
                *(f"--search-attribute={name}" for name in SEARCHED),
                "--headless",
                "--log-level=warn",
            ),
            folder=self.place,
            environ={"HOME": str(self.place), "PATH": os.environ.get("PATH", "/usr/bin:/bin")},
        )

    async def answers(self) -> bool:
        status, _ = await get(self.http, f"/api/v1/namespaces/{self.namespace}")
        return status == 200

    async def start(self) -> None:
        try:
            await super().start()
        except StackError as error:
            if not any(sign in str(error) for sign in DAMAGED):
                raise
            # Everything in it can be made again from PostgreSQL: it never keeps the service from starting.
            for file in self.place.glob("temporal.db*"):
                file.replace(file.with_name(f"damaged-{file.name}"))
            await super().start()

    async def is_polled(self, queue: str, pid: int) -> bool:
        """Whether the worker with this process id asks for work on this task queue."""
        path = f"/api/v1/namespaces/{self.namespace}/task-queues/{queue}"
        status, body = await get(self.http, path)
        pollers = json.loads(body).get("pollers", []) if status == 200 else []
        return any(poller["identity"].startswith(f"{pid}@") for poller in pollers)
