"""Answers laid out as a person would: labels for ids, words for codes, tables with their totals."""

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from forms.answers import counted
from forms.base import Field, blank
from forms.form import Form
from forms.kinds import (
    AnyField,
    Block,
    Computed,
    Country,
    Date,
    DecimalNumber,
    Declaration,
    Explanation,
    File,
    ForeignId,
    Integer,
    Keywords,
    LinkedChoice,
    LongText,
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
from forms.kinds import Table as TableField
from forms.kinds.numbers import NumberField, read_day
from reports import words
from reports.model import (
    AnswerLine,
    AnswerSection,
    Audience,
    Choices,
    Column,
    Content,
    Entries,
    Entry,
    Missing,
    Paragraphs,
    Table,
    Value,
)

_READS = {
    "applicant": {"public", "reviewers", "officers"},
    "officer": {"public", "reviewers", "officers"},
    "expert": {"public", "reviewers"},
    "committee": {"public", "reviewers"},
    "public": {"public"},
}

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


def lay_out(
    form: Form,
    answers: Mapping[str, Any],
    files: Mapping[str, Sequence[str]],
    lang: str,
    *,
    today: date,
    audience: Audience = "committee",
) -> tuple[AnswerSection, ...]:
    """The sections of the form, in order, with what this audience may read.

    answers: field id to JSON value. files: field id to the names of its files. lang: "fr" or "en", of the labels and
    the words of ours. today: the day of the submission, for conditions. What they hide is absent, and so is a section
    without a question; a question without an answer is there, as `Missing`.
    """
    shown, seen = counted(form, answers, today)
    # What was submitted has no choice that was not offered; its reader may not be told what that hung on.
    seen |= {field.id: answers[field.id] for field in form.fields if field.offers and field.id in answers}
    sections = []
    for section in form.sections:
        lines = tuple(
            AnswerLine(field.label.to(lang), _content(field, seen, files, lang, today))
            for field in section.fields
            if field.id in shown and not isinstance(field, Explanation) and field.audience in _READS[audience]
        )
        if lines:
            sections.append(AnswerSection(section.title.to(lang), lines))
    return tuple(sections)


def _content(
    field: AnyField, answers: Mapping[str, Any], files: Mapping[str, Sequence[str]], lang: str, today: date
) -> Content:
    if isinstance(field, File):
        names = tuple(files.get(field.id, ()))
        return Choices(names) if names else Missing()
    value = answers.get(field.id)
    return Missing() if blank(value) else _given(field, value, lang, today)


def _given(field: Field, value: Any, lang: str, today: date) -> Content:
    if not field.computed and field.accepts(value, field.id):
        # An answer to another edition's question, kept when the proposal was moved to this one.
        return Value(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))
    match field:
        case TableField():
            return _table(field, value, lang)
        case Block():
            return _block(field, value, lang, today)
        case LongText():
            return Paragraphs(value)
        case SeveralOf() | Keywords():
            return Choices(_several(field, value, lang) if isinstance(field, SeveralOf) else field.words(value, lang))
        case _:
            return Value(_text(field, value, lang))


def _text(field: Field, value: Any, lang: str) -> str:
    """A value that fits in a line or in the cell of a table."""
    say = _SAY.get(type(field))
    return say(field, value, lang) if say else str(value).strip()


def _phrase(key: str, lang: str) -> str:
    return _PHRASES[key][lang == "en"]


def _yes_no(_field: YesNo, value: bool, lang: str) -> str:  # noqa: FBT001  the value itself
    return _phrase("yes" if value else "no", lang)


def _option(options: Sequence[Option], value: Any, lang: str) -> str:
    if isinstance(value, dict):
        return f"{_phrase('other', lang)}{_colon(lang)}{value['other']}"
    return next((option.label.to(lang) for option in options if option.id == value), str(value))


def _one(field: OneOf | Country, value: Any, lang: str) -> str:
    return _option(field.options, value, lang)


def _several(field: SeveralOf, value: list[Any], lang: str) -> tuple[str, ...]:
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
    name = _phrase(scheme, lang) if scheme in _PHRASES else scheme
    register = "" if blank(value.get("register")) else f"{_colon(lang)}{value['register']}"
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
    return f"{words.number(Decimal(str(value)), 4, lang)}\N{NO-BREAK SPACE}%"


def _integer(field: Integer, value: int, lang: str) -> str:
    unit = f"\N{NO-BREAK SPACE}{field.unit}" if field.unit else ""
    return f"{words.number(value, 0, lang)}{unit}"


def _decimal(field: DecimalNumber, value: float, lang: str) -> str:
    unit = f"\N{NO-BREAK SPACE}{field.unit}" if field.unit else ""
    return f"{words.number(Decimal(str(value)), field.decimals, lang)}{unit}"


def _computed(field: Computed, value: float, lang: str) -> str:
    exact = Decimal(str(value))
    if field.shown_as == "money":
        return words.money(exact, lang)
    unit = "%" if field.shown_as == "percentage" else field.unit
    said = words.number(exact, field.decimals, lang)
    return f"{said}\N{NO-BREAK SPACE}{unit}" if unit else said


def _date(_field: Date, value: str, lang: str) -> str:
    found = read_day(value)
    return words.calendar_day(found, lang) if found else value


def _period(_field: Period, value: dict[str, Any], lang: str) -> str:
    said = {key: text for key in ("start", "end") if (text := value.get(key) or "")}
    days = {key: words.calendar_day(day, lang) if (day := read_day(text)) else text for key, text in said.items()}
    return " ".join(f"{_phrase(key, lang)} {text}" for key, text in days.items())


def _lines(field: PostalAddress | Organisation, value: dict[str, Any], lang: str) -> str:
    return "\n".join(field.lines(value, lang))


def _linked(field: LinkedChoice, value: dict[str, Any], lang: str) -> str:
    return " – ".join(field.lines(value, lang))


def _table(field: TableField, value: dict[str, Any], lang: str) -> Content:
    rows = [row for row in value.get("rows") or [] if not blank(row)]
    if not rows:
        return Missing()
    return Table(
        tuple(Column(column.label.to(lang), isinstance(column, NumberField)) for column in field.columns),
        tuple(
            tuple("" if blank(row.get(column.id)) else _text(column, row[column.id], lang) for column in field.columns)
            for row in rows
        ),
        _totals(field, value, lang),
    )


def _block(block: Block, value: dict[str, Any], lang: str, today: date) -> Content:
    """Row by row, the questions that were asked in each."""
    entries = []
    for number, row in enumerate(value.get("rows") or []):
        if blank(row):
            continue
        shown, seen = block.shown_in(row, today)
        lines = tuple(
            AnswerLine(
                cell.label.to(lang),
                Missing() if blank(seen.get(cell.id)) else _given(cell, seen[cell.id], lang, today),
            )
            for cell in block.cells
            if cell.id in shown
        )
        entries.append(Entry(block.name_of(row, number, lang), lines))
    return Entries(tuple(entries)) if entries else Missing()


def _totals(field: TableField, value: dict[str, Any], lang: str) -> tuple[str, ...] | None:
    """The last row: each sum under its column, and in the first cell what they are called."""
    if not field.totals:
        return None
    sums = field.sums(value)
    cells = [_text(column, sums[column.id], lang) if column.id in sums else "" for column in field.columns]
    labels = list(dict.fromkeys(total.label.to(lang) for total in field.totals))
    name = labels[0] if len(labels) == 1 else _phrase("totals", lang)
    cells[0] = f"{name}{_colon(lang)}{cells[0]}" if cells[0] else name
    return tuple(cells)


def _colon(lang: str) -> str:
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
