"""A chain holds as it was written, and shows every way of tampering with it."""

import uuid
from datetime import UTC, datetime, timedelta, timezone

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from service.domain.actor import PROCESS, Actor
from service.store import journal
from service.store.database import execute, row, transaction

NOW = datetime(2026, 3, 2, 9, 30, 0, 123456, tzinfo=UTC)
pytestmark = pytest.mark.usefixtures("database")

SOMEBODY = Actor(account=uuid.UUID(int=7))


async def chain(*entries: dict[str, object], at: datetime = NOW) -> str:
    name = f"system:{uuid.uuid4()}"
    async with transaction():
        for number, data in enumerate(entries):
            await journal.append(name, f"kind_{number}", SOMEBODY if number % 2 else PROCESS, at, data)
    return name


plain = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text().filter(lambda text: "\0" not in text),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("abcé", min_size=1), inner, max_size=3),
    max_leaves=8,
)


@settings(deadline=None, max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(entries=st.lists(st.dictionaries(st.sampled_from(["a", "z", "é"]), plain, max_size=3), min_size=1, max_size=4))
async def test_what_was_appended_is_read_back_and_verifies(entries: list[dict[str, object]]) -> None:
    name = await chain(*entries)
    found = await journal.entries(name)
    assert [entry.data for entry in found] == entries
    assert [entry.seq for entry in found] == list(range(1, len(entries) + 1))
    assert await journal.verify(name) == []


async def test_time_never_runs_backwards_and_offsets_do_not_matter() -> None:
    name = await chain({"number": 1})
    paris = timezone(timedelta(hours=1))
    async with transaction():
        for at in (NOW - timedelta(days=3), (NOW + timedelta(seconds=1)).astimezone(paris)):
            await journal.append(name, "later", PROCESS, at, {})
    assert [entry.at for entry in await journal.entries(name)] == [NOW, NOW, NOW + timedelta(seconds=1)]
    assert await journal.verify(name) == []


@pytest.mark.parametrize("expected", [1, 2, 3, 4])
async def test_whoever_expects_another_place_is_given_the_right_one(expected: int) -> None:
    """The one statement of a known place writes what the others write, and nothing where the place is not that one."""
    name = await chain({"é": "à"}, {})
    async with transaction():
        assert await journal.append(name, "third", SOMEBODY, NOW, {"at": NOW, "é": [1, "à"]}, expected) == (3, NOW)
        earlier = NOW - timedelta(seconds=1)
        assert await journal.append(name, "fourth", PROCESS, earlier, {}, expected + 1) == (4, NOW)
    assert [(entry.seq, entry.kind) for entry in (await journal.entries(name))[2:]] == [(3, "third"), (4, "fourth")]
    assert await journal.verify(name) == []


TAMPERING = {
    "data": ("UPDATE entry SET data = jsonb_build_object('number', 9) WHERE stream = $1 AND seq = 2", [(2, "altered")]),
    "kind": ("UPDATE entry SET kind = 'other' WHERE stream = $1 AND seq = 2", [(2, "altered")]),
    "actor": ("UPDATE entry SET actor = NULL WHERE stream = $1 AND seq = 2", [(2, "altered")]),
    "instant": ("UPDATE entry SET at = at + interval '1 microsecond' WHERE stream = $1 AND seq = 3", [(3, "altered")]),
    "removed": (
        "DELETE FROM entry WHERE stream = $1 AND seq = 2",
        [(2, "missing"), (3, "does not follow the entry before")],
    ),
    "cut": ("DELETE FROM entry WHERE stream = $1 AND seq = 3", [(2, "the head does not match the last entry")]),
}


@pytest.mark.parametrize("how", TAMPERING)
async def test_tampering_shows(how: str) -> None:
    sql, wanted = TAMPERING[how]
    name = await chain({"number": 1}, {"number": 2}, {"number": 3})
    async with transaction():  # as somebody who owns the database could
        await execute("ALTER TABLE entry DISABLE TRIGGER entry_immutable")
        await execute(sql.replace("$1", "{}"), name)
        await execute("ALTER TABLE entry ENABLE TRIGGER entry_immutable")
    assert [(found.seq, found.what) for found in await journal.verify(name)] == wanted


async def test_blanking_a_salt_unties_a_text_from_its_entry() -> None:
    assert journal.salted(b"a", b"text") != journal.salted(b"b", b"text")
    found = await row("SELECT encode(sha256({}), 'hex') AS digest", b"atext")
    assert found == {"digest": journal.salted(b"a", b"text")}


async def test_an_anchor_shows_a_chain_that_was_rewritten_with_all_its_hashes() -> None:
    name = await chain({"number": 1}, {"number": 2})
    made = journal.read_anchor(journal.anchor_json(await journal.anchor(NOW)))
    async with transaction():
        await journal.append(name, "grown", PROCESS, NOW, {})
    assert [found for found in await journal.verify_anchor(made) if found.stream == name] == []
    async with transaction():
        await execute("ALTER TABLE entry DISABLE TRIGGER entry_immutable")
        await execute("DELETE FROM entry WHERE stream = {}", name)
        await execute("ALTER TABLE entry ENABLE TRIGGER entry_immutable")
        await execute("DELETE FROM stream WHERE name = {}", name)
        for number in range(3):
            await journal.append(name, "kind_0", PROCESS, NOW, {"number": number})
    assert await journal.verify(name) == []
    found = [one for one in await journal.verify_anchor(made) if one.stream == name]
    assert [(one.seq, one.what) for one in found] == [(2, "is not what the anchor saw")]


async def test_an_anchor_that_was_altered_says_so() -> None:
    made = await journal.anchor(NOW)
    altered = msgspec.structs.replace(made, digest="0" * 64)
    assert [found.what for found in await journal.verify_anchor(altered)] == ["the anchor itself was altered"]
