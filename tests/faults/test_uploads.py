"""A large file is sent while the web process and the object store are killed: every acknowledged byte is there."""

import asyncio
import base64
import hashlib
import random
import time

import httpx
import pytest

from tests.api.samples import MP4
from tests.support.house import House

pytestmark = [pytest.mark.long, pytest.mark.timeout(540), pytest.mark.xdist_group("faults")]

SIZE = 60_000_000
PIECE = 8 * 1024 * 1024
PATIENCE = 120.0
TUS = {"Tus-Resumable": "1.0.0"}
NAME = base64.b64encode("démonstration.mp4".encode()).decode()


class Sender:
    """Sends a file as a patient client does, and holds the service to what it acknowledged."""

    def __init__(self, http: httpx.AsyncClient, upload: str, content: bytes) -> None:
        self.http, self.upload, self.content = http, upload, content
        self.acknowledged = 0
        self.cuts = 0

    async def run(self) -> None:
        until = time.monotonic() + PATIENCE
        while self.acknowledged < len(self.content) or not await self.done():
            assert time.monotonic() < until, "it did not end"
            try:
                await self.go_on()
            except (httpx.TransportError, httpx.HTTPStatusError):
                self.cuts += 1
                await asyncio.sleep(0.2)

    async def go_on(self) -> None:
        """From where the service says that it is: never before what it acknowledged."""
        told = await self.http.head(self.upload, headers=TUS)
        told.raise_for_status()
        at = int(told.headers["upload-offset"])
        assert at >= self.acknowledged
        self.acknowledged = at
        headers = {**TUS, "Content-Type": "application/offset+octet-stream", "Upload-Offset": str(at)}
        sent = await self.http.patch(self.upload, content=self.content[at : at + PIECE], headers=headers)
        sent.raise_for_status()
        self.acknowledged = int(sent.headers["upload-offset"])

    async def done(self) -> bool:
        """It is an attachment."""
        try:
            state = await self.http.get(self.upload, headers=TUS)
            state.raise_for_status()
        except (httpx.TransportError, httpx.HTTPStatusError):
            return False
        return state.json()["touched_at"] is None


@pytest.mark.parametrize("seed", range(3))
async def test_killed_in_the_middle_of_an_upload(house: House, seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311  when to kill
    content = MP4 + chance.randbytes(SIZE - len(MP4))
    async with house.journey() as journey:
        applicant = journey.applicant
        draft = f"/api/proposals/{(await applicant.post(f'/api/calls/{journey.slug}/proposals'))['id']}"
        begun = await applicant.ask(
            "POST",
            f"{draft}/uploads",
            params={"field": "annexes"},
            headers={**TUS, "Upload-Length": str(SIZE), "Upload-Metadata": f"filename {NAME}"},
        )
        sender = Sender(applicant.http, begun.headers["location"], content)
        sending = asyncio.create_task(sender.run())
        killed = 0
        for part in ["web", "objects"] * 3:
            await asyncio.wait({sending}, timeout=chance.uniform(0.3, 1.5))
            if sending.done():
                break
            house.kill(part)
            killed += 1
        await sending
        (file,) = (await applicant.get(draft))["attachments"]
        digest = hashlib.sha256(content).hexdigest()
        assert (file["size"], file["sha256"], file["name"]) == (SIZE, digest, "démonstration.mp4")
        back = await applicant.ask("GET", f"/api/attachments/{file['id']}")
        assert hashlib.sha256(back.content).hexdigest() == digest
        assert killed >= 2
        assert sender.cuts >= 1
