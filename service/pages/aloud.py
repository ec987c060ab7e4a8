"""Answers in one French line: what a clash shows of both sides, lists of changes, tables of answers."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from forms import Field, kinds
from service.pages import french
from service.pages.inputs import OTHER, items_of, rows_of_value


def read_aloud(field: Field, value: Any) -> str:  # noqa: C901, PLR0911, PLR0912  one case for each kind
    """A value in one French line."""
    match field:
        case kinds.YesNo():
            return "Oui" if value is True else "Non" if value is False else ""
        case kinds.OneOf() | kinds.Country():
            return _option_text(field, value)
        case kinds.SeveralOf():
            return ", ".join(_option_text(field, one) for one in value) if isinstance(value, list) else ""
        case kinds.Scale():
            names = {level.value: level.name.fr for level in field.levels}
            return f"{value}{french.NBSP}: {names[value]}" if value in names else str(value or "")
        case kinds.Money() if isinstance(value, int | float):
            return f"{french.number(value, None if value == int(value) else 2)}{french.NBSP}€"
        case kinds.Percentage() if isinstance(value, int | float):
            return f"{french.number(value)}{french.NBSP}%"
        case kinds.Integer() | kinds.DecimalNumber() if isinstance(value, int | float):
            return f"{french.decimals(value, 0, 6)}{french.NBSP}{field.unit}".strip()
        case kinds.Date():
            return _shown_day(value)
        case kinds.Siret() | kinds.Siren() if isinstance(value, str):
            return french.siret(value)
        case kinds.Period() if isinstance(value, Mapping):
            return period_text(value)
        case kinds.Keywords():
            return ", ".join(field.words(value)) if isinstance(value, list) else ""
        case kinds.LinkedChoice() | kinds.PostalAddress() | kinds.Organisation() if isinstance(value, Mapping):
            return ", ".join(field.lines(dict(value)))
        case kinds.ObjectField():
            return ", ".join(str(part) for _, part in items_of(value) if part)
        case kinds.Computed():
            return computed_text(field, value)
        case kinds.Block():
            return "\u202f; ".join(field.name_of(dict(row), number) for number, row in enumerate(rows_of_value(value)))
        case kinds.Table():
            return french.plural(len(rows_of_value(value)), "ligne", "lignes")
        case _:
            return "" if value is None else str(value)


def computed_text(field: kinds.Computed, value: Any) -> str:
    """A computed value as people read it, as static/values.js writes it; a dash for none."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return "–"
    cents = field.shown_as == "money" and value != int(value)
    said = french.decimals(value, 2 if cents else 0, max(field.decimals, 2 if cents else 0))
    unit = {"money": "€", "percentage": "%"}.get(field.shown_as, field.unit)
    return f"{said}{french.NBSP}{unit}" if unit else said


def period_text(value: Mapping[str, Any]) -> str:
    """« du 1er janvier 2026 au 31 décembre 2028 »; the half that is said of one that is not whole."""
    said = [(word, _shown_day(value.get(key))) for key, word in (("start", "du"), ("end", "au"))]
    return " ".join(f"{word} {day}" for word, day in said if day)


def _option_text(field: kinds.OneOf | kinds.SeveralOf | kinds.Country, value: Any) -> str:
    if isinstance(value, Mapping):
        return f"Autre{french.NBSP}: {value.get(OTHER, '')}"
    names = {option.id: option.label.fr for option in field.options}
    return names.get(value, "" if value is None else str(value)) if isinstance(value, str) else ""


def _shown_day(value: Any) -> str:
    try:
        return french.day(date.fromisoformat(value))
    except (TypeError, ValueError):
        return "" if value is None else str(value)
