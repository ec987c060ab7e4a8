"""Drafts and submissions: what holds for every form and every answer."""

from datetime import date
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import forms
from forms.base import FileFact
from forms.conditions import asked
from forms.examples import complete_answers, small_files
from tests.forms.shipped import SLUGS, form_of, shipped
from tests.forms.strategies import JSON, answered_forms
from tests.support.thorough import many

TODAY = date(2025, 5, 1)
MANY = settings(max_examples=many(40), suppress_health_check=[HealthCheck.too_slow], deadline=None)


Answers = dict[str, Any]


def a_draft_takes_whatever_a_submission_takes(form: forms.Form, answers: Answers) -> None:
    refused = {error.path.split("/")[0] for error in forms.validate(form, answers, {}, TODAY)}
    shown = forms.shown_fields(form, answers, TODAY)
    for field, value in answers.items():
        if field in shown - refused and not form.index[field].computed:
            assert forms.check_draft(form, field, value) == []


def what_is_hidden_is_neither_asked_for_nor_reported(form: forms.Form, answers: Answers) -> None:
    shown = forms.shown_fields(form, answers, TODAY)
    assert set(forms.visible(form, answers, TODAY)) <= shown
    assert forms.visible_files(form, answers, TODAY) <= shown
    for error in forms.validate(form, answers, {}, TODAY):
        assert error.path.split("/")[0] in shown


def conditions_settle(form: forms.Form, answers: Answers) -> None:
    """What is shown is what the conditions show, given what is shown; without the hidden answers, all is the same, but
    that nothing was given where a choice is not offered."""
    seen = forms.visible(form, answers, TODAY)
    shown = forms.shown_fields(form, answers, TODAY)
    for field in form.fields:
        assert (field.id in shown) == all(forms.holds(one, seen, TODAY) for one in form.conditions.get(field.id, ()))
    assert forms.shown_fields(form, seen, TODAY) == shown
    assert forms.visible(form, seen, TODAY) == seen
    # What no draft may hold is never submitted: what of it would count is nobody's matter.
    sound = {field for field, value in answers.items() if forms.check_draft(form, field, value) == []}
    without, whole = (
        [
            (one.path, "required" if one.code == "not_offered" else one.code)
            for one in forms.validate(form, said, {}, TODAY)
            if (name := one.path.split("/")[0]) in sound or name not in answers
        ]
        for said in (seen, answers)
    )
    assert without == whole


def every_error_points_at_something(form: forms.Form, answers: Answers) -> None:
    for error in forms.validate(form, answers, {}, TODAY):
        head, *rest = error.path.split("/")
        field = form.field(head)
        assert field is not None
        assert _leads(field.shape(), rest), error
        assert error.fr
        assert error.en
        msgspec.json.encode(error)


def _leads(shape: dict[str, Any], path: list[str]) -> bool:
    """Whether a path of keys and places exists in the values that a JSON Schema describes."""
    if not path:
        return True
    if "oneOf" in shape:
        return any(_leads(one, path) for one in shape["oneOf"])
    if shape.get("type") == "array":
        return path[0].isdigit() and _leads(shape["items"], path[1:])
    return path[0] in shape.get("properties", {}) and _leads(shape["properties"][path[0]], path[1:])


# Making a form and its answers takes most of the time: each property looks at the same ones.
OF_ANY_FORM = (
    a_draft_takes_whatever_a_submission_takes,
    what_is_hidden_is_neither_asked_for_nor_reported,
    conditions_settle,
    every_error_points_at_something,
)


@settings(MANY, max_examples=many(50))
@given(answered_forms())
def test_of_any_form_and_any_answers(case: tuple[forms.Form, Answers]) -> None:
    for holds in OF_ANY_FORM:
        holds(*case)


@MANY
@given(st.sampled_from(SLUGS), st.text(max_size=20), JSON)
def test_unknown_fields(slug: str, name: str, value: Any) -> None:
    form = shipped(slug).form
    if form.field(name) is None:
        errors = forms.check_draft(form, name, value)
        assert [error.code for error in errors] == ["unknown_field"]
        assert errors == [
            error for error in forms.validate(form, {name: value}, {}, TODAY) if error.code == "unknown_field"
        ]
        msgspec.json.encode(errors)


@pytest.mark.parametrize("name", ["a\0b", "\ud800", "x" * 10_000, "", "a/b"])
def test_hostile_field_names_come_back_printable(name: str) -> None:
    (error,) = forms.check_draft(shipped("ami-2025").form, name, "x")
    assert error.path.isprintable()
    assert len(error.path) <= 320
    msgspec.json.encode(error)


@MANY
@given(st.sampled_from(SLUGS), st.data())
def test_no_value_crashes_a_shipped_form(slug: str, data: st.DataObject) -> None:
    form = shipped(slug).form
    field = data.draw(st.sampled_from(sorted(form.index)))
    answers = {**complete_answers(shipped(slug), data.draw(st.integers(0, 11))), field: data.draw(JSON)}
    forms.check_draft(form, field, answers[field])
    forms.validate(form, answers, {}, TODAY)
    assert isinstance(forms.proposal_title(form, answers), str)
    assert isinstance(forms.organisation_name(form, answers), str)


@pytest.mark.parametrize("slug", SLUGS)
def test_everything_missing_is_told_at_once(slug: str) -> None:
    """An empty proposal: one error for each field that is shown and required, in the order of the form."""
    form = shipped(slug).form
    errors = forms.validate(form, {}, {}, TODAY)
    shown = forms.shown_fields(form, {}, TODAY)
    assert [(error.path, error.code) for error in errors] == [
        (field.id, "required") for field in form.fields if field.id in shown and field.required
    ]
    assert len(errors) > 15


def test_country_decides_which_identifier_is_asked() -> None:
    form = shipped("ami-2025").form
    asked = {country: forms.shown_fields(form, {"country": country}, TODAY) for country in ("FR", "DE")}
    assert {"siret", "foreign_id"} & asked["FR"] == {"siret"}
    assert {"siret", "foreign_id"} & asked["DE"] == {"foreign_id"}
    assert not {"siret", "foreign_id"} & forms.shown_fields(form, {}, TODAY)


def test_a_hidden_answer_hides_what_depends_on_it() -> None:
    """incubateur: a ministry has no public partner, so the partner's contact and letter go too, answered or not."""
    form = shipped("incubateur").form
    company = {"organisation_kind": "company", "public_partner": "Ville de Grandlac", "public_partner_contact": {}}
    ministry = {**company, "organisation_kind": "ministry"}
    assert {"public_partner", "public_partner_contact"} <= set(forms.visible(form, company, TODAY))
    assert forms.visible_files(form, company, TODAY) == {"presentation", "commitment", "annexes"}
    assert forms.visible(form, ministry, TODAY) == {"organisation_kind": "ministry"}
    assert forms.visible_files(form, ministry, TODAY) == {"presentation", "annexes"}


def test_required_if() -> None:
    form = shipped("ami-2025").form
    for trl, needed in ((6, False), (7, True), (None, False)):
        errors = forms.validate(form, {"trl": trl}, {}, TODAY)
        assert ("references" in {error.path for error in errors}) is needed


@pytest.mark.parametrize(
    ("facts", "found"),
    [
        ([], []),
        ([(10, "application/pdf")], []),
        ([(10, "application/pdf")] * 3, [("f", "too_many_files")]),
        ([(10, "text/html")], [("f/0", "wrong_file_type")]),
        ([(10, "application/pdf"), (101, "application/pdf")], [("f/1", "file_too_large")]),
        ([(0, "application/pdf")], [("f/0", "empty_file")]),
        ([(0, "text/html")], [("f/0", "wrong_file_type"), ("f/0", "empty_file")]),
    ],
)  # fmt: skip
def test_files(facts: list[tuple[int, str]], found: list[tuple[str, str]]) -> None:
    form = form_of("""
[[sections.fields]]
id = "f"
kind = "file"
label = { fr = "Pièce", en = "File" }
types = ["application/pdf"]
most_bytes = 100
most_files = 2
""")
    files = [FileFact(str(index), f"{index}.pdf", size, kind) for index, (size, kind) in enumerate(facts)]
    assert [(error.path, error.code) for error in forms.check_files(form, "f", files)] == found
    assert [(error.path, error.code) for error in forms.validate(form, {}, {"f": files}, TODAY)] == found
    assert forms.file_limit(form, "f") == 100
    assert forms.file_limit(form, "title") is None
    assert [error.code for error in forms.check_files(form, "title", files)] == ["unknown_field"]


def test_a_required_file() -> None:
    edition = shipped("ami-2025")
    answers = complete_answers(edition, 0)
    wanted = {field for field, _, _ in small_files(edition, 0)}
    errors = forms.validate(edition.form, answers, {}, TODAY)
    assert {(error.path, error.code) for error in errors} == {(field, "required") for field in wanted}


def test_title_and_organisation_are_one_line() -> None:
    form = shipped("ami-2025").form
    answers: dict[str, Any] = {"title": "  Un \t titre ", "organisation_name": 3}
    assert forms.proposal_title(form, answers) == "Un titre"
    assert forms.organisation_name(form, answers) == ""
    assert forms.proposal_title(form, {}) == ""


@pytest.mark.parametrize("slug", SLUGS)
def test_a_form_explains_itself(slug: str) -> None:
    """Each field says its kind, the shape of its value, and everything there is to choose from."""
    form = shipped(slug).form
    told = msgspec.json.decode(msgspec.json.encode(forms.described(form)))
    fields = {field["id"]: field for section in told["sections"] for field in section["fields"]}
    assert list(fields) == [field.id for field in form.fields]
    for field in fields.values():
        assert {"id", "kind", "label", "required", "shown_if", "answered", "shape", "audience"} <= set(field)
        if field["kind"] in ("one_of", "several_of", "country"):
            assert all({"id", "label"} <= set(option) for option in field["options"])
    assert fields["country"]["shape"]["enum"] == [option["id"] for option in fields["country"]["options"]]
    assert len(fields["country"]["options"]) == {"ami-2025": 249, "incubateur": 27}[slug]
    assert fields["budget"]["shape"]["properties"]["rows"]["items"]["properties"]["amount"]["type"] == "number"


@pytest.mark.parametrize("slug", SLUGS)
def test_conditions_of_shipped_forms_look_back(slug: str) -> None:
    """A person reads from the top: no question depends on one further down."""
    order = list(shipped(slug).form.index)
    for field, wanted in shipped(slug).form.conditions.items():
        for condition in wanted:
            for one in asked(condition):
                assert order.index(one) < order.index(field)
