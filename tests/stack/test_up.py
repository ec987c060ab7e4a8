"""`alliance up` as a person runs it: ready, stopped, killed, started again; refusals in one line."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import psutil
import pytest

from service import demo
from tests.support.plain import PLAIN
from tests.support.up import ROOT, Up, free_port, up

PARTS = ("web", "worker", "postgres", "temporal", "objects")


@pytest.fixture
def data() -> Iterator[Path]:
    """A data folder that PostgreSQL's own user can reach, unlike pytest's temporary folders."""
    place = Path(tempfile.mkdtemp(prefix="alliance-up-"))
    place.chmod(0o711)
    yield place / "data"
    shutil.rmtree(place)


def calls(run: Up) -> list[str]:
    """The calls that anybody can see through the API."""
    answer = httpx.get(f"{run.address}/api/calls", timeout=120, verify=PLAIN)
    assert answer.status_code == 200, answer.text
    found = answer.json()
    return sorted(call["slug"] for call in (found["items"] if isinstance(found, dict) else found))


def alive(family: list[psutil.Process]) -> list[psutil.Process]:
    """Those of a family that still run."""
    return [member for member in family if member.is_running() and member.status() != psutil.STATUS_ZOMBIE]


@pytest.mark.timeout(600)
def test_all_that_was_kept_is_there_again_however_it_ended(data: Path) -> None:
    """A stop leaves no process within ten seconds, a kill -9 none once `up` runs again; whatever part ends is started
    again meanwhile, and nobody else takes the folder."""
    with up(data) as run:
        assert [part for part in PARTS if not psutil.pid_exists(run.pid(part))] == []
        assert httpx.get(f"{run.address}/health/ready", timeout=120, verify=PLAIN).json()["status"] == "ready"
        first = calls(run)
        assert first == ["ami-2025", "incubateur"]
        is_taken_by_nobody_else(run)
        family = run.family()
        began = time.monotonic()
        assert run.stop() == 0
        assert time.monotonic() - began < 10
        assert alive(family) == []
    with up(data, port=run.port) as killed:
        assert calls(killed) == first
        every_part_is_started_again(killed)
        assert calls(killed) == first
        family = killed.family()
        killed.process.kill()
        again = Up(data, run.port)
        try:
            again.ready()
            assert alive(family) == []
            assert calls(again) == first
            family = again.family()
        finally:
            assert again.stop(signal.SIGINT) == 0
        assert alive(family) == []


def is_taken_by_nobody_else(run: Up) -> None:
    """Another `up` on the same folder is refused."""
    assert refusal(run.data, free_port(run.data)) == (
        2,
        (
            f"alliance: the data folder {run.data} is in use by another `alliance up` (process {run.process.pid}): "
            "stop it first, or choose another one with ALLIANCE_DATA\n"
        ),
    )


def every_part_is_started_again(run: Up) -> None:
    """Kill one after the other; the whole is ready again."""
    for part in PARTS:
        before = run.pid(part)
        run.kill(part)
        until = time.monotonic() + 120
        while run.said.count("is back") <= PARTS.index(part):
            assert time.monotonic() < until, run.said
            time.sleep(0.05)
        assert run.pid(part) != before
    until = time.monotonic() + 120
    while httpx.get(f"{run.address}/health/ready", timeout=120, verify=PLAIN).status_code != 200:
        assert time.monotonic() < until
        time.sleep(0.2)


def test_a_stop_while_starting(data: Path) -> None:
    run = Up(data, free_port(data))
    run.until("Temporal")
    family = run.family()
    assert run.stop() == 0
    assert alive(family) == []


def refusal(data: Path | str, port: int | str, *options: str, **settings: str) -> tuple[int, str]:
    """Exit status and complaint of an `up` that can't start."""
    environ = os.environ | {"ALLIANCE_DATA": str(data), "ALLIANCE_PORT": str(port)} | settings
    done = subprocess.run(
        [sys.executable, "-m", "service.cli", "up", *options],
        cwd=ROOT,
        env=environ,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.stdout == ""
    return done.returncode, done.stderr


def test_a_busy_port(data: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        assert refusal(data, port) == (
            2,
            (
                f"alliance: port {port} of 127.0.0.1 can't be used (Address already in use): stop what listens there, "
                "or choose another one with ALLIANCE_PORT\n"
            ),
        )
    assert not data.exists()


def test_a_port_that_is_none(data: Path) -> None:
    assert refusal(data, "http") == (2, "alliance: ALLIANCE_PORT is 'http': expected a number from 1 to 65535\n")


def test_an_unwritable_folder(data: Path) -> None:
    assert refusal("/proc/alliance", free_port(data)) == (
        2,
        (
            "alliance: the data folder /proc/alliance can't be written (No such file or directory): "
            "make it writable, or choose another one with ALLIANCE_DATA\n"
        ),
    )


def test_a_password_of_the_demonstration_that_would_be_guessed(data: Path) -> None:
    for password in ("court", "motdepasse-demo-2026", "AzertyAzerty12", "candidate@demo.test"):
        assert not demo.accepts(password)
    assert refusal(data, free_port(data), "--demo", ALLIANCE_DEMO_PASSWORD=password) == (
        2,
        (
            "alliance: ALLIANCE_DEMO_PASSWORD would be guessed: choose 12 characters or more, not made of common words "
            "(password, demo, azerty, ...), or leave it unset to have one drawn\n"
        ),
    )
    assert not (data / "demonstration-password").exists()  # another one may be chosen


def test_a_program_without_settings_says_all_that_it_needs() -> None:
    environ = {name: value for name, value in os.environ.items() if not name.startswith("ALLIANCE_")}
    for program in ("web", "worker", "migrate"):
        done = subprocess.run(
            [sys.executable, "-m", "service.cli", program],
            cwd=ROOT,
            env=environ,
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )
        lines = done.stderr.splitlines()
        assert (done.returncode, len(lines)) == (2, 7), done.stderr
        assert all(line.startswith("alliance: ALLIANCE_") for line in lines)
