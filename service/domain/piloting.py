"""How a pilot goes on: the phases of a State start-up, what a review may decide, when the next one is due. Pure.

A pilot investigates the problem, constructs a first product, accelerates its use, is handed over; from each of these it
may be stopped. Every phase ends by a review: go on to the next one, stay, or stop.
"""

from collections.abc import Mapping
from datetime import date
from typing import Literal, get_args

import msgspec

Phase = Literal["investigation", "construction", "acceleration", "handover", "stopped"]
Verdict = Literal["go", "stay", "stop"]
PHASES: tuple[Phase, ...] = get_args(Phase)
ORDER: tuple[Phase, ...] = PHASES[:-1]
# How long after it began, or after the review before, the review of a phase is due, where nobody says another day.
REVIEWED_AFTER: dict[Phase, str] = {
    "investigation": "P26W",
    "construction": "P26W",
    "acceleration": "P52W",
    "handover": "P26W",
}
# Where forms tell by what number a project wants to be judged: a text, or a table whose rows name one each.
INDICATORS = ("indicator", "indicators")


class Point(msgspec.Struct, frozen=True):
    """The indicator on a day."""

    day: date
    value: float


def phase_of(code: str) -> Phase:
    """The phase of that code. LookupError."""
    for one in PHASES:
        if one == code:
            return one
    raise LookupError(code)


def verdicts(phase: Phase) -> tuple[Verdict, ...]:
    """What a review may decide: nothing follows the handover but its end, and nothing a stop."""
    if phase == "stopped":
        return ()
    return ("stay", "stop") if phase == ORDER[-1] else ("go", "stay", "stop")


def after(phase: Phase, verdict: Verdict) -> Phase:
    """The phase that a review leads to. LookupError for a verdict that this phase does not have."""
    if verdict not in verdicts(phase):
        raise LookupError(f"{phase} has no {verdict}")
    if verdict == "go":
        return ORDER[ORDER.index(phase) + 1]
    return "stopped" if verdict == "stop" else phase


def may_end(phase: Phase) -> bool:
    """Whether an outcome may be recorded: once it is handed over, or stopped."""
    return phase in ("handover", "stopped")


def indicator_of(answers: Mapping[str, object]) -> str:
    """The indicator that the form names, the first one of a table; "" where it names none."""
    for field in INDICATORS:
        said = answers.get(field)
        rows = said.get("rows") if isinstance(said, Mapping) else said
        if isinstance(rows, list) and rows and isinstance(rows[0], Mapping):
            said = rows[0].get("indicator")
        if isinstance(said, str) and said.strip():
            return said.strip()
    return ""


def progress(baseline: float | None, target: float | None, value: float | None) -> float | None:
    """Which share of the way from where it stood to what is aimed at has been made; None where that cannot be told."""
    if baseline is None or target is None or value is None or baseline == target:
        return None
    return (value - baseline) / (target - baseline)
