"""One set of real servers per test session, shared by the workers of pytest-xdist.

A keeper process (`python -m tests.support.servers BASE`) runs the servers and gives each worker a database cloned from
a migrated one, a bucket, task queues, a mail folder and a port of its own. A worker holds its connection to the keeper
for as long as it lives, however it ends; when the last one is gone the keeper stops the servers and removes all data.
"""

import asyncio
import contextlib
import fcntl
import json
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import asyncpg
import urllib3
from minio import Minio

from service.stack import objects, ports
from service.stack.folder import StackError
from service.stack.stack import Stack
from service.store.database import DB
from service.store.migrate import migrate

ROOT = Path(__file__).parents[2]
LINGER = 2.0  # seconds without a worker before the servers stop
START = 120.0


@contextmanager
def borrow(worker: str, session: str) -> Iterator[dict[str, str]]:
    """The `ALLIANCE_…` environment of this worker, on servers that live as long as any worker of the session."""
    base = Path(tempfile.gettempdir()) / f"alliance-test-{session}"
    base.mkdir(mode=0o711, exist_ok=True)
    base.chmod(0o711)
    with (base / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        connection = _connect(base) or _start(base)
    with connection:
        connection.sendall(worker.encode() + b"\n")
        with connection.makefile("rb") as answers:
            answer = answers.readline()
            if not answer:
                raise RuntimeError(f"the test servers gave up: {_log(base)}")
            yield json.loads(answer)


def _connect(base: Path) -> socket.socket | None:
    connection = socket.socket(socket.AF_UNIX)
    try:
        connection.connect(str(base / "socket"))
    except OSError:
        connection.close()
        return None
    return connection


def _start(base: Path) -> socket.socket:
    with (base / "keeper.log").open("wb") as log:
        keeper = subprocess.Popen(
            [sys.executable, "-m", "tests.support.servers", str(base)],
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    until = time.monotonic() + START
    while time.monotonic() < until:
        connection = _connect(base)
        if connection is not None:
            # It outlives this process on purpose, as long as another worker needs it.
            keeper.returncode = 0
            return connection
        if keeper.poll() is not None:
            break
        time.sleep(0.05)
    raise RuntimeError(f"the test servers did not start: {_log(base)}")


def _log(base: Path) -> str:
    with contextlib.suppress(OSError):
        return (base / "keeper.log").read_text(encoding="utf-8", errors="replace")[-3000:]
    return "no log"


class Keeper:
    """The servers of one session, and who uses them."""

    def __init__(self, base: Path) -> None:
        self.base = base
        self.data = Path(tempfile.mkdtemp(prefix="data-", dir=base))
        self.data.chmod(0o711)
        self.users = 0
        self.until = time.monotonic() + START
        self.over = asyncio.Event()
        self.cloning = asyncio.Lock()

    async def run(self) -> None:
        """Serve until nobody is left."""
        try:
            async with Stack(self.data, print, durable=False) as stack:
                self.stack = stack
                await DB.connect(stack.postgres.url())
                await migrate()
                await DB.disconnect()
                path = self.base / "socket"
                path.unlink(missing_ok=True)
                async with await asyncio.start_unix_server(self.serve, path):
                    await self.empty()
                    path.unlink(missing_ok=True)
        finally:
            shutil.rmtree(self.data, ignore_errors=True)
            if not list(self.base.glob("data-*")):
                shutil.rmtree(self.base, ignore_errors=True)

    async def empty(self) -> None:
        """Return when there has been no user for a while, or on SIGTERM."""
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, self.over.set)
        while not self.over.is_set() and (self.users or time.monotonic() < self.until):
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self.over.wait(), 0.2)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One worker, for as long as it is connected."""
        self.users += 1
        try:
            worker = (await reader.readline()).decode().strip()
            if worker:
                writer.write(json.dumps(await self.environ(worker)).encode() + b"\n")
                await writer.drain()
                await reader.read()
        finally:
            self.users -= 1
            self.until = time.monotonic() + LINGER
            writer.close()

    async def environ(self, worker: str) -> dict[str, str]:
        """What this worker has for itself."""
        database, bucket = f"test_{worker}", f"test-{worker}"
        async with self.cloning:
            await self.clone(database)
        await asyncio.to_thread(self.make_bucket, bucket)
        mails = self.data / f"mail-{worker}"
        mails.mkdir(exist_ok=True)
        port = ports.choose(("web",), self.data / f"ports-{worker}.json", {})["web"]
        mine = {
            "ALLIANCE_DATABASE_URL": self.stack.postgres.url(database),
            "ALLIANCE_S3_BUCKET": bucket,
            "ALLIANCE_MAIL_FOLDER": str(mails),
            "ALLIANCE_TASK_QUEUE": f"alliance-{worker}",
            "ALLIANCE_DOCUMENTS_QUEUE": f"alliance-documents-{worker}",
            "ALLIANCE_ADDRESS": f"http://127.0.0.1:{port}",
            "ALLIANCE_PORT": str(port),
        }
        given = self.stack.environ | mine
        # What these servers hold is thrown away: no upload need wait for the disk of the whole machine.
        del given["ALLIANCE_S3_SYNC_FOLDER"]
        return given

    async def clone(self, database: str) -> None:
        """A fresh copy of the migrated database."""
        admin = await asyncpg.connect(self.stack.postgres.url("postgres", admin=True))
        try:
            await admin.execute(f"DROP DATABASE IF EXISTS {database} WITH (FORCE)")
            await admin.execute(f"CREATE DATABASE {database} TEMPLATE alliance OWNER alliance STRATEGY file_copy")
        finally:
            await admin.close()

    def make_bucket(self, bucket: str) -> None:
        """A bucket of its own."""
        client = Minio(
            self.stack.objects.url.removeprefix("http://"),
            access_key=self.stack.keys.s3_access,
            secret_key=self.stack.keys.s3_secret,
            secure=False,
            region=objects.REGION,
            http_client=urllib3.PoolManager(timeout=10),
        )
        if not client.bucket_exists(bucket):
            client.make_bucket(bucket)


if __name__ == "__main__":
    try:
        asyncio.run(Keeper(Path(sys.argv[1])).run())
    except StackError as error:
        sys.exit(str(error))
