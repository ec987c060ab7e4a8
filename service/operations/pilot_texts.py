"""What texts, numbers and days of a pilot must be. Each raises Invalid."""

import math
from datetime import date

import msgspec

from forms import FieldError
from service.operations.holding import Held
from service.problems import Invalid

LONGEST = {
    "partner": 300,
    "indicator": 300,
    "title": 300,
    "unit": 60,
    "source": 1000,
    "team": 2000,
    "evidence": 5000,
    "reasons": 5000,
    "lessons": 10_000,
}


def require(content: msgspec.Struct, required: dict[str, str] | None = None) -> None:
    """Raise Invalid for texts that are missing or too long."""
    said = {name: text for name, text in msgspec.structs.asdict(content).items() if isinstance(text, str)}
    errors = [fault(name, told, "Required.") for name, told in (required or {}).items() if not said[name].strip()]
    errors += [
        FieldError(name, "too_long", f"Écrivez {most} caractères au plus.", f"At most {most} characters.")
        for name, most in LONGEST.items()
        if len(said.get(name, "")) > most
    ]
    if errors:
        raise Invalid(errors)


def require_numbers(**numbers: float | None) -> None:
    """What is infinite, or no number, is none."""
    errors = [
        fault(name, "Indiquez un nombre.", "Give a number.")
        for name, number in numbers.items()
        if number is not None and not math.isfinite(number)
    ]
    if errors:
        raise Invalid(errors)


def require_past(proposal: Held, name: str, day: date) -> None:
    """What has happened has not happened on a day to come."""
    if day > proposal.today:
        raise Invalid([fault(name, "Ce jour n’est pas encore venu.", "This day has not come yet.")])


def fault(path: str, fr: str, en: str) -> FieldError:
    """A field without what it needs."""
    return FieldError(path, "required", fr, en)
