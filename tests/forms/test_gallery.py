"""The calls of the gallery: what their models in the real world say. tests/api/test_gallery.py walks all their way."""

import pytest

import forms
from forms import gallery
from forms.scales import Numbers
from tests.forms.shipped import shipped


def test_no_other() -> None:
    with pytest.raises(LookupError, match="european-research, monthly-committee"):
        gallery.read("../catalogue/ami-2025")


@pytest.mark.parametrize("slug", gallery.SLUGS)
def test_named_as_its_folder(slug: str) -> None:
    assert shipped(slug).call.slug == slug


def test_european_criteria() -> None:
    """Three criteria from 0 to 5 by half points; 4 on each of two for the outline, then 3 on each and 10 in all."""
    edition = shipped("european-research")
    asked = {
        number: ([(one.id, one.threshold) for one in grid.criteria], grid.threshold, grid.highest)
        for number in (1, 2)
        if (grid := edition.grid_of(number))
    }
    assert asked == {
        1: ([("excellence", 4), ("impact", 4)], 8, 10),
        2: ([("excellence", 3), ("impact", 3), ("implementation", 3)], 10, 15),
    }
    for criterion in edition.grid.criteria:
        assert isinstance(criterion.scale, Numbers)
        assert [choice.value for choice in criterion.choices] == [half / 2 for half in range(11)]
        assert [choice.name is not None for choice in criterion.choices] == [half % 2 == 0 for half in range(11)]


@pytest.mark.parametrize(
    ("scores", "met"),
    [
        ((3, 3, 4), True),
        ((3, 3, 3.5), False),  # each is enough, together they are not
        ((5, 5, 2.5), False),  # together they are, one is not
        ((3, 3.5, 3.5), True),
    ],
)
def test_european_thresholds(scores: tuple[float, ...], met: bool) -> None:  # noqa: FBT001
    grid = shipped("european-research").grid_of(2)
    given = dict(zip(("excellence", "impact", "implementation"), scores, strict=True))
    found = forms.summary(grid, [given])
    assert (found.total, found.met) == (sum(scores), met)


def test_european_stages() -> None:
    edition = shipped("european-research")
    assert [(stage.kind, edition.process.round_of(stage.id)) for stage in edition.process.stages[:-1]] == [
        *(("eligibility", 1), ("review", 1), ("synthesis", 1), ("committee", 1)),
        *(("submission", 2), ("review", 2), ("synthesis", 2), ("committee", 2)),
    ]
    outline, full = edition.form_at(""), edition.form_at("full")
    assert {"objectives", "pathways"} <= set(outline.index) < set(full.index)
    assert {"packages", "budget", "ethics_measures"} <= set(full.index) - set(outline.index)


def test_the_committee_of_every_month() -> None:
    edition = shipped("monthly-committee")
    assert edition.call.closes is None
    committee = edition.process.stage("committee")
    assert committee is not None
    assert committee.duration == "monthly:2TU/5wd"
