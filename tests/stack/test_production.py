"""The production commands side by side: `migrate` twice at once, two webs and two workers on one environment."""

import asyncio
import contextlib
import itertools
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import psutil
import pytest

from service.settings import Settings
from service.stack import ports
from service.stack.stack import Stack
from tests.support.plain import PLAIN
from tests.support.up import ROOT

REQUEST = "0f9d7c1e5a2b4d68"  # the id that a proxy in front gave a request


@pytest.fixture
async def stack() -> AsyncIterator[Stack]:
    """Servers without any program of ours."""
    place = Path(tempfile.mkdtemp(prefix="alliance-production-"))
    place.chmod(0o711)
    async with Stack(place / "data") as running:
        yield running
    shutil.rmtree(place)


class Programs:
    """Commands of ours on one environment, as an orchestrator starts them."""

    def __init__(self, settings: dict[str, str], logs: Path) -> None:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("ALLIANCE_")}
        self.environ = kept | settings
        self.logs = logs
        self.running: list[subprocess.Popen[bytes]] = []

    def start(self, *words: str, **settings: str) -> subprocess.Popen[bytes]:
        """Start one command; its output goes to a file of its own."""
        with (self.logs / f"{words[0]}-{len(self.running)}.log").open("wb") as log:
            program = subprocess.Popen(
                [sys.executable, "-m", "service.cli", *words],
                cwd=ROOT,
                env=self.environ | settings,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self.running.append(program)
        return program

    def said(self, command: str) -> str:
        """The output of the last start of this command."""
        last = max(self.logs.glob(f"{command}-*.log"), key=lambda log: log.stat().st_mtime_ns)
        return last.read_text(encoding="utf-8")

    def events(self) -> set[tuple[str, str]]:
        """(command, event) of every line of the logs about `REQUEST`."""
        found = set()
        for log in self.logs.glob("*-*.log"):
            for line in log.read_text(encoding="utf-8").splitlines():
                with contextlib.suppress(ValueError):
                    said = json.loads(line)
                    if said.get("request") == REQUEST:
                        found.add((log.name.split("-")[0], said["event"]))
        return found

    def end(self) -> None:
        """Kill what still runs, children too."""
        for program in self.running:
            with contextlib.suppress(psutil.NoSuchProcess):
                for child in psutil.Process(program.pid).children(recursive=True):
                    child.kill()
            program.kill()
            program.wait()


@contextlib.contextmanager
def running(settings: dict[str, str], logs: Path) -> Iterator[Programs]:
    """Programs that are over at the end."""
    made = Programs(settings, logs)
    try:
        yield made
    finally:
        made.end()


@pytest.fixture
def programs(servers: dict[str, str], tmp_path: Path) -> Iterator[Programs]:
    """On the servers of all tests, with a database that is migrated."""
    with running(servers, tmp_path) as made:
        yield made


@pytest.fixture
def first_programs(stack: Stack) -> Iterator[Programs]:
    """On servers of their own, which nobody has migrated."""
    with running(stack.environ, stack.folder.logs) as made:
        yield made


async def status(url: str) -> int:
    """The status of a GET; 0 when nothing answers."""
    async with httpx.AsyncClient(verify=PLAIN) as client:
        try:
            return (await client.get(url, timeout=60)).status_code
        except httpx.TransportError:
            return 0


def first_of(webs: dict[str, subprocess.Popen[bytes]]) -> str:
    return next(iter(webs))


async def one_request_in_both_logs(address: str, programs: Programs) -> None:
    """Somebody signs up at a web; the worker that sends the mail names the same request."""
    person = {"email": "camille@asso.example", "name": "Camille Ormeau", "password": "correct cheval pile agrafe"}
    answer = httpx.post(f"{address}/api/accounts", json=person, headers={"X-Request-ID": REQUEST}, timeout=30)
    assert (answer.status_code, answer.headers["X-Request-ID"]) == (202, REQUEST), answer.text
    wanted = {("web", "request"), ("worker", "mail_sent")}
    async with asyncio.timeout(120):
        while wanted - {line for line in programs.events() if line[1] in {"request", "mail_sent"}}:
            await asyncio.sleep(0.1)


async def test_two_webs_and_two_workers(stack: Stack, first_programs: Programs) -> None:
    programs = first_programs
    migrations = [programs.start("migrate", "--publish-shipped") for _ in range(2)]
    assert [await asyncio.to_thread(one.wait, 120) for one in migrations] == [0, 0]

    chosen = ports.choose(("one", "two"), stack.folder.run / "web-ports.json", {})
    webs = {
        f"http://127.0.0.1:{port}": programs.start(
            "web", ALLIANCE_PORT=str(port), ALLIANCE_ADDRESS="https://alliance.example"
        )
        for port in chosen.values()
    }
    workers = [programs.start("worker", ALLIANCE_ADDRESS="https://alliance.example") for _ in range(2)]
    async with asyncio.timeout(120):
        for address in webs:
            while await status(f"{address}/health/ready") != 200:
                await asyncio.sleep(0.1)
        for worker, queue in itertools.product(workers, ("alliance", "alliance-documents")):
            while not await stack.temporal.is_polled(queue, worker.pid):
                await asyncio.sleep(0.1)
    ports_of = {"ALLIANCE_ADDRESS": "https://alliance.example", "ALLIANCE_PORT": str(chosen["one"])}
    for program in ("web", "worker"):
        # A container asks again too: on a busy machine an answer may come too late.
        tries = [await asyncio.to_thread(programs.start("health", program, **ports_of).wait, 120)]
        while tries[-1] != 0 and len(tries) < 3:
            tries.append(await asyncio.to_thread(programs.start("health", program, **ports_of).wait, 120))
        assert tries[-1] == 0, programs.said("health")
    await one_request_in_both_logs(first_of(webs), programs)
    seen = {httpx.get(f"{address}/api/calls").text for address in webs}
    assert len(seen) == 1

    first, second = webs
    webs[first].send_signal(signal.SIGTERM)
    workers[0].send_signal(signal.SIGTERM)
    assert await asyncio.to_thread(webs[first].wait, 120) in {0, -signal.SIGTERM}
    assert await asyncio.to_thread(workers[0].wait, 120) in {0, -signal.SIGTERM}
    assert (await status(f"{first}/health/live"), await status(f"{second}/health/ready")) == (0, 200)
    assert await asyncio.to_thread(programs.start("health", "web", **ports_of).wait, 120) == 1


async def test_a_web_whose_port_is_taken_says_so(settings: Settings, programs: Programs) -> None:
    port = str(urlsplit(settings.database_url).port)
    web = programs.start("web", ALLIANCE_PORT=port, ALLIANCE_ADDRESS="https://alliance.example")
    assert await asyncio.to_thread(web.wait, 120) == 2
    said = programs.said("web")
    assert f"alliance: port {port} of 127.0.0.1 can't be used (Address already in use)" in said
    assert "Traceback" not in said


@pytest.mark.parametrize("program", ["web", "migrate"])
async def test_without_a_database_one_line_says_so(settings: Settings, programs: Programs, program: str) -> None:
    nowhere = settings.database_url.replace(f":{urlsplit(settings.database_url).port}/", ":1/")
    wrong = settings.database_url.replace("//alliance:", "//stranger:")
    for url, reason in ((nowhere, "Connect call failed"), (wrong, "password authentication failed")):
        run = programs.start(program, ALLIANCE_DATABASE_URL=url, ALLIANCE_ADDRESS="https://alliance.example")
        assert await asyncio.to_thread(run.wait, 120) == 2
        said = programs.said(program)
        assert said.startswith("alliance: the database does not answer: ")
        assert (reason in said, said.count("\n")) == (True, 1)
