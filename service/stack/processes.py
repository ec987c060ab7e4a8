"""One server or program of ours as a child process: started, watched, started again when it dies, stopped whole.

Every child leads a session of its own and is told to stop by the kernel when its parent dies.
"""

import asyncio
import contextlib
import ctypes
import os
import shutil
import signal
import subprocess
import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from pathlib import Path

import msgspec
import psutil

from service.stack.folder import DataFolder, StackError
from service.stack.leftovers import kill_tree, start_mark, stop_leftover

_LIBC = ctypes.CDLL(None, use_errno=True)
_SET_DEATH_SIGNAL, _SET_SUBREAPER = 1, 36  # linux/prctl.h
FAULTS = ("error:", "FATAL:", "PANIC:")
POLL = 0.03
LARGEST_LOG = 10_000_000
BETWEEN_LOOKS = 30.0  # seconds: at the size of a log
_ours: set[int] = set()
_adopting = False


class Command(msgspec.Struct, frozen=True):
    """What to run. `user`: (uid, gid), for root only. `files`: descriptors that the child inherits."""

    argv: tuple[str, ...]
    folder: Path
    environ: dict[str, str]
    user: tuple[int, int] | None = None
    files: tuple[int, ...] = ()


class Part(ABC):
    """A child process and how to tell that it works. Subclasses say what to run and when it answers."""

    name: str
    title: str
    stop_signal = signal.SIGTERM
    start_patience = 60.0
    stop_patience = 4.0

    def __init__(self, folder: DataFolder) -> None:
        self.folder = folder
        self.log = folder.logs / f"{self.name}.log"
        self.mark = folder.run / f"{self.name}.pid"
        self._process: subprocess.Popen[bytes] | None = None
        self._ended: asyncio.Event = asyncio.Event()
        self._said_before = 0  # bytes of the log at the last start

    @abstractmethod
    def command(self) -> Command:
        """What to run; called after `prepare`."""

    @abstractmethod
    async def answers(self) -> bool:
        """Whether it does its work now."""

    async def prepare(self) -> None:  # noqa: B027 - most parts need nothing
        """Before every start."""

    async def settle(self) -> None:  # noqa: B027
        """After every start, once it answers."""

    @property
    def pid(self) -> int | None:
        """The process id while it runs."""
        return self._process.pid if self._process else None

    async def start(self) -> None:
        """Return once it answers; raises StackError, leaving no process, when it does not."""
        try:
            stop_leftover(self.mark, self.stop_signal)
            await self.prepare()
            self._spawn()
            async with asyncio.timeout(self.start_patience):
                await self._ready()
                await self.settle()
        except TimeoutError as error:
            self.kill()
            raise StackError(
                f"{self.title} does not answer after {self.start_patience:.0f} s: see {self.log}"
            ) from error
        except BaseException:
            self.kill()
            raise

    async def keep(self, tell: Callable[[str], None]) -> None:
        """Start it again whenever it ends; runs until cancelled."""
        pause = 0.0
        while True:
            began = time.monotonic()
            await self._ended.wait()
            if time.monotonic() - began > 30:
                pause = 0.0
            tell(f"{self.title} ended ({self._how()}): starting it again")
            self.kill()
            while True:
                await asyncio.sleep(pause)
                pause = min(pause * 2 + 0.25, 5.0)
                try:
                    await self.start()
                except Exception as error:  # noqa: BLE001 - whatever it was, it is told and tried again
                    tell(str(error))
                else:
                    tell(f"{self.title} is back")
                    break

    async def keep_log_small(self) -> None:
        """Runs until cancelled: a part may fail every few seconds for months."""
        while True:
            await asyncio.sleep(BETWEEN_LOOKS)
            await asyncio.to_thread(keep_log_small, self.log)

    async def stop(self) -> None:
        """Ask it to end; kill what remains of its tree after `stop_patience` seconds."""
        if self._process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            self._process.send_signal(self.stop_signal)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._ended.wait(), self.stop_patience)
        self.kill()

    def kill(self) -> None:
        """End the whole tree now."""
        if self._process is None:
            return
        kill_tree(self._process.pid)
        self._process.wait()
        _ours.discard(self._process.pid)
        sweep()
        self._process = None
        self.mark.unlink(missing_ok=True)

    async def _ready(self) -> None:
        while not await self.answers():
            if self._ended.is_set():
                raise StackError(f"{self.title} did not start: {self._last_words()}")
            await asyncio.sleep(POLL)

    def _spawn(self) -> None:
        command = self.command()
        uid, gid = command.user or (None, None)
        with os.fdopen(os.open(self.log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600), "ab") as log:
            self._said_before = log.tell()
            try:
                self._process = subprocess.Popen(
                    command.argv,
                    cwd=command.folder,
                    env=command.environ,
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                    start_new_session=True,
                    umask=0o077,
                    user=uid,
                    group=gid,
                    extra_groups=None if uid is None else [],
                    pass_fds=command.files,
                    # Runs one system call in the child; the only way to have it before the program starts.
                    preexec_fn=die_with_parent(self.stop_signal),  # noqa: PLW1509
                )
            except OSError as error:
                raise StackError(f"{self.title} can't be run ({command.argv[0]}: {error.strerror})") from error
        _ours.add(self._process.pid)
        self.mark.write_text(f"{self._process.pid} {start_mark(self._process.pid)}\n", encoding="ascii")
        self._watch(self._process)

    def _watch(self, process: subprocess.Popen[bytes]) -> None:
        """Set `_ended` when the process ends (its exit is reaped by then)."""
        ended = self._ended = asyncio.Event()
        descriptor = os.pidfd_open(process.pid)
        loop = asyncio.get_running_loop()

        def over() -> None:
            loop.remove_reader(descriptor)
            os.close(descriptor)
            process.poll()
            ended.set()

        loop.add_reader(descriptor, over)

    def _how(self) -> str:
        code = self._process.poll() if self._process else None
        if code is not None and code < 0:
            return signal.Signals(-code).name
        return f"exit status {code}"

    def _last_words(self) -> str:
        """The line of its log since its start that tells the fault: survivors of the one before may write there too."""
        with contextlib.suppress(OSError):
            said = self.log.read_bytes()
            lines = said[self._said_before :].decode(errors="replace").strip().splitlines()
            if lines:
                return f"{faulty_line(lines)[:300]} (see {self.log})"
        return f"see {self.log}"


def faulty_line(lines: list[str]) -> str:
    """The first line that names a fault, as PostgreSQL's programs do; else the last one."""
    return next((line for line in lines if any(word in line for word in FAULTS)), lines[-1])


def die_with_parent(stop_signal: signal.Signals) -> Callable[[], None]:
    """What a child runs before its program, so that it is stopped when this process dies, however it dies."""
    parent, prctl = os.getpid(), _LIBC.prctl

    def arrange() -> None:
        prctl(_SET_DEATH_SIGNAL, int(stop_signal), 0, 0, 0)
        if os.getppid() != parent:
            os._exit(1)

    return arrange


def adopt_orphans() -> None:
    """Make this process the parent of grandchildren whose parent dies, so that none is ever lost from sight.

    Only for a process that starts nothing but parts: `sweep` ends every other session among its children.
    """
    global _adopting  # noqa: PLW0603 - it is a property of the process
    _adopting = _LIBC.prctl(_SET_SUBREAPER, 1, 0, 0, 0) == 0


def sweep() -> None:
    """End adopted orphans: children that are neither parts of ours nor in our own session."""
    if not _adopting:
        return
    own = os.getsid(0)
    for child in psutil.Process().children():
        with contextlib.suppress(ProcessLookupError, psutil.Error, ChildProcessError):
            if child.pid not in _ours and os.getsid(child.pid) not in {own, *_ours}:
                kill_tree(child.pid)
                os.waitpid(child.pid, 0)


def keep_log_small(log: Path) -> None:
    """Begin the log anew when it is over 10 MB, keeping a copy of what it was.

    Whoever writes goes on in the same file, at its new end: it is opened to append. Lines of the instant in between are
    lost.
    """
    with contextlib.suppress(OSError):  # on a full disk, say: tried again
        if log.stat().st_size > LARGEST_LOG:
            shutil.copyfile(log, log.with_suffix(".log.1"))
            os.truncate(log, 0)
