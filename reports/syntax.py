"""PDF written object by object: nothing of it is held but where each object is, so that a file may be larger than
memory. What objects say is taken from files that are read lazily, with their references moved."""

import re
import zlib
from array import array
from collections.abc import Iterable, Iterator
from typing import BinaryIO

import pikepdf

TOGETHER = 200
"""Objects that are compressed as one."""
_TOKEN = re.compile(rb"\((?:[^\\()]|\\.)*\)|<[0-9A-Fa-f]*>|/@(\d+)|(?<![^\s\[<])(\d+) 0 R\b", re.DOTALL)
_LENGTH = re.compile(rb"/Length \d+ ")
_HEAD = b"%PDF-1.7\n%\xf0\x9f\x96\xa4\n"


def reference(number: int) -> pikepdf.Name:
    """An object of the file that is written, as a value in one that is read."""
    return pikepdf.Name(f"/@{number}")


def moved(told: bytes, by: int) -> bytes:
    """What an object says, with the objects that it names moved by so many numbers. Strings stay as they are."""

    def one(found: re.Match[bytes]) -> bytes:
        if found[1]:
            return b"%s 0 R" % found[1]
        return b"%d 0 R" % (int(found[2]) + by) if found[2] else found[0]

    return _TOKEN.sub(one, told)


class Writer:
    """A file that is written, or goes on after `position` bytes. free: the first number that no object has."""

    def __init__(self, out: BinaryIO, *, position: int = 0, free: int = 1) -> None:
        self._out = out
        self._position = position
        self.free = free
        self._numbers, self._firsts, self._seconds, self._kinds = array("I"), array("Q"), array("H"), bytearray()
        self._waiting: dict[bool, list[tuple[int, bytes]]] = {False: [], True: []}
        if not position:
            self._write(_HEAD)

    def take(self, many: int = 1) -> int:
        """The first of so many new numbers."""
        first, self.free = self.free, self.free + many
        return first

    def add(self, told: bytes, number: int = 0, *, page: bool = False) -> int:
        """An object that is no stream. page: it stands with others of that kind, so that whoever reads the pages alone
        reads little else."""
        number = number or self.take()
        self._waiting[page].append((number, told))
        if len(self._waiting[page]) == TOGETHER:
            self._flush(page)
        return number

    def copy(self, item: pikepdf.Object, by: int) -> int:
        """An object of a file that is read, with what it names moved by so many numbers."""
        number = by + int(item.objgen[0])
        if isinstance(item, pikepdf.Stream):
            return self.add_stream(moved(said(item), by), item.read_raw_bytes(), number)
        return self.add(moved(said(item), by), number)

    def add_stream(self, told: bytes, content: bytes, number: int = 0) -> int:
        """A stream, with the entries of its dictionary but its length."""
        number = number or self.take()
        self._note(number, 1, self._position, 0)
        head = b"%d 0 obj\n<< %s /Length %d >>\nstream\n" % (number, told, len(content))
        self._write(head + content + b"\nendstream\nendobj\n")
        return number

    def end(self, trailer: bytes) -> None:
        """Where everything is, and the entries of the trailer."""
        for page in self._waiting:
            self._flush(page)
        start, number = self._position, self.take()
        self._note(number, 1, start, 0)
        order = sorted(range(len(self._numbers)), key=self._numbers.__getitem__)
        packed = zlib.compress(b"".join(map(self._entry, order)))
        index = b" ".join(b"%d %d" % run for run in _runs(self._numbers[i] for i in order))
        told = b"/Type /XRef /W [1 8 2] /Index [%s] /Size %d %s" % (index, self.free, trailer)
        self.add_stream(told + b" /Filter /FlateDecode", packed, number)
        self._write(b"startxref\n%d\n%%%%EOF\n" % start)

    def _entry(self, i: int) -> bytes:
        return bytes([self._kinds[i]]) + self._firsts[i].to_bytes(8, "big") + self._seconds[i].to_bytes(2, "big")

    def _flush(self, page: bool) -> None:  # noqa: FBT001
        waiting, self._waiting[page] = self._waiting[page], []
        if not waiting:
            return
        number, places, position = self.take(), [], 0
        for i, (one, told) in enumerate(waiting):
            places.append(b"%d %d" % (one, position))
            position += len(told) + 1
            self._note(one, 2, number, i)
        head = b" ".join(places) + b"\n"
        content = zlib.compress(head + b"\n".join(told for _, told in waiting))
        told = b"/Type /ObjStm /N %d /First %d /Filter /FlateDecode" % (len(waiting), len(head))
        self.add_stream(told, content, number)

    def _note(self, number: int, kind: int, first: int, second: int) -> None:
        self._numbers.append(number)
        self._kinds.append(kind)
        self._firsts.append(first)
        self._seconds.append(second)

    def _write(self, content: bytes) -> None:
        self._out.write(content)
        self._position += len(content)


def said(item: pikepdf.Object) -> bytes:
    """What an object says; of a stream, what its dictionary does, but its length."""
    if isinstance(item, pikepdf.Stream):
        return _LENGTH.sub(b"", item.stream_dict.unparse(resolved=True)[2:-2])
    return bytes(item.unparse(resolved=True))


def ref(number: int) -> bytes:
    """An object of the file that is written, in what another says."""
    return b"%d 0 R" % number


def array_of(numbers: Iterable[int]) -> bytes:
    """Objects in a row."""
    return b"[%s]" % b" ".join(map(ref, numbers))


def dictionary(**entries: bytes) -> bytes:
    """A dictionary of values that are written out."""
    return b"<< %s >>" % b" ".join(b"/%s %s" % (name.encode(), told) for name, told in entries.items())


def _runs(numbers: Iterator[int]) -> Iterator[tuple[int, int]]:
    """The first of each row of numbers that follow each other, and how many there are."""
    first = many = 0
    for number in numbers:
        if many and number == first + many:
            many += 1
            continue
        if many:
            yield first, many
        first, many = number, 1
    if many:
        yield first, many
