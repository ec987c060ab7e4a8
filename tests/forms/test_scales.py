"""Grids of every kind of scale: what may be given, how it is written, what it adds up to, what its files may say."""

from fractions import Fraction
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

import forms
from forms import catalogue
from forms.grid import Criterion, Readers, Stance
from forms.process import Rules
from forms.scales import Landmark, Letter, Letters, Level, Numbers, YesNo
from tests.forms.shipped import SLUGS, shipped

T = forms.Text("texte", "text")
HALVES = Numbers(highest=5, step=0.5, definitions=(Landmark(3, T, T), Landmark(4.5, T)))
LETTERS = Letters((Letter("A", 3, T), Letter("B", 1.5, T), Letter("C", 0, T)))
LEVELS = tuple(Level(value, T, T) for value in (0, 1, 2))


def criterion(name: str, weight: float = 1, **more: Any) -> Criterion:
    return Criterion(id=name, name=T, question=T, weight=weight, **more)


EUROPEAN = forms.Grid(
    criteria=tuple(
        criterion(name, scale=HALVES, threshold=3, comment_below=2.5) for name in ("excellence", "impact", "quality")
    ),
    threshold=10,
    total="sum",
    confidential=True,
    confidence=(Stance("low", T), Stance("high", T)),
    recommendation=(Stance("accept", T), Stance("reject", T)),
)


@pytest.mark.parametrize(
    ("of_grid", "of_excellence", "to_others", "to_applicant"),
    [
        ("panel", None, {"excellence", "impact", ""}, set()),
        ("panel", "committee", {"impact", ""}, set()),
        ("committee", None, set(), set()),
        ("committee", "panel", {"excellence"}, set()),
        ("committee", "applicant", {"excellence"}, {"excellence"}),
        ("applicant", "panel", {"excellence", "impact", ""}, {"impact", ""}),
    ],
)
def test_whom_each_comment_is_told(
    of_grid: Readers, of_excellence: Readers | None, to_others: set[str], to_applicant: set[str]
) -> None:
    first, *others = EUROPEAN.criteria
    own = msgspec.structs.replace(first, comments=of_excellence)
    grid = msgspec.structs.replace(EUROPEAN, comments=of_grid, criteria=(own, *others))
    said = {"excellence": "A", "impact": "B", "": "C"}
    assert set(grid.told(said, "panel", "applicant")) == to_others
    assert set(grid.told(said, "applicant")) == to_applicant


@pytest.mark.parametrize(
    ("one", "offered"),
    [
        (criterion("x", levels=LEVELS), [(0, "0"), (1, "1"), (2, "2")]),
        (criterion("x", scale=Numbers(highest=1, step=0.1)), [(n / 10, f"0,{n}") for n in range(1, 10)]),
        (criterion("x", scale=Numbers(lowest=1, highest=3)), [(1, "1"), (2, "2"), (3, "3")]),
        (criterion("x", scale=LETTERS), [(3, "A"), (1.5, "B"), (0, "C")]),
        (criterion("x", scale=YesNo(T, T, 2)), [(2, "Oui"), (0, "Non")]),
        # What cannot be counted through offers nothing.
        (criterion("x", scale=Numbers(highest=1, step=0.3)), []),
        (criterion("x", scale=Numbers(highest=1, step=0)), []),
        (criterion("x", scale=Numbers(lowest=2, highest=1)), []),
        (criterion("x", scale=Numbers(highest=10_000_000, step=1e-7)), []),
    ],
)
def test_choices(one: Criterion, offered: list[tuple[float, str]]) -> None:
    found = [(choice.value, choice.mark) for choice in one.choices]
    if len(offered) == 9:
        assert (found[0], found[-1]) == ((0, "0"), (1, "1"))
        found = found[1:-1]
    assert found == offered
    assert all(type(value) is int or value % 1 for value, _ in found)


@given(st.integers(0, 50), st.integers(1, 40), st.integers(1, 100))
def test_every_step_of_numbers_may_be_given_and_nothing_between(low: int, steps: int, hundredths: int) -> None:
    step = hundredths / 100
    high = float(Fraction(str(step)) * steps + low)
    one = criterion("x", scale=Numbers(lowest=low, highest=high, step=step))
    assert len(one.choices) == steps + 1
    assert (one.lowest, one.highest) == (low, high)
    for choice in one.choices:
        assert one.choice(choice.value) == choice
        assert one.choice(choice.value + step / 2) is None


@pytest.mark.parametrize(
    ("scores", "total", "met"),
    [
        ({"excellence": 3, "impact": 3, "quality": 4}, 10, True),
        ({"excellence": 3.5, "impact": 3, "quality": 3}, 9.5, False),
        ({"excellence": 5, "impact": 5, "quality": 2.5}, 12.5, False),  # above in total, below on one
        ({"excellence": 5, "impact": 5}, None, None),  # what is left out would count as zero
        ({}, None, None),
    ],
)
def test_a_sum_out_of_fifteen(scores: dict[str, Any], total: float | None, met: bool | None) -> None:  # noqa: FBT001
    assert (EUROPEAN.lowest, EUROPEAN.highest) == (0, 15)
    assert forms.weighted_total(EUROPEAN, scores) == total
    found = forms.summary(EUROPEAN, [scores])
    assert (found.total, found.met) == (total, met)


def test_a_sum_takes_the_means_of_all_reviews_and_weights_that_are_no_whole_numbers() -> None:
    grid = msgspec.structs.replace(
        EUROPEAN, criteria=(criterion("a", 1.5, scale=HALVES), criterion("b", 0.1, scale=Numbers(highest=100)))
    )
    assert grid.highest == 17.5
    found = forms.summary(grid, [{"a": 3.5, "b": 40}, {"a": 4, "b": 61}])
    assert found.total == 1.5 * 3.75 + 5.05


@pytest.mark.parametrize(
    ("given", "complete", "found"),
    [
        ({}, False, []),
        ({"scores": {"impact": 3.5}}, False, []),
        ({"scores": {"impact": 3.7}}, False, ["scores/impact"]),
        ({"scores": {"impact": 5.5}}, False, ["scores/impact"]),
        ({"confidential": {"impact": "x", "": "y"}}, False, []),
        ({"confidential": {"beauty": "x"}}, False, ["confidential/beauty"]),
        ({"confidential": {"": "a\0b"}}, False, ["confidential/"]),
        ({"confidence": "high", "recommendation": "reject"}, False, []),
        ({"confidence": "huge"}, False, ["confidence"]),
        ({"recommendation": "high"}, False, ["recommendation"]),
        ({}, True, [*(f"scores/{c.id}" for c in EUROPEAN.criteria), "comments/", "confidence", "recommendation"]),
    ],
)
def test_validate(given: dict[str, Any], complete: bool, found: list[str]) -> None:  # noqa: FBT001
    errors = forms.validate_scores(EUROPEAN, **{"scores": {}, "comments": {}, **given}, complete=complete)
    assert [error.path for error in errors] == found
    assert all(error.fr and error.en for error in errors)


def test_a_low_score_wants_a_comment_that_is_not_confidential() -> None:
    scores = dict.fromkeys((one.id for one in EUROPEAN.criteria), 3) | {"impact": 2.5}
    told = {"confidence": "low", "recommendation": "accept", "complete": True}
    private = {"confidential": {"impact": "Entre nous."}}
    errors = forms.validate_scores(EUROPEAN, scores, {"": "Avis."}, **private, **told)  # type: ignore[arg-type]
    assert [(error.path, error.fr) for error in errors] == [
        ("comments/impact", "Note 2,5 : expliquez-la dans un commentaire.")
    ]
    assert forms.validate_scores(EUROPEAN, scores, {"": "Avis.", "impact": "Flou."}, **told) == []  # type: ignore[arg-type]


def test_a_grid_without_a_second_box_takes_no_confidential_comment() -> None:
    grid = msgspec.structs.replace(EUROPEAN, confidential=False)
    errors = forms.validate_scores(grid, {}, {}, confidential={"": "x"}, complete=False)
    assert [error.path for error in errors] == ["confidential"]


def test_editions_of_before_read_as_they_were() -> None:
    """JSON without any of the newer keys: the same grid, the same rules, the same totals."""
    for slug in SLUGS:
        now = shipped(slug)
        edition = msgspec.structs.replace(
            now,
            call=msgspec.structs.replace(now.call, retention=None),
            process=msgspec.structs.replace(now.process, committee=Rules()),
        )
        told = msgspec.json.decode(forms.edition_json(edition))
        for part, names in (
            ("grid", ("total", "comments", "confidential", "confidence", "recommendation")),
            ("process", ("committee",)),
            ("call", ("mails", "retention")),
        ):
            for name in names:
                del told[part][name]
        for one in told["grid"]["criteria"]:
            del one["scale"]
        for one in told["process"]["stages"]:
            del one["blind"]
        for section in told["form"]["sections"]:
            for field in section["fields"]:
                for part in (field, *field.get("columns", ())):
                    if not part["identifying"]:  # it says so only where a call asks for it
                        del part["identifying"]
        assert forms.edition_from_json(msgspec.json.encode(told)) == edition


GRID = """
threshold = 10
total = "sum"
confidential = true
confidence = [{ id = "low", name = { fr = "F", en = "L" } }, { id = "high", name = { fr = "E", en = "H" } }]
[[criteria]]
id = "a"
weight = 1
threshold = 3
name = { fr = "A", en = "A" }
question = { fr = "A ?", en = "A?" }
[criteria.scale]
kind = "numbers"
highest = 5
step = 0.5
definitions = [{ value = 1, definition = { fr = "x", en = "x" } }]
[[criteria]]
id = "b"
weight = 1.5
name = { fr = "B", en = "B" }
question = { fr = "B ?", en = "B?" }
[criteria.scale]
kind = "letters"
letters = [
    { letter = "A", value = 3, definition = { fr = "x", en = "x" } },
    { letter = "B-", value = 1, definition = { fr = "x", en = "x" } },
]
[[criteria]]
id = "c"
weight = 1
name = { fr = "C", en = "C" }
question = { fr = "C ?", en = "C?" }
scale = { kind = "yes_no", yes = { fr = "x", en = "x" }, no = { fr = "x", en = "x" }, value = 2 }
"""
YES_NO = 'scale = { kind = "yes_no", yes = { fr = "x", en = "x" }, no = { fr = "x", en = "x" }, value = 2 }'
LEVEL = 'levels = [{ value = 1, name = { fr = "x", en = "x" }, definition = { fr = "x", en = "x" } }]'


def edition(old: str = "", new: str = "") -> forms.Edition:
    assert old in GRID, old
    return forms.parse_edition({**catalogue.read("ami-2025"), "grid.toml": GRID.replace(old, new, 1).encode()})


def test_every_scale_in_a_file() -> None:
    parsed = edition()
    assert (parsed.grid.lowest, parsed.grid.highest) == (1.5, 11.5)
    assert [len(one.choices) for one in parsed.grid.criteria] == [11, 2, 2]
    assert forms.edition_from_json(forms.edition_json(parsed)) == parsed


@pytest.mark.parametrize(
    ("old", "new", "path", "found"),
    [
        ("step = 0.5", "step = 0.3", "criteria[0].scale.step", "0 to 5 by 0.3"),
        ("step = 0.5", "step = 0", "criteria[0].scale.step", "0 to 5 by 0"),
        ("step = 0.5", "step = 0.001", "criteria[0].scale.step", "0 to 5 by 0.001"),
        ("highest = 5", "highest = 5\nlowest = 6", "criteria[0].scale.step", "6 to 5 by 0.5"),
        ("highest = 5", "highest = 5\nlowest = -5", "criteria[0].scale.lowest", "-5"),
        ("highest = 5", 'highest = "cinq"', "criteria[0].scale.highest", "the text “cinq”"),
        ("value = 1, definition", "value = 1.2, definition", "criteria[0].scale.definitions[0].value", "1.2"),
        ('kind = "numbers"', 'kind = "number"', "criteria[0].scale.kind", "the text “number”"),
        (YES_NO, "levels = []", "criteria[2].levels", "an empty list"),
        (YES_NO, f"{YES_NO}\n{LEVEL}", "criteria[2].scale", "levels and a scale"),
        ('letter = "B-"', 'letter = "bé"', "criteria[1].scale.letters[1].letter", "bé"),
        ('letter = "B-"', 'letter = "A"', "criteria[1].scale.letters[1].letter", "A, a second time"),
        ('"B-", value = 1', '"B-", value = 3', "criteria[1].scale.letters", "3, 3"),
        ("value = 2 }", "value = 0 }", "criteria[2].scale.value", "0"),
        ("weight = 1.5", "weight = 0", "criteria[1].weight", "0"),
        ("threshold = 3", "threshold = 5.5", "criteria[0].threshold", "5.5"),
        ("threshold = 10", "threshold = 12", "threshold", "12"),
        ('id = "b"', 'id = "b"\nmay_abstain = true', "criteria[1].may_abstain", "true"),
        ('total = "sum"', 'total = "mean"', "criteria", "levels of different scales"),
        ('total = "sum"', 'total = "all"', "total", "the text “all”"),
        ("confidential = true", 'confidential = true\ncomments = "committee"', "confidential", "true"),
        ('id = "b"', 'id = "b"\ncomments = "everybody"', "criteria[1].comments", "the text “everybody”"),
        ("confidential = true", 'comments = "everybody"', "comments", "the text “everybody”"),
        ('id = "high"', 'id = "low"', "confidence[1].id", "low, a second time"),
        (', { id = "high", name = { fr = "E", en = "H" } }', "", "confidence", "one answer"),
    ],
)
def test_one_fault(old: str, new: str, path: str, found: str) -> None:
    with pytest.raises(forms.EditionError) as raised:
        edition(old, new)
    assert ("grid.toml", path, found) in [(fault.file, fault.path, fault.found) for fault in raised.value.faults]
    assert {fault.file for fault in raised.value.faults} == {"grid.toml"}
    assert all(fault.allowed for fault in raised.value.faults)
