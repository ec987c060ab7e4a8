"""A whole `alliance up` for one test: its own data folder and port, its parts to be killed."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from forms import catalogue, parse_edition
from tests.support.journey import Client, Journey
from tests.support.plain import PLAIN

ROOT = Path(__file__).parents[2]
PARTS = ("web", "worker", "temporal", "postgres", "objects")


def free_port() -> int:
    """A port that nothing listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class House:
    """One running service. `data` outlives `kill`, so that `start` finds everything again."""

    # Below the system's own temporary folder: as root, PostgreSQL's user must get through to its part.
    base: Path = field(default_factory=lambda: Path(tempfile.mkdtemp(prefix="alliance-house-")))
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None

    @property
    def data(self) -> Path:
        """The data folder."""
        return self.base / "data"

    @property
    def address(self) -> str:
        """Where its pages are."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def environ(self) -> dict[str, str]:
        """For the command line: what `./alliance` sets, so that no part compiles its modules at each start."""
        known = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
        kept = {"PYTHONPYCACHEPREFIX": os.environ.get("PYTHONPYCACHEPREFIX") or str(ROOT / ".venv" / "bytecode")}
        return known | kept | {"ALLIANCE_DATA": str(self.data), "ALLIANCE_PORT": str(self.port)}

    def start(self, timeout: float = 180) -> "House":
        """`alliance up`, until it is ready."""
        self.base.chmod(0o711)
        with (self.base / "up.log").open("ab") as log:
            began = log.tell()
            self.process = subprocess.Popen(
                [sys.executable, "-m", "service.cli", "up"], cwd=ROOT, env=self.environ, stdout=log, stderr=log
            )
        until = time.monotonic() + timeout
        while b"AllIAnce is ready" not in self.log()[began:]:
            if self.process.poll() is not None or time.monotonic() > until:
                raise AssertionError(f"up did not start: {self.log()[began:].decode()}")
            time.sleep(0.1)
        return self

    def log(self) -> bytes:
        """What `up` said."""
        return (self.base / "up.log").read_bytes()

    def pid(self, part: str) -> int:
        """The process of a part, as `up` noted it."""
        return int((self.data / "run" / f"{part}.pid").read_text().split()[0])

    def kill(self, part: str) -> None:
        """kill -9 of one part; `up` starts it again."""
        with suppress(ProcessLookupError, FileNotFoundError):  # it was being started again
            os.kill(self.pid(part), signal.SIGKILL)

    def kill_all(self) -> None:
        """kill -9 of `up` and of every part, as when the machine stops."""
        assert self.process is not None
        self.process.kill()
        self.process.wait()
        for part in PARTS:
            self.kill(part)

    def stop(self) -> float:
        """SIGTERM; returns how long it took."""
        assert self.process is not None
        began = time.monotonic()
        self.process.terminate()
        self.process.wait(timeout=90)
        return time.monotonic() - began

    def remove(self) -> None:
        """Stop what runs and delete everything."""
        if self.process is not None and self.process.poll() is None:
            self.stop()
        shutil.rmtree(self.base, ignore_errors=True)

    def command(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Another `alliance` command on it."""
        return subprocess.run(
            [sys.executable, "-m", "service.cli", *words],
            cwd=ROOT, env=self.environ, capture_output=True, text=True, timeout=240, check=False,
        )  # fmt: skip

    def cast(self, shipped: str = "ami-2025") -> dict[str, Any]:
        """A new call with its people."""
        settings = json.loads((self.data / "run" / "settings.json").read_bytes())
        done = subprocess.run(
            [sys.executable, "-m", "tests.support.cast", shipped],
            cwd=ROOT, env=os.environ | settings, capture_output=True, text=True, timeout=240, check=True,
        )  # fmt: skip
        found: dict[str, Any] = json.loads(done.stdout)
        return found

    @asynccontextmanager
    async def journey(self) -> AsyncIterator[Journey]:
        """A call of its own, everybody signed in."""
        cast = self.cast()
        people = cast["people"]

        async def person(part: str) -> Client:
            http = httpx.AsyncClient(base_url=self.address, timeout=60, headers={"Origin": self.address}, verify=PLAIN)
            return await Client(http, people[part]["email"], cast["password"]).sign_in()

        journey = Journey(
            slug=cast["slug"],
            edition=parse_edition(catalogue.read("ami-2025")),
            applicant=await person("applicant"),
            officer=await person("officer"),
            experts={people[part]["id"]: await person(part) for part in ("expert1", "expert2")},
            chair=await person("chair"),
        )
        try:
            yield journey
        finally:
            await journey.close()
