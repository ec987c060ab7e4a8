"""A judge of values by the JSON Schema of their field, which knows nothing of how fields judge them: the oracle of
`test_changed_answers.py`. A keyword that it does not know is an error."""

import re
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

from forms.operands import ROW_ID
from tests.forms.checking import TYPES

JUDGES: dict[str, Callable[[Any, Any], bool]] = {
    "const": lambda value, wanted: value is wanted,
    "enum": lambda value, wanted: value in wanted and not isinstance(value, bool),
    "pattern": lambda value, wanted: re.search(wanted, value) is not None,
    "maxLength": lambda value, wanted: len(value) <= wanted,
    "minimum": lambda value, wanted: value >= wanted,
    "maximum": lambda value, wanted: value <= wanted,
    "minItems": lambda value, wanted: len(value) >= wanted,
    "maxItems": lambda value, wanted: len(value) <= wanted,
    "uniqueItems": lambda value, _: all(one not in value[:index] for index, one in enumerate(value)),
    "required": lambda value, wanted: set(wanted) <= set(value),
    "type": lambda value, wanted: (
        isinstance(value, TYPES[wanted]) and (wanted == "boolean" or not isinstance(value, bool))
    ),
}


def said(value: Any) -> Any:
    """What a value says: texts without the spaces around them, no empty part, no row that says nothing."""
    if isinstance(value, str):
        return value.strip().replace("\r\n", "\n") or None
    if isinstance(value, dict):
        return {key: kept for key, part in value.items() if (kept := said(part)) is not None and key != ROW_ID} or None
    if isinstance(value, list):
        return [kept for part in value if (kept := said(part)) is not None] or None
    return value


def faults(  # noqa: C901, PLR0912  one case for each keyword
    shape: dict[str, Any], value: Any, at: str = ""
) -> Iterator[str]:
    """Where a value does not fit a schema."""
    for keyword, wanted in shape.items():
        match keyword:
            case "format":
                if wanted == "date" and not _is_day(value):
                    yield f"{at}: no day"
            case "oneOf":
                if sum(not any(True for _ in faults(one, value, at)) for one in wanted) != 1:
                    yield f"{at}: not one of {wanted}"
            case "items":
                for index, one in enumerate(value):
                    yield from faults(wanted, one, f"{at}/{index}")
            case "properties":
                for key in wanted.keys() & value.keys():
                    yield from faults(wanted[key], value[key], f"{at}/{key}")
            case "additionalProperties":
                if not set(value) <= set(shape["properties"]):
                    yield f"{at}: unknown keys"
            case "readOnly":
                pass
            case _:
                if not JUDGES[keyword](value, wanted):
                    yield f"{at}: {keyword} {wanted}"
                    return


def _is_day(value: Any) -> bool:
    return bool(re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value) and date.fromisoformat(value))
