"""Publishing editions: the next number, once for each content, whoever publishes at the same time."""

import asyncio
import hashlib
import uuid
from datetime import UTC, datetime

import msgspec
import pytest

from forms import catalogue
from service.domain.actor import PROCESS, Role
from service.operations.calls import PublishedEdition, publish_edition, publish_shipped
from service.problems import Conflict, Forbidden, Invalid
from service.store.database import execute, rows, value
from service.store.ids import uuid7
from tests.support.people import person

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
pytestmark = pytest.mark.usefixtures("database")


def files(tag: str = "", *, weight: int = 40, prefix: str = "") -> dict[str, bytes]:
    """A copy of the reference call under a slug of its own; editions differ in a weight."""
    found = dict(catalogue.read("ami-2025"))
    call = found["call.toml"].decode()
    call = call.replace('slug = "ami-2025"', f'slug = "e-{tag}"')
    found["call.toml"] = call.replace('prefix = "AMI-2025"', f'prefix = "{prefix or "E-" + tag.upper()}"').encode()
    found["grid.toml"] = found["grid.toml"].replace(b"weight = 40", f"weight = {weight}".encode())
    return found


def tag() -> str:
    return uuid.uuid4().hex[:8]


async def publish(content: dict[str, bytes]) -> tuple[int, bool]:
    made = await publish_edition(PROCESS, content, now=NOW)
    return made.number, made.new


async def journal(made: PublishedEdition) -> list[tuple[str, int]]:
    found = await rows("SELECT kind, data FROM entry WHERE stream = {} ORDER BY seq", f"call:{made.call}")
    return [(line["kind"], msgspec.json.decode(line["data"])["number"]) for line in found]


async def test_each_content_is_an_edition_and_going_back_is_one_too() -> None:
    name = tag()
    told = [await publish(files(name, weight=weight)) for weight in (40, 40, 41, 41, 40, 40)]
    assert told == [(1, True), (1, False), (2, True), (2, False), (3, True), (3, False)]
    last = await publish_edition(PROCESS, files(name), now=NOW)
    assert await journal(last) == [("edition_published", number) for number in (1, 2, 3)]
    digests = await rows("SELECT digest FROM edition WHERE call = {} ORDER BY number", last.call)
    assert digests[0] == digests[2] != digests[1]


async def test_the_shipped_calls_never_undo_an_edition_that_somebody_published() -> None:
    await publish_shipped(now=NOW)
    changed = dict(catalogue.read("incubateur"))
    changed["grid.toml"] += f"# {tag()}\n".encode()
    again = await publish_edition(PROCESS, changed, now=NOW)
    assert not again.new  # a comment is no content
    changed["call.toml"] = changed["call.toml"].replace(b'fr = "', f'fr = "{tag()} '.encode(), 1)
    made = await publish_edition(PROCESS, changed, now=NOW)
    assert made.new
    await publish_shipped(now=NOW)
    assert await value("SELECT max(number) FROM edition WHERE call = {}", made.call) == made.number
    await publish_edition(PROCESS, catalogue.read("incubateur"), now=NOW)  # as other tests expect it


async def test_two_publish_at_once() -> None:
    """One new call, the same content six times and another six times: two editions."""
    name = tag()
    made = await asyncio.gather(
        *(publish_edition(PROCESS, files(name, weight=40), now=NOW) for _ in range(6)),
        return_exceptions=False,
    )
    assert sorted((one.number, one.new) for one in made) == [(1, False)] * 5 + [(1, True)]
    made = await asyncio.gather(*(publish_edition(PROCESS, files(name, weight=45 + n), now=NOW) for n in range(6)))
    assert sorted((one.number, one.new) for one in made) == [(number, True) for number in range(2, 8)]
    assert await journal(made[0]) == [("edition_published", number) for number in range(1, 8)]


async def test_the_prefix_of_references_is_a_calls_own_and_stays() -> None:
    name, other = tag(), tag()
    await publish(files(name))
    with pytest.raises(Conflict) as taken:
        await publish(files(other, prefix=f"E-{name.upper()}"))
    assert taken.value.code == "prefix_taken"
    with pytest.raises(Conflict) as fixed:
        await publish(files(name, prefix=f"F-{name.upper()}"))
    assert fixed.value.code == "prefix_fixed"
    assert await value("SELECT count(*) FROM call WHERE slug = {}", f"e-{other}") == 0


async def test_faulty_files_publish_nothing_and_tell_every_fault() -> None:
    name = tag()
    content = files(name, weight=0)
    del content["process.toml"]
    with pytest.raises(Invalid) as refused:
        await publish(content)
    assert [(error.path, error.code) for error in refused.value.errors] == [
        ("process.toml", "bad_edition"),
        ("grid.toml/criteria/0/weight", "bad_edition"),
    ]
    assert await value("SELECT count(*) FROM call WHERE slug = {}", f"e-{name}") == 0


async def test_administrators_alone_publish_and_nothing_is_read_for_others() -> None:
    made = await publish_edition(PROCESS, files(tag()), now=NOW)
    officer, admin = await person((Role.OFFICER, made.call)), await person((Role.ADMIN, None))
    with pytest.raises(Forbidden):
        await publish_edition(officer, {"call.toml": b"not even read"}, now=NOW)
    published = await publish_edition(admin, files(tag()), now=NOW)
    assert (published.number, published.new) == (1, True)
    entry = await rows("SELECT actor FROM entry WHERE stream = {}", f"call:{published.call}")
    assert [line["actor"] for line in entry] == [admin.account]


async def test_what_an_older_version_wrote_down_is_no_new_edition() -> None:
    """A property that calls may have since then, and that this one does not use, makes no other content of it."""
    content = files(tag())
    made = await publish_edition(PROCESS, content, now=NOW)
    stored = msgspec.json.decode(await value("SELECT content FROM edition WHERE id = {}", made.edition))
    for item in stored["eligibility"]["items"]:
        del item["shown_if"]
    written = msgspec.json.encode(stored)
    await execute(
        "INSERT INTO edition (id, call, number, content, digest, published_at) VALUES ({}, {}, 2, {}, {}, {})",
        *(uuid7(NOW), made.call, written.decode(), hashlib.sha256(written).hexdigest(), NOW),
    )
    assert await publish(content) == (2, False)
