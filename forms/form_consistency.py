"""What types cannot say of a form: unique ids, conditions that lead somewhere, limits that can be met."""

from collections.abc import Iterable, Iterator, Mapping

from forms.base import MOST_CHARACTERS, MOST_FIELDS, MOST_LINE, MOST_ROWS, Field
from forms.choice_consistency import choice_faults, placed_offers, unique
from forms.condition_consistency import cells_of, condition_faults, in_row, rule_faults
from forms.conditions import Condition, asked
from forms.form import Form
from forms.grid import Checklist
from forms.kinds import (
    AnyField,
    Block,
    Computed,
    Country,
    Date,
    DecimalNumber,
    File,
    ForeignId,
    Keywords,
    LinkedChoice,
    LongText,
    OneOf,
    Period,
    RowsField,
    Scale,
    SeveralOf,
    ShortText,
    Table,
)
from forms.kinds.numbers import NumberField, read_day
from forms.operand_consistency import SORTS, Add, Scope, side_of
from forms.operands import fields_of

_MOST_DECIMALS = 6
_LENGTHS = (("most_months", 1200), ("most_days", 36525))


def form_faults(form: Form, add: Add) -> None:
    """Every fault of a form whose types are right."""
    unique([section.id for section in form.sections], "sections", add)
    every: list[str] = []
    for number, section in enumerate(form.sections):
        at = f"sections[{number}]"
        unique([field.id for field in section.fields], f"{at}.fields", add)
        for index, field in enumerate(section.fields):
            if field.id in every:
                add(f"{at}.fields[{index}].id", f"{field.id}, a second time", "an id that no other field has")
        every += [field.id for field in section.fields]
    for name, target in (("title_field", form.title_field), ("organisation_field", form.organisation_field)):
        if not isinstance(form.index.get(target), ShortText):
            add(name, target, "the id of a field of kind short_text")
    count = len(every) + sum(len(block.fields) for block in form.blocks)
    if count > MOST_FIELDS:
        add("sections", f"{count} fields", f"{MOST_FIELDS} fields at most")
    for at, condition in _sections(form):
        condition_faults(form.index, condition, at, add)
    for at, field in _placed(form):
        _conditions(form.index, field, at, add)
        _field(form.index, field, at, add)
    _cycles(_looks(form.fields, form.conditions), _placed(form), add)
    _told(form, add)
    _rules(form, add)


def _rules(form: Form, add: Add) -> None:
    if form.rules:
        unique([rule.id for rule in form.rules], "rules", add)
    for index, rule in enumerate(form.rules):
        rule_faults(form.index, rule, f"rules[{index}]", add)


def _placed(form: Form) -> Iterator[tuple[str, AnyField]]:
    for number, section in enumerate(form.sections):
        for index, field in enumerate(section.fields):
            yield f"sections[{number}].fields[{index}]", field


def _sections(form: Form) -> Iterator[tuple[str, Condition]]:
    for number, section in enumerate(form.sections):
        if section.shown_if is not None:
            yield f"sections[{number}].shown_if", section.shown_if


def _conditions(scope: Scope, field: Field, at: str, add: Add) -> None:
    """Every fault of what a field, and each of its choices, is shown or required on."""
    for name, condition in (("shown_if", field.shown_if), ("required_if", field.required_if)):
        if condition is not None:
            condition_faults(scope, condition, f"{at}.{name}", add)
    if field.required and field.required_if is not None:
        add(f"{at}.required_if", "a condition beside required = true", "one of the two: it would never be looked at")
    for where, condition in placed_offers(field, at):
        condition_faults(scope, condition, where, add)


def _looks(fields: Iterable[Field], wanted: Mapping[str, tuple[Condition, ...]]) -> dict[str, set[str]]:
    """What each field looks at: by its conditions, by those of its choices, and by its formula."""
    return {
        field.id: {one for condition in (*wanted.get(field.id, ()), *field.offers.values()) for one in asked(condition)}
        | (fields_of(field.value) if isinstance(field, Computed) else set())
        | (field.hangs_on if isinstance(field, RowsField) else set())
        for field in fields
    }


def _cycles(leads: Mapping[str, set[str]], placed: Iterable[tuple[str, Field]], add: Add) -> None:
    """A field shown on condition of itself, or worked out of itself, however far round, could never settle."""
    for at, field in placed:
        seen: set[str] = set()
        ahead = set(leads.get(field.id, ()))
        while ahead - seen:
            seen |= ahead
            ahead = {further for one in ahead for further in leads.get(one, ())}
        if field.id in seen:
            add(f"{at}.{_looking(field)}", "a condition that depends on the field itself", "conditions without a cycle")


def _looking(field: Field) -> str:
    """The part of a field that looks at others."""
    if isinstance(field, Computed):
        return "value"
    if isinstance(field, RowsField) and field.hangs_on:
        return "columns" if isinstance(field, Table) else "fields"
    return "shown_if" if not field.offers else "levels" if isinstance(field, Scale) else "options"


def _told(form: Form, add: Add) -> None:
    """Whoever reads a field reads what shows it: experts are not handed what only officers read, and their page and
    dossier still have to know which questions were asked."""
    hidden = {field.id for field in form.fields if field.audience == "officers"}
    for at, field in _placed(form):
        if field.audience == "officers":
            continue
        looks = [(f"{at}.shown_if", asked(condition)) for condition in form.conditions.get(field.id, ())]
        looks += [(where, asked(condition)) for where, condition in placed_offers(field, at)]
        looks += [(f"{at}.value", fields_of(field.value))] if isinstance(field, Computed) else []
        looks += [(f"{at}.{_looking(field)}", set(field.hangs_on))] if isinstance(field, RowsField) else []
        for where, fields in looks:
            told_by(fields & hidden, where, add)


def told_by(hidden: Iterable[str], at: str, add: Add) -> None:
    """Fault that something which others read looks at fields that only officers read."""
    for one in sorted(hidden):
        add(at, f"{one}, which only officers read", "fields that whoever reads this one may read")


def items_faults(checklist: Checklist, form: Form | None, add: Add) -> None:
    """Every fault of a checklist, and of the answers that its items are asked on, where the form could be read.
    Committees read which were asked."""
    unique([item.id for item in checklist.items], "items", add)
    if form is None:
        return
    hidden = {field.id for field in form.fields if field.audience == "officers"}
    for index, item in enumerate(checklist.items):
        if item.shown_if is not None:
            condition_faults(form.index, item.shown_if, f"items[{index}].shown_if", add)
            told_by(asked(item.shown_if) & hidden, f"items[{index}].shown_if", add)


def _field(scope: Scope, field: Field, at: str, add: Add) -> None:
    match field:
        case OneOf() | SeveralOf() | Keywords() | LinkedChoice() | Scale():
            choice_faults(field, at, add)
        case ForeignId(country_field=str(target)):
            if not isinstance(scope.get(target), Country):
                add(f"{at}.country_field", target, "the id of a field of kind country")
        case Table():
            _table(scope, field, at, add)
        case Block():
            _block(scope, field, at, add)
        case Computed():
            _computed(scope, field, at, add)
        case _:
            _limits(field, at, add)


def _limits(field: Field, at: str, add: Add) -> None:
    match field:
        case ShortText() if not 0 < field.characters <= MOST_LINE:
            add(f"{at}.characters", str(field.characters), f"1 to {MOST_LINE}")
        case LongText() if not 0 < field.characters <= MOST_CHARACTERS:
            add(f"{at}.characters", str(field.characters), f"1 to {MOST_CHARACTERS}")
        case NumberField(at_least=int() | float() as least, at_most=int() | float() as most) if least > most:
            add(f"{at}.at_most", str(most), f"{least} or more, as at_least says")
        case DecimalNumber() if not 0 <= field.decimals <= _MOST_DECIMALS:
            add(f"{at}.decimals", str(field.decimals), f"0 to {_MOST_DECIMALS}")
        case Date() | Period():
            _days(field, at, add)
        case File():
            _file(field, at, add)


def _days(field: Date | Period, at: str, add: Add) -> None:
    for name, day in (("earliest", field.earliest), ("latest", field.latest)):
        if day is not None and day != "today" and read_day(day) is None:
            add(f"{at}.{name}", day, "a date in a text, like 2025-04-07, or today")
    for name, most in _LENGTHS if isinstance(field, Period) else ():
        if (count := getattr(field, name)) is not None and not 1 <= count <= most:
            add(f"{at}.{name}", str(count), f"1 to {most}")


def _file(field: File, at: str, add: Add) -> None:
    if not field.types:
        add(f"{at}.types", "an empty list", "one media type or more")
    for name, count in (("most_bytes", field.most_bytes), ("most_files", field.most_files)):
        if count < 1:
            add(f"{at}.{name}", str(count), "1 or more")


def _table(scope: Scope, table: Table, at: str, add: Add) -> None:
    _cells(scope, table, f"{at}.columns", add)
    for index, total in enumerate(table.totals):
        if total.column not in table.numeric():
            add(f"{at}.totals[{index}].column", total.column, "a column of numbers: " + ", ".join(table.numeric()))
    _row_limits(table, at, add)


def _row_limits(field: RowsField, at: str, add: Add) -> None:
    if not 0 <= field.least_rows <= field.most_rows <= MOST_ROWS:
        add(f"{at}.most_rows", f"{field.least_rows} to {field.most_rows}", f"0 to {MOST_ROWS}, the least first")


def _computed(scope: Scope, field: Computed, at: str, add: Add) -> None:
    sort = side_of(scope, field.value, f"{at}.value", add)
    if sort not in ("number", None):
        add(f"{at}.value", SORTS[sort], "an expression that comes to a number")
    if not fields_of(field.value):
        add(f"{at}.value", "a value that no answer changes", "an answer in it at least")
    if not 0 <= field.decimals <= _MOST_DECIMALS:
        add(f"{at}.decimals", str(field.decimals), f"0 to {_MOST_DECIMALS}")
    if field.required or field.required_if is not None:
        add(f"{at}.required", "required", "nothing: nobody types it; a rule can ask for its parts")


def _block(scope: Scope, block: Block, at: str, add: Add) -> None:
    _cells(scope, block, f"{at}.fields", add)
    for index, field in enumerate(block.fields):
        if field.audience != "reviewers":
            where = f"{at}.fields[{index}].audience"
            add(where, field.audience, "nothing: the block’s own audience holds for all its fields")
    if block.row_name is not None and not isinstance(cells_of(block).get(block.row_name), ShortText):
        add(f"{at}.row_name", block.row_name, "the id of a field of the block, of kind short_text")
    _row_limits(block, at, add)


def _cells(around: Scope, rows: RowsField, at: str, add: Add) -> None:
    """The cells of a row look at each other, and at the fields around their table or block."""
    unique([cell.id for cell in rows.cells], at, add)
    scope = in_row(rows, around)
    placed = [(f"{at}[{index}]", cell) for index, cell in enumerate(rows.cells)]
    for where, cell in placed:
        _field(scope, cell, where, add)
        _conditions(scope, cell, where, add)
    wanted = {cell.id: (cell.shown_if,) for cell in rows.cells if cell.shown_if is not None}
    _cycles(_looks(rows.cells, wanted), placed, add)
