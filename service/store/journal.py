"""The journal: append-only entries in hash-chained streams (D3).

An entry's hash is SHA-256 over the previous hash and the canonical JSON of
`[stream, seq, kind, actor, at, data]`; the first entry's previous hash is 32 zero bytes.
"""

import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime
from uuid import UUID

import msgspec

from service.domain.actor import Actor
from service.store.database import execute, row, rows

GENESIS = bytes(32)
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


def digest(stream: str, seq: int, kind: str, actor: UUID | None, at: datetime, data: object, previous: bytes) -> bytes:
    """The hash of an entry. `at` to the microsecond, in UTC: what PostgreSQL keeps."""
    line = [stream, seq, kind, actor, at.astimezone(UTC).isoformat(timespec="microseconds"), data]
    return hashlib.sha256(previous + _canonical.encode(line)).digest()


async def append(
    stream: str, kind: str, actor: Actor, now: datetime, data: Mapping[str, object]
) -> tuple[int, datetime]:
    """Append one entry, inside the caller's transaction; returns its seq and its instant (time never runs backwards)."""
    plain = msgspec.to_builtins(dict(data))
    await execute(
        "INSERT INTO stream (name, last_hash, last_at) VALUES ({}, {}, {}) ON CONFLICT (name) DO NOTHING",
        stream,
        GENESIS,
        now,
    )
    head = await row("SELECT last_seq, last_hash, last_at FROM stream WHERE name = {} FOR UPDATE", stream)
    if head is None:
        raise RuntimeError(f"the stream {stream} vanished")
    seq, at = head["last_seq"] + 1, max(now, head["last_at"])
    link = digest(stream, seq, kind, actor.account, at, plain, head["last_hash"])
    await execute(
        "WITH head AS (UPDATE stream SET last_seq = {}, last_hash = {}, last_at = {} WHERE name = {})"
        " INSERT INTO entry (stream, seq, kind, actor, at, data, previous, hash) VALUES ({}, {}, {}, {}, {}, {}, {}, {})",
        *(seq, link, at, stream),
        *(stream, seq, kind, actor.account, at, msgspec.json.encode(plain).decode(), head["last_hash"], link),
    )
    return seq, at


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
