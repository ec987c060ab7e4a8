"""Editions: read from files with every fault at once, kept as JSON and back."""

import re
from datetime import date, datetime
from pathlib import Path
from textwrap import dedent

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import forms
from forms import catalogue
from forms.edition import FILES
from tests.forms.shipped import SLUGS, changed, shipped
from tests.forms.strategies import some_forms
from tests.support.thorough import many


@pytest.mark.parametrize("slug", SLUGS)
def test_round_trip_of_shipped_editions(slug: str) -> None:
    edition = shipped(slug)
    content = forms.edition_json(edition)
    assert forms.edition_from_json(content) == edition
    assert forms.edition_json(forms.edition_from_json(content)) == content


@settings(max_examples=many(30), suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(form=some_forms(), opens=st.datetimes(timezones=st.just(shipped("ami-2025").call.opens.tzinfo)))
def test_round_trip_of_any_edition(form: forms.Form, opens: object) -> None:
    edition = shipped("incubateur")
    edition = msgspec.structs.replace(edition, form=form, call=msgspec.structs.replace(edition.call, opens=opens))
    content = forms.edition_json(edition)
    again = forms.edition_from_json(content)
    assert again == edition
    assert forms.edition_json(again) == content


def test_an_edition_keeps_its_defaults() -> None:
    """A default that changes later must not change what was published: they are written out."""
    field = msgspec.json.decode(forms.edition_json(shipped("ami-2025")))["form"]["sections"][0]["fields"][0]
    assert {"required", "audience", "characters", "shown_if", "help"} <= set(field)


def test_what_was_published_before_a_telephone_was_asked_for_is_still_read() -> None:
    edition = shipped("ami-2025")
    stored = msgspec.json.decode(forms.edition_json(edition))
    del stored["call"]["service"]["phone"], stored["call"]["personal_data"]["contact"]
    stored["call"]["letters"]["silence_after"] = None
    found = forms.edition_from_json(msgspec.json.encode(stored))
    assert (found.call.service.phone, found.call.letters.silence_after, found.form) == ("", None, edition.form)


def faults(files: dict[str, bytes]) -> list[tuple[str, str, str]]:
    with pytest.raises(forms.EditionError) as raised:
        forms.parse_edition(files)
    for fault in raised.value.faults:
        assert fault.allowed
        assert str(fault) in str(raised.value)
    return [(fault.file, fault.path, fault.found) for fault in raised.value.faults]


@pytest.mark.parametrize(
    ("file", "old", "new", "path", "found"),
    [
        ("call.toml", 'slug = "ami-2025"', 'slug = "AMI 2025"', "slug", "AMI 2025"),
        ("call.toml", 'prefix = "AMI-2025"', "prefix = 3", "prefix", "3"),
        ("call.toml", "closes = 2025-05-15", "closes = 2025-04-01", "closes", "2025-04-01"),
        ("call.toml", "opens = 2025-04-07", 'opens = "bientôt"', "opens", "the text “bientôt”"),
        ("call.toml", "opens = 2025-04-07", "", "opens", "nothing"),
        ("call.toml", "[summary]", "[sumary]", "sumary", "an unknown key"),
        ("call.toml", 'email = "ami-ia@appels.alliance.example"', 'email = "ami-ia"', "service.email", "ami-ia"),
        ("call.toml", 'phone = "01 99 00 10 00"', 'phone = "rappel"', "service.phone", "rappel"),
        ("call.toml", 'phone = "01 99 00 10 00"', "", "service.phone", "nothing"),
        ("call.toml", 'silence_after = "P4M"', "", "letters.silence_after", "nothing"),
        ("form.toml", 'kind = "siret"', 'kind = "iban"', "sections[0].fields[3].kind", "the text “iban”"),
        ("form.toml", "characters = 150", "caracters = 150", "sections[0].fields[0].caracters", "an unknown key"),
        ("form.toml", "characters = 150", 'characters = "150"', "sections[0].fields[0].characters", "the text “150”"),
        ("form.toml", "characters = 150", "characters = 0", "sections[0].fields[0].characters", "0"),
        ("form.toml", 'id = "siret"', 'id = "country"', "sections[0].fields[3].id", "country, a second time"),
        ("form.toml", 'id = "trl"', 'id = "siret"', "sections[3].fields[0].id", "siret, a second time"),
        ("form.toml", 'id = "website"', 'id = "Web site"', "sections[0].fields[5].id", "Web site"),
        ("form.toml", 'op = "equals"', 'op = "equal"', "sections[0].fields[3].shown_if.op", "the text “equal”"),
        ("form.toml", 'value = "block"', 'value = "brick"', "sections[1].fields[2].shown_if.value", "brick"),
        ("form.toml", '_field = "country"', '_field = "title"', "sections[0].fields[4].country_field", "title"),
        ("form.toml", 'title_field = "title"', 'title_field = "trl"', "title_field", "trl"),
        ("form.toml", "least_rows = 1", "least_rows = 6", "sections[2].fields[4].most_rows", "6 to 5"),
        ("form.toml", 'column = "first_year"', 'column = "item"', "sections[6].fields[0].totals[0].column", "item"),
        ("form.toml", 'latest = "today"', 'latest = "now"', "sections[3].fields[1].latest", "now"),
        ("form.toml", 'fr = "Effectif"', 'fr = " "', "sections[0].fields[6].label.fr", "an empty text"),
        ("form.toml", '{ fr = "Site internet", en = "Website" }', "3", "sections[0].fields[5].label", "3"),
        ("form.toml", "at_most = 1000000\n", "at_most = nan\n", "sections[0].fields[6].at_most", "nan"),
        ("form.toml", "at_most = 1000000\n", "at_most = 1e300\n", "sections[0].fields[6].at_most", "1e+300"),
        ("eligibility.toml", 'id = "in_scope"', 'id = "\\u0000"', "items[1].id", "a control character in “\\x00”"),
        ("call.toml", 'prefix = "AMI-2025"', 'prefix = "AMI/2025"', "prefix", "AMI/2025"),
        ("form.toml", 'types = ["application/pdf"]', "types = []", "sections[7].fields[0].types", "an empty list"),
        ("form.toml", "most_files = 5", "most_files = 0", "sections[7].fields[2].most_files", "0"),
        ("form.toml", "characters = 3000", "characters = 500001", "sections[1].fields[4].characters", "500001"),
        ("form.toml", "at_least = 0\n", "at_least = 2000000\n", "sections[0].fields[6].at_most", "1000000"),
        ("form.toml", '{ id = "startup",', '{ id = "other",', "sections[0].fields[1].options", "other"),
        ("form.toml", '"country" }, {', '"pays" }, {', "sections[0].fields[4].shown_if.of[0].field", "pays"),
        (
            *("form.toml", "required_if =", "required = true\nrequired_if ="),
            *("sections[3].fields[2].required_if", "a condition beside required = true"),
        ),
        ("form.toml", "{ value = 9,", "{ value = 8,", "sections[3].fields[0].levels", "1, 2, 3, 4, 5, 6, 7, 8, 8"),
        ("process.toml", 'completion = "5wd"', "", "stages[0].completion", "nothing"),
        ("process.toml", 'invitation = "6wd"', "", "stages[1].invitation", "nothing"),
        ("grid.toml", "{ value = 5,", "{ value = 6,", "criteria", "levels of different scales"),
        ("eligibility.toml", 'id = "in_scope"', 'id = "legal_person"', "items[1].id", "legal_person, a second time"),
        ("grid.toml", "weight = 40", "weight = 0", "criteria[0].weight", "0"),
        ("grid.toml", "{ value = 5,", "{ value = 4,", "criteria[0].levels", "0, 1, 2, 3, 4, 4"),
        ("grid.toml", "threshold = 2\n", "threshold = 7\n", "criteria[0].threshold", "7"),
        ("process.toml", 'duration = "5wd"', 'duration = "5 jours"', "stages[0].duration", "5 jours"),
        ("process.toml", 'next = "review"', 'next = "revue"', "stages[0].outcomes[0].next", "revue"),
        ("process.toml", 'status = "reserve"', 'next = "review"', "stages[3].outcomes[2].next", "review"),
        ("process.toml", 'status = "reserve"', 'next = "committee"', "stages[3].outcomes[2].next", "committee"),
        ("process.toml", 'status = "reserve", ', "", "stages[3].outcomes[2].next", "nothing"),
        ("process.toml", 'next = "committee"', 'status = "accepted"', "stages[2].outcomes[0].status", "accepted"),
        ("process.toml", 'kind = "pilot"', 'kind = "committee"', "stages[4].kind", "committee, a second time"),
        ("process.toml", "minimum = 1", "minimum = 3", "stages[1].minimum", "minimum 3, seats 1"),
        ("process.toml", "team = 2", "team = 11", "stages[1].team", "11"),
        ("process.toml", "[0.5, 0.8]", "[0.8, 0.5]", "stages[1].reminders", "[0.8, 0.5]"),
        ("process.toml", 'id = "ineligible"', 'id = "refused"', "stages[0].outcomes", "eligible, refused"),
        ("process.toml", 'status = "reserve"', 'status = "maybe"', "stages[3].outcomes[2].status", "the text “maybe”"),
        ("process.toml", 'kind = "pilot"', 'kind = "flight"', "stages[4].kind", "the text “flight”"),
        ("process.toml", "[statuses.accepted]", "[statuses.taken]", "statuses.taken", "an unknown status"),
        ("process.toml", 'holidays = "FR"', 'holidays = "BE"', "calendar.holidays", "the text “BE”"),
    ],
)  # fmt: skip
def test_one_fault(file: str, old: str, new: str, path: str, found: str) -> None:
    listed = faults(changed(file, old, new))
    assert (file, path, found) in listed
    assert {one[0] for one in listed} == {file}


def test_the_stage_says_what_follows_where_an_outcome_does_not() -> None:
    files = changed("process.toml", '"Synthesis submitted" }, next = "committee"', '"Synthesis submitted" }')
    assert [(path, found) for _, path, found in faults(files)] == [("stages[2].outcomes[0].next", "nothing")]
    files["process.toml"] = files["process.toml"].replace(b'duration = "3wd"', b'duration = "3wd"\nnext = "committee"')
    synthesis = forms.parse_edition(files).process.stages[2]
    assert synthesis.after(synthesis.outcomes[0]) == "committee"


def test_a_cycle_of_conditions() -> None:
    files = changed(
        "form.toml",
        'required = true\naudience = "public"\n\n[[sections.fields]]\nid = "siret"',
        'shown_if = { op = "filled", field = "siret" }\n\n[[sections.fields]]\nid = "siret"',
    )
    assert [path for _, path, _ in faults(files)] == [
        "sections[0].fields[2].shown_if",
        "sections[0].fields[3].shown_if",
    ]


def test_all_faults_at_once() -> None:
    """Broken TOML, a missing file, an unknown file and a wrong value: four files, four faults."""
    files = changed("grid.toml", "weight = 40", "weight = 0")
    files["process.toml"] = b"stages = 3 4"
    files["readme.txt"] = b""
    files["eligibility.toml"] = b"\xff"
    del files["call.toml"]
    found = faults(files)
    assert [(file, path) for file, path, _ in found] == [
        ("readme.txt", ""),
        ("call.toml", ""),
        ("eligibility.toml", ""),
        ("process.toml", ""),
        ("grid.toml", "criteria[0].weight"),
    ]
    assert "line 1" in found[3][2]


def test_a_fault_of_shape_hides_none_of_the_references() -> None:
    """A limit that is a text, a wrong key, a text that is missing: what the rest of the file refers to is checked
    beside them, and nothing is told that is not so."""
    files = changed("form.toml", "characters = 150", 'characters = "150"')
    form = files["form.toml"].decode()
    for old, new in (
        ('{ fr = "Site internet", en = "Website" }', '{ fr = "Site internet" }'),
        ("at_least = 0\n", "atleast = 0\n"),
        ('"country" }, {', '"pays" }, {'),
        ('title_field = "title"', 'title_field = "trl"'),
    ):
        assert old in form
        form = form.replace(old, new, 1)
    found = faults({**files, "form.toml": form.encode()})
    assert sorted((path, was) for _, path, was in found) == [
        ("sections[0].fields[0].characters", "the text “150”"),
        ("sections[0].fields[4].shown_if.of[0].field", "pays"),
        ("sections[0].fields[5].label.en", "nothing"),
        ("sections[0].fields[6].atleast", "an unknown key"),
        ("title_field", "trl"),
    ]


ELSEWHERE = ('next = "review"', 'next = "revue"'), ("weight = 40", "weight = 0"), ('"country" }, {', '"pays" }, {')
"""Wrong in three files, none of it of type: a stage, a number and a field that there are not."""


@pytest.mark.parametrize(
    ("file", "old", "new", "path", "unseen"),
    [
        ("form.toml", 'kind = "siret"', 'kind = "iban"', "sections[0].fields[3].kind", ()),
        ("form.toml", 'kind = "short_text"', 'kind = "text"', "sections[0].fields[0].kind", ()),
        ("form.toml", 'kind = "short_text"', "", "sections[0].fields[0].kind", ()),
        ("form.toml", 'op = "equals"', 'op = "equal"', "sections[0].fields[3].shown_if.op", ()),
        ("form.toml", 'types = ["application/pdf"]', 'types = "pdf"', "sections[7].fields[0].types", ()),
        ("form.toml", '{ id = "startup",', "{ id = 7,", "sections[0].fields[1].options[0].id", ()),
        # Whose name is not known may be whatever others look at: names are judged once it is.
        ("form.toml", 'id = "siret"', "id = 3", "sections[0].fields[3].id", ("pays", "revue")),
        ("process.toml", 'kind = "pilot"', 'kind = "flight"', "stages[4].kind", ()),
        ("process.toml", 'kind = "review"', "kind = 4", "stages[1].kind", ()),
        ("process.toml", 'id = "pilot"\nkind', "id = 1\nkind", "stages[4].id", ("pays", "revue")),
        ("grid.toml", "threshold = 2\n", 'threshold = "2"\n', "criteria[0].threshold", ("0",)),  # beside it
        ("eligibility.toml", 'id = "in_scope"', "id = 3", "items[1].id", ()),
    ],
)  # fmt: skip
def test_a_fault_of_type_keeps_none_of_another_kind_back(
    file: str, old: str, new: str, path: str, unseen: tuple[str, ...]
) -> None:
    """A kind, an id or a list that is none: all the rest is told with it, in that file and in the others."""
    files = catalogue.read("ami-2025")
    wrong = {"process.toml": ELSEWHERE[0], "grid.toml": ELSEWHERE[1], "form.toml": ELSEWHERE[2]}
    told = {"revue", "0", "pays"} - set(unseen)
    for name, (was, becomes) in wrong.items():
        files[name] = files[name].decode().replace(was, becomes, 1).encode()
    assert old in files[file].decode()
    files[file] = files[file].decode().replace(old, new, 1).encode()
    listed = faults(files)
    assert path in {where for _, where, _ in listed}
    assert {was for _, where, was in listed if where != path} == told


VALUES = re.compile(r'(?<=[a-z_] = )(?:"[^"\n]*"|\d+(?![\d-])|true|false|\[[^\[\]{}\n]*\])(?=[ \n,}])')


@settings(max_examples=many(40), suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.sampled_from(sorted(catalogue.read("ami-2025"))), st.data())
def test_a_fault_of_shape_brings_about_no_other(file: str, data: st.DataObject) -> None:
    """In a call that is right, one value of another type is one fault, whatever it is and wherever it stands."""
    files = catalogue.read("ami-2025")
    content = files[file].decode()
    at = data.draw(st.sampled_from(list(VALUES.finditer(content))))
    other = "[[1]]" if at[0].startswith('"') else '"x"'
    broken = f"{content[: at.start()]}{other}{content[at.end() :]}"
    assert len(faults({**files, file: broken.encode()})) == 1


@settings(max_examples=many(40), suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.sampled_from(sorted(catalogue.read("ami-2025"))), st.data())
def test_any_broken_file_is_a_list_of_faults(file: str, data: st.DataObject) -> None:
    """One line taken out, or one doubled: an edition, or faults; nothing else is ever raised."""
    files = catalogue.read("ami-2025")
    lines = files[file].decode().splitlines()
    at = data.draw(st.integers(0, len(lines) - 1))
    times = data.draw(st.sampled_from([0, 2]))
    lines[at : at + 1] = lines[at : at + 1] * times
    try:
        forms.parse_edition({**files, file: "\n".join(lines).encode()})
    except forms.EditionError as error:
        assert error.faults  # noqa: PT017  most, but not all, of these files are broken


def test_days_when_the_service_is_closed() -> None:
    files = changed("process.toml", 'holidays = "FR"', 'holidays = "none"\nclosed = [2025-05-30, 2025-06-02]')
    edition = forms.parse_edition(files)
    assert edition.process.calendar == forms.Calendar("none", (date(2025, 5, 30), date(2025, 6, 2)))
    assert forms.edition_from_json(forms.edition_json(edition)) == edition


def test_dates_are_paris_ones() -> None:
    """Local dates and times are those of Paris; an offset is kept as the instant it is."""
    for written, instant in (
        ("2025-06-01", "2025-06-01T21:59:59+00:00"),
        ("2025-06-01T17:00:00", "2025-06-01T15:00:00+00:00"),
        ("2025-06-01T17:00:00-01:00", "2025-06-01T18:00:00+00:00"),
    ):
        edition = forms.parse_edition(changed("call.toml", "closes = 2025-05-15", f"closes = {written}"))
        assert edition.call.closes == datetime.fromisoformat(instant)


def test_the_example_of_the_guide_is_a_call() -> None:
    """What an author copies from `forms/README.md` parses, as it stands there."""
    text = (Path(forms.__file__).parent / "README.md").read_text(encoding="utf-8")
    example = text.partition("## Un exemple minimal")[2]
    parts = re.split(r"^`(\w+\.toml)` :$", example, flags=re.MULTILINE)
    files = {name: dedent(content).encode() for name, content in zip(parts[1::2], parts[2::2], strict=True)}
    assert set(files) == set(FILES)
    assert forms.parse_edition(files).call.slug == "mon-appel"
