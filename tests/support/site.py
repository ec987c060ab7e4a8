"""The service as production runs it, for a browser: `alliance web` and `alliance worker` on this worker's servers."""

import email
import email.policy
import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from tests.support.house import free_port
from tests.support.plain import PLAIN

ROOT = Path(__file__).parents[2]
START = 120.0
MAIL = 120.0


@dataclass
class Site:
    """A running service. `folder`: where its mails land."""

    address: str
    folder: Path
    environ: dict[str, str]
    read: set[Path] = field(default_factory=set)
    caster: "subprocess.Popen[str] | None" = None

    def cast(self, shipped: str = "ami-2025") -> dict[str, Any]:
        """A new call with its people; one password for all. One process makes them all: it takes seconds to begin."""
        if self.caster is None:
            self.caster = subprocess.Popen(
                [sys.executable, "-m", "tests.support.cast", "-"],
                cwd=ROOT,
                env=surroundings() | self.environ,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
        asked, told = self.caster.stdin, self.caster.stdout
        assert asked is not None
        assert told is not None
        asked.write(f"{shipped}\n")
        asked.flush()
        found: dict[str, Any] = json.loads(told.readline())
        return found

    def link(self, to: str, path: str) -> str:
        """The address, below `path`, that a mail to this person brings; waited for. Each mail is read once."""
        until = time.monotonic() + MAIL
        while time.monotonic() < until:
            for file in sorted(set(self.folder.glob("*.eml")) - self.read):
                message = email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
                body = message.get_body(("plain",))
                found = re.search(rf"{re.escape(self.address + path)}\S+", body.get_content() if body else "")
                if to in str(message["To"]) and found:
                    self.read.add(file)
                    return found[0].rstrip(".")
            time.sleep(0.1)
        raise AssertionError(f"no mail to {to} with a link to {path} in {MAIL:.0f} s")


def surroundings() -> dict[str, str]:
    """The environment without settings: those of whoever runs the tests are not the service's."""
    return {name: value for name, value in os.environ.items() if not name.startswith("ALLIANCE_")}


@contextmanager
def running(servers: dict[str, str], logs: Path) -> Iterator[Site]:
    """A web process and a worker, for as long as the block lasts."""
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    environ = {**servers, "ALLIANCE_PORT": str(port), "ALLIANCE_ADDRESS": address}
    processes = []
    try:
        for part in ("web", "worker"):
            with (logs / f"{part}.log").open("wb") as log:
                processes.append(
                    subprocess.Popen(
                        [sys.executable, "-m", "service.cli", part],
                        cwd=ROOT,
                        env=surroundings() | environ,
                        stdout=log,
                        stderr=log,
                    )
                )
        _wait(address, processes, logs)
        site = Site(address, Path(environ["ALLIANCE_MAIL_FOLDER"]), environ)
        try:
            yield site
        finally:
            if site.caster is not None:
                site.caster.communicate(timeout=60)  # its input ends
    finally:
        for process in processes:
            process.terminate()
        for process in processes:
            with suppress(subprocess.TimeoutExpired):
                process.wait(timeout=15)
            process.kill()
            process.wait()


def _wait(address: str, processes: list["subprocess.Popen[bytes]"], logs: Path) -> None:
    until = time.monotonic() + START
    while time.monotonic() < until and all(process.poll() is None for process in processes):
        with suppress(httpx.HTTPError), httpx.Client(timeout=20, verify=PLAIN) as client:
            client.get(f"{address}/health/live").raise_for_status()
            return
        time.sleep(0.1)
    told = "\n".join(file.read_text(errors="replace")[-2000:] for file in sorted(logs.glob("*.log")))
    raise RuntimeError(f"the service did not start: {told}")
