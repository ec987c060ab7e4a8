"""What the public pages of a call show of its edition: also those of a preview."""

from collections.abc import Callable
from typing import Any

import msgspec

from forms import Edition, Grid, Stage
from forms.retention import Keep, Retention
from forms.telling import blank_form, collected, rules_words, steps
from forms.telling.french import NBSP, plural
from service.problems import NotFound


class Reviewing(msgspec.Struct, frozen=True):
    """A review stage and the grid as it uses it."""

    stage: Stage
    grid: Grid


def presentation(edition: Edition) -> dict[str, Any]:
    """The call and its steps."""
    return {"steps": steps(edition)}


def criteria(edition: Edition) -> dict[str, Any]:
    """What is verified, then the grid of each review."""
    stages = [stage for stage in edition.process.stages if stage.kind == "review"]
    return {"reviews": [Reviewing(stage, edition.grid.at(stage.id)) for stage in stages]}


def form(edition: Edition) -> dict[str, Any]:
    """Every question."""
    return {"form": blank_form(edition)}


def rules(edition: Edition) -> dict[str, Any]:
    """The committee's rules of procedure. NotFound for a call without a committee."""
    committees = [stage for stage in edition.process.stages if stage.kind == "committee"]
    if not committees:
        raise NotFound("Cet appel n’a pas de comité.")
    return {"rules": rules_words(edition.process.committee), "committees": committees}


def data(edition: Edition) -> dict[str, Any]:
    """What is collected, and how long it is kept."""
    retention = edition.call.retention
    return {"collected": collected(edition), "retention": retention_words(retention) if retention else []}


PAGES: dict[str, tuple[str, Callable[[Edition], dict[str, Any]]]] = {
    "": ("call.html", presentation),
    "criteres": ("call/criteria.html", criteria),
    "formulaire": ("blank_form.html", form),
    "regles": ("call/rules.html", rules),
    "donnees": ("call/data.html", data),
}
"""The last step of a page's address: its template, and what that shows beside the call."""


def retention_words(rule: Retention) -> list[str]:
    """How long each group of proposals is kept, a sentence each."""
    groups = (
        ("Un brouillon abandonné", rule.draft, "après sa dernière modification"),
        ("Une candidature non retenue ou retirée", rule.declined, "après la fin de l’examen"),
        ("Une candidature retenue", rule.accepted, "après la fin du projet"),
    )
    return [f"{name}{NBSP}: {_kept(keep)} {since}." for name, keep, since in groups]


def _kept(keep: Keep) -> str:
    fate = "suppression" if keep.fate == "delete" else "versement aux archives"
    return f"{fate} {period(keep.after)}"


def period(after: str) -> str:
    """« 3 ans », « 1 an et 6 mois », of `P3Y`, `P1Y6M`."""
    units = {"Y": ("an", "ans"), "M": ("mois", "mois"), "D": ("jour", "jours")}
    said, digits = [], ""
    for sign in after.removeprefix("P"):
        if sign.isdigit():
            digits += sign
        else:
            said.append(plural(int(digits), *units[sign]))
            digits = ""
    return " et ".join(said)
