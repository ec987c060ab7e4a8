"""Where in a TOML file a key path stands. `tomllib` does not tell, so this reads the outline of the text again: headers
of tables, keys, and the elements of lists of inline tables that begin a line.

The line is that of the key itself, or of the nearest thing around it that begins a line.
"""

import re
from collections.abc import Iterator
from functools import lru_cache

_STEP = re.compile(r"([^.\[\]]+)|\[(\d+)\]")
_HEADER = re.compile(r"\[(\[)?\s*([^\[\]]+?)\s*\]")
_KEY = re.compile(r"\s*([A-Za-z0-9_-]+(?:\s*\.\s*[A-Za-z0-9_-]+)*)\s*=")
_STRING = re.compile(r'"""(?:\\.|[^\\])*?"""|\'\'\'.*?\'\'\'|"(?:\\.|[^"\\\n])*"|\'[^\'\n]*\'|#[^\n]*', re.DOTALL)

Path = tuple[str | int, ...]


def line_of(text: str, path: str) -> int | None:
    """The line (from 1) of a key path like `sections[2].fields[0].label`; None where nothing of it is there."""
    wanted: Path = tuple(name or int(number) for name, number in _STEP.findall(path))
    best: tuple[int, int] | None = None
    for line, found in _outline(text):
        if found and found == wanted[: len(found)] and (best is None or len(found) > best[0]):
            best = (len(found), line)
    return best[1] if best else None


@lru_cache(maxsize=8)
def _outline(text: str) -> tuple[tuple[int, Path], ...]:
    """What `_lines` finds, once for all faults of a file."""
    return tuple(_lines(text))


def _lines(text: str) -> Iterator[tuple[int, Path]]:
    """Every line that begins a table, a key or an element of a list, with its path."""
    counts: dict[Path, int] = {}
    table: Path = ()
    key: Path = ()
    depth = element = 0
    for number, line in enumerate(_bare(text).split("\n"), 1):
        stripped = line.strip()
        header = _HEADER.match(stripped) if depth == 0 else None
        if header is not None:
            table = _table(header[2], counts, repeated=header[1] is not None)
            yield number, table
            continue
        named = _KEY.match(line) if depth == 0 else None
        if named is not None:
            key, element = (*table, *(part.strip() for part in named[1].split("."))), 0
            yield number, key
        elif depth == 1 and stripped.startswith("{"):
            yield number, (*key, element)
        if depth or named is not None:
            depth, element = _deeper(line, depth, element)


def _table(name: str, counts: dict[Path, int], *, repeated: bool) -> Path:
    """The path of a header: each repeated table on its way stands for its last element."""
    path: Path = ()
    parts = [part.strip().strip("\"'") for part in name.split(".")]
    for place, part in enumerate(parts):
        path = (*path, part)
        last = place == len(parts) - 1
        if last and repeated:
            counts[path] = counts.get(path, -1) + 1
            for below in [one for one in counts if one[: len(path) + 1] == (*path, counts[path])]:
                del counts[below]
        if path in counts:
            path = (*path, counts[path])
    return path


def _deeper(line: str, depth: int, element: int) -> tuple[int, int]:
    """Brackets open after a line, and how many elements of the outermost list have ended."""
    for sign in line:
        if sign in "[{":
            depth += 1
        elif sign in "]}":
            depth -= 1
        elif sign == "," and depth == 1:
            element += 1
    return max(depth, 0), element


def _bare(text: str) -> str:
    """The same lines, with texts and comments blanked: what is left has only the brackets of the structure."""
    return _STRING.sub(lambda found: '""' + "\n" * found[0].count("\n") if found[0][0] != "#" else "", text)
