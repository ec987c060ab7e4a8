"""What two editions differ in; what answers given on one are on the other."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

import forms
from forms import catalogue, examples
from forms.base import FileFact
from forms.differences import (
    Difference,
    Misfit,
    asked,
    asked_files,
    changed_fields,
    differences,
    form_differences,
    misfit,
)
from tests.forms.shipped import form_of, shipped

TODAY = date(2026, 3, 2)


def after(*changes: tuple[str, str, str]) -> tuple[Difference, ...]:
    """The differences that these replacements of text make in the reference call."""
    files = catalogue.read("ami-2025")
    for file, old, new in changes:
        text = files[file].decode()
        assert old in text, old
        files[file] = text.replace(old, new, 1).encode()
    return differences(shipped("ami-2025"), forms.parse_edition(files))


@pytest.mark.parametrize("slug", catalogue.shipped())
def test_an_edition_does_not_differ_from_itself(slug: str) -> None:
    assert differences(shipped(slug), forms.parse_edition(catalogue.read(slug))) == ()


@pytest.mark.parametrize(
    ("file", "old", "new", "wanted"),
    [
        (
            "form.toml", "characters = 150", "characters = 120",
            Difference("form", "fields/organisation_name/characters", "changed", 150, 120),
        ),
        (
            "form.toml", 'fr = "Effectif"', 'fr = "Effectifs"',
            Difference("form", "fields/staff/label/fr", "changed", "Effectif", "Effectifs"),
        ),
        (
            "form.toml", 'shown_if = { op = "equals", field = "country", value = "FR" }', "",
            Difference(
                "form", "fields/siret/shown_if", "changed", {"op": "equals", "field": "country", "value": "FR"}, None
            ),
        ),
        (
            "form.toml", 'title = { fr = "L’organisme"', 'title = { fr = "Organisme"',
            Difference("form", "sections/organisation/title/fr", "changed", "L’organisme", "Organisme"),
        ),
        (
            "eligibility.toml", "blocking = false", "blocking = true",
            Difference("eligibility", "items/duplicate/blocking", "changed", old=False, new=True),
        ),
        ("grid.toml", "weight = 40", "weight = 35", Difference("grid", "criteria/impact/weight", "changed", 40, 35)),
        (
            "grid.toml", 'name = { fr = "Affirmé"', 'name = { fr = "Annoncé"',
            Difference("grid", "criteria/impact/levels/1/name/fr", "changed", "Affirmé", "Annoncé"),
        ),
        (
            "process.toml", 'duration = "9wd"', 'duration = "12wd"',
            Difference("process", "stages/review/duration", "changed", "9wd", "12wd"),
        ),
        (
            "process.toml", "[statuses.accepted]", "[statuses.reserve]",
            Difference("process", "statuses/reserve", "added", new={"fr": "Retenue", "en": "Selected"}),
        ),
        (
            "call.toml", "closes = 2025-05-15", "closes = 2025-06-15",
            Difference("call", "closes", "changed", "2025-05-15T21:59:59Z", "2025-06-15T21:59:59Z"),
        ),
    ],
)  # fmt: skip
def test_one_change_is_one_difference(file: str, old: str, new: str, wanted: Difference) -> None:
    found = after((file, old, new))
    assert found[0] == wanted
    assert len(found) == (2 if "statuses" in wanted.path else 1)  # one status named instead of another


def field(name: str, more: str = "", kind: str = "short_text") -> str:
    return f'[[sections.fields]]\nid = "{name}"\nkind = "{kind}"\nlabel = {{ fr = "{name}", en = "{name}" }}\n{more}\n'


SECTION = '[[sections]]\nid = "more"\ntitle = { fr = "Suite", en = "More" }\n'
OPTIONS = 'options = [{ id = "a", label = { fr = "A", en = "A" } }, { id = "b", label = { fr = "B", en = "B" } }]'
TURNED = 'options = [{ id = "b", label = { fr = "B", en = "B" } }, { id = "a", label = { fr = "A", en = "A" } }]'


def told(old: str, new: str) -> list[tuple[str, str, object, object]]:
    found = form_differences(form_of(old), form_of(new))
    return [(one.path, one.change, one.old, one.new) for one in found if one.change in ("moved", "changed")] + [
        (one.path, one.change, None, None) for one in found if one.change in ("added", "removed")
    ]


def test_fields_are_followed_wherever_they_go() -> None:
    old = field("a") + field("b") + field("c") + SECTION + field("d") + field("e")
    new = field("b") + field("c") + SECTION + field("e") + field("a") + field("f")
    assert told(old, new) == [
        ("fields/a", "moved", "only after title", "more after e"),
        ("fields/d", "removed", None, None),
        ("fields/f", "added", None, None),
    ]


def test_one_field_taken_to_the_front_is_one_move() -> None:
    old = field("a") + field("b") + field("c") + field("d")
    new = field("d") + field("a") + field("b") + field("c")
    assert told(old, new) == [("fields/d", "moved", "only after c", "only after title")]


def test_options_and_kinds() -> None:
    old, new = field("a", OPTIONS, "one_of"), field("a", TURNED, "one_of")
    assert told(old, new) == [("fields/a/options/b", "moved", "after a", "first")]
    paths = [path for path, *_ in told(old, field("a"))]
    assert "fields/a/kind" in paths
    assert "fields/a/options" in paths


@given(st.lists(st.sampled_from("abcdefgh"), unique=True), st.lists(st.sampled_from("abcdefgh"), unique=True))
def test_applied_differences_give_the_new_order(old: list[str], new: list[str]) -> None:
    """What neither moved nor left keeps its order; whatever is told, and nothing else, makes one form of the other."""
    found = form_differences(form_of("".join(map(field, old))), form_of("".join(map(field, new))))
    by_change = {
        change: {one.path.removeprefix("fields/") for one in found if one.change == change}
        for change in ("added", "removed", "moved")
    }
    assert by_change["added"] == set(new) - set(old)
    assert by_change["removed"] == set(old) - set(new)
    still = [one for one in new if one in old and one not in by_change["moved"]]
    assert still == [one for one in old if one in new and one not in by_change["moved"]]


def test_what_somebody_must_know_who_began_on_the_old_form() -> None:
    old = form_of(field("a") + field("b", "characters = 80") + field("c") + field("d") + field("e"))
    new = form_of(
        field("e", 'audience = "officers"') + field("a", "required = true") + field("b", "characters = 60") + field("f")
        + field("d")
    )  # fmt: skip
    assert changed_fields(old, new) == (("f",), ("a", "b"), ("c",))


def test_answers_on_another_form() -> None:
    old = form_of(
        field("kept") + field("gone") + field("empty") + field("short") + field("choice", OPTIONS, "one_of")
        + field("number") + field("paper", 'types = ["application/pdf"]', "file") + field("bad", kind="email")
    )  # fmt: skip
    new = form_of(
        field("kept") + field("short", "characters = 3") + field("choice", OPTIONS.replace('"a"', '"z"'), "one_of")
        + field("number", kind="integer") + field("fresh", "required = true") + field("bad", kind="email")
    )  # fmt: skip
    answers = {
        "title": "T", "kept": "oui", "gone": "texte", "empty": "  ", "short": "trop long", "choice": "a",
        "number": "12", "bad": "pas une adresse",
    }  # fmt: skip
    files = {"paper": [FileFact("1", "a.pdf", 10, "application/pdf")]}
    found = misfit(old, new, answers, files, TODAY)
    assert found.gone == ("gone", "paper")
    assert [(error.path, error.code) for error in found.errors] == [
        ("short", "too_long"),
        ("choice", "not_an_option"),
        ("number", "wrong_type"),
    ]
    assert misfit(new, old, answers, files, TODAY) == Misfit((), ())
    assert set(asked(new, answers)) == {"title", "kept", "short", "choice", "number", "bad"}
    assert asked_files(new, files) == {}
    assert asked_files(old, files) == files


@pytest.mark.parametrize("slug", catalogue.shipped())
def test_complete_answers_fit_their_own_form(slug: str) -> None:
    edition = shipped(slug)
    answers = examples.complete_answers(edition, 3)
    assert misfit(edition.form, edition.form, answers, {}, TODAY) == Misfit((), ())


def test_a_column_that_is_asked_no_longer() -> None:
    both = 'columns = [{ kind = "short_text", id = "a", label = { fr = "A", en = "A" } }, '
    both += '{ kind = "short_text", id = "b", label = { fr = "B", en = "B" } }]'
    one = both.replace('{ kind = "short_text", id = "b", label = { fr = "B", en = "B" } }', "")
    old, new = form_of(field("t", both, "table")), form_of(field("t", one, "table"))
    answers = {"title": "T", "t": {"rows": [{"a": "1", "b": "2"}, {"a": "3"}]}}
    assert misfit(old, new, answers, {}, TODAY) == Misfit(("t/b",), ())
    assert asked(new, answers) == {"title": "T", "t": {"rows": [{"a": "1"}, {"a": "3"}]}}
    assert asked(old, answers) == answers


def test_a_file_that_becomes_a_text_and_back() -> None:
    paper, text = field("paper", 'types = ["application/pdf"]', "file"), field("paper")
    files = {"paper": [FileFact("1", "a.pdf", 10, "application/pdf")]}
    assert misfit(form_of(paper), form_of(text), {"title": "T"}, files, TODAY).gone == ("paper",)
    assert misfit(form_of(text), form_of(paper), {"title": "T", "paper": "mot"}, {}, TODAY).gone == ("paper",)
    assert asked(form_of(paper), {"paper": "mot"}) == {}


def test_differences_of_every_file_at_once() -> None:
    parts = [one.part for one in after(("grid.toml", "weight = 40", "weight = 41"), ("form.toml", "150", "151"))]
    assert parts == ["form", "grid"]
