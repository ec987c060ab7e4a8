"""What each kind's limits mean, told a second time in the plainest way: values around them, and a judge that shares
nothing with the checks of the product."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

import forms
from forms import kinds
from forms.base import MOST_ROWS
from tests.forms.strategies import JSON

TODAY = date(2025, 5, 1)

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
ROWS = st.lists(
    st.fixed_dictionaries(
        {"item": st.text("ab ", max_size=12), "amount": st.integers(-1, 30)},
        optional={
            "nature": st.sampled_from(["a", "z", {"other": "x"}]),
            "day": NEAR,
            "@id": st.sampled_from(["r", "s"]),
        },
    ),
    max_size=5,
).map(lambda rows: {"rows": rows})
NUMBERS = st.sampled_from(["356000000", "35600000049837", "BE0428759497", "356000001", "12", "x" * 61, ""])
FREE = ("Texte", "x", "X", "x ", "x,y", "é" * 13, "é" * 12)
PLACE = {
    **{key: st.sampled_from(["x", "x", "", "x" * 201]) for key in ("street", "city")},
    "country": st.sampled_from(["FR", "DE", "BE", "US", "XX", ""]),
    "postcode": st.sampled_from(["75001", "7500", "1000", "A" * 13, "96000", ""]),
}
PERIODS = st.one_of(
    st.builds(
        lambda day, length: {"start": day.isoformat(), "end": (day + timedelta(length)).isoformat()},
        st.dates(date(2024, 12, 28), date(2030, 12, 31)),
        st.integers(-2, 5) | st.integers(1090, 1100),
    ),
    st.fixed_dictionaries({"start": NEAR, "end": NEAR}),
)
MAILS = st.sampled_from(["x@y.example", "x@y", "@y.example", f"{'x' * 70}@y.example"])
PHONES = st.sampled_from(["+33 1 99 00 12 34", "01 99 00 12 34", "12", "+33 1 99 00 12 34 56 78 90 12"])
OF_KIND: dict[type, st.SearchStrategy[Any]] = {
    kinds.Email: MAILS,
    kinds.Phone: PHONES,
    kinds.Url: st.sampled_from(["https://a.example", "ftp://a.example", "a.example", "HTTPS://a.example/é?x#y"]),
    kinds.ForeignId: st.fixed_dictionaries(
        {"scheme": st.sampled_from(["eu_vat", "national_register", "x"]), "number": NUMBERS},
        optional={"register": NEAR},
    ),
    kinds.Person: st.fixed_dictionaries(
        {
            "given_name": st.just("Ada"),
            "family_name": st.text("a", max_size=250),
            "email": st.just("x@y.example") | NEAR,
        },
        optional={"phone": st.just("+33 1 99 00 12 34") | NEAR},
    ),
    kinds.Siren: NUMBERS,
    kinds.Siret: NUMBERS,
    kinds.YesNo: st.sampled_from([True, False, "oui", 1]),
    kinds.Declaration: st.sampled_from([True, False, "oui", 1]),
    kinds.Country: st.sampled_from(["FR", "NO", "fr", "XX"]),
    kinds.Orcid: st.sampled_from(
        ["0000-0002-1825-0097", "https://orcid.org/0000-0002-1825-0097", "0000-0002-1825-0098"]
    ),
    kinds.Ror: st.sampled_from(["https://ror.org/02feahw73", "02feahw73", "02feahw74"]),
    kinds.OneOf: st.sampled_from(["a", "z", {"other": "x"}, {"other": " "}, {"other": "x" * 201}]),
    kinds.Period: PERIODS,
    kinds.Keywords: st.lists(st.sampled_from(["a", "b", "c", "z", *({"other": word} for word in FREE)]), max_size=4),
    kinds.LinkedChoice: st.fixed_dictionaries(
        {"first": st.sampled_from("abc")}, optional={"second": st.sampled_from(["a", "b", "c", ""])}
    ),
    kinds.PostalAddress: st.fixed_dictionaries(PLACE, optional={"more": st.sampled_from(["", "x" * 200, "x" * 201])}),
    kinds.Organisation: st.fixed_dictionaries(
        {**PLACE, "name": st.sampled_from(["x", "x", " "]), "identifier": NUMBERS}
    ),
    kinds.Table: ROWS,
    kinds.Block: ROWS,
}
VALUES = st.one_of(JSON, NEAR, *OF_KIND.values())


def said_of(field: forms.Field) -> st.SearchStrategy[tuple[forms.Field, Any]]:
    """What may be said of this field: most often about what its kind takes, sometimes anything."""
    near = OF_KIND.get(type(field), NEAR)
    return st.tuples(st.just(field), st.sampled_from([near, near, VALUES]).flatmap(lambda one: one))


def _lines(value: Any) -> list[Any]:
    return [row for row in value["rows"] if not forms.base.blank(row)] if value.get("rows") else []


def _months_later(day: date, months: int) -> date:
    """The same day so many months later; where that month has no such day, the first of the next one."""
    year, month = day.year + (day.month - 1 + months) // 12, (day.month - 1 + months) % 12 + 1
    try:
        return day.replace(year=year, month=month)
    except ValueError:
        return date(year + month // 12, month % 12 + 1, 1)


def _period(field: kinds.Period, value: Any) -> bool:
    start, end = date.fromisoformat(value["start"]), date.fromisoformat(value["end"])
    earliest, latest = date.fromisoformat(str(field.earliest)), date.fromisoformat(str(field.latest))
    return earliest <= start <= end <= latest and end < _months_later(start, field.most_months or 0)


def _keywords(field: kinds.Keywords, value: Any) -> bool:
    words = [one["other"].strip().casefold() for one in value if isinstance(one, dict)]
    listed = [one for one in value if isinstance(one, str)]
    known = {option.id for option in field.options}
    labels = {text.casefold() for option in field.options for text in (option.label.fr, option.label.en)}
    return (
        field.least <= len(value) <= field.most
        and set(listed) <= known
        and len(set(words)) + len(set(listed)) == len(value)
        and not labels & set(words)
        and all(0 < len(word) <= field.characters and not set(word) & set(",;\n") for word in words)
    )


def _linked(field: kinds.LinkedChoice, value: Any) -> bool:
    (first,) = [option for option in field.options if option.id == value["first"]]
    seconds = [option.id for option in first.options]
    return value["second"] in seconds if seconds else not (value.get("second") or "").strip()


UNION = frozenset("AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK".split())  # noqa: SIM905


def _address(field: Any, value: Any, *needed: str) -> bool:
    """Texts of no more than 200 characters, those that are needed, in a country of the list; France's and Germany's
    postcodes have five digits."""
    said = {key: text.strip() for key, text in value.items() if text is not None}
    postcode, country = said.get("postcode", ""), said.get("country", "")
    return (
        all(said.get(key) for key in (*needed, "country"))
        and all(len(text) <= 200 for text in said.values())
        and (country in UNION if field.among == "eu" else len(country) == 2 and country.isupper() and country != "XX")
        and (country not in ("FR", "DE") or (postcode.isdigit() and len(postcode) == 5))
    )


def _organisation(field: kinds.Organisation, value: Any) -> bool:
    plain = [one for one in value["identifier"] if one.isalnum()]
    french = len(plain) in (9, 14) and all(one.isdigit() for one in plain)
    whole = _address(field, value, "name", "identifier", "street", "city")
    return whole and (value["country"] != "FR" or french)


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
        within(cell, row[cell.id]) for row in rows for cell in cells if not forms.base.blank(row.get(cell.id))
    )


def _total(field: kinds.Table, value: Any) -> bool:
    sums = sum((Decimal(str(row["amount"])) for row in _lines(value)), Decimal(0))
    return sums <= Decimal(str(field.totals[0].at_most)) and _within_rows(field, value)


def _texts(most: int) -> Callable[[Any, Any], bool]:
    return lambda _field, value: all(isinstance(part, str) and len(part.strip()) <= most for part in value.values())


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
    kinds.Period: _period,
    kinds.Keywords: _keywords,
    kinds.LinkedChoice: _linked,
    kinds.PostalAddress: lambda field, value: _address(field, value, "street", "city"),
    kinds.Organisation: _organisation,
    kinds.Table: _total,
    kinds.Block: _within_rows,
}  # fmt: skip


def within(field: forms.Field, value: Any) -> bool:
    judge = next(
        (LIMITS[one] for one in type(field).__mro__ if one in LIMITS),
        _number if isinstance(field, kinds.numbers.NumberField) else None,
    )
    return judge is None or bool(judge(field, value))
