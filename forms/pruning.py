"""A faulty file without its faulty parts, so that what the rest refers to is checked at once, not after the next try.

Only what nothing else refers to is left out or stood in for: unknown keys, limits, texts. A file that is faulty where
others look (an id, a kind, a list) is not mended: a guess would tell faults that are none.
"""

import copy
import re
from typing import Any

from forms.parsing import Fault, shape_faults

_STEP = re.compile(r"[^.\[\]]+|\[\d+\]")
_PLAIN = ("a text", "a whole number", "a number", "true or false", "a date", "one of ")
_TEXT = "a table with the keys fr, en"
_STAND_IN = "…"


def pruned(kind: type, data: Any, faults: list[Fault]) -> Any | None:
    """The data without what these faults are about, of the shape of `kind`; None where that can't be had."""
    made = copy.deepcopy(data)
    if not isinstance(made, dict) or not all(_left_out(made, fault) for fault in faults):
        return None
    for fault in shape_faults(kind, made, ""):
        place = _place(made, fault.path)
        if place is None or fault.found != "nothing":
            return None
        parent, key = place
        if fault.allowed == _TEXT:
            parent[key] = {"fr": _STAND_IN, "en": _STAND_IN}
        elif key in {"fr", "en"}:
            parent[key] = _STAND_IN
        else:
            return None
    return None if shape_faults(kind, made, "") else made


def touched(path: str, faults: list[Fault]) -> bool:
    """Whether what is told of this place may come of what was left out there, beside it, or in it."""
    for fault in faults:
        parent = fault.path.rpartition(".")[0] or fault.path
        if _within(path, parent) or _within(fault.path, path):
            return True
    return False


def _within(path: str, other: str) -> bool:
    return path == other or path.startswith((f"{other}.", f"{other}["))


def _left_out(data: dict[str, Any], fault: Fault) -> bool:
    """Take out what a fault is about; False where others may refer to it."""
    place = _place(data, fault.path)
    if place is None:
        return False
    parent, key = place
    if fault.found == "an unknown key":
        # At the top of a file, what is written wrongly there may be what anything else hangs on.
        return parent is not data and not isinstance(parent.pop(key), list)
    parent.pop(key, None)
    return fault.found in {"nothing", "an empty text"} or fault.allowed == _TEXT or fault.allowed.startswith(_PLAIN)


def _place(data: dict[str, Any], path: str) -> tuple[dict[str, Any], str] | None:
    """The table that a key path leads to, and its last key; None where it leads nowhere, or to a row of a list."""
    *before, last = _STEP.findall(path) or [""]
    at: Any = data
    try:
        for step in before:
            at = at[int(step[1:-1])] if step.startswith("[") else at[step]
    except (KeyError, IndexError, TypeError):
        return None
    return (at, last) if isinstance(at, dict) and last and not last.startswith("[") else None
