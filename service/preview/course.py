"""The process of a call with its dates: when each stage would end at the latest, for a day of submission."""

from datetime import datetime

import msgspec

import forms
from forms import Edition, Stage, Text


class Step(msgspec.Struct, frozen=True):
    """A stage that begins at `begins`, if every one before it lasts as long as it may. `ends` is None where it has no
    deadline; `ways`: name, what follows, and the letter of each outcome."""

    stage: Stage
    begins: datetime
    ends: datetime | None
    ways: tuple[tuple[str, str, Text | None], ...]


def course(edition: Edition, submitted: datetime) -> tuple[Step, ...]:
    """The stages in their order, each beginning when the one before it is due."""
    steps: list[Step] = []
    at = submitted
    for stage in edition.process.stages:
        ends = forms.due(at, stage.duration, edition.process.calendar) if stage.duration else None
        steps.append(Step(stage, at, ends, tuple(_way(edition, stage, outcome) for outcome in stage.outcomes)))
        at = ends or at
    return tuple(steps)


def _way(edition: Edition, stage: Stage, outcome: forms.Outcome) -> tuple[str, str, Text | None]:
    following = stage.after(outcome)
    there = edition.process.stage(following) if following else None
    leads = f"étape suivante : {there.name.fr}" if there else "fin de la procédure"
    if outcome.status != "in_progress":
        leads = f"statut « {edition.process.status_name(outcome.status).fr} », {leads}"
    return outcome.name.fr, leads, outcome.letter
