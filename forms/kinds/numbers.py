"""Kinds of answer that are a number or a date. Value: a JSON number, or a string `YYYY-MM-DD`."""

import re
from datetime import date
from decimal import Decimal
from typing import Any

from forms.base import Context, Field, FieldError, grouped, wrong_type
from forms.kinds.texts import accept_text

_LARGEST = 10**15
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


class NumberField(Field, frozen=True, kw_only=True):
    """What is common to kinds whose value is a number; both ends belong to what is allowed."""

    at_least: int | float | None = None
    at_most: int | float | None = None

    def accepts(self, value: Any, at: str) -> list[FieldError]:
        if isinstance(value, bool) or not isinstance(value, int | float):
            return [wrong_type(at, "un nombre", "a number")]
        # Not a number compares false with everything.
        if not abs(value) <= _LARGEST:
            fr = "Ce nombre est hors de toute limite : vérifiez-le et corrigez-le."
            return [FieldError(at, "too_large", fr, "This number is out of range: check and correct it.")]
        return []

    def faults(self, value: float, at: str, _context: Context) -> list[FieldError]:
        return between(value, at, self.at_least, self.at_most)

    def shape(self) -> dict[str, Any]:
        limits = {"minimum": self.at_least, "maximum": self.at_most}
        return {"type": "number", **{key: limit for key, limit in limits.items() if limit is not None}}


def between(value: float | Decimal, at: str, least: float | None, most: float | None) -> list[FieldError]:
    """The error of a number below or above its limits."""
    if least is not None and value < least:
        return [
            FieldError(
                at,
                "too_small",
                f"Indiquez un nombre supérieur ou égal à {grouped(least)}.",
                f"Give a number of {least:,} or more.",
            )
        ]
    if most is not None and value > most:
        return [
            FieldError(
                at,
                "too_big",
                f"Indiquez un nombre inférieur ou égal à {grouped(most)}.",
                f"Give a number of {most:,} or less.",
            )
        ]
    return []


class Integer(NumberField, frozen=True, kw_only=True, tag="integer"):
    """A whole number. `unit`: what it counts, for people."""

    unit: str = ""

    def accepts(self, value: Any, at: str) -> list[FieldError]:
        if isinstance(value, float):
            return [wrong_type(at, "un nombre entier", "a whole number")]
        return super().accepts(value, at)

    def shape(self) -> dict[str, Any]:
        return {**super().shape(), "type": "integer"}


class DecimalNumber(NumberField, frozen=True, kw_only=True, tag="decimal"):
    """A number with at most `decimals` decimals. `unit`: what it counts, for people."""

    decimals: int = 2
    unit: str = ""

    def faults(self, value: float, at: str, context: Context) -> list[FieldError]:
        if Decimal(str(value)) != round(Decimal(str(value)), self.decimals):
            several = "s" if self.decimals > 1 else ""
            return [
                FieldError(
                    at,
                    "too_precise",
                    f"Arrondissez ce nombre : {self.decimals} décimale{several} au plus.",
                    f"Round this number: at most {self.decimals} decimal{several}.",
                )
            ]
        return super().faults(value, at, context)


class Money(NumberField, frozen=True, kw_only=True, tag="money"):
    """An amount in euros, cents at most."""

    at_least: int | float | None = 0

    def accepts(self, value: Any, at: str) -> list[FieldError]:
        if isinstance(value, str):
            return [wrong_type(at, "un montant en euros, comme 12500 ou 12500,50", "an amount in euros, a number")]
        return super().accepts(value, at)

    def faults(self, value: float, at: str, context: Context) -> list[FieldError]:
        if Decimal(str(value)) != round(Decimal(str(value)), 2):
            return [
                FieldError(
                    at,
                    "too_precise",
                    "Indiquez un montant en euros, avec deux décimales au plus.",
                    "Give an amount in euros, with at most two decimals.",
                )
            ]
        return super().faults(value, at, context)


class Percentage(NumberField, frozen=True, kw_only=True, tag="percentage"):
    """A share of a hundred: 12.5 is 12,5 %."""

    at_least: int | float | None = 0
    at_most: int | float | None = 100


class Date(Field, frozen=True, kw_only=True, tag="date"):
    """A day. `earliest`, `latest`: "2025-04-07", or "today", the day of the submission."""

    earliest: str | None = None
    latest: str | None = None

    def accepts(self, value: Any, at: str) -> list[FieldError]:
        return accept_text(value, at, most=40)

    def faults(self, value: str, at: str, context: Context) -> list[FieldError]:
        return day_faults(value, at, self.earliest, self.latest, context.today)

    def shape(self) -> dict[str, Any]:
        return {"type": "string", "format": "date"}


def day_faults(value: str, at: str, earliest: str | None, latest: str | None, today: date) -> list[FieldError]:
    """The error of a text that is no day, or one before or after its limits: a day in a text, or "today"."""
    day = read_day(value)
    if day is None:
        return [
            FieldError(
                at,
                "bad_date",
                "Cette date n’existe pas : vérifiez-la. Exemple : 30/04/2025.",
                "There is no such date. Write it like this: 2025-04-30.",
            )
        ]
    first, last = _limit(earliest, today), _limit(latest, today)
    if first is not None and day < first:
        text = f"{first:%d/%m/%Y}"
        return [FieldError(at, "too_early", f"Indiquez le {text} ou une date postérieure.", f"Not before {text}.")]
    if last is not None and day > last:
        text = f"{last:%d/%m/%Y}"
        return [FieldError(at, "too_late", f"Indiquez le {text} ou une date antérieure.", f"Not after {text}.")]
    return []


def read_day(text: str) -> date | None:
    """The day that `YYYY-MM-DD` stands for; None where there is no such day."""
    try:
        return date.fromisoformat(text) if _DATE.fullmatch(text) else None
    except ValueError:
        return None


def _limit(limit: str | None, today: date) -> date | None:
    return today if limit == "today" else read_day(limit or "")
