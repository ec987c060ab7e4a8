"""How the fields of a form, and what comparisons and computed fields do with them, are called in French."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from forms.base import Field
from forms.kinds import LinkedChoice
from forms.kinds.choices import country_name
from forms.operands import (
    Answer,
    Days,
    Difference,
    Highest,
    Least,
    Lowest,
    Most,
    Operand,
    Product,
    Ratio,
    Rows,
    Sum,
    Today,
    Total,
    is_day,
)
from forms.telling.french import NBSP, calendar_day, number, plural, quoted
from forms.telling.parts import PARTS


class Names:
    """How fields, and what may be answered to them, are called. `fields`: of the form, or the cells of a row."""

    def __init__(self, fields: Mapping[str, Field]) -> None:
        self._fields = fields

    def field(self, field: str) -> Field | None:
        """The field of that id, or None."""
        return self._fields.get(field)

    def label(self, field: str) -> str:
        """Its label, quoted; its id where there is no such field."""
        found = self._fields.get(field)
        return quoted(found.label.fr if found else field)

    def value(self, field: str, value: object) -> str:
        """An answer to it: an option's label, a level, a number with its unit, a day."""
        found = self._fields.get(field)
        if isinstance(value, bool):
            return quoted("Oui" if value else "Non")
        if value == "other":
            return quoted("Autre")
        for option in getattr(found, "options", ()):
            if option.id == value:
                return quoted(option.label.fr)
        for level in getattr(found, "levels", ()):
            if level.value == value:
                return quoted(f"{level.value} – {level.name.fr}")
        if isinstance(value, int | float):
            unit = {"money": "€", "percentage": "%"}.get(found.kind if found else "", getattr(found, "unit", ""))
            return number(value) + (f"{NBSP}{unit}" if unit else "")
        return plain(str(value))

    def part(self, answer: Answer) -> str:
        """The name of an answer or of a part of it."""
        found = self._fields.get(answer.field)
        if answer.part is None:
            return self.label(answer.field)
        own = {"first": found.first_label, "second": found.second_label} if isinstance(found, LinkedChoice) else {}
        name = own[answer.part].fr if answer.part in own else PARTS.get(answer.part, answer.part)
        return f"{self.label(answer.field)} ({name})"

    def part_value(self, answer: Answer, text: str) -> str:
        """What may be answered there: the label of an option, the name of a country."""
        found = self._fields.get(answer.field)
        if answer.part == "country":
            return quoted(country_name(text, "fr"))
        if isinstance(found, LinkedChoice) and answer.part is not None:
            return quoted("".join(found.lines({answer.part: text})))
        return self.value(answer.field, text) if answer.part is None else plain(text)

    def rows(self, field: str) -> "Names":
        """The names inside a row of it."""
        found = self._fields.get(field)
        return Names({cell.id: cell for cell in found.cells} if found else {})

    def is_day(self, operand: Operand) -> bool:
        """Whether an operand is a day."""
        match operand:
            case Today():
                return True
            case str():
                return is_day(operand)
            case Answer(field=field, part=part):
                found = self._fields.get(field)
                return found is not None and found.kind == ("date" if part is None else "period")
        return False


def _of_answer(operand: Answer, names: Names) -> str:
    return names.part(operand)


def _of_rows(operand: Rows, names: Names) -> str:
    return f"le nombre de lignes de {names.label(operand.field)}"


def _column(words: str) -> Callable[[Any, Names], str]:
    return lambda operand, names: f"{words} de {names.rows(operand.field).label(operand.column)}"


def _joined(sign: str) -> Callable[[Any, Names], str]:
    return lambda operand, names: f"({f' {sign} '.join(said(part, names) for part in operand.of)})"


def _among(words: str) -> Callable[[Any, Names], str]:
    return lambda operand, names: f"{words} de ({f'{NBSP}; '.join(said(part, names) for part in operand.of)})"


def _of_ratio(operand: Ratio, names: Names) -> str:
    return f"({said(operand.of, names)} ÷ {said(operand.to, names)})"


def _of_days(operand: Days, names: Names) -> str:
    return f"le nombre de jours entre {said(operand.since, names)} et {said(operand.until, names)}"


def _of_today(operand: Today, _names: Names) -> str:
    parts = [(operand.months, "mois", "mois"), (operand.days, "jour", "jours")]
    signs = {True: "plus", False: "moins"}
    moved = [f"{signs[count > 0]} {plural(abs(count), one, many)}" for count, one, many in parts if count]
    return " ".join(["la date du jour", *moved])


OPERANDS: Mapping[type, Callable[[Any, Names], str]] = {
    Answer: _of_answer,
    Total: _column("le total"),
    Rows: _of_rows,
    Lowest: _column("le plus petit"),
    Highest: _column("le plus grand"),
    Sum: _joined("+"),
    Difference: _joined("−"),
    Product: _joined("×"),
    Ratio: _of_ratio,
    Least: _among("le plus petit"),
    Most: _among("le plus grand"),
    Days: _of_days,
    Today: _of_today,
}
"""What each operand says, by its class; a value stands as it is. A test fails for one that has no words."""


def said(operand: Operand, names: Names, beside: Operand = "") -> str:
    """An operand in words. `beside`: what it is compared with, which tells what a text stands for."""
    if isinstance(operand, str):
        return names.part_value(beside, operand) if isinstance(beside, Answer) else plain(operand)
    if isinstance(operand, int | float):
        return number(operand)
    return OPERANDS[type(operand)](operand, names)


def formula(operand: Operand, fields: Mapping[str, Field]) -> str:
    """What a computed field works out, over these fields, without the parentheses around the whole."""
    text = said(operand, Names(fields))
    return text[1:-1] if text.startswith("(") and text.endswith(")") else text


def plain(text: str) -> str:
    """A text as it stands: a day in words, anything else quoted."""
    return f"le {calendar_day(date.fromisoformat(text))}" if is_day(text) else quoted(text)
