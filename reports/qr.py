"""QR codes (ISO/IEC 18004) of addresses, as SVG: bytes, level M, versions 1 to 10, which hold 213 characters.

Ours because it is one table and two sums, and what draws a document has to be the same for years.
"""

from collections.abc import Iterator
from itertools import pairwise

from markupsafe import Markup

from reports.shapes import Figure, picture

# By version, at level M: correction words of a block; how many blocks of how many data words.
_BLOCKS: dict[int, tuple[int, tuple[tuple[int, int], ...]]] = {
    1: (10, ((1, 16),)),
    2: (16, ((1, 28),)),
    3: (26, ((1, 44),)),
    4: (18, ((2, 32),)),
    5: (24, ((2, 43),)),
    6: (16, ((4, 27),)),
    7: (18, ((4, 31),)),
    8: (22, ((2, 38), (2, 39))),
    9: (22, ((3, 36), (2, 37))),
    10: (26, ((4, 43), (1, 44))),
}
_CENTRES = {
    1: (),
    **{version: (6, 4 * version + 10) for version in range(2, 7)},
    7: (6, 22, 38),
    8: (6, 24, 42),
    9: (6, 26, 46),
    10: (6, 28, 50),
}
_QUIET = 4  # modules of white around it
Grid = list[list[bool | None]]


class TooLongError(ValueError):
    """A text that no version here can hold."""


def qr(text: str, alt: str) -> Figure:
    """The picture of a text, and the words that stand for it."""
    modules = matrix(text)
    side = len(modules) + 2 * _QUIET
    path = "".join(
        f"M{x + _QUIET} {y + _QUIET}h1v1h-1z" for y, row in enumerate(modules) for x, dark in enumerate(row) if dark
    )
    return picture(Markup('<path d="{}" fill="#161616"/>').format(path), side, side, alt)


def matrix(text: str) -> tuple[tuple[bool, ...], ...]:
    """The modules, row by row, dark ones True."""
    data = text.encode()
    version = next((one for one in _BLOCKS if _room(one) >= len(data)), 0)
    if not version:
        raise TooLongError("at most 213 bytes")
    words = _interleaved(version, _data_words(version, data))
    best = min((_masked(version, words, mask) for mask in range(8)), key=_penalty)
    return tuple(map(tuple, best))


def _words_of(version: int) -> int:
    return sum(count * size for count, size in _BLOCKS[version][1])


def _length_bits(version: int) -> int:
    return 8 if version < 10 else 16


def _room(version: int) -> int:
    return (8 * _words_of(version) - 4 - _length_bits(version)) // 8


def _data_words(version: int, data: bytes) -> bytes:
    bits = f"0100{len(data):0{_length_bits(version)}b}" + "".join(f"{byte:08b}" for byte in data)
    room = 8 * _words_of(version)
    bits += "0" * min(4, room - len(bits))
    bits += "0" * (-len(bits) % 8)
    filled = bytes(int(bits[i : i + 8], 2) for i in range(0, len(bits), 8))
    padding = b"\xec\x11" * room
    return filled + padding[: room // 8 - len(filled)]


def _interleaved(version: int, data: bytes) -> bytes:
    check, groups = _BLOCKS[version]
    blocks, start = [], 0
    for count, size in groups:
        for _ in range(count):
            blocks.append(data[start : start + size])
            start += size
    checks = [_remainder(block, check) for block in blocks]
    longest = max(map(len, blocks))
    mixed = [block[i] for i in range(longest) for block in blocks if i < len(block)]
    return bytes(mixed + [one[i] for i in range(check) for one in checks])


def _times(a: int, b: int) -> int:
    """The product in the field of 256 elements."""
    product = 0
    for bit in range(7, -1, -1):
        product = (product << 1) ^ (0x11D if product & 0x80 else 0)
        product ^= a if b >> bit & 1 else 0
    return product


def _remainder(block: bytes, degree: int) -> bytes:
    """The Reed–Solomon words of a block."""
    generator, root = [0] * (degree - 1) + [1], 1
    for _ in range(degree):
        generator = [_times(one, root) ^ (generator[i + 1] if i + 1 < degree else 0) for i, one in enumerate(generator)]
        root = _times(root, 2)
    rest = [0] * degree
    for byte in block:
        factor = byte ^ rest.pop(0)
        rest.append(0)
        rest = [one ^ _times(by, factor) for one, by in zip(rest, generator, strict=True)]
    return bytes(rest)


def _blank(version: int) -> Grid:
    """What every code of this version has: finders, timing, alignment, version; None where data goes."""
    side = 4 * version + 17
    grid: Grid = [[None] * side for _ in range(side)]
    for i in range(side):
        grid[6][i] = grid[i][6] = i % 2 == 0
    for y, x in ((3, 3), (3, side - 4), (side - 4, 3)):
        _rings(grid, y, x, 4, {2, 4})
    centres = _CENTRES[version]
    last = side - 7
    for y in centres:
        for x in centres:
            if (y, x) not in {(6, 6), (6, last), (last, 6)}:
                _rings(grid, y, x, 2, {1})
    if version >= 7:
        code = version << 12 | _check_bits(version, 0x1F25, 12)
        for i in range(18):
            a, b = side - 11 + i % 3, i // 3
            grid[a][b] = grid[b][a] = bool(code >> i & 1)
    return grid


def _rings(grid: Grid, y: int, x: int, reach: int, light: set[int]) -> None:
    for dy in range(-reach, reach + 1):
        for dx in range(-reach, reach + 1):
            if 0 <= y + dy < len(grid) and 0 <= x + dx < len(grid):
                grid[y + dy][x + dx] = max(abs(dy), abs(dx)) not in light


def _check_bits(value: int, generator: int, length: int) -> int:
    rest = value << length
    while rest.bit_length() > length:
        rest ^= generator << (rest.bit_length() - generator.bit_length())
    return rest


def _format(grid: Grid, mask: int) -> None:
    """Level M is 00. Twice: around the first finder, and beside the two others."""
    code = (mask << 10 | _check_bits(mask, 0x537, 10)) ^ 0x5412
    side = len(grid)
    first = [*((i, 8) for i in (0, 1, 2, 3, 4, 5, 7, 8)), *((8, i) for i in (7, 5, 4, 3, 2, 1, 0))]
    second = [*((8, side - 1 - i) for i in range(8)), *((side - 15 + i, 8) for i in range(8, 15))]
    for places in (first, second):
        for i, (y, x) in enumerate(places):
            grid[y][x] = bool(code >> i & 1)
    grid[side - 8][8] = True


def _path(grid: Grid) -> Iterator[tuple[int, int]]:
    """The free modules in the order that data takes: two columns at a time, from the right, up and down."""
    side, upward = len(grid), True
    for right in (*range(side - 1, 6, -2), 5, 3, 1):
        for y in range(side - 1, -1, -1) if upward else range(side):
            yield from ((y, x) for x in (right, right - 1) if grid[y][x] is None)
        upward = not upward


_MASKS = (
    lambda y, x: (y + x) % 2,
    lambda y, _: y % 2,
    lambda _, x: x % 3,
    lambda y, x: (y + x) % 3,
    lambda y, x: (y // 2 + x // 3) % 2,
    lambda y, x: y * x % 2 + y * x % 3,
    lambda y, x: (y * x % 2 + y * x % 3) % 2,
    lambda y, x: ((y + x) % 2 + y * x % 3) % 2,
)


def _masked(version: int, words: bytes, mask: int) -> list[list[bool]]:
    grid = _blank(version)
    _format(grid, mask)
    bits = "".join(f"{word:08b}" for word in words)
    for i, (y, x) in enumerate(list(_path(grid))):
        bit = i < len(bits) and bits[i] == "1"
        grid[y][x] = bit ^ (_MASKS[mask](y, x) == 0)
    return [[bool(one) for one in row] for row in grid]


def _penalty(grid: list[list[bool]]) -> int:
    """How hard it is to read, by the standard's four rules."""
    lines = ["".join("01"[one] for one in row) for row in (*grid, *zip(*grid, strict=True))]
    score = sum(_runs(line) for line in lines)
    for above, below in pairwise(grid):
        pairs = [a + b for a, b in zip(above, below, strict=True)]
        score += 3 * sum(left == right and left in (0, 2) for left, right in pairwise(pairs))
    like_finder = ("10111010000", "00001011101")
    score += 40 * sum(line.startswith(like_finder, i) for line in lines for i in range(len(line) - 10))
    dark = sum(map(sum, grid)) * 100 / len(grid) ** 2
    return score + 10 * int(abs(dark - 50) / 5)


def _runs(line: str) -> int:
    lengths = [len(run) for run in line.replace("01", "0 1").replace("10", "1 0").split()]
    return sum(length - 2 for length in lengths if length >= 5)
