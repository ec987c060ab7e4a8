"""A ZIP that is sent while it is made: rows as JSON, files as they are, each with its size and SHA-256.

Whoever knows all elements before the first one begins with the manifest; `views/spooling.py` sees to it.
"""

import hashlib
import zipfile
from collections.abc import AsyncIterator, Sequence
from datetime import datetime

import msgspec
from anyio import to_thread

from service.domain.files import shortened
from service.store.database import rows

PAGE = 50  # rows in memory at a time: answers and revisions may have megabytes each
LONGEST_PART = 150  # characters of one part of a path
# What some systems take for a device, whatever follows its first point.
RESERVED = frozenset({"CON", "PRN", "AUX", "NUL", *(f"{name}{n}" for name in ("COM", "LPT") for n in range(1, 10))})


class Member(msgspec.Struct, frozen=True):
    """One element of the ZIP. `size` in bytes, `sha256` in hexadecimal; `missing`: why there are no bytes."""

    path: str
    title: str
    size: int
    sha256: str
    missing: str = ""


class _Sink:
    """Where the ZIP is written, which cannot go back: what came since the last look is handed on."""

    def __init__(self) -> None:
        self._waiting = bytearray()

    def write(self, content: bytes) -> int:
        self._waiting += content
        return len(content)

    def flush(self) -> None:
        """Nothing is held back."""

    def taken(self) -> bytes:
        content = bytes(self._waiting)
        self._waiting.clear()
        return content


class Zipped:
    """One ZIP in the making: every method hands on the bytes that came of it. Cut short, it has no directory, and any
    program tells that it is broken."""

    def __init__(self, now: datetime) -> None:
        self.members: list[Member] = []
        self._now = now
        self._listed = False
        self._sink = _Sink()
        self._zip = zipfile.ZipFile(self._sink, "w", zipfile.ZIP_DEFLATED)  # type: ignore[call-overload]

    def manifest(self, members: Sequence[Member]) -> bytes:
        """What all elements are, as JSON; at the end otherwise."""
        self._listed = True
        return self.text("manifeste.json", msgspec.json.format(msgspec.json.encode(members), indent=1))

    async def growing_manifest(self, members: AsyncIterator[Member]) -> AsyncIterator[bytes]:
        """The same, while they become known: one a line, not compressed, so that each is sent at once."""
        self._listed = True
        info = self._info("manifeste.json")
        info.compress_type = zipfile.ZIP_STORED
        with self._zip.open(info, "w", force_zip64=True) as listed:
            mark = b"[\n "
            async for one in members:
                listed.write(mark + msgspec.json.encode(one))
                mark = b",\n "
                yield self._sink.taken()
            listed.write(b"[]\n" if mark.startswith(b"[") else b"\n]\n")
        yield self._sink.taken()

    def text(self, path: str, content: str | bytes) -> bytes:
        """A text that the manifest does not name."""
        self._zip.writestr(self._info(path), content)
        return self._sink.taken()

    async def add(
        self, path: str, title: str, content: AsyncIterator[bytes], *, packed: bool = True
    ) -> AsyncIterator[bytes]:
        """One element, compressed if `packed`."""
        info, digest, size = self._info(path), hashlib.sha256(), 0
        info.compress_type = zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED
        with self._zip.open(info, "w", force_zip64=True) as member:
            async for chunk in content:
                await to_thread.run_sync(member.write, chunk)
                digest.update(chunk)
                size += len(chunk)
                yield self._sink.taken()
        self.members.append(Member(path, title, size, digest.hexdigest()))

    def end(self) -> bytes:
        """The manifest, unless it came first, and the directory."""
        listed = b"" if self._listed else self.manifest(self.members)
        self._zip.close()
        return listed + self._sink.taken()

    def _info(self, path: str) -> zipfile.ZipInfo:
        info = zipfile.ZipInfo(path, self._now.timetuple()[:6])
        info.compress_type = zipfile.ZIP_DEFLATED
        return info


async def table_json(
    table: str, key: Sequence[str], condition: str, args: Sequence[object], hidden: Sequence[str]
) -> AsyncIterator[bytes]:
    """The rows of a table as one JSON array, in the order of `key`, without the columns that are `hidden`. `condition`:
    SQL over `t`, of our own words."""
    sql = (
        f"SELECT (to_jsonb(t) - {{}}::text[])::text AS line FROM {table} t WHERE {condition}"  # noqa: S608
        f" ORDER BY {', '.join(key)} LIMIT {{}} OFFSET {{}}"
    )
    yield b"["
    start = 0
    while page := await rows(sql, list(hidden), *args, PAGE, start):
        lines = b",\n".join(line["line"].encode() for line in page)
        yield (b",\n" if start else b"\n") + lines
        start += PAGE
    yield b"\n]\n"


def plain_name(name: str) -> str:
    """A file's name as the last part of a path: nothing in it leads elsewhere."""
    kept = "".join("_" if char in '/\\:*?"<>|' or not char.isprintable() else char for char in name)
    short = shortened(kept.strip(". "), LONGEST_PART) or "fichier"
    return f"_{short}" if short.partition(".")[0].upper() in RESERVED else short
