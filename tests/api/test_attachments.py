"""Attachments: sent and given back, in parts too; replaced, put in order, removed, brought back."""

import hashlib

import httpx
import pytest

from forms.kinds.files import FORMATS
from service.store.database import execute, value
from tests.api import samples
from tests.api.attaching import attach, keys
from tests.api.people import signed_in


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


async def test_saved_under_the_ending_of_its_content(applicant: httpx.AsyncClient, draft: str) -> None:
    """A receiver's system opens a file by its name, which its sender has chosen."""
    added = await attach(applicant, draft, samples.PDF, "facture.exe")
    back = await applicant.get(added.headers["location"])
    assert back.headers["content-disposition"] == (
        "attachment; filename=\"facture.exe.pdf\"; filename*=UTF-8''facture.exe.pdf"
    )
    assert await shown(applicant, draft) == ["facture.exe"]


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
