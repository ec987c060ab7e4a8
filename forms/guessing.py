"""A faulty file as it may have been meant, so that what the rest refers to is checked at once, not after the next try.

What is right is kept, each thing in its place; what is not is left out or guessed, now in one way, now in another: a
kind that there is none of may have been any, a number small or large. What is told of every guess is a fault whatever
was meant, but where it is about the very place that is faulty, or about a name that could not be read.
"""

import re
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from typing import Any

from msgspec import inspect

from forms.parsing import Fault, type_info, walk

STANDS_IN = "unread_name_"
_NAME = re.compile(r"[a-z][a-z0-9_]*(?:/[a-z0-9_]+)?")
_SCALARS: dict[type[inspect.Type], tuple[Any, ...]] = {
    inspect.StrType: ("…",),
    inspect.BoolType: (False, True),
    inspect.IntType: (1, 0, 1_000_000),
    inspect.FloatType: (1, 0, 1_000_000),
    inspect.DateTimeType: (datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)),
    inspect.DateType: (date(2000, 1, 1), date(2100, 1, 1)),
    inspect.NoneType: (None,),
}
_NAMED = frozenset({"sections", "fields", "columns", "criteria", "stages", "outcomes"})
"""Lists of what others refer to by name alone. Options are looked for below the name of their field."""


class Guess:
    """One way in which a file may have been meant. `ways`: the most that any part of it could be guessed in."""

    def __init__(self, number: int) -> None:
        self.ways = 1
        self._number = number
        self._points = 0
        self._names = 0

    def of(self, kind: type, data: Any) -> Any:
        """The data as that kind takes it."""
        return self._meant(type_info(kind), data)

    def _choose(self, among: Sequence[Any]) -> Any:
        """One of several; two places are not always guessed alike."""
        self.ways = max(self.ways, len(among))
        self._points += 1
        return among[self._number // (self._points % 2 + 1) % len(among)]

    def _meant(self, info: inspect.Type, data: Any) -> Any:
        if _right(info, data):
            return data
        match info:
            case inspect.StructType():
                meant: Any = self._struct(info, data if isinstance(data, dict) else {})
            case inspect.UnionType():
                meant = self._union(info, data)
            case inspect.VarTupleType():
                meant = [self._meant(info.item_type, one) for one in data] if isinstance(data, list) else []
            case inspect.DictType():
                known = data.items() if isinstance(data, dict) else ()
                meant = {key: self._meant(info.value_type, one) for key, one in known}
            case inspect.LiteralType():
                meant = self._choose(info.values)
            case _:
                meant = self._choose(_SCALARS[type(info)])
        return meant

    def _struct(self, info: inspect.StructType, data: dict[str, Any]) -> dict[str, Any]:
        made = {info.tag_field: info.tag} if info.tag_field else {}
        for field in info.fields:
            name = field.encode_name
            told = data.get(name)
            if name in data and _right(field.type, told):
                made[name] = told
            elif name == "id":
                self._names += 1
                made[name] = f"{STANDS_IN}{self._names}"
            elif field.required or (name in data and (isinstance(told, dict | list) or self._choose((False, True)))):
                made[name] = self._meant(field.type, told)
        return made

    def _union(self, info: inspect.UnionType, data: Any) -> Any:
        structs = [one for one in info.types if isinstance(one, inspect.StructType)]
        plain = [one for one in info.types if not isinstance(one, inspect.StructType | inspect.NoneType)]
        if not structs or (plain and not isinstance(data, dict)):
            return self._meant(plain[0], data)
        if len(structs) == 1:
            return self._struct(structs[0], data if isinstance(data, dict) else {})
        if not isinstance(data, dict):
            return self._struct(self._choose([one for one in structs if _flat(one)]), {})
        tag = data.get(structs[0].tag_field or "")
        known = next((one for one in structs if one.tag == tag), None)
        return self._struct(known or self._choose(structs), data)


def _right(info: inspect.Type, data: Any) -> bool:
    return next(walk(info, data, ""), None) is None


def _flat(info: inspect.StructType) -> bool:
    """Whether one can be made of nothing, without another inside it."""
    return not any(isinstance(field.type, inspect.UnionType) for field in info.fields if field.required)


def guesses(number: int, kinds: dict[str, type], data: dict[str, Any]) -> tuple[dict[str, Any], int]:
    """Broken files as they may have been meant, in the way of that number (from 0), and how many ways there are."""
    made, ways = {}, 1
    for name, content in data.items():
        guess = Guess(number)
        made[name] = guess.of(kinds[name], content)
        ways = max(ways, guess.ways)
    return made, 1 if ways == 1 else 2 * ways


class Doubts:
    """What faults of shape leave unknown, so that other faults are not told. `faults` and `data`: by file."""

    def __init__(self, faults: dict[str, list[Fault]], data: dict[str, Any]) -> None:
        self._faults = faults
        lost = [fault for told in faults.values() for fault in told if _loses_names(fault)]
        self._nameless = any(_list_of(fault) in _NAMED for fault in lost)
        named = (_name_at(data[fault.file], fault.path) for fault in lost)
        self._of = tuple(re.compile(rf"\b(?:of|as) {re.escape(name)}\b") for name in set(named) if name)

    def told(self, fault: Fault) -> bool:
        """Whether it stands whatever was meant."""
        said = f"{fault.found} {fault.allowed}"
        return not (
            _touched(fault.path, self._faults.get(fault.file, ()))
            or STANDS_IN in said
            or (self._nameless and _NAME.fullmatch(fault.found))
            or any(about.search(fault.allowed) for about in self._of)
        )


def _loses_names(fault: Fault) -> bool:
    """Whether names are not known because of it: that of one thing, or those of a whole list."""
    key = _keys(fault.path)[-1]
    entry = key.startswith("[") and fault.allowed.startswith("a table with the keys")
    return key == "id" or entry or fault.allowed == "a list" or fault.found == "an unknown key"


def _list_of(fault: Fault) -> str:
    """The list whose names are not known."""
    keys = [key for key in _keys(fault.path) if not key.startswith("[")]
    return keys[-2] if keys[-1] == "id" and len(keys) > 1 else keys[-1]


def _name_at(data: Any, path: str) -> str:
    """The name of the innermost thing with one that a key path leads into."""
    found, at = "", data
    for key in _keys(path):
        try:
            at = at[int(key[1:-1])] if key.startswith("[") else at[key]
        except (KeyError, IndexError, TypeError):
            break
        if isinstance(at, dict) and isinstance(at.get("id"), str):
            found = at["id"]
    return found


def _keys(path: str) -> list[str]:
    return re.findall(r"[^.\[\]]+|\[\d+\]", path) or [""]


def _touched(path: str, faults: Iterable[Fault]) -> bool:
    """Whether what is told of this place may come of what is faulty there, beside it, or in it."""
    for fault in faults:
        parent = fault.path.rpartition(".")[0] or fault.path
        if _within(path, parent) or _within(fault.path, path):
            return True
    return False


def _within(path: str, other: str) -> bool:
    return path == other or path.startswith((f"{other}.", f"{other}["))
