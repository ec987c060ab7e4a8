"""What people type in plain text is paragraphs and lists: two lines or more that begin alike are one."""

import re
from collections.abc import Iterator
from typing import Literal

import msgspec

_BULLET = re.compile(r" ?[-–•*][ \u00a0]+(?=\S)")
_NUMBER = re.compile(r" ?(\d{1,3})\.[ \u00a0]+(?=\S)")
_GOES_ON = re.compile(r"(?: {2,}|\t)\s*(?=\S)")
LEAST = 2  # lines: one alone may be a remark in speech, a footnote, a date


class Paragraph(msgspec.Struct, frozen=True):
    """Lines as typed."""

    lines: tuple[str, ...]


class Listing(msgspec.Struct, frozen=True):
    """Items without their marks, each of one line or more. `first`: the number of the first one, None where they have
    none."""

    items: tuple[tuple[str, ...], ...]
    first: int | None = None


class _Line(msgspec.Struct):
    """A line of a block. `mark`: what it begins with, as far as it may be of a list."""

    block: int
    text: str
    mark: Literal["", "bullet", "number"] = ""
    number: int = 0
    length: int = 0


def parts(text: str) -> list[Paragraph | Listing]:
    """The text in its order. A blank line parts paragraphs; items may have some between them, and go on in lines that
    are set in."""
    made: list[Paragraph | Listing] = []
    for run in _runs(_lines(text)):
        first = run[0]
        if first.mark:
            items = [[line.text[line.length :]] if line.mark else [line.text.strip()] for line in run]
            made.append(Listing(_gathered(run, items), first.number if first.mark == "number" else None))
        else:
            made.append(Paragraph(tuple(line.text for line in run)))
    return made


def _gathered(run: list[_Line], texts: list[list[str]]) -> tuple[tuple[str, ...], ...]:
    """Items with the lines in which they go on."""
    items: list[list[str]] = []
    for line, text in zip(run, texts, strict=True):
        if line.mark:
            items.append(text)
        else:
            items[-1] += text
    return tuple(map(tuple, items))


def _lines(text: str) -> list[_Line]:
    blocks = [block.strip("\n") for block in text.split("\n\n") if block.strip()]
    return [_read(number, line) for number, block in enumerate(blocks) for line in block.split("\n")]


def _read(block: int, text: str) -> _Line:
    if found := _BULLET.match(text):
        return _Line(block, text, "bullet", 0, found.end())
    if found := _NUMBER.match(text):
        return _Line(block, text, "number", int(found[1]), found.end())
    return _Line(block, text)


def _runs(lines: list[_Line]) -> Iterator[list[_Line]]:
    """Lines that are one list, or one paragraph, together."""
    here = 0
    plain: list[_Line] = []
    while here < len(lines):
        end = _end_of_list(lines, here)
        if end == here:
            lines[here].mark = ""
            if plain and plain[-1].block != lines[here].block:
                yield plain
                plain = []
            plain.append(lines[here])
            here += 1
            continue
        if plain:
            yield plain
            plain = []
        yield lines[here:end]
        here = end
    if plain:
        yield plain


def _end_of_list(lines: list[_Line], start: int) -> int:
    """Where the list that begins here ends; `start` where none does."""
    if not lines[start].mark:
        return start
    last, here, count = lines[start], start + 1, 1
    while here < len(lines):
        line = lines[here]
        if line.mark == last.mark and (line.mark == "bullet" or line.number == last.number + 1):
            last, count = line, count + 1
        elif line.mark or line.block != lines[here - 1].block or not _GOES_ON.match(line.text):
            break
        here += 1
    return here if count >= LEAST else start
