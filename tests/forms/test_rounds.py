"""A process in rounds: what of the form and of the grid belongs to which stage."""

from pathlib import Path

import pytest

import forms
from forms import Edition, EditionError

PROCESS_TESTS = Path(__file__).parents[1] / "process"


def files(**changes: tuple[str, str]) -> dict[str, bytes]:
    """The edition of two rounds; in the file of that name, one text replaced by another."""
    texts = {
        path.name: path.read_text() for name in ("edition", "two_rounds") for path in (PROCESS_TESTS / name).iterdir()
    }
    texts["call.toml"] = texts["call.toml"].replace("@slug@", "essai").replace("@prefix@", "T")
    for name, (old, new) in changes.items():
        assert old in texts[f"{name}.toml"]
        texts[f"{name}.toml"] = texts[f"{name}.toml"].replace(old, new, 1)
    return {name: text.encode() for name, text in texts.items()}


@pytest.fixture(scope="module")
def edition() -> Edition:
    return forms.parse_edition(files())


def test_stages_belong_to_rounds(edition: Edition) -> None:
    process = edition.process
    assert {stage.id: process.round_of(stage.id) for stage in process.stages[:-1]} == {
        "eligibility": 1,
        "outline_review": 1,
        "outline_committee": 1,
        "full": 2,
        "review": 2,
        "synthesis": 2,
        "committee": 2,
    }
    pilot = process.stages[-1]
    assert [process.round_in(pilot, before) for before in (1, 2)] == [1, 2]
    assert process.rounds == 2
    assert [stage.id if (stage := process.review_stage(number)) else None for number in (1, 2, 3)] == [
        *("outline_review", "review", None),
    ]


def test_the_form_is_asked_part_by_part(edition: Edition) -> None:
    assert {part: [section.id for section in edition.form_at(part).sections] for part in ("", "full", "gone")} == {
        "": ["project"],
        "full": ["project", "plan"],
        "gone": ["project", "plan"],
    }
    answers = {"title": "Un titre", "organisation": "Un organisme"}
    missing = {
        part: [error.path for error in forms.validate(edition.form_at(part), answers, {}, edition.call.opens.date())]
        for part in ("", "full")
    }
    assert missing == {"": [], "full": ["method"]}


def test_each_review_has_its_part_of_the_grid(edition: Edition) -> None:
    grids = [edition.grid_of(number) for number in (1, 2)]
    assert [([(one.id, one.threshold) for one in grid.criteria], grid.threshold) for grid in grids] == [
        ([("impact", 4)], 4),
        ([("impact", None), ("means", None)], None),
    ]


def test_an_edition_of_one_round_is_whole_from_the_start() -> None:
    texts = {path.name: path.read_bytes() for path in (PROCESS_TESTS / "edition").iterdir()}
    texts["call.toml"] = texts["call.toml"].replace(b"@slug@", b"essai").replace(b"@prefix@", b"T")
    found = forms.parse_edition(texts)
    assert (found.form_at(""), found.grid_of(1), found.process.rounds) == (found.form, found.grid, 1)


FAULTS = [
    ("form", 'stage = "full"', 'stage = "later"', "sections[1].stage", "later"),
    ("form", 'stage = "full"', "", "sections", "no section that the stage full asks for"),
    ("form", '"Projet", en = "Project" }', '"P", en = "P" }\nstage = "full"', "sections[0].stage", "full"),
    ("grid", 'stage = "outline_review"', 'stage = "outline"', "parts[0].stage", "outline"),
    ("grid", 'criteria = ["impact"]', 'criteria = ["effect"]', "parts[0].criteria", "effect"),
    ("grid", "thresholds = { impact = 4 }", "thresholds = { effect = 4 }", "parts[0].criteria", "effect"),
    ("process", 'kind = "submission"', 'kind = "review"', "stages[4].kind", "review, a second time"),
    ("process", 'duration = "P45D"', "", "stages[3].duration", "nothing"),
    ("process", 'id = "lapsed"', 'id = "late"', "stages[3].outcomes", "submitted, late"),
    ("process", 'next = "full"', 'next = "eligibility"', "stages[2].outcomes[0].next", "eligibility"),
    (
        *("process", '"Submitted" }, next = "review"', '"Submitted" }, status = "accepted"'),
        *("stages[3].outcomes[0].status", "accepted"),
    ),
]


@pytest.mark.parametrize(("name", "old", "new", "path", "found"), FAULTS)
def test_one_fault(name: str, old: str, new: str, path: str, found: str) -> None:
    with pytest.raises(EditionError) as raised:
        forms.parse_edition(files(**{name: (old, new)}))
    assert (f"{name}.toml", path, found) in [(fault.file, fault.path, fault.found) for fault in raised.value.faults]


def test_a_committee_follows_a_review() -> None:
    """Two committees in a row would decide the same thing twice."""
    swapped = files(process=('id = "review"\nkind = "review"', 'id = "review"\nkind = "pilot"'))
    with pytest.raises(EditionError) as raised:
        forms.parse_edition(swapped)
    assert ("stages[6].kind", "committee, a second time") in [(one.path, one.found) for one in raised.value.faults]
