"""One answer in words: what fits in a line of a document, or in the cell of a table."""

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

from forms.base import Field, blank
from forms.kinds import (
    Computed,
    Country,
    Date,
    DecimalNumber,
    Declaration,
    ForeignId,
    Integer,
    LinkedChoice,
    Money,
    OneOf,
    Option,
    Organisation,
    Percentage,
    Period,
    Person,
    PostalAddress,
    Scale,
    SeveralOf,
    Siren,
    Siret,
    YesNo,
)
from forms.kinds.numbers import read_day
from reports import words

_PHRASES = {
    "yes": ("Oui", "Yes"),
    "no": ("Non", "No"),
    "other": ("Autre", "Other"),
    "eu_vat": ("TVA intracommunautaire", "EU VAT"),
    "national_register": ("registre national", "national register"),
    "start": ("du", "from"),
    "end": ("au", "to"),
    "totals": ("Totaux", "Totals"),
}


def in_words(field: Field, value: Any, lang: str) -> str:
    """A value that fits in a line or in the cell of a table."""
    say = _SAY.get(type(field))
    return say(field, value, lang) if say else str(value).strip()


def phrase(key: str, lang: str) -> str:
    """A word of ours, in French or in English."""
    return _PHRASES[key][lang == "en"]


def _yes_no(_field: YesNo, value: bool, lang: str) -> str:  # noqa: FBT001  the value itself
    return phrase("yes" if value else "no", lang)


def _option(options: Sequence[Option], value: Any, lang: str) -> str:
    if isinstance(value, dict):
        return f"{phrase('other', lang)}{colon(lang)}{value['other']}"
    return next((option.label.to(lang) for option in options if option.id == value), str(value))


def _one(field: OneOf | Country, value: Any, lang: str) -> str:
    return _option(field.options, value, lang)


def several(field: SeveralOf, value: list[Any], lang: str) -> tuple[str, ...]:
    """In the order of the form, whatever the order they were chosen in; what the applicant added comes last."""
    order = [option.id for option in field.options]
    ranked = sorted(value, key=lambda one: order.index(one) if one in order else len(order))
    return tuple(_option(field.options, one, lang) for one in ranked if not blank(one))


def _scale(field: Scale, value: int, lang: str) -> str:
    level = next(level for level in field.levels if level.value == value)
    return f"{level.value} – {level.name.to(lang)}"


def _siret(_field: Siren | Siret, value: str, _lang: str) -> str:
    digits = "".join(value.split())
    if len(digits) not in (9, 14):
        return value
    return "\N{NO-BREAK SPACE}".join(filter(None, (digits[:3], digits[3:6], digits[6:9], digits[9:])))


def _foreign_id(_field: ForeignId, value: dict[str, Any], lang: str) -> str:
    scheme = value.get("scheme") or ""
    name = phrase(scheme, lang) if scheme in _PHRASES else scheme
    register = "" if blank(value.get("register")) else f"{colon(lang)}{value['register']}"
    about = f" ({name}{register})" if name or register else ""
    return f"{value.get('number') or ''}{about}".strip()


def _person(_field: Person, value: dict[str, Any], _lang: str) -> str:
    names = (value.get("given_name"), value.get("family_name"))
    name = " ".join(part.strip() for part in names if not blank(part) and part)
    lines = (name, value.get("position"), value.get("email"), value.get("phone"))
    return "\n".join(line.strip() for line in lines if not blank(line) and line)


def _money(_field: Money, value: float, lang: str) -> str:
    return words.money(Decimal(str(value)), lang)


def _percentage(_field: Percentage, value: float, lang: str) -> str:
    return _with_unit(words.number(Decimal(str(value)), 4, lang), "%")


def _integer(field: Integer, value: int, lang: str) -> str:
    return _with_unit(words.number(value, 0, lang), field.unit)


def _decimal(field: DecimalNumber, value: float, lang: str) -> str:
    return _with_unit(words.number(Decimal(str(value)), field.decimals, lang), field.unit)


def _computed(field: Computed, value: float, lang: str) -> str:
    exact = Decimal(str(value))
    if field.shown_as == "money":
        return words.money(exact, lang)
    return _with_unit(words.number(exact, field.decimals, lang), "%" if field.shown_as == "percentage" else field.unit)


def _with_unit(number: str, unit: str) -> str:
    return f"{number}\N{NO-BREAK SPACE}{unit}" if unit else number


def _date(_field: Date, value: str, lang: str) -> str:
    found = read_day(value)
    return words.calendar_day(found, lang) if found else value


def _period(_field: Period, value: dict[str, Any], lang: str) -> str:
    said = {key: text for key in ("start", "end") if (text := value.get(key) or "")}
    days = {key: words.calendar_day(day, lang) if (day := read_day(text)) else text for key, text in said.items()}
    return " ".join(f"{phrase(key, lang)} {text}" for key, text in days.items())


def _lines(field: PostalAddress | Organisation, value: dict[str, Any], lang: str) -> str:
    return "\n".join(field.lines(value, lang))


def _linked(field: LinkedChoice, value: dict[str, Any], lang: str) -> str:
    return " – ".join(field.lines(value, lang))


def colon(lang: str) -> str:
    """With the space before it that French wants."""
    return ": " if lang == "en" else "\N{NO-BREAK SPACE}: "


_SAY: dict[type[Field], Callable[[Any, Any, str], str]] = {
    YesNo: _yes_no,
    Declaration: _yes_no,
    OneOf: _one,
    Country: _one,
    Scale: _scale,
    Siren: _siret,
    Siret: _siret,
    ForeignId: _foreign_id,
    Person: _person,
    Money: _money,
    Percentage: _percentage,
    Integer: _integer,
    DecimalNumber: _decimal,
    Date: _date,
    Period: _period,
    LinkedChoice: _linked,
    PostalAddress: _lines,
    Organisation: _lines,
    Computed: _computed,
}
