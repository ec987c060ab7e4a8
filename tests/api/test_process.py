"""The web process as it runs: the memory of a large upload, and what still works while a component is cut off."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from service.operations.calls import PublishedEdition
from service.stack import ports
from tests.api import samples
from tests.api.people import client, token_of
from tests.support.people import person
from tests.support.proxy import Proxy, proxied

ROOT = Path(__file__).parents[2]
MEGABYTE = 2**20


@asynccontextmanager
async def process(environ: dict[str, str], folder: Path) -> AsyncIterator[tuple[str, int]]:
    """`alliance web` in a process of its own: address and process id."""
    port = ports.choose(("web",), folder / "ports.json", {})["web"]
    kept = {name: value for name, value in os.environ.items() if not name.startswith("ALLIANCE_")}
    own = {"ALLIANCE_PORT": str(port), "ALLIANCE_ADDRESS": f"http://127.0.0.1:{port}"}
    with (folder / "web.log").open("wb") as log:
        started = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "service.cli", "web", cwd=ROOT, env=kept | environ | own, stdout=log, stderr=log
        )
    try:
        await until_live(own["ALLIANCE_ADDRESS"], started, folder / "web.log")
        yield own["ALLIANCE_ADDRESS"], started.pid
    finally:
        started.send_signal(signal.SIGTERM)
        await asyncio.wait_for(started.wait(), 60)


async def until_live(address: str, started: asyncio.subprocess.Process, log: Path) -> None:
    """Wait until it answers."""
    async with client(address) as found:
        for _ in range(1200):
            assert started.returncode is None, log.read_text()
            try:
                if (await found.get("/health/live")).status_code == 200:
                    return
            except httpx.TransportError:
                await asyncio.sleep(0.1)
    raise AssertionError(log.read_text())


def memory(pid: int) -> dict[str, int]:
    """Bytes of resident memory: now (VmRSS) and at most (VmHWM)."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    found = dict(line.split(":", 1) for line in lines if line.startswith("Vm"))
    return {name: int(found[name].split()[0]) * 1024 for name in ("VmRSS", "VmHWM")}


async def opened(applicant: httpx.AsyncClient, call: PublishedEdition) -> str:
    """A new draft's address."""
    answer = await applicant.post(f"/api/calls/{call.slug}/proposals")
    assert answer.status_code == 201, answer.text
    return str(answer.headers["location"])


async def video(size: int) -> AsyncIterator[bytes]:
    """A body of that many bytes, made while it is sent."""
    yield samples.MP4
    block = bytes(range(256)) * 256
    left = size - len(samples.MP4)
    while left > 0:
        yield block[: min(left, len(block))]
        left -= len(block)


@pytest.mark.parametrize("way", ["raw", "form"])
async def test_100_megabytes_raise_memory_by_less_than_32(
    servers: dict[str, str], call: PublishedEdition, tmp_path: Path, way: str
) -> None:
    size = 100_000_000
    token = await token_of(await person())
    async with process(servers, tmp_path) as (address, pid), client(address, token) as applicant:
        applicant.timeout = httpx.Timeout(120)
        draft = await opened(applicant, call)
        where = {"params": {"field": "annexes", "name": "petit.pdf"}}
        assert (await applicant.post(f"{draft}/attachments", content=samples.PDF, **where)).status_code == 201  # type: ignore[arg-type]
        before = memory(pid)["VmRSS"]
        Path(f"/proc/{pid}/clear_refs").write_text("5")
        content, headers = (framed(video(size)), FRAMED) if way == "form" else (video(size), {})
        answer = await applicant.post(
            f"{draft}/attachments", params={"field": "annexes", "name": "demo.mp4"}, content=content, headers=headers
        )
        assert (answer.status_code, answer.json()["size"]) == (201, size), answer.text
        grown = memory(pid)["VmHWM"] - before
        assert grown < 32 * MEGABYTE, f"{grown / MEGABYTE:.1f} MiB"
        Path(f"/proc/{pid}/clear_refs").write_text("5")
        before = memory(pid)["VmRSS"]
        async with applicant.stream("GET", answer.headers["location"]) as back:
            assert sum([len(chunk) async for chunk in back.aiter_bytes()]) == size
        assert memory(pid)["VmHWM"] - before < 16 * MEGABYTE


FRAMED = {"Content-Type": "multipart/form-data; boundary=frontier"}


async def framed(content: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """A body as the file of a form."""
    yield b'--frontier\r\nContent-Disposition: form-data; name="file"; filename="demo.mp4"\r\n\r\n'
    async for chunk in content:
        yield chunk
    yield b"\r\n--frontier--\r\n"


def behind(address: str, proxy: Proxy) -> str:
    """The same address, through the proxy."""
    parts = urlsplit(address)
    user, at, _ = parts.netloc.rpartition("@")
    return parts._replace(netloc=f"{user}{at}127.0.0.1:{proxy.port}").geturl()


async def told(request: httpx.Response) -> tuple[int, Any]:
    """Status, and which component the problem names."""
    return request.status_code, request.json().get("component")


async def test_what_works_while_a_component_is_cut_off(
    servers: dict[str, str], call: PublishedEdition, tmp_path: Path
) -> None:
    token = await token_of(await person())
    database, store = urlsplit(servers["ALLIANCE_DATABASE_URL"]), urlsplit(servers["ALLIANCE_S3_URL"])
    async with (
        proxied(database.hostname or "", database.port or 0) as to_database,
        proxied(store.hostname or "", store.port or 0) as to_store,
    ):
        environ = servers | {
            "ALLIANCE_DATABASE_URL": behind(servers["ALLIANCE_DATABASE_URL"], to_database),
            "ALLIANCE_S3_URL": behind(servers["ALLIANCE_S3_URL"], to_store),
            "ALLIANCE_TEMPORAL_ADDRESS": "127.0.0.1:9",
        }
        async with process(environ, tmp_path) as (address, _), client(address, token) as applicant:
            draft = await opened(applicant, call)
            upload = {"params": {"field": "annexes", "name": "a.pdf"}, "content": samples.PDF}
            kept = (await applicant.post(f"{draft}/attachments", **upload)).headers["location"]  # type: ignore[arg-type]
            ready = await applicant.get("/health/ready")
            assert (ready.status_code, ready.json()["components"]["temporal"]) == (503, "down")

            await to_store.cut()
            assert await told(await applicant.post(f"{draft}/attachments", **upload)) == (503, "objects")  # type: ignore[arg-type]
            assert await told(await applicant.get(kept)) == (503, "objects")
            saved = await applicant.patch(f"{draft}/answers", json={"title": {"value": "Tri"}})
            assert (saved.status_code, saved.json()["versions"]) == (200, {"title": 1})
            await to_store.open()
            assert (await applicant.get(kept)).content == samples.PDF

            await to_database.cut()
            cut = await applicant.get(draft)
            assert (await told(cut), cut.headers["retry-after"]) == ((503, "database"), "2")
            page = await applicant.get("/")
            assert (page.status_code, page.headers["content-type"]) == (503, "text/html; charset=utf-8")
            typed = {"_key": "k", "title": "Un <tri> à ne pas perdre", "new_password": "trois girafes", "v:title": "1."}
            page = await applicant.post(
                f"/candidatures/{draft.rpartition('/')[2]}", data=typed, headers={"Accept": "text/html"}
            )
            kept_there = ("Un &lt;tri&gt; à ne pas perdre", "Envoyer de nouveau", "girafes")
            assert (page.status_code, [page.text.count(one) for one in kept_there]) == (503, [2, 1, 0])
            ready = await applicant.get("/health/ready")
            assert ready.json()["components"] == {"database": "down", "objects": "up", "temporal": "down"}
            await to_database.open()
            assert (await applicant.get(draft)).json()["answers"]["title"]["value"] == "Tri"
