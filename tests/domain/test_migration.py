"""Whether a proposal can follow another edition, and what of it no longer fits there."""

from datetime import date
from typing import Any

import msgspec
import pytest

import forms
from forms import catalogue
from service.domain.migration import Given, no_longer_fits, why_not_move

OLD = forms.parse_edition(catalogue.read("ami-2025"))
TODAY = date(2026, 3, 2)


def edition(*changes: tuple[str, str, str]) -> forms.Edition:
    """The reference call with texts of its files replaced."""
    files = catalogue.read("ami-2025")
    for file, old, new in changes:
        assert old in files[file].decode()
        files[file] = files[file].decode().replace(old, new).encode()
    return forms.parse_edition(files)


RENAMED = edition(
    ("process.toml", 'id = "synthesis"', 'id = "summary"'), ("process.toml", 'next = "synthesis"', 'next = "summary"')
)
FEWER = edition(("process.toml", 'id = "retained"', 'id = "listed"'))


@pytest.mark.parametrize(
    ("to", "stage", "kind", "decided", "refused"),
    [
        (OLD, "", "", "", ""),
        (RENAMED, "", "", "", ""),
        (RENAMED, "review", "review", "", ""),
        (RENAMED, "synthesis", "synthesis", "", "n’a pas d’étape « synthesis »"),
        (OLD, "review", "synthesis", "", "d’un autre genre"),
        (FEWER, "committee", "committee", "", ""),
        (FEWER, "committee", "committee", "pilot", ""),
        (FEWER, "committee", "committee", "retained", "« retained », n’existe pas"),
        (FEWER, "pilot", "pilot", "retained", "« retained », n’existe pas"),
    ],
)
def test_who_can_follow(to: forms.Edition, stage: str, kind: str, decided: str, refused: str) -> None:
    said = why_not_move(to, stage, kind, Given({}, {}, decided=decided))
    assert refused in said
    assert bool(said) == bool(refused)


def review(score: int = 4) -> tuple[dict[str, Any], dict[str, str]]:
    criteria = [one.id for one in OLD.grid.criteria]
    return dict.fromkeys(criteria, score), dict.fromkeys(("", *criteria), "Motif.")


def test_reviews_and_a_recommendation_that_no_longer_fit() -> None:
    five = next(one for one in OLD.grid.criteria if one.id == "maturity")
    grid = msgspec.structs.replace(
        OLD.grid,
        criteria=tuple(
            msgspec.structs.replace(one, levels=one.levels[:4]) if one is five else one
            for one in OLD.grid.criteria
            if one.id != "impact"
        ),
    )
    new = msgspec.structs.replace(FEWER, grid=grid)
    given = Given({}, {}, reviews=(review(3), review(5)), recommended="retained")
    found = no_longer_fits(OLD, new, given, TODAY)
    assert [(error.path, error.code) for error in found.errors] == [
        ("reviews/0/scores/impact", "unknown_criterion"),
        ("reviews/0/comments/impact", "unknown_criterion"),
        ("reviews/1/scores/impact", "unknown_criterion"),
        ("reviews/1/comments/impact", "unknown_criterion"),
        ("reviews/1/scores/maturity", "not_a_level"),
        ("synthesis/recommendation", "unknown_outcome"),
    ]
    assert no_longer_fits(OLD, OLD, given, TODAY).errors == ()
