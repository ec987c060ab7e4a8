"""What fills up: the disk, which is told in one line, and the logs, which are kept small while their part runs."""

import asyncio
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from service.stack import processes
from service.stack.folder import DataFolder
from service.stack.processes import Command, Part
from tests.support.up import ROOT, free_port

# The servers start side by side: whichever finds it full first says so.
FOUND_FULL = (
    r"alliance: (PostgreSQL's database could not be made: .*No space left on device"
    r"|Temporal did not start: .*database or disk.*\(see .*/temporal\.log\))"
)


@contextmanager
def small_disk(size: str) -> Iterator[Path]:
    """A file system of that size, for root where it may mount one."""
    place = Path(tempfile.mkdtemp(prefix="alliance-full-"))
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(place)], capture_output=True, check=False
    )
    try:
        if mounted.returncode != 0:
            pytest.skip("no file system can be mounted here")
        place.chmod(0o711)
        yield place
    finally:
        if mounted.returncode == 0:
            subprocess.run(["umount", str(place)], check=True)
        place.rmdir()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root mounts a disk")
@pytest.mark.parametrize(
    ("size", "told"),
    [
        ("4k", r"alliance: the disk is full: make room, then start again.*"),
        ("3m", FOUND_FULL),
    ],
)
def test_a_full_disk_is_told_in_one_line(size: str, told: str) -> None:
    with small_disk(size) as disk:
        ended = subprocess.run(
            [sys.executable, "-m", "service.cli", "up"],
            cwd=ROOT,
            env={**os.environ, "ALLIANCE_DATA": str(disk / "data"), "ALLIANCE_PORT": str(free_port(disk))},
            capture_output=True,
            text=True,
            timeout=240,
            check=False,
        )
        assert ended.returncode == 2
        assert re.fullmatch(told, ended.stderr.strip()), ended.stderr  # a dot is no end of a line
        assert not [one for one in psutil.process_iter(["cmdline"]) if str(disk) in " ".join(one.info["cmdline"] or ())]


class Talker(Part):
    """Writes a line every hundredth of a second."""

    name, title = "talker", "Talker"

    def command(self) -> Command:
        line = "while :; do echo une ligne de journal; sleep 0.01; done"
        return Command(argv=("/bin/sh", "-c", line), folder=self.folder.path, environ={"PATH": "/usr/bin:/bin"})

    async def answers(self) -> bool:
        return self.log.exists()


async def test_a_log_stays_small_while_its_part_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes, "LARGEST_LOG", 2000)
    monkeypatch.setattr(processes, "BETWEEN_LOOKS", 0.05)
    folder = DataFolder(tmp_path / "data")
    folder.hold()
    talker = Talker(folder)
    before = talker.log.with_suffix(".log.1")
    await talker.start()
    looking = asyncio.create_task(talker.keep_log_small())
    try:
        for _ in range(2):  # what was kept is replaced
            await until(before.exists)
            before.unlink()
        assert talker.log.stat().st_size < 3000
        assert talker.log.stat().st_mode & 0o777 == 0o600
        size = talker.log.stat().st_size
        await until(lambda: talker.log.stat().st_size != size)
        assert talker.log.read_bytes().startswith(b"une ligne")  # not a gap where the file was cut
    finally:
        looking.cancel()
        await talker.stop()
        folder.release()


async def until(test: Callable[[], bool]) -> None:
    async with asyncio.timeout(60):
        while not test():
            await asyncio.sleep(0.01)
