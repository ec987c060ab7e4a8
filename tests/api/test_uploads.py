"""Files in pieces, by the tus protocol: every byte that was acknowledged is there, whatever happened meanwhile."""

import asyncio
import base64
import hashlib
from contextlib import suppress
from datetime import timedelta
from random import Random
from uuid import UUID

import httpx
import pytest

from service import clock, housekeeping
from service.operations.calls import PublishedEdition
from service.store import objects
from service.store.database import execute, value
from service.store.objects import PART
from tests.api import samples
from tests.api.acting import scene
from tests.api.people import signed_in

TUS = {"Tus-Resumable": "1.0.0"}
PIECES = {**TUS, "Content-Type": "application/offset+octet-stream"}


def content(size: int, seed: int = 1) -> bytes:
    """A PDF of that size, as far as its beginning tells."""
    return samples.PDF + Random(seed).randbytes(size - len(samples.PDF))  # noqa: S311  filler


async def begin(
    applicant: httpx.AsyncClient, draft: str, size: int, name: str = "étude.pdf", **query: str
) -> httpx.Response:
    named = base64.b64encode(name.encode()).decode()
    headers = {**TUS, "Upload-Length": str(size), "Upload-Metadata": f"filename {named},mark {named}"}
    return await applicant.post(f"{draft}/uploads", params={"field": "annexes", **query}, headers=headers)


async def send(applicant: httpx.AsyncClient, upload: str, offset: int, piece: bytes) -> httpx.Response:
    return await applicant.patch(upload, content=piece, headers={**PIECES, "Upload-Offset": str(offset)})


async def offset(applicant: httpx.AsyncClient, upload: str) -> int:
    answer = await applicant.head(upload, headers=TUS)
    assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-store")
    return int(answer.headers["upload-offset"])


async def stored(prefix: str) -> set[str]:
    return {listed.key async for listed in objects.store().list(prefix)}


# Sizes of the pieces, around the size of a part of the store.
@pytest.mark.parametrize(
    "pieces",
    [
        [1000],
        [1, 500, 499],
        [PART],
        [PART - 1, 2, PART + 10],
        [2 * PART + 7, 0, PART - 7],
        [100, 0, PART, PART - 50],
    ],
)
async def test_a_file_in_pieces(applicant: httpx.AsyncClient, draft: str, pieces: list[int]) -> None:
    whole = content(sum(pieces))
    begun = await begin(applicant, draft, len(whole))
    upload = begun.headers["location"]
    assert (begun.status_code, begun.headers["tus-resumable"]) == (201, "1.0.0")
    at = 0
    for size in pieces:
        assert await offset(applicant, upload) == at
        answer = await send(applicant, upload, at, whole[at : at + size])
        at += size
        assert (answer.status_code, answer.headers["upload-offset"]) == (204, str(at)), answer.text
    assert await offset(applicant, upload) == len(whole)
    (file,) = (await applicant.get(draft)).json()["attachments"]
    id_ = upload.rpartition("/")[2]
    assert (file["id"], file["name"], file["size"]) == (id_, "étude.pdf", len(whole))
    assert file["sha256"] == hashlib.sha256(whole).hexdigest()
    back = await applicant.get(f"/api/attachments/{id_}")
    assert back.content == whole
    # Nothing of the way is left, and the last answer can be asked for again.
    assert await stored(f"upload/{id_}") == set()
    assert await value("SELECT count(*) FROM upload WHERE id = {}", id_) == 0
    assert (await applicant.get(f"{draft}/uploads")).json() == {"items": []}


async def test_what_was_received_before_a_cut_is_kept(web: str, applicant: httpx.AsyncClient, draft: str) -> None:
    whole = content(2 * PART + 300_000)
    upload = (await begin(applicant, draft, len(whole))).headers["location"]
    at = 0
    for cut in (PART + 12_345, 2 * PART + 99):
        host, port = web.removeprefix("http://").split(":")
        _, writer = await asyncio.open_connection(host, int(port))
        head = (
            f"PATCH {upload} HTTP/1.1",
            f"Host: {host}:{port}",
            f"Authorization: {applicant.headers['authorization']}",
            f"Content-Length: {len(whole) - at}",
            f"Upload-Offset: {at}",
            *(f"{name}: {said}" for name, said in PIECES.items()),
        )
        writer.write("\r\n".join((*head, "", "")).encode() + whole[at:cut])
        await writer.drain()
        await asyncio.sleep(0.2)
        writer.transport.abort()
        with suppress(ConnectionError):
            await writer.wait_closed()
        for _ in range(1200):
            at = await offset(applicant, upload)
            if at == cut:
                break
            await asyncio.sleep(0.05)
        assert at == cut
    unfinished = (await applicant.get(f"{draft}/uploads")).json()["items"]
    assert [(one["name"], one["received"], one["size"]) for one in unfinished] == [("étude.pdf", at, len(whole))]
    assert (await applicant.get(draft)).json()["attachments"] == []
    assert (await send(applicant, upload, at, whole[at:])).status_code == 204
    (file,) = (await applicant.get(draft)).json()["attachments"]
    assert file["sha256"] == hashlib.sha256(whole).hexdigest()


async def test_two_requests_at_once_do_not_mix(applicant: httpx.AsyncClient, draft: str) -> None:
    whole = content(PART + 5_000)
    upload = (await begin(applicant, draft, len(whole))).headers["location"]
    answers = await asyncio.gather(*(send(applicant, upload, 0, whole[: 4_000 + n]) for n in range(4)))
    won = [n for n, answer in enumerate(answers) if answer.status_code == 204]
    assert len(won) == 1
    assert {answer.json()["code"] for n, answer in enumerate(answers) if n not in won} == {"wrong_offset"}
    assert {answer.headers["upload-offset"] for answer in answers} == {str(4_000 + won[0])}
    assert (await send(applicant, upload, 4_000 + won[0], whole[4_000 + won[0] :])).status_code == 204
    (file,) = (await applicant.get(draft)).json()["attachments"]
    assert file["sha256"] == hashlib.sha256(whole).hexdigest()


@pytest.mark.parametrize(
    ("size", "query", "status", "code"),
    [
        (0, {}, 422, "invalid"),
        (10**12, {}, 413, "file_too_large"),
        (10, {"field": "title"}, 422, "invalid"),
        (10, {"replaces": "018f6b1e-7a90-7c3e-9a51-0d6f3a2b4c5d"}, 409, "file_gone"),
    ],
)
async def test_refused_before_any_byte(  # noqa: PLR0917  columns of the table
    applicant: httpx.AsyncClient, draft: str, size: int, query: dict[str, str], status: int, code: str
) -> None:
    answer = await begin(applicant, draft, size, **query)
    assert (answer.status_code, answer.json()["code"], answer.headers["tus-resumable"]) == (status, code, "1.0.0")


async def test_a_full_field_takes_no_more(applicant: httpx.AsyncClient, draft: str) -> None:
    one = await applicant.post(
        f"{draft}/attachments", params={"field": "presentation", "name": "a.pdf"}, content=samples.PDF
    )
    full = await begin(applicant, draft, 10, field="presentation")
    assert (full.status_code, full.json()["errors"][0]["code"]) == (422, "too_many_files")
    upload = (await begin(applicant, draft, 1000, "b.pdf", field="presentation", replaces=one.json()["id"])).headers
    assert (await send(applicant, upload["location"], 0, content(1000))).status_code == 204
    assert [file["name"] for file in (await applicant.get(draft)).json()["attachments"]] == ["b.pdf"]


@pytest.mark.parametrize(
    ("headers", "status", "code"),
    [
        ({"Tus-Resumable": ""}, 412, "tus_version"),
        ({"Tus-Resumable": "2.0.0"}, 412, "tus_version"),
        ({"Content-Type": "application/octet-stream"}, 415, "unsupported_media_type"),
        ({"Upload-Offset": "-1"}, 400, "bad_upload_header"),
        ({"Upload-Offset": "9" * 30}, 400, "bad_upload_header"),
        ({"Upload-Offset": "3"}, 409, "wrong_offset"),
    ],
)
async def test_what_the_protocol_refuses(
    applicant: httpx.AsyncClient, draft: str, headers: dict[str, str], status: int, code: str
) -> None:
    upload = (await begin(applicant, draft, 1000)).headers["location"]
    answer = await applicant.patch(upload, content=b"x", headers={**PIECES, "Upload-Offset": "0", **headers})
    assert (answer.status_code, answer.json()["code"], answer.headers["tus-resumable"]) == (status, code, "1.0.0")
    assert await offset(applicant, upload) == 0


async def test_more_than_was_announced_is_refused_and_the_rest_can_go_on(
    applicant: httpx.AsyncClient, draft: str
) -> None:
    whole = content(1000)
    upload = (await begin(applicant, draft, len(whole))).headers["location"]
    assert (await send(applicant, upload, 0, whole + b"x")).status_code == 413
    assert (await send(applicant, upload, await offset(applicant, upload), whole)).status_code == 204


async def test_a_wrong_type_is_told_at_the_last_byte_and_leaves_nothing(
    applicant: httpx.AsyncClient, draft: str
) -> None:
    whole = samples.PROGRAM + bytes(PART)
    upload = (await begin(applicant, draft, len(whole))).headers["location"]
    answer = await send(applicant, upload, 0, whole)
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (422, "wrong_file_type")
    id_ = upload.rpartition("/")[2]
    assert (await applicant.head(upload, headers=TUS)).status_code == 404
    assert await stored(f"attachment/{id_}") | await stored(f"upload/{id_}") == set()


async def test_an_upload_is_its_senders_alone(web: str, applicant: httpx.AsyncClient, draft: str) -> None:
    upload = (await begin(applicant, draft, 1000)).headers["location"]
    async with signed_in(web) as stranger:
        assert (await stranger.head(upload, headers=TUS)).status_code == 404
        assert (await send(stranger, upload, 0, b"x")).status_code == 404
        assert (await begin(stranger, draft, 10)).status_code == 404
        assert (await stranger.get(f"{draft}/uploads")).status_code == 404
        assert (await stranger.delete(upload, headers=TUS)).status_code == 204
    assert await offset(applicant, upload) == 0


async def test_given_up_by_its_sender_or_after_a_week(applicant: httpx.AsyncClient, draft: str) -> None:
    uploads = []
    for _ in range(2):
        uploads.append((await begin(applicant, draft, 3 * PART)).headers["location"])
        assert (await send(applicant, uploads[-1], 0, content(PART + 10))).status_code == 204
    ids = [upload.rpartition("/")[2] for upload in uploads]
    assert len(await stored(f"upload/{ids[0]}")) == 1
    assert (await applicant.delete(uploads[0], headers=TUS)).status_code == 204
    await execute("UPDATE upload SET touched_at = touched_at - interval '8 days' WHERE id = {}", UUID(ids[1]))
    await housekeeping.drop_uploads(clock.now() - timedelta(minutes=1))
    for upload, id_ in zip(uploads, ids, strict=True):
        assert (await applicant.head(upload, headers=TUS)).status_code == 404
        assert await stored(f"upload/{id_}") == set()
        assert (await applicant.delete(upload, headers=TUS)).status_code == 204


async def test_files_of_the_thread_come_in_pieces_too(web: str, call: PublishedEdition) -> None:
    async with scene(web, call) as now:
        await now.submit()
        closed = await begin(now.applicant, now.path, 1000)
        assert (closed.status_code, closed.json()["code"]) == (409, "wrong_phase")
        for who in (now.applicant, now.officer):
            upload = (await begin(who, now.path, 1000, field="@thread")).headers["location"]
            assert (await send(who, upload, 0, content(1000))).status_code == 204
            thread = (await who.get(f"{now.path}/thread")).json()
            assert [file["id"] for file in thread["unsent"]] == [upload.rpartition("/")[2]]


async def test_what_is_spoken_here(anybody: httpx.AsyncClient, draft: str) -> None:
    answer = await anybody.options(f"{draft}/uploads")
    told = {name: said for name, said in answer.headers.items() if name.startswith("tus-")}
    assert (answer.status_code, told) == (
        204,
        {"tus-version": "1.0.0", "tus-extension": "creation,expiration,termination", "tus-resumable": "1.0.0"},
    )


async def test_what_is_not_at_its_end_is_told_before_submitting(applicant: httpx.AsyncClient, draft: str) -> None:
    page = f"/candidatures/{draft.rpartition('/')[2]}?section=depot"
    said = "Des envois de fichiers ne sont pas terminés"
    assert said not in (await applicant.get(page)).text
    upload = (await begin(applicant, draft, 1000)).headers["location"]
    await send(applicant, upload, 0, content(1000)[:450])
    shown = (await applicant.get(page)).text
    assert (said in shown, "étude.pdf</a> (45\u00a0% reçus)" in shown) == (True, True)
