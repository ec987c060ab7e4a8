"""Moving a proposal to another edition of its call: whether it can go, and what of it no longer fits there."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import msgspec

from forms import Edition, FieldError, FileFact, Grid, validate_scores
from forms.differences import Misfit, misfit


class Given(msgspec.Struct, frozen=True):
    """What people gave to a proposal: answers and files of the draft, scores and comments of each review submitted, in
    order; the outcome that the synthesis recommends and the one decided, "" without one. `round` from 1; `part`: the
    stage up to which the form is asked."""

    answers: Mapping[str, Any]
    files: Mapping[str, Sequence[FileFact]]
    reviews: Sequence[tuple[Mapping[str, Any], Mapping[str, str]]] = ()
    recommended: str = ""
    decided: str = ""
    round: int = 1
    part: str = ""


def why_not_move(to: Edition, stage: str, kind: str, given: Given) -> str:
    """Why a proposal in this stage ("" before the first one) cannot follow that edition; "" where it can."""
    if not stage:
        return ""
    there = to.process.stage(stage)
    if there is None:
        known = ", ".join(one.id for one in to.process.stages)
        return f"Cette édition n’a pas d’étape « {stage} », où se trouve la candidature ; ses étapes : {known}."
    where = f"L’étape « {stage} », où se trouve la candidature, est"
    refusals = {
        f"{where} d’un autre genre dans cette édition.": there.kind != kind,
        f"{where} d’un autre tour dans cette édition.": to.process.round_in(there, given.round) != given.round,
        f"Cette édition n’a pas d’étape « {given.part} », pour laquelle la candidature a été complétée.": (
            given.part != "" and to.process.stage(given.part) is None
        ),
        f"La décision prise, « {given.decided} », n’existe pas dans cette édition.": (
            given.decided != "" and not _has_outcome(to, given.decided)
        ),
    }
    return next((said for said, refused in refusals.items() if refused), "")


def no_longer_fits(old: Edition, new: Edition, given: Given, today: date) -> Misfit:
    """Answers, scores and recommendation that were right on the old edition and are not on the new one."""
    part = given.part
    found = misfit(old.form_at(part), new.form_at(part), given.answers, given.files, today)
    errors = [*found.errors]
    for number, review in enumerate(given.reviews):
        before = {(error.path, error.code) for error in _review(old.grid_of(given.round), review)}
        errors += [
            FieldError(f"reviews/{number}/{error.path}", error.code, error.fr, error.en)
            for error in _review(new.grid_of(given.round), review)
            if (error.path, error.code) not in before
        ]
    if given.recommended and not _has_outcome(new, given.recommended) and _has_outcome(old, given.recommended):
        errors.append(
            FieldError(
                "synthesis/recommendation",
                "unknown_outcome",
                "Cette issue n’existe pas dans le règlement de l’appel.",
                "No such outcome in this call's process.",
            )
        )
    return Misfit(found.gone, tuple(errors))


def _review(grid: Grid, review: tuple[Mapping[str, Any], Mapping[str, str]]) -> list[FieldError]:
    return validate_scores(grid, *review, complete=True)


def _has_outcome(edition: Edition, outcome: str) -> bool:
    return any(stage.kind == "committee" and stage.outcome(outcome) is not None for stage in edition.process.stages)
