"""Whatever the five files hold is an edition or faults; whatever is answered is refused or within every limit.

`./alliance test --long` tries a hundred thousand of each.
"""

import functools
import json
import tomllib
from collections.abc import Iterator
from copy import deepcopy
from datetime import date, datetime, time
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import forms
from tests.forms.limits import TODAY, said_of, within
from tests.forms.shipped import EVERY, read
from tests.forms.strategies import MAKERS, T
from tests.support.thorough import many

LONG = 100_000
FUZZ = settings(max_examples=many(100, long=LONG), suppress_health_check=list(HealthCheck), deadline=None)


# A file that is as it was in the case before is read once: reading TOML is most of the time otherwise.
@pytest.fixture(scope="module", autouse=True)
def _read_once() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("forms.edition.tomllib.loads", functools.lru_cache(maxsize=64)(tomllib.loads))
        yield


# The five files ----------------------------------------------------------------------------------------------------

NAMES = ("call.toml", "form.toml", "eligibility.toml", "grid.toml", "process.toml")
WORDS = st.sampled_from(
    [
        *("kind", "id", "op", "get", "field", "of", "value", "fr", "en", "options", "title", "a", "", "computed"),
        *("block", "short_text", "equals", "sum", "not", "2025-02-30", "10wd", "P9D", "\0", "\u202e", "é" * 60),
    ]
)
SCALARS = st.one_of(
    WORDS,
    st.text(st.characters(exclude_categories=["Cs"]), max_size=12),
    st.booleans(),
    st.integers(-(2**63), 2**63 - 1),
    st.integers(-3, 12),
    st.floats(),
    st.dates(),
    st.times(),
    st.datetimes(),
)
TREES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(WORDS, inner, max_size=4), max_leaves=12
)


def _toml(value: Any) -> str:
    """A value as TOML has it in a line."""
    match value:
        case dict():
            return "{" + ", ".join(f"{_quoted(key)} = {_toml(one)}" for key, one in value.items()) + "}"
        case list():
            return "[" + ", ".join(map(_toml, value)) + "]"
        case str():
            return _quoted(value)
        case bool():
            return "true" if value else "false"
        case date() | time() | datetime():
            return value.isoformat()
        case _:
            return repr(value)


def _quoted(text: str) -> str:
    plain = json.dumps(text, ensure_ascii=False)
    return "".join(f"\\u{ord(one):04x}" if ord(one) < 32 or ord(one) == 127 else one for one in plain)


def _places(value: Any, at: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The path of every value inside this one."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in items:
        yield (*at, key)
        yield from _places(inner, (*at, key))


PARSED = {slug: {name: tomllib.loads(content.decode()) for name, content in read(slug).items()} for slug in EVERY}
SHORTEST = min(EVERY, key=lambda slug: sum(map(len, read(slug).values())))
PLACES = {slug: {name: list(_places(content)) for name, content in files.items()} for slug, files in PARSED.items()}


def _parsed(files: dict[str, bytes]) -> None:
    """Parse the files: an edition that is kept and read back, or faults that a person can read."""
    faults: tuple[Any, ...] | None = None
    try:
        edition = forms.parse_edition(files)
    except forms.EditionError as error:
        faults = tuple(error.faults)
    if faults is None:
        assert forms.edition_from_json(forms.edition_json(edition)) == edition
    else:
        assert faults
        assert all(fault.file and fault.allowed and str(fault).encode() for fault in faults)


@FUZZ
@given(st.sampled_from(EVERY), st.sampled_from(NAMES), st.data())
def test_any_value_anywhere_in_a_file(slug: str, file: str, data: st.DataObject) -> None:
    """Of a real call, one to three values are put in the place of others, taken from elsewhere, taken out or added."""
    content = deepcopy(PARSED[slug][file])
    for _ in range(data.draw(st.integers(1, 3))):
        path = data.draw(st.sampled_from(PLACES[slug][file]))
        inner = content
        try:
            for key in path[:-1]:
                inner = inner[key]
            act = data.draw(st.sampled_from(["put", "put", "take", "copy", "add"]))
            if act == "take":
                del inner[path[-1]]
            elif act == "add":
                inner[path[-1]] = {**inner[path[-1]], data.draw(WORDS): data.draw(TREES)}
            elif act == "put":
                inner[path[-1]] = data.draw(TREES)
            else:
                found: Any = PARSED[slug][file]
                for key in data.draw(st.sampled_from(PLACES[slug][file])):
                    found = found[key]
                inner[path[-1]] = deepcopy(found)
        except (LookupError, TypeError):  # an earlier change took the place away
            continue
    written = "\n".join(f"{_quoted(key)} = {_toml(value)}" for key, value in content.items())
    _parsed({**read(slug), file: written.encode()})


@FUZZ
@given(
    st.sampled_from(NAMES),
    st.sampled_from(["", "sections = ", "stages = [", "[[criteria]]\nlevels = "]),
    st.one_of(TREES.map(_toml), st.text(max_size=60), st.binary(max_size=60)),
)
def test_any_content_of_a_file(file: str, start: str, content: str | bytes) -> None:
    """Not made of a real one: any tree under a key, any text, any bytes."""
    raw = content if isinstance(content, bytes) else content.encode(errors="surrogatepass")
    _parsed({**read(SHORTEST), file: start.encode() + raw})


# Answers -----------------------------------------------------------------------------------------------------------

FIELDS = tuple(make({"id": f"f{number}", "label": T}) for number, make in enumerate(MAKERS))
FORM = forms.Form(
    sections=(forms.Section(id="only", title=T, fields=FIELDS),), title_field="f0", organisation_field="f0"
)


@FUZZ
@given(st.lists(st.sampled_from(FIELDS).flatmap(said_of), min_size=1, max_size=12))
def test_no_accepted_answer_breaks_a_limit(said: list[tuple[forms.Field, Any]]) -> None:
    answers = {field.id: value for field, value in said}
    errors = forms.validate(FORM, answers, {}, TODAY)
    msgspec.json.encode(errors)
    assert all(error.fr and error.en for error in errors)
    refused = {error.path.partition("/")[0] for error in errors}
    for name, value in answers.items():
        field = FORM.index[name]
        drafted = forms.check_draft(FORM, name, value)
        if name in refused or forms.base.blank(value) or not field.answered:
            continue
        assert drafted == []
        assert within(field, value), (field.kind, value)
        kept = forms.normal(FORM, name, value)
        again = forms.validate(FORM, {**answers, name: kept}, {}, TODAY)
        assert [error for error in again if error.path.partition("/")[0] == name] == []
        assert forms.normal(FORM, name, kept) == kept
