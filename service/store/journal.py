"""The journal: append-only entries in hash-chained streams.

An entry's hash is SHA-256 over the previous hash and the canonical JSON of
`[stream, seq, kind, actor, at, data]`; the first entry's previous hash is 32 zero bytes.
"""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from uuid import UUID

import msgspec

from service.domain.actor import Actor
from service.store.database import Row, execute, row, rows

GENESIS = bytes(32)
Beside = tuple[str, Sequence[object]]
"""A statement, and its values."""
_canonical = msgspec.json.Encoder(order="deterministic")


class Entry(msgspec.Struct, frozen=True):
    """One line of a stream. `actor` is None when the process itself acted."""

    stream: str
    seq: int
    kind: str
    actor: UUID | None
    at: datetime
    data: dict[str, object]
    previous: bytes
    hash: bytes


def digest(  # noqa: PLR0917  an entry's parts, in their order
    stream: str, seq: int, kind: str, actor: UUID | None, at: datetime, data: object, previous: bytes
) -> bytes:
    """The hash of an entry. `at` to the microsecond, in UTC: what PostgreSQL keeps."""
    return hashlib.sha256(previous + _line(stream, seq, kind, actor, at, data)).digest()


def _line(stream: str, seq: int, kind: str, actor: UUID | None, at: datetime, data: object) -> bytes:  # noqa: PLR0917
    return _canonical.encode([stream, seq, kind, actor, at.astimezone(UTC).isoformat(timespec="microseconds"), data])


async def append(  # noqa: PLR0917  an entry's parts, in their order
    stream: str,
    kind: str,
    actor: Actor,
    now: datetime,
    data: Mapping[str, object],
    expected: int = 0,
    beside: Sequence[Beside] = (),
) -> tuple[int, datetime]:
    """Append one entry, inside the caller's transaction; returns its seq and its instant: time never runs backwards.

    `expected`: the seq that it will have, where the caller holds the lock of what the stream is about: one statement,
    with which others, `beside`, may go along. They are run whatever comes of it: what they say of seq or instant is for
    the caller to mend where these are others.
    """
    plain = msgspec.to_builtins(dict(data))
    if expected and await _append_as(expected, stream, kind, actor, now, plain, beside):
        return expected, now
    head = await _locked(stream)
    if head is None:
        await execute(
            "INSERT INTO stream (name, last_hash, last_at) VALUES ({}, {}, {}) ON CONFLICT (name) DO NOTHING",
            *(stream, GENESIS, now),
        )
        head = await _locked(stream)
    if head is None:
        raise RuntimeError(f"the stream {stream} vanished")
    seq, at = head["last_seq"] + 1, max(now, head["last_at"])
    link = digest(stream, seq, kind, actor.account, at, plain, head["last_hash"])
    await execute(
        "WITH head AS (UPDATE stream SET last_seq = {}, last_hash = {}, last_at = {} WHERE name = {})"
        " INSERT INTO entry (stream, seq, kind, actor, at, data, previous, hash)"
        " VALUES ({}, {}, {}, {}, {}, {}, {}, {})",
        *(seq, link, at, stream),
        *(stream, seq, kind, actor.account, at, msgspec.json.encode(plain).decode(), head["last_hash"], link),
    )
    return seq, at


async def _locked(stream: str) -> Row | None:
    return await row("SELECT last_seq, last_hash, last_at FROM stream WHERE name = {} FOR UPDATE", stream)


async def _append_as(  # noqa: PLR0917
    seq: int, stream: str, kind: str, actor: Actor, now: datetime, plain: object, beside: Sequence[Beside]
) -> bool:
    """Append the entry `seq`; False, and no entry, where it is not the next one, or the last one is dated later."""
    said = (stream, seq, kind, actor.account, now, msgspec.json.encode(plain).decode())
    line = _line(stream, seq, kind, actor.account, now, plain)
    others = "".join(f" beside{number} AS ({one})," for number, (one, _) in enumerate(beside))
    values = (each for _, some in beside for each in some)
    return await row(f"{_SAID},{others} {_FOLLOW if seq > 1 else _BEGIN}{_ENTRY}", *said, *values, line) is not None


# The same as `append` in one statement. Parameters: what `entry` keeps, in its order, then the line that is hashed.
_SAID = (
    "WITH said (stream, seq, kind, actor, at, data) AS (VALUES"
    " ({}::varchar, {}::integer, {}::varchar, {}::uuid, {}::timestamptz, {}::jsonb))"
)
_BEGIN = (
    "head AS (INSERT INTO stream (name, last_seq, last_hash, last_at)"  # noqa: S608  our own words
    f" SELECT stream, seq, sha256(decode('{GENESIS.hex()}', 'hex') || {{}}::bytea), at FROM said"
    f" ON CONFLICT (name) DO NOTHING RETURNING decode('{GENESIS.hex()}', 'hex') AS previous, last_hash AS hash)"
)
_FOLLOW = (
    "last AS (SELECT s.last_hash FROM stream s, said WHERE s.name = said.stream),"
    " head AS (UPDATE stream s SET last_seq = said.seq, last_hash = sha256(last.last_hash || {}::bytea),"
    " last_at = said.at FROM said, last WHERE s.name = said.stream AND s.last_seq = said.seq - 1"
    " AND s.last_at <= said.at AND s.last_hash = last.last_hash"
    " RETURNING last.last_hash AS previous, s.last_hash AS hash)"
)
_ENTRY = (
    " INSERT INTO entry (stream, seq, kind, actor, at, data, previous, hash)"
    " SELECT said.*, head.previous, head.hash FROM said, head RETURNING seq"
)


def salted(salt: bytes, content: bytes) -> str:
    """The hash under which a text stands in the journal: blanking the salt unties the two."""
    return hashlib.sha256(salt + content).hexdigest()


async def entries(stream: str, after: int = 0, limit: int = 1000) -> list[Entry]:
    """Entries of a stream after a seq, in order."""
    found = await rows("SELECT * FROM entry WHERE stream = {} AND seq > {} ORDER BY seq LIMIT {}", stream, after, limit)
    return [
        Entry(
            **{
                **line,
                "data": msgspec.json.decode(line["data"]),
                "previous": bytes(line["previous"]),
                "hash": bytes(line["hash"]),
            }
        )
        for line in found
    ]


class Break(msgspec.Struct, frozen=True):
    """Where a chain does not hold, and how."""

    stream: str
    seq: int
    what: str


async def verify(stream: str) -> list[Break]:
    """Recompute one chain; an empty list means that it holds."""
    breaks: list[Break] = []
    seq, previous, last = 0, GENESIS, None
    while page := await entries(stream, seq):
        for entry in page:
            if entry.seq != seq + 1:
                breaks.append(Break(stream, seq + 1, "missing"))
            if entry.previous != previous:
                breaks.append(Break(stream, entry.seq, "does not follow the entry before"))
            if digest(stream, entry.seq, entry.kind, entry.actor, entry.at, entry.data, entry.previous) != entry.hash:
                breaks.append(Break(stream, entry.seq, "altered"))
            if last is not None and entry.at < last:
                breaks.append(Break(stream, entry.seq, "earlier than the entry before"))
            seq, previous, last = entry.seq, entry.hash, entry.at
    head = await row("SELECT last_seq, last_hash FROM stream WHERE name = {}", stream)
    if head is None or (head["last_seq"], bytes(head["last_hash"])) != (seq, previous):
        breaks.append(Break(stream, seq, "the head does not match the last entry"))
    return breaks


class Head(msgspec.Struct, frozen=True):
    """The last entry of a chain; `hash` in hexadecimal."""

    stream: str
    seq: int
    hash: str


class Anchor(msgspec.Struct, frozen=True):
    """The heads of all chains at an instant, and the SHA-256 of their canonical JSON: kept outside the database, it
    shows later whether anything up to then was rewritten."""

    at: datetime
    digest: str
    heads: tuple[Head, ...]


async def streams() -> list[str]:
    """Every chain, by name."""
    return [line["name"] for line in await rows("SELECT name FROM stream ORDER BY name")]


async def anchor(now: datetime) -> Anchor:
    """The heads as they are."""
    found = await rows("SELECT name, last_seq, last_hash FROM stream WHERE last_seq > 0 ORDER BY name")
    heads = tuple(Head(line["name"], line["last_seq"], bytes(line["last_hash"]).hex()) for line in found)
    return Anchor(now, _heads_digest(heads), heads)


def anchor_json(made: Anchor) -> bytes:
    """An anchor as a file."""
    return msgspec.json.format(_canonical.encode(made), indent=1)


def read_anchor(content: bytes) -> Anchor:
    """An anchor from its file. Raises msgspec.ValidationError for another file."""
    return msgspec.json.decode(content, type=Anchor)


def _heads_digest(heads: tuple[Head, ...]) -> str:
    return hashlib.sha256(_canonical.encode(heads)).hexdigest()


async def verify_anchor(made: Anchor) -> list[Break]:
    """Where the journal no longer holds what an anchor saw; chains may only have grown since."""
    if _heads_digest(made.heads) != made.digest:
        return [Break("", 0, "the anchor itself was altered")]
    names = [head.stream for head in made.heads]
    found = {
        (line["stream"], line["seq"]): bytes(line["hash"]).hex()
        for line in await rows(
            "SELECT e.stream, e.seq, e.hash FROM entry e JOIN unnest({}::text[], {}::integer[]) AS h (stream, seq)"
            " ON e.stream = h.stream AND e.seq = h.seq",
            *(names, [head.seq for head in made.heads]),
        )
    }
    return [
        Break(head.stream, head.seq, "is not what the anchor saw")
        for head in made.heads
        if found.get((head.stream, head.seq)) != head.hash
    ]
