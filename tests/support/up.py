"""`alliance up` as a person runs it: another process, with a data folder and a port of its own."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

from service.stack import ports
from service.stack.folder import open_to_others

ROOT = Path(__file__).parents[2]
PATIENCE = 120.0


class Up:
    """One run; `data` may be that of a run before."""

    def __init__(
        self, data: Path, port: int, words: tuple[str, ...] = (), environ: dict[str, str] | None = None
    ) -> None:
        self.data, self.port = data, port
        self.output = data.with_suffix(".output")
        kept = {name: value for name, value in os.environ.items() if not name.startswith("ALLIANCE_")}
        with self.output.open("wb") as out:
            self.process = psutil.Popen(
                [sys.executable, "-m", "service.cli", "up", *words],
                cwd=ROOT,
                env=kept | {"ALLIANCE_DATA": str(data), "ALLIANCE_PORT": str(port)} | (environ or {}),
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
                start_new_session=True,
            )

    @property
    def address(self) -> str:
        """Where the pages and the API are."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def said(self) -> str:
        """All it printed so far."""
        return self.output.read_text(encoding="utf-8", errors="replace")

    def until(self, words: str, patience: float = PATIENCE) -> None:
        """Wait until it printed `words`; raises RuntimeError when it ends before."""
        limit = time.monotonic() + patience
        while words not in self.said:
            if self.process.poll() is not None or time.monotonic() > limit:
                raise RuntimeError(f"`alliance up` did not say {words!r}:\n{self.said}")
            time.sleep(0.05)

    def ready(self) -> None:
        """Wait until it says that it is ready."""
        self.until("is ready")

    def pid(self, part: str) -> int:
        """The process id of `web`, `worker`, `postgres`, `temporal` or `objects`."""
        return int((self.data / "run" / f"{part}.pid").read_text(encoding="ascii").split()[0])

    def kill(self, part: str) -> None:
        """kill -9 one part; `up` starts it again."""
        os.kill(self.pid(part), signal.SIGKILL)

    def family(self) -> list[psutil.Process]:
        """The processes of this run, itself first."""
        return [psutil.Process(self.process.pid), *self.process.children(recursive=True)]

    def stop(self, number: signal.Signals = signal.SIGTERM, patience: float = 90.0) -> int:
        """Send the signal, wait for its end; the exit status."""
        with contextlib.suppress(psutil.NoSuchProcess):
            self.process.send_signal(number)
        return int(self.process.wait(patience))


@contextmanager
def up(data: Path, *words: str, port: int | None = None, environ: dict[str, str] | None = None) -> Iterator[Up]:
    """A run that is ready, and is over, whatever happens, at the end."""
    run = Up(data, port or free_port(data), words, environ)
    try:
        run.ready()
        yield run
    finally:
        family = run.family() if run.process.is_running() and run.process.poll() is None else []
        if run.process.poll() is None:
            with contextlib.suppress(psutil.TimeoutExpired):
                run.stop()
        for member in family:
            with contextlib.suppress(psutil.NoSuchProcess):
                member.kill()


def free_port(data: Path) -> int:
    """A port that nobody uses now."""
    return ports.choose(("web",), data.with_suffix(".port"), {})["web"]


def reachable(folder: Path) -> bool:
    """Whether any user of the machine gets to `folder` (the database then lies inside it)."""
    return open_to_others(folder / "x")
