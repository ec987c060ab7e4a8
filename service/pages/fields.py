"""A section of a call's form as a page draws it: its fields with what was typed, what is wrong, what is attached."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import Any

import msgspec

import forms
from forms import Field, FieldError, Form, Section, kinds
from forms.base import Context
from forms.kinds.choices import country_options
from forms.showing import withheld
from service.pages import french
from service.pages.aloud import computed_text
from service.pages.faults import Fault
from service.pages.inputs import Inputs, from_inputs, mark, to_inputs
from service.pages.rows import RowPage, blank_row, rows_of, rules_of_row, table_rows
from service.pages.ruling import Told, told_by_field
from service.views.files import FileView
from service.views.readable import AnswerView

EMPTY_ROWS = 2


class Wrong:
    """The sentences about each path of a form."""

    def __init__(self, errors: Iterable[FieldError] = ()) -> None:
        self.sentences: dict[str, list[str]] = {}
        for error in errors:
            told = self.sentences.setdefault(error.path, [])
            if error.fr not in told:
                told.append(error.fr)

    def none(self) -> "Wrong":
        """What a form is drawn with that nobody has judged."""
        return Wrong()

    def at(self, path: str) -> list[str]:
        """What is wrong exactly there."""
        return self.sentences.get(path, [])

    def below(self, path: str) -> list[str]:
        """What is wrong there or with any part of it."""
        return self.but(path, "")

    def but(self, path: str, exception: str) -> list[str]:
        """The same, but for one part."""
        return [
            text
            for where, told in self.sentences.items()
            if (where == path or where.startswith(f"{path}/")) and where != exception
            for text in told
        ]


class FieldPage(msgspec.Struct, frozen=True):
    """One field as drawn. `mark`: version and digest that the form carries. `shown`: its condition holds now.

    `rules`: what must hold for it to be shown, to be required, and for its choices to be offered, and the kinds of its
    cells, as JSON for the page's script. `remark`: what the officer asks to complete there. `told`: what rules across
    fields say there. `computed`: what it comes to, in words. `rows`: of a block, or of a table in which something
    depends on something else; `blank`: the one that the script copies. `gone`: choices that are not offered now.
    `around`: the answers to the form that count.
    """

    field: Field
    sent: Inputs
    mark: str
    shown: bool
    optional: bool
    rules: str
    remark: str
    files: tuple[FileView, ...]
    errors: tuple[str, ...]
    told: tuple[Told, ...]
    computed: str = ""
    rows: tuple[RowPage, ...] = ()
    blank: RowPage | None = None
    gone: frozenset[str] = frozenset()
    around: Mapping[str, Any] = {}


def fields_of(
    form: Form,
    section: Section,
    answers: Mapping[str, AnswerView],
    files: Sequence[FileView],
    today: date,
    *,
    typed: Inputs | None = None,
    errors: Wrong | None = None,
    remarks: Mapping[str, str] | None = None,
    more: str = "",
) -> list[FieldPage]:
    """The fields of a section: with the stored answers, or with what was `typed` and could not be saved. `more`: the
    block that was asked to have one more row."""
    values = {field: answer.value for field, answer in answers.items() if answer.value is not None}
    if typed is not None:
        values |= {field.id: from_inputs(field, typed) for field in section.fields if field.answered}
    shown, seen = forms.counted(form, values, today)
    around = Context(seen, today)
    told = told_by_field(form, values, today)
    wrong, asked = errors or Wrong(), remarks or {}
    made = []
    for field in section.fields:
        kept = answers.get(field.id)
        stored = kept.value if kept else None
        sent = typed if typed is not None else Inputs(to_inputs(field, stored))
        made.append(
            FieldPage(
                field=field,
                sent=sent,
                mark=_mark(field, typed, stored, kept.version if kept else 0),
                shown=field.id in shown,
                optional=not forms.required(field, seen, today),
                rules=_rules(form, field),
                remark=asked.get(field.id, ""),
                files=tuple(file for file in files if file.field == field.id),
                errors=tuple(wrong.below(field.id)),
                told=tuple(told.get(field.id, ())),
                computed=computed_text(field, seen.get(field.id)) if isinstance(field, kinds.Computed) else "",
                rows=_rows(field, sent, around, more),
                blank=blank_row(field, around) if isinstance(field, kinds.Block) else None,
                gone=withheld(field.offers, seen, today),
                around=seen,
            )
        )
    return made


def _rows(field: Field, sent: Inputs, around: Context, more: str) -> tuple[RowPage, ...]:
    match field:
        case kinds.Block():
            return rows_of(field, sent, around, more=more == field.id)
        case kinds.Table():
            return table_rows(field, sent, row_count(sent, field, field.id), around)
        case _:
            return ()


def _mark(field: Field, typed: Inputs | None, stored: Any, version: int) -> str:
    carried = typed.one(f"v:{field.id}") if typed is not None else ""
    return carried or mark(field, stored, version)


def _rules(form: Form, field: Field) -> str:
    rules = {
        "shown": form.conditions.get(field.id),
        "required": None if field.required else field.required_if,
        "cells": {cell.id: cell.kind for cell in field.cells} or None,
        "row": rules_of_row(field) if isinstance(field, kinds.Block | kinds.Table) else None,
        "offers": field.offers or None,
    }
    return msgspec.json.encode({name: rule for name, rule in rules.items() if rule is not None}).decode()


def faults_of(form: Form, errors: Iterable[FieldError], address: str = "") -> list[Fault]:
    """The summary's lines: each error with its field's name, linked to the input on its section's page.

    `address`: of the form, to which `?section=` is added; "" where all fields are on this page.
    """
    homes = {field.id: section.id for section in form.sections for field in section.fields}
    made: list[Fault] = []
    for error in errors:
        name = error.path.partition("/")[0]
        fault = Fault(
            text=error.fr,
            label=_label(form, error.path),
            anchor=anchor(_place(form, error.path)) if name in form.index else "",
            address=f"{address}?section={homes[name]}" if address and name in homes else "",
            blank=error.code == "required" and error.path == name,
        )
        if fault not in made:
            made.append(fault)
    return made


def _place(form: Form, path: str) -> str:
    """The path of the input at which an error is said: a list of choices has one for all."""
    name, *rest = path.split("/")
    field: Field = form.index[name]
    at = 0
    if isinstance(field, kinds.Block) and len(rest) > 2:
        at, cells = 3, {cell.id: cell for cell in field.cells}
        field = cells.get(rest[2], field)
    return "/".join([name, *rest[:at]]) if isinstance(field, kinds.Keywords | kinds.SeveralOf) else path


def _label(form: Form, path: str) -> str:
    """What a path is called: its field and, in a block or table, its row and the cell there."""
    name, *rest = path.split("/")
    field = form.field(name)
    if not isinstance(field, kinds.Block | kinds.Table) or len(rest) < 3:
        return field.label.fr if field is not None else ""
    cells = {cell.id: cell.label.fr for cell in field.cells}
    row = field.row_title.fr if isinstance(field, kinds.Block) else f"{field.label.fr}, ligne"
    return f"{row} {int(rest[1]) + 1}, {cells.get(rest[2], '')}"


def anchor(path: str) -> str:
    """The id of the input of a path."""
    return "c-" + path.replace("/", "-")


def countries(field: kinds.PostalAddress | kinds.Organisation) -> list[tuple[str, str]]:
    """Codes and French names of the countries that an address may be in."""
    return [(option.id, option.label.fr) for option in country_options(field.among)]


def choices(field: kinds.OneOf | kinds.SeveralOf | kinds.Country | kinds.Keywords) -> list[tuple[str, str]]:
    """Codes and French names of what may be chosen."""
    return [(option.id, option.label.fr) for option in field.options]


def choices_with_help(field: kinds.OneOf | kinds.SeveralOf | kinds.Keywords) -> list[tuple[str, str, str]]:
    """The same with a line of help each, and « Autre » last where the field allows it."""
    options = [(option.id, option.label.fr, option.help.fr if option.help else "") for option in field.options]
    return [*options, ("other", "Autre", "")] if getattr(field, "other", False) else options


def levels(field: kinds.Scale) -> list[tuple[str, str, str]]:
    """The levels of a scale with what each claims."""
    return [(str(level.value), f"{level.value} – {level.name.fr}", level.definition.fr) for level in field.levels]


def row_count(sent: Inputs, field: kinds.Table, path: str) -> int:
    """How many rows to draw: those filled, and some empty ones as long as the table takes more."""
    filled = max(sent.rows(path), default=-1) + 1
    return min(max(filled + EMPTY_ROWS, field.least_rows, 3), max(field.most_rows, filled))


def table_sum(  # noqa: PLR0917  where it stands, and what decides which cells count
    sent: Inputs, field: kinds.Table, path: str, column: str, today: date, around: Mapping[str, Any]
) -> str:
    """The total of a column as read, over the cells that are asked."""
    total = field.sums(field.counted(from_inputs(field, sent, path), today, around)).get(column, 0)
    unit = next((f"{french.NBSP}€" for one in field.columns if one.id == column and one.kind == "money"), "")
    return french.number(total) + unit


def column_kind(field: kinds.Table, column: str) -> str:
    """The kind of a table's column."""
    return next(one.kind for one in field.columns if one.id == column)


def is_day(text: str) -> bool:
    """Whether a date input can show this text: empty, or YYYY-MM-DD."""
    return not text or (len(text) == 10 and text[4] == text[7] == "-" and text.replace("-", "").isdigit())


def autocomplete(field: Field) -> str | None:
    """The kind of personal data that a browser may fill in."""
    return "organization" if field.id in ("organisation", "organisation_name") else None


FILTERS: dict[str, Callable[..., Any]] = {
    "countries": countries,
    "choices": choices,
    "choices_with_help": choices_with_help,
    "levels": levels,
    "row_count": row_count,
    "table_sum": table_sum,
    "column_kind": column_kind,
    "is_day": is_day,
    "autocomplete": autocomplete,
}
