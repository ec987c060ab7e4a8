"""Data from a file compared with the Structs it is to become: every fault at once, where msgspec stops at the first."""

import re
from collections.abc import Iterator
from datetime import date, datetime
from functools import lru_cache
from typing import Any

import msgspec
from msgspec import inspect

from forms.base import Text, printable

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


class Fault(msgspec.Struct, frozen=True):
    """One fault: file, key path (`sections[2].fields[0].label`), what was found there, what is allowed; the line where
    it can be known."""

    file: str
    path: str
    found: str
    allowed: str
    line: int | None = None

    def __str__(self) -> str:
        place = self.file if self.line is None else f"{self.file}:{self.line}"
        return f"{place}: {self.path or 'file'}: found {self.found}; allowed: {self.allowed}"


@lru_cache(maxsize=16)
def type_info(kind: type) -> inspect.Type:
    """What msgspec knows of a Struct."""
    return inspect.type_info(kind)


def shape_faults(kind: type, data: object, file: str) -> list[Fault]:
    """The faults that keep `data` from being converted to the Struct `kind`."""
    return [Fault(file, path, found, allowed) for path, found, allowed in walk(type_info(kind), data, "")]


_Found = Iterator[tuple[str, str, str]]


def walk(info: inspect.Type, data: Any, at: str) -> _Found:
    """Path, what was found and what is allowed, of each fault of what stands at a path."""
    match info:
        case inspect.StructType():
            yield from _struct(info, data, at)
        case inspect.UnionType():
            yield from _union(info, data, at)
        case inspect.VarTupleType():
            if isinstance(data, list):
                for index, item in enumerate(data):
                    yield from walk(info.item_type, item, f"{at}[{index}]")
            else:
                yield at, told(data), "a list"
        case inspect.DictType():
            if isinstance(data, dict):
                for key, value in data.items():
                    yield from walk(info.value_type, value, _join(at, key))
            else:
                yield at, told(data), "a table"
        case _:
            yield from _scalar(info, data, at)


def _scalar(info: inspect.Type, data: Any, at: str) -> _Found:
    if not _fits(info, data):
        yield at, told(data), _named(info)
    elif isinstance(data, str) and _CONTROL.search(data):
        yield at, f"a control character in “{printable(data)}”", "a text of printable characters"


def _struct(info: inspect.StructType, data: Any, at: str) -> _Found:
    if not isinstance(data, dict):
        yield at, told(data), "a table with the keys " + ", ".join(field.encode_name for field in info.fields)
        return
    known = {field.encode_name: field for field in info.fields}
    for key in data:
        if key not in known and key != info.tag_field:
            yield _join(at, key), "an unknown key", ", ".join(known)
    for name, field in known.items():
        if name in data:
            yield from walk(field.type, data[name], _join(at, name))
        elif field.required:
            yield _join(at, name), "nothing", _named(field.type)
    if info.cls is Text:
        for lang in ("fr", "en"):
            if isinstance(data.get(lang), str) and not data[lang].strip():
                yield _join(at, lang), "an empty text", "a text"


def _union(info: inspect.UnionType, data: Any, at: str) -> _Found:
    structs = [one for one in info.types if isinstance(one, inspect.StructType)]
    plain = [one for one in info.types if not isinstance(one, inspect.StructType)]
    fitting = next((one for one in plain if _fits(one, data)), None)
    if fitting is not None:
        yield from walk(fitting, data, at)
        return
    if not structs:
        yield at, told(data), " or ".join(_named(one) for one in plain)
    elif len(structs) == 1:
        yield from _struct(structs[0], data, at)
    else:
        by_tag = {one.tag: one for one in structs}
        key = structs[0].tag_field or ""
        tag = data.get(key) if isinstance(data, dict) else None
        if isinstance(tag, str) and tag in by_tag:
            yield from _struct(by_tag[tag], data, at)
        else:
            found = told(data) if tag is None and not isinstance(data, dict) else told(tag)
            yield _join(at, key), found, "one of " + ", ".join(str(one) for one in by_tag)


def _fits(info: inspect.Type, data: Any) -> bool:
    if isinstance(info, inspect.LiteralType):
        return data in info.values and not isinstance(data, bool)
    if isinstance(data, bool):
        return isinstance(info, inspect.BoolType)
    if isinstance(info, inspect.DateType):
        return isinstance(data, date) and not isinstance(data, datetime)
    # What JSON and the page can hold as the same number.
    if isinstance(data, int | float) and not abs(data) <= 2**53:
        return False
    return isinstance(data, _PYTHON[type(info)])


_PYTHON: dict[type[inspect.Type], tuple[type, ...]] = {
    inspect.StrType: (str,),
    inspect.BoolType: (bool,),
    inspect.IntType: (int,),
    inspect.FloatType: (int, float),
    inspect.DateTimeType: (datetime,),
    inspect.NoneType: (type(None),),
    inspect.VarTupleType: (list,),
    inspect.DictType: (dict,),
}
_NAMES: dict[type[inspect.Type], str] = {
    inspect.StrType: "a text",
    inspect.BoolType: "true or false",
    inspect.IntType: "a whole number",
    inspect.FloatType: "a number",
    inspect.DateTimeType: "a date, or a date and time",
    inspect.DateType: "a date (2025-04-07)",
    inspect.VarTupleType: "a list",
    inspect.DictType: "a table",
    inspect.NoneType: "nothing",
}


def _named(info: inspect.Type) -> str:
    if isinstance(info, inspect.LiteralType):
        return "one of " + ", ".join(str(value) for value in info.values)
    if isinstance(info, inspect.StructType):
        return "a table with the keys " + ", ".join(field.encode_name for field in info.fields)
    if isinstance(info, inspect.UnionType):
        return " or ".join(_named(one) for one in info.types if not isinstance(one, inspect.NoneType))
    return _NAMES[type(info)]


def told(value: object) -> str:
    """A found value, for a person: short, and with its type where that is what is wrong."""
    if value is None:
        return "nothing"
    if isinstance(value, dict):
        return "a table"
    if isinstance(value, list):
        return "a list"
    if isinstance(value, bool):
        return str(value).lower()
    text = str(value)
    return f"the text “{text[:60]}”" if isinstance(value, str) else text


def _join(at: str, key: str) -> str:
    return f"{at}.{key}" if at else key
