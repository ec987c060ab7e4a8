"""A small judge of JSON Schema: the keywords that our schemas use. Any other is an error: none is ignored."""

import re
from collections.abc import Iterator
from typing import Any

TYPES: dict[str, tuple[type, ...]] = {
    "object": (dict,),
    "array": (list,),
    "string": (str,),
    "boolean": (bool,),
    "integer": (int,),
    "number": (int, float),
}
SAYING_NOTHING = {"$schema", "title", "description", "default", "definitions", "format"}


def faults(schema: dict[str, Any], data: Any) -> list[str]:
    """Where data does not fit a schema, as paths with the keyword that refuses."""
    return list(_faults(schema, schema, data, ""))


def _faults(  # noqa: C901, PLR0912  one case for each keyword
    whole: dict[str, Any], part: dict[str, Any], data: Any, at: str
) -> Iterator[str]:
    for keyword, wanted in part.items():
        match keyword:
            case "$ref":
                yield from _faults(whole, whole["definitions"][wanted.removeprefix("#/definitions/")], data, at)
            case "type":
                good = isinstance(data, TYPES[wanted]) and (wanted == "boolean" or not isinstance(data, bool))
                if not good:
                    yield f"{at}: not {wanted}"
            case "enum":
                if data not in wanted or isinstance(data, bool):
                    yield f"{at}: none of {wanted}"
            case "allOf":
                for one in wanted:
                    yield from _faults(whole, one, data, at)
            case "anyOf":
                if all(any(True for _ in _faults(whole, one, data, at)) for one in wanted):
                    yield f"{at}: fits nothing"
            case "pattern":
                if isinstance(data, str) and not re.search(wanted, data):
                    yield f"{at}: not like {wanted}"
            case "items":
                for index, one in enumerate(data if isinstance(data, list) else ()):
                    yield from _faults(whole, wanted, one, f"{at}/{index}")
            case "properties" | "required" | "additionalProperties":
                yield from _keys(whole, part, keyword, data, at)
            case _:
                assert keyword in SAYING_NOTHING, f"unknown keyword {keyword}"


def _keys(whole: dict[str, Any], part: dict[str, Any], keyword: str, data: Any, at: str) -> Iterator[str]:
    if not isinstance(data, dict):
        return
    known = part.get("properties", {})
    match keyword, part[keyword]:
        case "properties", wanted:
            for key in data.keys() & wanted.keys():
                yield from _faults(whole, wanted[key], data[key], f"{at}/{key}")
        case "required", wanted:
            yield from (f"{at}/{key}: missing" for key in wanted if key not in data)
        case _, False:
            yield from (f"{at}/{key}: unknown" for key in data if key not in known)
        case _, dict() as others:
            for key in data.keys() - known.keys():
                yield from _faults(whole, others, data[key], f"{at}/{key}")
