"""Files on their way: what is broken, too large, cut or sent twice leaves nothing behind."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from uuid import uuid4

import httpx
import pytest

from service.operations.calls import PublishedEdition
from tests.api import samples
from tests.api.attaching import attach, keys

Connection = tuple[asyncio.StreamReader, asyncio.StreamWriter]


BROKEN = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.pdf"\r\n\r\n%PDF-1.7 ...'


TWO = b"".join(
    b'--x\r\nContent-Disposition: form-data; name="f"; filename="%d.pdf"\r\n\r\n%%PDF-1.7\r\n' % n for n in range(2)
)


MANY = (
    b"".join(b'--x\r\nContent-Disposition: form-data; name="f%d"\r\n\r\nx\r\n' % n for n in range(1001)) + b"--x--\r\n"
)


LONG_HEADER = b"--x\r\nContent-Disposition: form-data; name=" + b"f" * 2_000_000 + b"\r\n\r\nx\r\n--x--\r\n"


@pytest.mark.parametrize(
    ("content", "media", "code"),
    [
        (BROKEN, "multipart/form-data; boundary=x", "bad_multipart"),
        (TWO + b"--x--\r\n", "multipart/form-data; boundary=x", "several_files"),
        (MANY, "multipart/form-data; boundary=x", "bad_multipart"),
        (LONG_HEADER, "multipart/form-data; boundary=x", "bad_multipart"),
        (b"nothing of the kind", "multipart/form-data; boundary=x", "bad_multipart"),
        (b"x", "multipart/form-data", "bad_multipart"),
        (b"--x--\r\n", "multipart/form-data; boundary=x", "file_missing"),
        (b"a=b", "application/x-www-form-urlencoded", "unsupported_media_type"),
    ],
)
async def test_a_broken_form_leaves_nothing(
    applicant: httpx.AsyncClient, draft: str, content: bytes, media: str, code: str
) -> None:
    before = await keys()
    answer = await attach(applicant, draft, content, **{"Content-Type": media})
    assert (answer.status_code in (400, 415), answer.json()["code"]) == (True, code), answer.text
    assert (await applicant.get(draft)).json()["attachments"] == []
    assert await keys() == before


@pytest.mark.parametrize(
    ("field", "status", "code"),
    [("nowhere", 422, "invalid"), ("title", 422, "invalid"), ("", 422, "invalid"), ("a\0b", 422, "invalid")],
)
async def test_a_field_that_takes_no_file(
    applicant: httpx.AsyncClient, draft: str, field: str, status: int, code: str
) -> None:
    answer = await attach(applicant, draft, samples.PDF, field=field)
    assert (answer.status_code, answer.json()["code"]) == (status, code)


@asynccontextmanager
async def begun(
    web: str, applicant: httpx.AsyncClient, path: str, length: int, *more: str
) -> AsyncIterator[Connection]:
    """An upload of which only the head was sent, by hand."""
    host, port = web.removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    head = (
        f"POST {path}&name=a.pdf HTTP/1.1",
        f"Host: {host}:{port}",
        f"Authorization: {applicant.headers['authorization']}",
        f"Content-Length: {length}",
        *more,
    )
    writer.write("\r\n".join((*head, "", "")).encode())
    try:
        yield reader, writer
    finally:
        writer.transport.abort()
        with suppress(ConnectionError):
            await writer.wait_closed()


@pytest.mark.parametrize("more", [(), ("Expect: 100-continue",)])
async def test_too_large_is_refused_before_it_is_read(
    web: str, applicant: httpx.AsyncClient, draft: str, more: tuple[str, ...]
) -> None:
    path = f"{draft}/attachments?field=presentation"
    async with begun(web, applicant, path, 30_000_000, *more) as (reader, _), asyncio.timeout(60):
        assert await reader.readuntil(b"\r\n") == b"HTTP/1.1 413 Request Entity Too Large\r\n"


async def test_a_sender_that_does_not_listen_still_gets_the_answer(
    web: str, applicant: httpx.AsyncClient, draft: str
) -> None:
    path = f"{draft}/attachments?field=presentation"
    async with begun(web, applicant, path, 30_000_000) as (reader, writer), asyncio.timeout(60):
        for _ in range(300):
            writer.write(b"\0" * 100_000)
            await writer.drain()
        assert await reader.readuntil(b"\r\n") == b"HTTP/1.1 413 Request Entity Too Large\r\n"


async def test_too_large_is_refused_while_it_is_read(applicant: httpx.AsyncClient, draft: str) -> None:
    before = await keys()

    async def endless() -> AsyncIterator[bytes]:
        yield samples.PDF
        for _ in range(400):
            yield b"\0" * 65_536

    answer = await applicant.post(
        f"{draft}/attachments", params={"field": "presentation", "name": "a.pdf"}, content=endless()
    )
    assert (answer.status_code, answer.json()["code"]) == (413, "file_too_large")
    assert await keys() == before


async def test_an_aborted_upload_leaves_nothing(web: str, applicant: httpx.AsyncClient, draft: str) -> None:
    before = await keys()
    async with begun(web, applicant, f"{draft}/attachments?field=annexes", 30_000_000) as (_, writer):
        writer.write(samples.PDF)
        for _ in range(120):
            writer.write(b"\0" * 100_000)
            await writer.drain()
    # Another upload of the same person goes through meanwhile, and is all that is left.
    added = (await attach(applicant, draft, samples.PDF)).json()
    await asyncio.sleep(0.5)
    left = before | {f"attachment/{added['id']}"}
    async with asyncio.timeout(60):
        while await keys() != left:
            await asyncio.sleep(0.1)
    assert [file["id"] for file in (await applicant.get(draft)).json()["attachments"]] == [added["id"]]


async def test_a_repeat_with_the_same_key_stores_one_file(applicant: httpx.AsyncClient, draft: str) -> None:
    before = await keys()
    key = {"Idempotency-Key": str(uuid4())}
    first = await attach(applicant, draft, samples.PDF, **key)
    again = await attach(applicant, draft, samples.PDF, **key)
    other = await attach(applicant, draft, samples.PNG, **key)
    assert (first.status_code, again.status_code, again.json()) == (201, 201, first.json())
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
    assert await keys() == before | {f"attachment/{first.json()['id']}"}


async def test_twins_with_one_key_store_one_file(applicant: httpx.AsyncClient, draft: str) -> None:
    before = await keys()
    key = {"Idempotency-Key": str(uuid4())}
    answers = await asyncio.gather(*(attach(applicant, draft, samples.PDF * 20_000, **key) for _ in range(4)))
    assert [answer.status_code for answer in answers] == [201] * 4
    assert len({answer.text for answer in answers}) == 1
    assert await keys() == before | {f"attachment/{answers[0].json()['id']}"}
    assert len((await applicant.get(draft)).json()["attachments"]) == 1


async def test_more_at_once_than_the_store_is_given(applicant: httpx.AsyncClient, call: PublishedEdition) -> None:
    drafts = [(await applicant.post(f"/api/calls/{call.slug}/proposals")).headers["location"] for _ in range(10)]
    answers = await asyncio.gather(*(attach(applicant, draft, samples.PDF * 10_000) for draft in drafts))
    assert [answer.status_code for answer in answers] == [201] * 10
