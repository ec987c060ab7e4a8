"""JSON Schemas of the five files, made from the Structs they become: for editors that help while one writes TOML.

A file names its schema in its first line: `#:schema ./schemas/form.schema.json`. The dialect is draft 7, which such
editors read. A schema refuses what the types refuse; what leads nowhere or contradicts itself, `parse_edition` tells.
"""

import inspect
import re
from collections.abc import Iterator
from typing import Any

import msgspec

from forms.base import Text
from forms.edition import FILES, KINDS

DIALECT = "http://json-schema.org/draft-07/schema#"
_REFERENCES = "#/definitions/{name}"
_INSTANT = {
    "anyOf": [{"type": "string", "format": form} for form in ("date", "date-time", "date-time-local")],
    "description": "A date, or a date and time; Paris time unless it says otherwise.",
}
# In a docstring: "`name`: what it means", up to the next one or the end of the paragraph.
_TOLD = re.compile(r"`(\w+)`: (.*?)[;.]?(?=\s*`\w+`: |\s*$)", re.DOTALL)


def schema_name(file: str) -> str:
    """The name of a file's schema: `form.schema.json` of `form.toml`."""
    return file.removesuffix(".toml") + ".schema.json"


def schemas() -> dict[str, dict[str, Any]]:
    """The five schemas by the file that each describes, JSON-ready."""
    return {name: _schema(name, KINDS[name]) for name in FILES}


def _schema(file: str, kind: type) -> dict[str, Any]:
    (root,), definitions = msgspec.json.schema_components([kind], ref_template=_REFERENCES)
    told = {one.__name__: one for one in _structs(kind)}
    made = {name: _definition(part, told.get(name)) for name, part in definitions.items()}
    whole = made.pop(root["$ref"].rpartition("/")[2])
    return {"$schema": DIALECT, **whole, "title": file, "definitions": made}


def _structs(kind: Any) -> Iterator[type[msgspec.Struct]]:
    """Every Struct that a type leads to, itself included."""
    seen: set[Any] = set()
    pending = [msgspec.inspect.type_info(kind)]
    while pending:
        info = pending.pop()
        if isinstance(info, msgspec.inspect.StructType):
            if info.cls in seen:
                continue
            seen.add(info.cls)
            yield info.cls
            pending += [field.type for field in info.fields]
        elif isinstance(info, msgspec.inspect.UnionType):
            pending += list(info.types)
        elif isinstance(info, msgspec.inspect.VarTupleType):
            pending.append(info.item_type)
        elif isinstance(info, msgspec.inspect.DictType):
            pending.append(info.value_type)


def _definition(part: dict[str, Any], struct: type[msgspec.Struct] | None) -> dict[str, Any]:
    made: dict[str, Any] = _written(part)
    if struct is None:
        return made
    if struct.__doc__:
        made["description"] = _flowing(struct.__doc__)
    for field in msgspec.structs.fields(struct):
        if _is_instant(msgspec.inspect.type_info(field.type)):
            made["properties"][field.encode_name] = dict(_INSTANT)
    for name, text in _told(struct).items():
        if name in made.get("properties", {}):
            made["properties"][name] = _described(made["properties"][name], text)
    if struct is Text:
        for lang in ("fr", "en"):
            made["properties"][lang]["pattern"] = r"\S"
    return made


def _is_instant(info: msgspec.inspect.Type) -> bool:
    among = info.types if isinstance(info, msgspec.inspect.UnionType) else (info,)
    return any(isinstance(one, msgspec.inspect.DateTimeType) for one in among)


def _told(struct: type[msgspec.Struct]) -> dict[str, str]:
    """What the docstrings of a Struct and of its bases say of its fields."""
    found: dict[str, str] = {}
    for base in reversed(struct.__mro__):
        # Its own, or none: `getdoc` would give every Struct without one that of its base.
        text = base.__dict__.get("__doc__") or ""
        found |= {name: _flowing(said) for name, said in _TOLD.findall(inspect.cleandoc(text))}
    return found


def _described(part: dict[str, Any], text: str) -> dict[str, Any]:
    # Draft 7 reads nothing beside a `$ref`.
    return {"allOf": [part], "description": text} if "$ref" in part else {**part, "description": text}


def _flowing(text: str) -> str:
    return " ".join(text.split())


def _written(part: Any) -> Any:
    """A part of a schema as TOML can hold it: there is no null."""
    if isinstance(part, list):
        return [_written(one) for one in part]
    if not isinstance(part, dict):
        return part
    kept = {key: _written(value) for key, value in part.items() if key != "discriminator"}
    if kept.get("default", ...) is None:
        del kept["default"]
    if "anyOf" in kept:
        kept["anyOf"] = [one for one in kept["anyOf"] if one != {"type": "null"}]
        if len(kept["anyOf"]) == 1:
            (only,) = kept.pop("anyOf")
            # Beside a `$ref` nothing else is read; a default of ours says nothing that the text does not.
            return only if "$ref" in only else {**kept, **only}
    return kept
