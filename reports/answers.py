"""Answers laid out as a person would: labels for ids, words for codes, tables with their totals."""

import json
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any

from forms.answers import counted
from forms.base import Field, blank
from forms.form import Form
from forms.kinds import AnyField, Block, Explanation, File, Keywords, LongText, SeveralOf, ShortText
from forms.kinds import Table as TableField
from forms.kinds.numbers import NumberField
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
from reports.values import colon, in_words, phrase, several

_READS = {
    "applicant": {"public", "reviewers", "officers"},
    "officer": {"public", "reviewers", "officers"},
    "expert": {"public", "reviewers"},
    "committee": {"public", "reviewers"},
    "public": {"public"},
}


def lay_out(
    form: Form,
    answers: Mapping[str, Any],
    files: Mapping[str, Sequence[str]],
    lang: str,
    *,
    today: date,
    audience: Audience = "committee",
    told: Collection[str] | None = None,
) -> tuple[AnswerSection, ...]:
    """The sections of the form, in order, with what this audience may read.

    answers: field id to JSON value. files: field id to the names of its files. lang: "fr" or "en", of the labels and
    the words of ours. today: the day of the submission, for conditions. told: the fields that it is told of, where not
    all that its audience reads; conditions look at the answers to the others too. What they hide is absent, and so is a
    section without a question; a question without an answer is there, as `Missing`.
    """
    shown, seen = counted(form, answers, today)
    sections = []
    for section in form.sections:
        lines = tuple(
            AnswerLine(field.label.to(lang), _content(field, seen, files, lang, today))
            for field in section.fields
            if field.id in shown and not isinstance(field, Explanation)
            if field.audience in _READS[audience] and (told is None or field.id in told)
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
    return Missing() if blank(value) else _given(field, value, lang, today, answers)


def _given(field: Field, value: Any, lang: str, today: date, around: Mapping[str, Any]) -> Content:
    if not field.computed and field.accepts(value, field.id):
        # An answer to another edition's question, kept when the proposal was moved to this one.
        return Value(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))
    match field:
        case TableField():
            return _table(field, value, lang)
        case Block():
            return _block(field, value, lang, today, around)
        case LongText():
            return Paragraphs(value)
        case SeveralOf() | Keywords():
            return Choices(several(field, value, lang) if isinstance(field, SeveralOf) else field.words(value, lang))
        case _:
            return Value(in_words(field, value, lang), typed=isinstance(field, ShortText))


def _table(field: TableField, value: dict[str, Any], lang: str) -> Content:
    rows = [row for row in value.get("rows") or [] if not blank(row)]
    if not rows:
        return Missing()
    return Table(
        tuple(
            Column(column.label.to(lang), isinstance(column, NumberField), isinstance(column, ShortText | LongText))
            for column in field.columns
        ),
        tuple(
            tuple(
                "" if blank(row.get(column.id)) else in_words(column, row[column.id], lang) for column in field.columns
            )
            for row in rows
        ),
        _totals(field, value, lang),
    )


def _block(block: Block, value: dict[str, Any], lang: str, today: date, around: Mapping[str, Any]) -> Content:
    """Row by row, the questions that were asked in each. `around`: the answers to the form."""
    entries = []
    for number, row in enumerate(value.get("rows") or []):
        if blank(row):
            continue
        shown, seen = block.shown_in(row, today, around)
        lines = tuple(
            AnswerLine(
                cell.label.to(lang),
                Missing() if blank(seen.get(cell.id)) else _given(cell, seen[cell.id], lang, today, around),
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
    cells = [in_words(column, sums[column.id], lang) if column.id in sums else "" for column in field.columns]
    labels = list(dict.fromkeys(total.label.to(lang) for total in field.totals))
    name = labels[0] if len(labels) == 1 else phrase("totals", lang)
    cells[0] = f"{name}{colon(lang)}{cells[0]}" if cells[0] else name
    return tuple(cells)
