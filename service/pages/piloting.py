"""Pilots in French words, and the curve of an indicator as numbers for SVG."""

from collections.abc import Sequence
from datetime import timedelta

import msgspec

from service.domain.piloting import ORDER, Point
from service.pages.french import number, typography

Badge = tuple[str, str]
PHASES: dict[str, Badge] = {
    "investigation": ("Investigation", "info"),
    "construction": ("Construction", "info"),
    "acceleration": ("Accélération", "success"),
    "handover": ("Transfert", "success"),
    "stopped": ("Arrêté", "error"),
    "over": ("Terminé", ""),
}
VERDICTS = {
    "go": "Poursuivre : passer à la phase suivante",
    "stay": "Prolonger : rester dans la phase",
    "stop": "Arrêter le pilote",
}
CONCLUSIONS = {"go": "Poursuivre", "stay": "Prolonger", "stop": "Arrêter", "": "À tenir"}
WIDTH, HEIGHT, LEFT, TOP, BOTTOM = 150.0, 66.0, 2.0, 8.0, 54.0


class Dot(msgspec.Struct, frozen=True):
    """A measure, where it is drawn."""

    x: float
    y: float


class Level(msgspec.Struct, frozen=True):
    """A horizontal line: where the indicator stood, or shall be."""

    name: str
    text: str
    y: float


class Curve(msgspec.Struct, frozen=True):
    """What is drawn: `line` as the points of a polyline."""

    line: str
    dots: tuple[Dot, ...]
    levels: tuple[Level, ...]


def phase_badge(phase: str, *, over: bool = False) -> Badge:
    """The phase, or that it is over."""
    return PHASES["over" if over and phase != "stopped" else phase]


def curve(points: Sequence[Point], baseline: float | None, target: float | None) -> Curve:
    """The indicator over time, on a scale that holds its measures and both levels."""
    named = [(name, at) for name, at in (("Départ", baseline), ("Cible", target)) if at is not None]
    values = [*(one.value for one in points), *(at for _, at in named)]
    if not values:
        return Curve("", (), ())
    low, high = min(values), max(values)
    span = (high - low) or 1.0

    def height(value: float) -> float:
        return round(BOTTOM - (value - low) / span * (BOTTOM - TOP), 2)

    first, last = (points[0].day, points[-1].day) if points else (None, None)
    days = (last - first) / timedelta(days=1) if first and last else 0
    dots = tuple(
        Dot(_across((one.day - first) / timedelta(days=1) / days if days and first else 0.5), height(one.value))
        for one in points
    )
    levels = tuple(Level(name, number(at), height(at)) for name, at in named)
    return Curve(" ".join(f"{one.x},{one.y}" for one in dots), dots, levels)


def _across(share: float) -> float:
    return round(LEFT + 2 + share * (WIDTH - 2 * LEFT - 4), 2)


def phase_steps(phase: str) -> list[tuple[str, str]]:
    """The phases in order, each with where the pilot is: done, now or next. One that is stopped is in none."""
    here = next((place for place, one in enumerate(ORDER) if one == phase), -1)
    return [
        (PHASES[one][0], "" if here < 0 else "done" if place < here else "now" if place == here else "next")
        for place, one in enumerate(ORDER)
    ]


def phase_options(counts: Sequence[tuple[str, int]]) -> list[tuple[str, str, int]]:
    """Each phase that has pilots, with its name."""
    return [(code, PHASES[code][0], count) for code, count in counts if count]


FILTERS = {
    "phase_badge": phase_badge,
    "phase_name": lambda code: PHASES[code][0],
    "phase_steps": phase_steps,
    "phase_options": phase_options,
    "conclusion_name": CONCLUSIONS.__getitem__,
    "counted_options": lambda options: [(code, f"{typography(name)} ({count})") for code, name, count in options],
    "outcome_choices": lambda outcomes: [(one.id, one.name, "") for one in outcomes],
    "verdict_options": lambda codes: [(one, typography(VERDICTS[one]), "") for one in codes],
}
