"""Whatever the five files hold is an edition or faults; whatever is answered is refused or within every limit.

`./alliance test --long` tries a hundred thousand of each.
"""

import json
import tomllib
from collections.abc import Callable, Iterator
from copy import deepcopy
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

import msgspec
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import forms
from forms import kinds
from forms.base import MOST_ROWS
from tests.forms.shipped import EVERY, read
from tests.forms.strategies import JSON, MAKERS, T
from tests.support.thorough import many

TODAY = date(2025, 5, 1)
LONG = 100_000
FUZZ = settings(max_examples=many(100, long=LONG), suppress_health_check=list(HealthCheck), deadline=None)

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
    _parsed({**read("ami-2025"), file: start.encode() + raw})


# Answers -----------------------------------------------------------------------------------------------------------

FIELDS = tuple(make({"id": f"f{number}", "label": T}) for number, make in enumerate(MAKERS))
FORM = forms.Form(
    sections=(forms.Section(id="only", title=T, fields=FIELDS),), title_field="f0", organisation_field="f0"
)
# Around the limits of the fields of `MAKERS`: where chance alone seldom gets.
NEAR = st.one_of(
    st.integers(-2, 12),
    st.floats(-1, 1001),
    st.decimals(0, 1001, places=3).map(float),
    st.text(st.sampled_from("aé b\n"), max_size=70),
    st.dates(date(2025, 4, 20), date(2025, 5, 10)).map(date.isoformat),
    st.lists(st.sampled_from(["a", "b", "c", ""]), max_size=4),
    st.sampled_from(["356000000", "35600000049837", "BE0428759497", "x@y.example", "+33 1 99 00 12 34", "FR", "NO"]),
)
ROW = st.fixed_dictionaries(
    {"item": st.text("ab ", max_size=12), "amount": st.integers(-1, 30)},
    optional={"nature": st.sampled_from(["a", "z", {"other": "x"}]), "day": NEAR, "@id": st.sampled_from(["r", "s"])},
)
PEOPLE = st.fixed_dictionaries(
    {"given_name": st.just("Ada"), "family_name": st.text("a", max_size=250), "email": NEAR}, optional={"phone": NEAR}
)
REGISTER = st.fixed_dictionaries(
    {"scheme": st.sampled_from(["eu_vat", "national_register", "x"]), "number": NEAR}, optional={"register": NEAR}
)
VALUES = st.one_of(JSON, NEAR, st.lists(ROW, max_size=5).map(lambda rows: {"rows": rows}), PEOPLE, REGISTER)


def _lines(value: Any) -> list[Any]:
    return [row for row in value["rows"] if not forms.base.blank(row)] if value.get("rows") else []


def _number(field: Any, value: Any) -> bool:
    least, most = field.at_least, field.at_most
    return (
        isinstance(value, int | float)
        and not isinstance(value, bool)
        and (least is None or value >= least)
        and (most is None or value <= most)
    )


def _within_rows(field: Any, value: Any) -> bool:
    rows = _lines(value)
    inside = len(rows) <= min(field.most_rows, MOST_ROWS)
    # What a row's conditions hide is no answer, whatever it says.
    cells = [cell for cell in field.cells if cell.shown_if is None and not cell.computed]
    return inside and all(
        _within(cell, row[cell.id]) for row in rows for cell in cells if not forms.base.blank(row.get(cell.id))
    )


def _total(field: kinds.Table, value: Any) -> bool:
    sums = sum((Decimal(str(row["amount"])) for row in _lines(value)), Decimal(0))
    return sums <= Decimal(str(field.totals[0].at_most)) and _within_rows(field, value)


def _texts(most: int) -> Callable[[Any, Any], bool]:
    return lambda _field, value: all(isinstance(part, str) and len(part.strip()) <= most for part in value.values())


# What each kind's limits mean, told here a second time in the plainest way, without the checks of the product.
LIMITS: dict[type, Callable[[Any, Any], bool]] = {
    kinds.ShortText: lambda field, value: len(value.strip()) <= field.characters and "\n" not in value.strip(),
    kinds.LongText: lambda field, value: (
        len(value.strip()) <= field.characters
        and sum(any(one.isalnum() for one in run) for run in value.split()) <= (field.words or 10**6)
    ),
    kinds.Email: lambda _, value: value.count("@") == 1 and "." in value.rpartition("@")[2],
    kinds.Phone: lambda _, value: sum(one.isdigit() for one in value) >= 3,
    kinds.Url: lambda _, value: value.strip().lower().startswith(("http://", "https://")),
    kinds.Integer: lambda field, value: isinstance(value, int) and _number(field, value),
    kinds.Money: lambda field, value: _number(field, value) and round(Decimal(str(value)), 2) == Decimal(str(value)),
    kinds.Date: lambda field, value: field.latest is None or date.fromisoformat(value) <= TODAY,
    kinds.YesNo: lambda _, value: isinstance(value, bool),
    kinds.OneOf: lambda field, value: (
        value in [one.id for one in field.options] or (field.other and 0 < len(value["other"].strip()) <= 200)
    ),
    kinds.SeveralOf: lambda field, value: (
        len(value) <= (field.most or 10**6) and len({str(one) if isinstance(one, str) else "other" for one in value})
        == len(value)
    ),
    kinds.Country: lambda field, value: value in [one.id for one in field.options],
    kinds.Scale: lambda field, value: value in [level.value for level in field.levels],
    kinds.Siren: lambda _, value: sum(one.isdigit() for one in value) == 9,
    kinds.Siret: lambda _, value: sum(one.isdigit() for one in value) == 14,
    kinds.Orcid: lambda _, value: len(value.strip()) >= 16,
    kinds.Ror: lambda _, value: len(value.strip()) >= 9,
    kinds.Person: _texts(200),
    kinds.ForeignId: lambda _, value: value["scheme"] in ("eu_vat", "national_register") and bool(value["number"]),
    kinds.Table: _total,
    kinds.Block: _within_rows,
}  # fmt: skip


def _within(field: forms.Field, value: Any) -> bool:
    judge = next(
        (LIMITS[one] for one in type(field).__mro__ if one in LIMITS),
        _number if isinstance(field, kinds.numbers.NumberField) else None,
    )
    return judge is None or bool(judge(field, value))


@FUZZ
@given(st.lists(st.tuples(st.sampled_from(FIELDS), VALUES), min_size=1, max_size=12))
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
        assert _within(field, value), (field.kind, value)
        kept = forms.normal(FORM, name, value)
        again = forms.validate(FORM, {**answers, name: kept}, {}, TODAY)
        assert [error for error in again if error.path.partition("/")[0] == name] == []
        assert forms.normal(FORM, name, kept) == kept
