"""Attachments: streamed in and out; what is refused, and that nothing is left of it."""

import asyncio
import hashlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from uuid import uuid4

import httpx
import pytest

from forms.kinds.files import FORMATS
from service.operations.calls import PublishedEdition
from service.store import objects
from service.store.database import execute, value
from tests.api import samples
from tests.api.people import signed_in

Connection = tuple[asyncio.StreamReader, asyncio.StreamWriter]


async def keys() -> set[str]:
    """Every attachment's object in this worker's bucket."""
    return {listed.key async for listed in objects.store().list("attachment/")}


async def attach(
    applicant: httpx.AsyncClient,
    draft: str,
    content: bytes,
    name: str = "annexe.pdf",
    field: str = "annexes",
    **more: str,
) -> httpx.Response:
    """A raw body."""
    return await applicant.post(
        f"{draft}/attachments", params={"field": field, "name": name}, content=content, headers=more
    )


async def test_in_and_out(applicant: httpx.AsyncClient, draft: str) -> None:
    content = samples.PDF + bytes(range(256)) * 50_000
    added = await attach(applicant, draft, content, "Étude d’impact.pdf")
    digest = hashlib.sha256(content).hexdigest()
    assert (added.status_code, added.json()["sha256"], added.json()["size"]) == (201, digest, len(content))
    back = await applicant.get(added.headers["location"])
    assert back.content == content
    assert {name: back.headers[name] for name in ("content-type", "etag", "content-length", "accept-ranges")} == {
        "content-type": "application/pdf",
        "etag": f'"{digest}"',
        "content-length": str(len(content)),
        "accept-ranges": "bytes",
    }
    assert back.headers["content-disposition"] == (
        "attachment; filename=\"_tude d_impact.pdf\"; filename*=UTF-8''%C3%89tude%20d%E2%80%99impact.pdf"
    )
    assert back.headers["content-security-policy"] == "default-src 'none'; sandbox; frame-ancestors 'none'"
    (shown,) = (await applicant.get(draft)).json()["attachments"]
    assert (shown["name"], shown["media_type"]) == ("Étude d’impact.pdf", "application/pdf")


@pytest.mark.parametrize(
    ("said", "status", "part", "content_range"),
    [
        ("bytes=0-3", 206, slice(0, 4), "bytes 0-3/{size}"),
        ("bytes=100-", 206, slice(100, None), "bytes 100-{last}/{size}"),
        ("bytes=-5", 206, slice(-5, None), "bytes {from5}-{last}/{size}"),
        ("bytes=0-99999999", 206, slice(0, None), "bytes 0-{last}/{size}"),
        ("bytes=-99999999", 206, slice(0, None), "bytes 0-{last}/{size}"),
        ("bytes=99999999-", 416, None, "bytes */{size}"),
        ("bytes=5-2", 200, slice(0, None), None),
        ("bytes=0-1,4-5", 200, slice(0, None), None),
        ("lines=1-2", 200, slice(0, None), None),
        ("bytes=-", 200, slice(0, None), None),
    ],
)
async def test_ranges(  # noqa: PLR0917  columns of the table
    applicant: httpx.AsyncClient, draft: str, said: str, status: int, part: slice | None, content_range: str | None
) -> None:
    content = samples.PDF + bytes(range(256)) * 4
    size = len(content)
    address = (await attach(applicant, draft, content)).headers["location"]
    answer = await applicant.get(address, headers={"Range": said})
    wanted = content_range and content_range.format(size=size, last=size - 1, from5=size - 5)
    assert (answer.status_code, answer.headers.get("content-range")) == (status, wanted)
    if part is not None:
        assert answer.content == content[part]


async def test_conditions_and_head(applicant: httpx.AsyncClient, draft: str) -> None:
    address = (await attach(applicant, draft, samples.PDF)).headers["location"]
    etag = (await applicant.head(address)).headers["etag"]
    same = await applicant.get(address, headers={"If-None-Match": f'"other", {etag}'})
    changed = await applicant.get(address, headers={"Range": "bytes=0-3", "If-Range": '"other"'})
    kept = await applicant.get(address, headers={"Range": "bytes=0-3", "If-Range": etag})
    head = await applicant.head(address)
    assert (same.status_code, same.content) == (304, b"")
    assert [answer.status_code for answer in (changed, kept, head)] == [200, 206, 200]
    assert (head.content, head.headers["content-length"]) == (b"", str(len(samples.PDF)))


@pytest.mark.parametrize("kind", samples.TYPES)
async def test_only_the_types_of_the_field_whatever_the_name(
    applicant: httpx.AsyncClient, draft: str, kind: str
) -> None:
    content, media_type = samples.TYPES[kind]
    before = await keys()
    answer = await attach(applicant, draft, content, "presentation.pdf", "presentation")
    if kind == "pdf":
        assert answer.status_code == 201, answer.text
        return
    problem = answer.json()
    codes = {error["code"] for error in problem["errors"]}
    assert (answer.status_code, "wrong_file_type" in codes) == (422, True)
    named = FORMATS.get(media_type)
    said = f"Ce fichier est au format {named}" if named else "Le format de ce fichier n’est pas accepté"
    assert problem["errors"][0]["detail"] == f"{said} ; formats acceptés : PDF."
    assert await keys() == before


async def test_a_form_with_one_file(applicant: httpx.AsyncClient, draft: str) -> None:
    answer = await applicant.post(
        f"{draft}/attachments",
        params={"field": "annexes"},
        data={"note": "x"},
        files={"file": ("../../plan ".rjust(40) + "d'accès.png", samples.PNG, "application/pdf")},
    )
    assert answer.status_code == 201, answer.text
    (shown,) = (await applicant.get(draft)).json()["attachments"]
    assert (shown["name"], shown["media_type"]) == ("plan d'accès.png", "image/png")


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
    async with begun(web, applicant, path, 30_000_000, *more) as (reader, _), asyncio.timeout(10):
        assert await reader.readuntil(b"\r\n") == b"HTTP/1.1 413 Request Entity Too Large\r\n"


async def test_a_sender_that_does_not_listen_still_gets_the_answer(
    web: str, applicant: httpx.AsyncClient, draft: str
) -> None:
    path = f"{draft}/attachments?field=presentation"
    async with begun(web, applicant, path, 30_000_000) as (reader, writer), asyncio.timeout(20):
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
    assert await keys() == before | {f"attachment/{added['id']}"}
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


async def test_removed_is_gone_and_a_stranger_knows_of_nothing(
    web: str, applicant: httpx.AsyncClient, draft: str
) -> None:
    address = (await attach(applicant, draft, samples.PDF)).headers["location"]
    async with signed_in(web) as stranger:
        for method, path in (("GET", address), ("DELETE", address), ("GET", draft), ("POST", f"{draft}/submit")):
            answer = await stranger.request(method, path)
            assert (answer.status_code, answer.json()["code"]) == (404, "not_found"), (method, path)
        refused = await attach(stranger, draft, samples.PDF)
        assert refused.status_code == 404
    assert (await applicant.delete(address)).status_code == 200
    assert (await applicant.get(address)).status_code == 404
    assert await value("SELECT count(*) FROM attachment WHERE id = {}", address.rsplit("/", 1)[-1]) == 1


@pytest.mark.parametrize(
    "header",
    [
        'attachment; filename="plan.pdf"',
        "attachment; filename=plan.pdf",
        "attachment; filename=\"x.pdf\"; filename*=UTF-8''plan.pdf",
        'attachment; filename="..\\\\..\\\\plan.pdf"',
    ],
)
async def test_the_name_of_a_raw_body_in_its_header(applicant: httpx.AsyncClient, draft: str, header: str) -> None:
    answer = await applicant.post(
        f"{draft}/attachments",
        params={"field": "annexes"},
        content=samples.PDF,
        headers={"Content-Disposition": header},
    )
    assert answer.status_code == 201
    (shown,) = (await applicant.get(draft)).json()["attachments"]
    assert shown["name"] == "plan.pdf"


async def shown(applicant: httpx.AsyncClient, draft: str) -> list[str]:
    """The names of the draft's files, in their order."""
    return [file["name"] for file in (await applicant.get(draft)).json()["attachments"]]


async def test_replaced_in_its_place_and_put_in_order(applicant: httpx.AsyncClient, draft: str) -> None:
    ids = [(await attach(applicant, draft, samples.PDF, f"{n}.pdf")).json()["id"] for n in "abc"]
    query = {"field": "annexes", "name": "d.pdf", "replaces": ids[1]}
    new = (await applicant.post(f"{draft}/attachments", params=query, content=samples.PDF)).json()["id"]
    assert await shown(applicant, draft) == ["a.pdf", "d.pdf", "c.pdf"]
    assert (await applicant.get(f"/api/attachments/{ids[1]}")).status_code == 404
    again = await applicant.post(f"{draft}/attachments", params=query, content=samples.PDF)
    assert (again.status_code, again.json()["code"]) == (409, "file_gone")
    order = [ids[2], ids[0], new]
    said = {"field": "annexes", "files": order}
    assert (await applicant.put(f"{draft}/attachments", json=said)).json() == said
    assert await shown(applicant, draft) == ["c.pdf", "a.pdf", "d.pdf"]
    await attach(applicant, draft, samples.PDF, "e.pdf")
    assert await shown(applicant, draft) == ["c.pdf", "a.pdf", "d.pdf", "e.pdf"]
    for wrong in (order, [*order, ids[1]], [*order, order[0]], []):
        answer = await applicant.put(f"{draft}/attachments", json={"field": "annexes", "files": wrong})
        assert (answer.status_code, answer.json()["code"]) == (409, "files_changed")
    assert await shown(applicant, draft) == ["c.pdf", "a.pdf", "d.pdf", "e.pdf"]


async def test_a_full_field_takes_a_file_in_the_place_of_another_one(applicant: httpx.AsyncClient, draft: str) -> None:
    query = {"field": "presentation", "name": "a.pdf"}
    one = (await applicant.post(f"{draft}/attachments", params=query, content=samples.PDF)).json()["id"]
    more = await applicant.post(f"{draft}/attachments", params=query, content=samples.PDF)
    other_field = await applicant.post(
        f"{draft}/attachments", params={**query, "field": "annexes", "replaces": one}, content=samples.PDF
    )
    good = await applicant.post(
        f"{draft}/attachments", params={**query, "name": "b.pdf", "replaces": one}, content=samples.PDF
    )
    assert [answer.status_code for answer in (more, other_field, good)] == [422, 409, 201]
    assert await shown(applicant, draft) == ["b.pdf"]


async def test_what_was_removed_or_replaced_comes_back(applicant: httpx.AsyncClient, draft: str) -> None:
    """As the last of its field, where that takes it, within its time; never what was found infected."""
    ids = [(await attach(applicant, draft, samples.PDF, f"{n}.pdf")).json()["id"] for n in "abcde"]
    assert (await applicant.delete(f"/api/attachments/{ids[0]}")).status_code == 200

    async def removed() -> list[str]:
        return [file["name"] for file in (await applicant.get(draft)).json()["removed"]]

    async def restored(file: str) -> tuple[int, dict[str, object]]:
        answer = await applicant.post(f"/api/attachments/{file}/restore")
        return answer.status_code, answer.json()

    assert (await shown(applicant, draft), await removed()) == (["b.pdf", "c.pdf", "d.pdf", "e.pdf"], ["a.pdf"])
    back = {"id": ids[0], "field": "annexes"}
    assert [await restored(ids[0]), await restored(ids[0])] == [(200, back)] * 2
    assert (await shown(applicant, draft), await removed()) == (["b.pdf", "c.pdf", "d.pdf", "e.pdf", "a.pdf"], [])
    assert (await applicant.get(f"/api/attachments/{ids[0]}")).content == samples.PDF

    query = {"field": "annexes", "name": "f.pdf", "replaces": ids[0]}
    assert (await applicant.post(f"{draft}/attachments", params=query, content=samples.PDF)).status_code == 201
    status, told = await restored(ids[0])
    assert (status, told["code"], await removed()) == (422, "invalid", ["a.pdf"]), "the field is full"
    page = draft.replace("/api/proposals/", "/candidatures/") + "?section=attachments"
    by_page = await applicant.post(page, data={"_suite": f"retablir:{ids[0]}"})
    assert (by_page.status_code, "Rétablir a.pdf" in by_page.text) == (422, True)
    assert (await applicant.delete(f"/api/attachments/{ids[1]}")).status_code == 200
    by_page = await applicant.post(page, data={"_suite": f"retablir:{ids[0]}"})
    assert by_page.headers["location"].endswith("fait=piece-retablie#c-annexes")
    assert (await shown(applicant, draft))[-1] == "a.pdf"

    await execute("UPDATE attachment SET scan = 'infected' WHERE id = {}", ids[1])
    assert ((await restored(ids[1]))[1]["code"], await removed()) == ("file_infected", [])
    late = "UPDATE attachment SET scan = 'off', removed_at = now() - interval '31 days' WHERE id = {}"
    await execute(late, ids[1])
    assert ((await restored(ids[1]))[1]["code"], await removed()) == ("not_found", [])
