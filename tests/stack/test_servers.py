"""The embedded servers: real data before and after a kill -9, refusals in one line, nothing left behind."""

import asyncio
import contextlib
import io
import os
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import psutil
import pytest
import urllib3
from minio import Minio

from service.settings import Settings
from service.stack.folder import StackError
from service.stack.leftovers import start_mark
from service.stack.processes import Part
from service.stack.stack import Stack
from tests.support.up import ROOT

KEEPER = """
import asyncio, sys
from pathlib import Path
from service.stack.stack import Stack

async def main():
    async with Stack(Path(sys.argv[1])) as stack:
        print("ready", flush=True)
        await asyncio.sleep(600)

asyncio.run(main())
"""


@pytest.fixture
def folder() -> Iterator[Path]:
    """A place that PostgreSQL's own user can reach, unlike pytest's."""
    place = Path(tempfile.mkdtemp(prefix="alliance-stack-"))
    place.chmod(0o711)
    yield place / "data"
    shutil.rmtree(place)


def client(settings: Settings) -> Minio:
    """A client of the object store."""
    return Minio(
        settings.s3_url.removeprefix("http://"),
        access_key=settings.s3_access_key,
        secret_key=settings.s3_secret_key,
        secure=False,
        region=settings.s3_region,
        http_client=urllib3.PoolManager(timeout=60, retries=False),
    )


async def back(part: Part, before: int) -> None:
    """Wait until another process than `before` answers."""
    async with asyncio.timeout(120):
        while part.pid in {None, before} or not await part.answers():
            await asyncio.sleep(0.05)


async def test_what_was_stored_survives_a_kill_of_each_server(folder: Path) -> None:
    told: list[str] = []
    async with Stack(folder, told.append) as stack:
        settings = Settings.read(stack.environ)
        database = await asyncpg.connect(settings.database_url)
        await database.execute("CREATE TABLE kept (word text)")
        await database.execute("INSERT INTO kept VALUES ('word')")
        await database.close()
        store = client(settings)
        await asyncio.to_thread(store.put_object, settings.s3_bucket, "kept", io.BytesIO(b"word"), 4)
        for part in stack.parts:
            before = part.pid
            assert before is not None
            os.kill(before, signal.SIGKILL)
            await back(part, before)
            assert f"{part.title} ended (SIGKILL): starting it again" in told
        database = await asyncpg.connect(settings.database_url)
        assert await database.fetchval("SELECT word FROM kept") == "word"
        await database.close()
        answer = await asyncio.to_thread(store.get_object, settings.s3_bucket, "kept")
        assert answer.read() == b"word"
        answer.close()
        answer.release_conn()
        pids = [part.pid for part in stack.parts]
        began = time.monotonic()
    assert time.monotonic() - began < 10, "stopping is quick"
    assert not [pid for pid in pids if pid and psutil.pid_exists(pid)]


async def test_only_we_can_read_what_is_stored(folder: Path) -> None:
    async with Stack(folder) as stack:
        settings = Settings.read(stack.environ)
        await asyncio.to_thread(client(settings).put_object, settings.s3_bucket, "mine", io.BytesIO(b"word"), 4)
        pool = urllib3.PoolManager(timeout=60, retries=False)
        filer = f"http://127.0.0.1:{stack.objects.ports['filer.port']}/buckets/{settings.s3_bucket}/mine"
        statuses = [
            (await asyncio.to_thread(pool.request, "GET", url)).status
            for url in (filer, f"{settings.s3_url}/alliance/mine")
        ]
        assert statuses == [401, 403]
        pool.clear()
        with pytest.raises(asyncpg.InvalidPasswordError):
            await asyncpg.connect(settings.database_url.replace(stack.keys.postgres, "guess"))
        assert stat.S_IMODE((folder / "secrets.json").stat().st_mode) == 0o600
        closed = [
            folder / "objects",
            folder / "temporal",
            stack.postgres.place,
            stack.postgres.cluster,
            folder / "mail",
        ]
        assert {stat.S_IMODE(path.stat().st_mode) for path in closed} == {0o700}


async def test_a_folder_serves_one_at_a_time(folder: Path) -> None:
    first = Stack(folder)
    first.hold()
    try:
        with pytest.raises(StackError, match=f"in use by another `alliance up` .process {os.getpid()}.: stop it first"):
            Stack(folder).hold()
    finally:
        first.folder.release()
    Stack(folder).hold()


async def test_a_folder_that_cannot_be_made(folder: Path) -> None:
    folder.write_text("a file", encoding="utf-8")
    with pytest.raises(StackError, match=r"can't be written \(.*\): make it writable, or choose another one"):
        Stack(folder / "inside").hold()


async def test_a_killed_parent_leaves_no_server(folder: Path) -> None:
    parent = subprocess.Popen([sys.executable, "-c", KEEPER, str(folder)], cwd=ROOT, stdout=subprocess.PIPE)
    assert parent.stdout is not None
    assert parent.stdout.readline() == b"ready\n"
    children = psutil.Process(parent.pid).children(recursive=True)
    parent.kill()
    parent.wait()
    parent.stdout.close()
    gone, alive = psutil.wait_procs(children, timeout=60)
    assert len(gone) >= 3
    assert alive == []


async def test_postgres_waits_for_what_is_left_of_a_killed_one(folder: Path) -> None:
    """Its first process alone was killed; another, in the middle of a checkpoint, holds the memory and still talks."""
    parent = subprocess.Popen([sys.executable, "-c", KEEPER, str(folder)], cwd=ROOT, stdout=subprocess.PIPE)
    assert parent.stdout is not None
    assert parent.stdout.readline() == b"ready\n"
    first = psutil.Process(int((folder / "run" / "postgres.pid").read_text().split()[0]))
    last = next(child for child in first.children() if "checkpointer" in " ".join(child.cmdline()))
    last.suspend()
    psutil.Process(parent.pid).suspend()  # between the two kills it would start another one, and end what is left
    first.kill()
    while start_mark(first.pid):  # as long as it dies, what is left is found by it and ended with it
        await asyncio.sleep(0.01)
    parent.kill()
    parent.wait()
    parent.stdout.close()
    log = folder / "logs" / "postgres.log"

    async def talk() -> None:
        while log.read_text(encoding="utf-8").count("pre-existing shared memory block") < 2:
            with log.open("a", encoding="utf-8") as said:
                said.write("2026-11-25 01:56:05.306 UTC [4881] LOG:  checkpoint complete\n")
            await asyncio.sleep(0.05)
        last.resume()

    talking = asyncio.create_task(talk())
    try:
        async with Stack(folder) as stack:
            assert talking.done(), log.read_text(encoding="utf-8")[-2000:]
            database = await asyncpg.connect(stack.postgres.url())
            assert await database.fetchval("SELECT 1") == 1
            await database.close()
    finally:
        with contextlib.suppress(psutil.NoSuchProcess):
            last.kill()


async def test_a_leftover_is_stopped_by_id_and_start_not_by_id_alone(folder: Path) -> None:
    stranger = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    leftover = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    run = folder / "run"
    run.mkdir(parents=True)
    folder.chmod(0o711)
    boot = start_mark(stranger.pid).split()[0]
    (run / "temporal.pid").write_text(f"{stranger.pid} {boot} 1\n", encoding="ascii")
    (run / "objects.pid").write_text(f"{leftover.pid} {start_mark(leftover.pid)}\n", encoding="ascii")
    try:
        async with Stack(folder):
            assert start_mark(leftover.pid) == ""
            assert stranger.poll() is None
    finally:
        for process in (stranger, leftover):
            process.kill()
            process.wait()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root needs another user for PostgreSQL")
async def test_root_keeps_a_closed_parent_closed(folder: Path) -> None:
    folder.parent.chmod(0o700)
    async with Stack(folder) as stack:
        place = stack.postgres.place
        assert place == Path("/var/lib") / f"alliance-{stack.keys.id}"
        assert (folder / "postgres").readlink() == place
        database = await asyncpg.connect(Settings.read(stack.environ).database_url)
        assert await database.fetchval("SELECT 1") == 1
        await database.close()
        assert stat.S_IMODE(folder.parent.stat().st_mode) == 0o700
    shutil.rmtree(place)
