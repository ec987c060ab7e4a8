"""The schemas for editors say of a file what reading it says of its types."""

import json
import tomllib
from copy import deepcopy
from datetime import date, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forms import catalogue
from forms.edition import FILES, KINDS
from forms.parsing import shape_faults
from forms.schemas import DIALECT, schema_name, schemas
from tests.forms.checking import faults
from tests.support.thorough import many

SCHEMAS = schemas()


def plain(data: Any) -> Any:
    """As an editor hands TOML to a schema: dates and times are texts."""
    if isinstance(data, dict):
        return {key: plain(value) for key, value in data.items()}
    if isinstance(data, list):
        return [plain(value) for value in data]
    return data.isoformat() if isinstance(data, date | datetime) else data


@pytest.mark.parametrize("slug", catalogue.shipped())
@pytest.mark.parametrize("file", FILES)
def test_shipped_files_fit(slug: str, file: str) -> None:
    assert faults(SCHEMAS[file], plain(tomllib.loads(catalogue.read(slug)[file].decode()))) == []


def test_one_schema_for_each_file() -> None:
    assert list(SCHEMAS) == list(FILES)
    assert [schema_name(file) for file in FILES] == [
        "call.schema.json", "form.schema.json", "eligibility.schema.json", "grid.schema.json", "process.schema.json",
    ]  # fmt: skip
    assert {schema["$schema"] for schema in SCHEMAS.values()} == {DIALECT}
    json.dumps(SCHEMAS)


def test_what_docstrings_say_stands_beside_the_keys() -> None:
    definitions = SCHEMAS["form.toml"]["definitions"]
    assert definitions["File"]["properties"]["most_bytes"]["description"] == "of each file"
    assert definitions["Equals"]["description"].startswith("The answer is this value")
    assert "Paris time" in SCHEMAS["call.toml"]["properties"]["closes"]["description"]
    assert [name for name, one in definitions.items() if not one.get("description")] == []


STRANGE: tuple[Any, ...] = (None, 3, 1.5, True, "", "un mot", [], {}, {"fr": "un", "en": "one"}, [{"id": "a"}], "FR")


def places(data: Any) -> list[tuple[Any, Any]]:
    """Every container with each of its keys."""
    pairs = list(data.items()) if isinstance(data, dict) else list(enumerate(data)) if isinstance(data, list) else []
    return [(data, key) for key, _ in pairs] + [place for _, value in pairs for place in places(value)]


CONTENT = {file: tomllib.loads(catalogue.read("ami-2025")[file].decode()) for file in FILES}


@settings(max_examples=many(80))
@given(file=st.sampled_from(FILES), data=st.data())
def test_a_schema_refuses_what_the_types_refuse_and_nothing_else(file: str, data: st.DataObject) -> None:
    """One value taken out, replaced or added anywhere in a shipped file."""
    changed = deepcopy(CONTENT[file])
    container, key = data.draw(st.sampled_from(places(changed)).map(lambda place: place))
    act = data.draw(st.sampled_from(("drop", "replace", "add")))
    if act == "drop":
        del container[key]
    elif act == "add" and isinstance(container, dict):
        container["surprise"] = 1
    else:
        container[key] = data.draw(st.sampled_from(STRANGE[1:]))
    instants = file == "call.toml" and any(isinstance(changed.get(name), str) for name in ("opens", "closes"))
    if instants:
        return  # a text where a date belongs looks like one to an editor
    assert bool(faults(SCHEMAS[file], plain(changed))) == bool(shape_faults(KINDS[file], with_instants(changed), file))


def with_instants(data: dict[str, Any]) -> dict[str, Any]:
    """As `parse_edition` does before it looks at the types: a day is an instant."""
    return {
        key: datetime(value.year, value.month, value.day) if type(value) is date else value  # noqa: DTZ001
        for key, value in data.items()
    }
