"""Each kind of field: what a draft may hold, what a submission may hold, by table."""

from datetime import date
from typing import Any

import pytest

import forms
from forms.base import Context
from forms.kinds import ForeignId, LongText
from forms.kinds.texts import characters, words
from tests.forms.shipped import one_field

TODAY = date(2025, 5, 1)
OPTIONS = """
options = [{ id = "red", label = { fr = "Rouge", en = "Red" } }, { id = "blue", label = { fr = "Bleu", en = "Blue" } }]
"""
LEVELS = """
levels = [
  { value = 1, name = { fr = "A", en = "A" }, definition = { fr = "a", en = "a" } },
  { value = 3, name = { fr = "B", en = "B" }, definition = { fr = "b", en = "b" } },
]
"""
TABLE = """
least_rows = 1
most_rows = 2
columns = [
  { id = "item", kind = "short_text", label = { fr = "Poste", en = "Item" }, required = true },
  { id = "amount", kind = "money", label = { fr = "Montant", en = "Amount" }, required = true },
]
totals = [{ column = "amount", label = { fr = "Total", en = "Total" }, at_most = 100 }]
"""
ROW = {"item": "a", "amount": 10}

# kind, constraints, value, codes in a draft, paths and codes at submission.
CASES: list[tuple[str, str, Any, list[str], list[tuple[str, str]]]] = [
    ("short_text", "characters = 3", "abc", [], []),
    ("short_text", "characters = 3", "abcd", [], [("f", "too_long")]),
    ("short_text", "", "a\nb", ["one_line"], [("f", "one_line")]),
    ("short_text", "", "a\0b", ["forbidden_character"], [("f", "forbidden_character")]),
    ("short_text", "", "a\ud800b", ["forbidden_character"], [("f", "forbidden_character")]),
    ("short_text", "", "a\x1bb", ["forbidden_character"], [("f", "forbidden_character")]),
    ("short_text", "", "a" * 5001, ["too_large"], [("f", "too_large")]),
    ("short_text", "", 3, ["wrong_type"], [("f", "wrong_type")]),
    ("short_text", "", ["a"], ["wrong_type"], [("f", "wrong_type")]),
    ("short_text", "", "ελληνικά عربي 👩‍🚒", [], []),
    ("long_text", "words = 3", "un deux\ntrois !", [], []),
    ("long_text", "words = 3", "un deux trois quatre", [], [("f", "too_many_words")]),
    ("long_text", "least_words = 3", "un deux ?", [], [("f", "too_few_words")]),
    ("long_text", "characters = 5\nwords = 2", "un deux trois", [], [("f", "too_long"), ("f", "too_many_words")]),
    ("long_text", "", "a" * 500_001, ["too_large"], [("f", "too_large")]),
    ("email", "", "prenom.nom@organisme.example", [], []),
    ("email", "", "prenom@organisme.test", [], []),
    ("email", "", "prénom@organisme.example", [], []),
    ("email", "", "prenom@", [], [("f", "bad_email")]),
    ("email", "", "prenom@localhost", [], [("f", "bad_email")]),
    ("email", "", "a b@organisme.example", [], [("f", "bad_email")]),
    ("phone", "", "01 99 00 12 34", [], []),
    ("phone", "", "+32 2 555 12 12", [], []),
    ("phone", "", "12", [], [("f", "bad_phone")]),
    ("phone", "", "appelez-moi", [], [("f", "bad_phone")]),
    ("url", "", "https://www.organisme.example/a?b=c#d", [], []),
    ("url", "", "www.organisme.example", [], [("f", "bad_url")]),
    ("url", "", "javascript:alert(1)", [], [("f", "bad_url")]),
    ("url", "", "https://organisme", [], [("f", "bad_url")]),
    ("url", "", "https://[::1", [], [("f", "bad_url")]),
    ("url", "", "https://a.example:99999/", [], [("f", "bad_url")]),
    ("integer", "at_least = 1\nat_most = 5", 5, [], []),
    ("integer", "at_least = 1\nat_most = 5", 0, [], [("f", "too_small")]),
    ("integer", "at_least = 1\nat_most = 5", 6, [], [("f", "too_big")]),
    ("integer", "", 1.0, ["wrong_type"], [("f", "wrong_type")]),
    ("integer", "", True, ["wrong_type"], [("f", "wrong_type")]),
    ("integer", "", "5", ["wrong_type"], [("f", "wrong_type")]),
    ("integer", "", 10**400, ["too_large"], [("f", "too_large")]),
    ("decimal", "decimals = 1", 12.5, [], []),
    ("decimal", "decimals = 1", 12.55, [], [("f", "too_precise")]),
    ("decimal", "at_most = 3", 3.01, [], [("f", "too_big")]),
    ("decimal", "", "12,5", ["wrong_type"], [("f", "wrong_type")]),
    ("siren", "", "732829320", [], []),
    ("siren", "", "732 829 320", [], []),
    ("siren", "", "73282932", [], [("f", "bad_siren")]),
    ("siren", "", "٧٣٢٨٢٩٣٢٠", [], [("f", "bad_siren")]),
    ("siren", "", "732829321", [], [("f", "bad_check_digit")]),
    ("siren", "", 732829320, ["wrong_type"], [("f", "wrong_type")]),
    ("orcid", "", "0000-0002-1825-0097", [], []),
    ("orcid", "", "https://orcid.org/0000-0002-1694-233X", [], []),
    ("orcid", "", "0000-0002-1825-0098", [], [("f", "bad_check_digit")]),
    ("orcid", "", "0000-0002-1825-009", [], [("f", "bad_orcid")]),
    ("orcid", "", "https://evil.example/0000-0002-1825-0097", [], [("f", "bad_orcid")]),
    ("ror", "", "https://ror.org/05dxps055", [], []),
    ("ror", "", "02feahw73", [], []),
    ("ror", "", "https://ror.org/05dxps056", [], [("f", "bad_check_digit")]),
    ("ror", "", "https://ror.org/05dxpi055", [], [("f", "bad_ror")]),
    ("ror", "", "15dxps055", [], [("f", "bad_ror")]),
    ("money", "", 12.34, [], []),
    ("money", "", 0.1 + 0.2, [], [("f", "too_precise")]),
    ("money", "", -1, [], [("f", "too_small")]),
    ("money", "", float("nan"), ["too_large"], [("f", "too_large")]),
    ("money", "", float("inf"), ["too_large"], [("f", "too_large")]),
    ("percentage", "", 100, [], []),
    ("percentage", "", 100.5, [], [("f", "too_big")]),
    ("date", 'earliest = "2025-04-07"\nlatest = "today"', "2025-05-01", [], []),
    ("date", 'earliest = "2025-04-07"\nlatest = "today"', "2025-05-02", [], [("f", "too_late")]),
    ("date", 'earliest = "2025-04-07"\nlatest = "today"', "2025-04-06", [], [("f", "too_early")]),
    ("date", "", "2025-02-29", [], [("f", "bad_date")]),
    ("date", "", "20250301", [], [("f", "bad_date")]),
    ("date", "", "01/03/2025", [], [("f", "bad_date")]),
    ("date", "", "0" * 41, ["too_large"], [("f", "too_large")]),
    ("yes_no", "", False, [], []),
    ("yes_no", "", 0, ["wrong_type"], [("f", "wrong_type")]),
    ("yes_no", "", "true", ["wrong_type"], [("f", "wrong_type")]),
    ("declaration", "required = true", True, [], []),
    ("declaration", "required = true", False, [], [("f", "not_declared")]),
    ("declaration", "", False, [], []),
    ("one_of", OPTIONS, "red", [], []),
    ("one_of", OPTIONS, "green", ["not_an_option"], [("f", "not_an_option")]),
    ("one_of", OPTIONS, {"other": "vert"}, ["wrong_type"], [("f", "wrong_type")]),
    ("one_of", OPTIONS + "other = true", {"other": "vert"}, [], []),
    ("one_of", OPTIONS + "other = true", {"other": 3}, ["wrong_type"], [("f/other", "wrong_type")]),
    ("one_of", OPTIONS + "other = true", {"other": "v" * 201}, [], [("f/other", "too_long")]),
    ("one_of", OPTIONS + "other = true", {"other": "a", "red": "b"}, ["wrong_type"], [("f", "wrong_type")]),
    ("several_of", OPTIONS, ["red", "blue"], [], []),
    ("several_of", OPTIONS, ["red", "red"], [], [("f", "repeated")]),
    ("several_of", OPTIONS, ["red", "green"], ["not_an_option"], [("f/1", "not_an_option")]),
    ("several_of", OPTIONS, ["red", 3], ["wrong_type"], [("f/1", "wrong_type")]),
    ("several_of", OPTIONS, "red", ["wrong_type"], [("f", "wrong_type")]),
    ("several_of", OPTIONS, ["red"] * 4, ["too_large"], [("f", "too_large")]),
    ("several_of", OPTIONS + "least = 2", ["red"], [], [("f", "too_few")]),
    ("several_of", OPTIONS + "most = 1", ["red", "blue"], [], [("f", "too_many")]),
    ("several_of", OPTIONS + "other = true", ["red", {"other": " "}], [], [("f/1/other", "required")]),
    ("several_of", OPTIONS + "other = true", [{"other": "a"}, {"other": "b"}], [], [("f", "repeated")]),
    ("country", 'among = "eu"', "FR", [], []),
    ("country", 'among = "eu"', "GR", [], []),
    ("country", 'among = "eu"', "GB", ["not_an_option"], [("f", "not_an_option")]),
    ("country", 'among = "eea"', "NO", [], []),
    ("country", "", "JP", [], []),
    ("country", "", "fr", ["not_an_option"], [("f", "not_an_option")]),
    ("country", "", "EU", ["not_an_option"], [("f", "not_an_option")]),
    ("country", "", 33, ["wrong_type"], [("f", "wrong_type")]),
    ("scale", LEVELS, 3, [], []),
    ("scale", LEVELS, 2, ["not_an_option"], [("f", "not_an_option")]),
    ("scale", LEVELS, True, ["wrong_type"], [("f", "wrong_type")]),
    ("table", TABLE, {"rows": [ROW]}, [], []),
    ("table", TABLE, {"rows": [{"item": "a"}]}, [], [("f/rows/0/amount", "required")]),
    ("table", TABLE, {"rows": [{}, ROW, {"item": "", "amount": None}]}, [], []),
    ("table", TABLE, {"rows": [ROW, ROW, ROW]}, [], [("f/rows", "too_many_rows")]),
    ("table", TABLE, {"rows": [{"item": "a", "amount": 99.99}, {"item": "b", "amount": 0.01}]}, [], []),
    ("table", TABLE, {"rows": [{"item": "a", "amount": 100.01}]}, [], [("f/rows", "total_too_big")]),
    ("table", TABLE, {"rows": [ROW, {**ROW, "item": 3}]}, ["wrong_type"], [("f/rows/1/item", "wrong_type")]),
    ("table", TABLE, {"rows": [{**ROW, "extra": 1}]}, ["unknown_key"], [("f/rows/0", "unknown_key")]),
    ("table", TABLE, {"rows": [3]}, ["wrong_type"], [("f/rows/0", "wrong_type")]),
    ("table", TABLE, {"lines": []}, ["unknown_key"], [("f", "unknown_key")]),
    ("table", TABLE, [ROW], ["wrong_type"], [("f", "wrong_type")]),
    ("table", TABLE, {"rows": [{}] * 201}, ["too_large"], [("f/rows", "too_large")]),
    ("file", 'types = ["application/pdf"]', "a.pdf", ["takes_no_answer"], [("f", "takes_no_answer")]),
    ("explanation", 'text = { fr = "Lisez.", en = "Read." }', "x", ["takes_no_answer"], [("f", "takes_no_answer")]),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "constraints", "value", "draft", "submitted"), CASES)
def test_values(kind: str, constraints: str, value: Any, draft: list[str], submitted: list[tuple[str, str]]) -> None:
    field = one_field(kind, constraints)
    form = forms.Form(sections=(_section(field),), title_field="f", organisation_field="f")
    assert [error.code for error in forms.check_draft(form, "f", value)] == draft
    errors = forms.validate(form, {"f": value}, {}, TODAY)
    assert [(error.path, error.code) for error in errors] == submitted
    for error in errors:
        assert error.fr
        assert error.en


def _section(field: Any) -> forms.Section:
    return forms.Section(id="only", title=forms.Text("Titre", "Title"), fields=(field,))


@pytest.mark.parametrize(
    "kind",
    ["short_text", "long_text", "email", "integer", "yes_no", "country", "siret", "foreign_id", "person"],
)
@pytest.mark.parametrize("value", [None, "", "  ", {}, [], {"rows": []}])
def test_blank_where_required(kind: str, value: Any) -> None:
    """Nothing, in any guise, is asked for in the same words; a guise of another type is a wrong type."""
    form = forms.Form(sections=(_section(one_field(kind, "required = true")),), title_field="f", organisation_field="f")
    codes = [error.code for error in forms.validate(form, {"f": value}, {}, TODAY)]
    assert codes in (["required"], ["wrong_type"], ["unknown_key"], ["not_an_option"])
    if value is None:
        assert codes == ["required"]


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("", 0),
        ("un", 1),
        ("l’État, c’est nous", 3),
        ("« Quoi ? »", 1),
        ("a\u00a0b\u202fc", 3),
        ("–  –", 0),
        ("ﷺ 3 µ", 3),
        ("a\ufeffb", 2),
    ],
)
def test_words(text: str, count: int) -> None:
    assert words(text) == count


@pytest.mark.parametrize(("text", "count"), [("é", 1), ("a\r\nb", 3), ("a\nb", 3), ("  a ", 1), ("👩‍🚒", 3)])
def test_characters(text: str, count: int) -> None:
    assert characters(text) == count


@pytest.mark.parametrize(("text", "said"), [("", "0 mot ;"), ("un", "1 mot ;"), ("un deux", "2 mots ;")])
def test_a_short_text_is_told_its_words(text: str, said: str) -> None:
    field = LongText(id="f", label=forms.Text("Texte", "Text"), least_words=3)
    [error] = field.faults(text, "f", Context({}, TODAY))
    assert said in error.fr.replace("\u202f", " ")


def test_counting_is_linear() -> None:
    """Half a million dashes are counted at once."""
    assert words("-" * 500_000) == 0


@pytest.mark.parametrize(
    ("number", "code"),
    [
        ("00000001800010", None),  # 8 + 2·1 = 10; 0 + 2·1 + 7 + 1 = 10
        ("73282932000074", None),  # the example of public documentation
        ("732 829 320 00074", None),
        ("35600000049837", None),  # establishments of La Poste follow a rule of their own
        ("73282932000075", "bad_check_digit"),
        ("73282932100074", "bad_check_digit"),
        ("7328293200007", "bad_siret"),
        ("7328293200007A", "bad_siret"),
        ("٧٣٢٨٢٩٣٢٠٠٠٠٧٤", "bad_siret"),
    ],
)
def test_siret(number: str, code: str | None) -> None:
    errors = one_field("siret").faults(number, "f", Context({}, TODAY))
    assert [error.code for error in errors] == ([code] if code else [])


@pytest.mark.parametrize(
    ("number", "country", "code"),
    [
        ("BE 0428.759.497", "BE", None),
        ("be0428759497", "BE", None),
        ("DE136695976", "DE", None),
        ("EL094259216", "GR", None),
        ("BE 0428.759.497", "DE", "other_country"),
        ("BE 0428.759.498", "BE", "bad_vat"),
        ("0428759497", "BE", "bad_vat"),
        ("GB980780684", "GB", "bad_vat"),
        ("XX123", "DE", "bad_vat"),
        ("BE0428759497é", "BE", "bad_vat"),
    ],
)
def test_vat(number: str, country: str, code: str | None) -> None:
    field = ForeignId(id="f", label=forms.Text("Identifiant", "Identifier"), country_field="country")
    value = {"scheme": "eu_vat", "number": number}
    errors = field.faults(value, "f", Context({"country": country}, TODAY))
    assert [(error.path, error.code) for error in errors] == ([("f/number", code)] if code else [])


@pytest.mark.parametrize(
    ("value", "paths"),
    [
        ({"scheme": "national_register", "number": "HRB 12345", "register": "Handelsregister"}, []),
        ({"scheme": "national_register", "number": "HRB 12345"}, ["f/register"]),
        ({"scheme": "national_register"}, ["f/number", "f/register"]),
        ({"number": "BE0428759497"}, ["f/scheme"]),
        ({"scheme": "duns", "number": "1"}, ["f/scheme"]),
    ],
)
def test_national_register(value: dict[str, str], paths: list[str]) -> None:
    assert [error.path for error in one_field("foreign_id").faults(value, "f", Context({}, TODAY))] == paths


NORMAL: list[tuple[str, str, str]] = [
    ("siren", " 732 829\u00a0320", "732829320"),
    ("siren", "732 829", "732 829"),
    ("siret", "732.829.320 00074", "73282932000074"),
    ("orcid", "http://orcid.org/0000-0002-1694-233x/", "0000-0002-1694-233X"),
    ("orcid", "0000000218250097", "0000-0002-1825-0097"),
    ("orcid", "demandez-moi", "demandez-moi"),
    ("ror", "ror.org/05DXPS055", "https://ror.org/05dxps055"),
    ("ror", "05dxps055 ", "https://ror.org/05dxps055"),
]


@pytest.mark.parametrize(("kind", "typed", "kept"), NORMAL)
def test_what_is_typed_is_kept_in_one_way(kind: str, typed: str, kept: str) -> None:
    """Also in the rows of a block, and what is kept is kept as it is."""
    form = forms.Form(sections=(_section(one_field(kind)),), title_field="f", organisation_field="f")
    assert forms.normal(form, "f", typed) == kept
    assert forms.normal(form, "f", kept) == kept
    label = 'label = { fr = "Champ", en = "Field" }'
    cells = f'row_title = {{ fr = "Un", en = "One" }}\nfields = [{{ id = "c", kind = "{kind}", {label} }}]'
    block = one_field("block", cells)
    assert block.normal({"rows": [{"@id": "a", "c": typed}, {}]}) == {"rows": [{"@id": "a", "c": kept}, {}]}


def test_person_reports_every_part() -> None:
    errors = one_field("person", 'needs = ["given_name", "family_name", "email", "phone"]').faults(
        {"given_name": " ", "family_name": "x" * 201, "email": "a@", "phone": "1"}, "f", Context({}, TODAY)
    )
    assert [(error.path, error.code) for error in errors] == [
        ("f/given_name", "required"),
        ("f/family_name", "too_long"),
        ("f/email", "bad_email"),
        ("f/phone", "bad_phone"),
    ]


def test_many_unknown_keys_are_one_error() -> None:
    errors = one_field("person").accepts({f"k{index}\0": "x" for index in range(10_000)}, "f")
    assert [error.code for error in errors] == ["unknown_key"]
    assert "\0" not in errors[0].fr
    assert len(errors[0].fr) < 600
