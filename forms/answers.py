"""Answers: what a draft may hold, what a submission must hold, what conditions hide.

Answers are a mapping from field id to a JSON value; files are a mapping from field id to facts, in their order.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from forms.base import Context, Field, FieldError, FileFact, blank, lacking, missing, printable, required, step
from forms.conditions import holds
from forms.form import Form
from forms.grid import Checklist, Item
from forms.kinds import File
from forms.rules import Broken
from forms.rules import broken_rules as broken_among
from forms.showing import settle

__all__ = [
    "Answers",
    "Files",
    "asked_items",
    "broken_rules",
    "check_draft",
    "check_files",
    "counted",
    "file_limit",
    "normal",
    "organisation_name",
    "proposal_title",
    "required",
    "shown_fields",
    "typed",
    "validate",
    "visible",
    "visible_files",
]

Answers = Mapping[str, Any]
Files = Mapping[str, Sequence[FileFact]]


def check_draft(form: Form, field: str, value: Any) -> list[FieldError]:
    """What keeps a value out of a draft: unknown field, wrong type, too large, characters that no text holds.

    A partial value is welcome, and so is null, which empties the field. Whatever `validate` accepts is accepted here.
    """
    known = form.field(field)
    if known is None:
        return [_unknown(field)]
    return [] if value is None else known.accepts(value, field) or _computed_cells(known, value, field)


def normal(form: Form, field: str, value: Any) -> Any:
    """A value that `check_draft` let pass, as it is kept: `732 829 320` of a SIREN number is `732829320`."""
    known = form.field(field)
    return known.normal(value) if known is not None and value is not None else value


def _computed_cells(field: Field, value: Any, at: str) -> list[FieldError]:
    """Rows that say themselves what is computed in them."""
    cells = [cell for cell in field.cells if cell.computed]
    return [
        error
        for index, row in enumerate(value.get("rows") or [] if cells else [])
        for cell in cells
        if row.get(cell.id) is not None
        for error in cell.accepts(row[cell.id], f"{at}/rows/{index}/{cell.id}")
    ]


def validate(form: Form, answers: Answers, files: Files, today: date) -> list[FieldError]:
    """Everything that keeps a proposal from being submitted, at once, in the order of the form.

    What conditions hide is neither asked for nor reported. `today` is the date of the submission. Computed values are
    passed over: `visible` makes them anew.
    """
    found = [_unknown(field) for field in answers if form.field(field) is None]
    found += [_unknown(field) for field in files if not isinstance(form.field(field), File)]
    shown, seen = counted(form, answers, today)
    context = Context({field: value for field, value in seen.items() if field in shown}, today)
    ruled = _rule_errors(form, shown, context)
    for field in form.fields:
        if field.id not in shown:
            continue
        if not field.computed and (field.answered or answers.get(field.id) is not None):
            found += _answer_faults(field, answers.get(field.id), context)
        if isinstance(field, File):
            found += _file_faults(field, list(files.get(field.id, ())), context)
        found += ruled.get(field.id, ())
    return found


def _answer_faults(field: Field, given: Any, context: Context) -> list[FieldError]:
    accepted = [] if given is None else field.accepts(given, field.id)
    if accepted:
        return accepted
    counts = context.answers.get(field.id)
    if blank(counts):
        return [lacking(field, given, field.id)] if required(field, context.answers, context.today) else []
    return [_told_why(field, given, error) for error in field.faults(counts, field.id, context)]


def _told_why(field: Field, given: Any, error: FieldError) -> FieldError:
    """The error of a cell of which nothing counts says whether anything was given."""
    *row, name = error.path.split("/")
    cell = next((one for one in field.cells if one.id == name), None)
    if error.code != "required" or cell is None or len(row) != 3:
        return error
    return lacking(cell, given["rows"][int(row[2])].get(name), error.path)


def _file_faults(field: File, facts: list[FileFact], context: Context) -> list[FieldError]:
    if not facts:
        return [missing(field.id)] if required(field, context.answers, context.today) else []
    return field.file_faults(facts)


def _rule_errors(form: Form, shown: set[str], context: Context) -> dict[str, list[FieldError]]:
    """The errors of broken rules, by field."""
    found: dict[str, list[FieldError]] = {}
    blocking = [rule for rule in form.rules if rule.effect == "error"]
    for broken in broken_among(blocking, shown, context.answers, context.today):
        for path in broken.paths:
            error = FieldError(path, f"rule_{broken.rule.id}", broken.rule.message.fr, broken.rule.message.en)
            found.setdefault(path.partition("/")[0], []).append(error)
    return found


def broken_rules(form: Form, answers: Answers, today: date) -> list[Broken]:
    """The rules of either effect that these answers break, in the order of the form; hidden ones count as missing."""
    shown, seen = counted(form, answers, today)
    return list(broken_among(form.rules, shown, seen, today))


def counted(form: Form, answers: Answers, today: date) -> tuple[set[str], dict[str, Any]]:
    """The ids of the fields that conditions show, and the answers that count: without what they hide, also in rows,
    without choices that they do not offer, and with what is computed."""
    given = dict(answers)
    for field in form.rowed:
        if field.id in given:
            given[field.id] = field.counted(given[field.id], today, {})
    return settle(form.settling, form.index, given, today)


def shown_fields(form: Form, answers: Answers, today: date) -> set[str]:
    """The ids of the fields that conditions show. A hidden answer counts as missing for the conditions of others.

    `today`: the day it is, for a draft; the day of the submission, for what was submitted.
    """
    return counted(form, answers, today)[0]


def visible(form: Form, answers: Answers, today: date) -> dict[str, Any]:
    """The answers of a submission: without what conditions hide, what was emptied (null), and what is unknown."""
    shown, seen = counted(form, answers, today)
    return {field: value for field, value in seen.items() if field in shown and value is not None}


def asked_items(checklist: Checklist, form: Form, answers: Answers, today: date) -> tuple[Item, ...]:
    """What the checklist asks of a submission with these answers, made on that day."""
    if all(item.shown_if is None for item in checklist.items):
        return checklist.items
    seen = visible(form, answers, today)
    return tuple(item for item in checklist.items if item.shown_if is None or holds(item.shown_if, seen, today))


def typed(form: Form, answers: Answers) -> dict[str, Any]:
    """The answers without what is computed: what somebody gave, and may give again."""
    given: dict[str, Any] = {}
    for name, value in answers.items():
        field = form.index.get(name)
        if field is None or not field.computed:
            worked = {cell.id for cell in field.cells if cell.computed} if field is not None else set()
            given[name] = _without(value, worked) if worked else value
    return given


def _without(value: Any, cells: set[str]) -> Any:
    rows = value.get("rows") if isinstance(value, Mapping) else None
    if not isinstance(rows, list):
        return value
    kept = [
        {key: said for key, said in row.items() if key not in cells} if isinstance(row, dict) else row for row in rows
    ]
    return {**value, "rows": kept}


def visible_files(form: Form, answers: Answers, today: date) -> set[str]:
    """The ids of the file fields that conditions show: only their files are part of a submission."""
    shown = shown_fields(form, answers, today)
    return {field.id for field in form.fields if isinstance(field, File) and field.id in shown}


def file_limit(form: Form, field: str) -> int | None:
    """The most bytes that one file of this field may have; None where it takes no file."""
    known = form.field(field)
    return known.most_bytes if isinstance(known, File) else None


def check_files(form: Form, field: str, facts: Sequence[FileFact]) -> list[FieldError]:
    """Every fault of the files of one field: types, sizes, number."""
    known = form.field(field)
    return known.file_faults(list(facts)) if isinstance(known, File) else [_unknown(field)]


def proposal_title(form: Form, answers: Answers) -> str:
    """What the proposal calls itself, on one line; "" while it has no title."""
    return _line(answers.get(form.title_field))


def organisation_name(form: Form, answers: Answers) -> str:
    """The name of the legal body that submits, on one line; "" while it is not given."""
    return _line(answers.get(form.organisation_field))


def _line(value: Any) -> str:
    return " ".join(value.split()) if isinstance(value, str) else ""


def _unknown(field: str) -> FieldError:
    shown = printable(field)
    return FieldError(
        step(field),
        "unknown_field",
        f"Ce champ n’existe pas dans le formulaire de cet appel : « {shown} ».",
        f"The form of this call has no such field: “{shown}”.",
    )
