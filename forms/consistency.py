"""What types cannot say of an edition: unique ids, references that lead somewhere, limits that can be met."""

import re
from collections.abc import Callable, Iterator, Sequence

from email_validator import EmailNotValidError, validate_email

from forms.base import MOST_CHARACTERS, MOST_ROWS
from forms.call import Call
from forms.clocks import BadRuleError, check_rule
from forms.conditions import Condition, leaves
from forms.form import Form
from forms.grid import Checklist, Criterion, Grid
from forms.kinds import AnyField, Date, ForeignId, LongText, OneOf, Scale, SeveralOf, ShortText, Table
from forms.kinds.numbers import read_day
from forms.parsing import Fault
from forms.process import STATUS_NAMES, Process, Stage

_ID = re.compile(r"[a-z][a-z0-9_]{0,49}")
_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_PREFIX = re.compile(r"[A-Z0-9]+(?:-[A-Z0-9]+)*")
_Add = Callable[[str, str, str], None]


def consistency_faults(
    call: Call | None, form: Form | None, checklist: Checklist | None, grid: Grid | None, process: Process | None
) -> list[Fault]:
    """Every fault of the parts that could be read."""
    found: list[Fault] = []

    def into(file: str) -> _Add:
        return lambda path, was, allowed: found.append(Fault(file, path, was, allowed))

    if call is not None:
        _call(call, into("call.toml"))
    if form is not None:
        _form(form, into("form.toml"))
    if checklist is not None:
        _unique([item.id for item in checklist.items], "items", into("eligibility.toml"))
    if grid is not None:
        _grid(grid, into("grid.toml"))
    if process is not None:
        _process(process, into("process.toml"))
    return found


def _call(call: Call, add: _Add) -> None:
    if not _SLUG.fullmatch(call.slug) or len(call.slug) > 50:
        add("slug", call.slug, "small letters, digits and single hyphens, at most 50")
    if not _PREFIX.fullmatch(call.prefix) or len(call.prefix) > 30:
        add("prefix", call.prefix, "capital letters, digits and single hyphens, at most 30")
    if call.closes is not None and call.closes <= call.opens:
        add("closes", f"{call.closes:%Y-%m-%d}", "a date after opens")
    try:
        validate_email(call.service.email, check_deliverability=False, globally_deliverable=False)
    except EmailNotValidError:
        add("service.email", call.service.email, "an e-mail address")


def _unique(ids: Sequence[str], at: str, add: _Add) -> None:
    if not ids:
        add(at, "an empty list", "one entry or more")
    for index, one in enumerate(ids):
        if not _ID.fullmatch(one):
            add(f"{at}[{index}].id", one, "a small letter, then small letters, digits and _, at most 50")
        if one in ids[:index]:
            add(f"{at}[{index}].id", f"{one}, a second time", "an id that no other entry has")


def _form(form: Form, add: _Add) -> None:
    _unique([section.id for section in form.sections], "sections", add)
    every: list[str] = []
    for number, section in enumerate(form.sections):
        at = f"sections[{number}]"
        _unique([field.id for field in section.fields], f"{at}.fields", add)
        for index, field in enumerate(section.fields):
            if field.id in every:
                add(f"{at}.fields[{index}].id", f"{field.id}, a second time", "an id that no other field has")
            every.append(field.id)
    for name, target in (("title_field", form.title_field), ("organisation_field", form.organisation_field)):
        if not isinstance(form.index.get(target), ShortText):
            add(name, target, "the id of a field of kind short_text")
    for at, condition in _conditions(form):
        _condition(form, condition, at, add)
    for at, field in _placed(form):
        _field(form, field, at, add)
    _cycles(form, add)


def _placed(form: Form) -> Iterator[tuple[str, AnyField]]:
    for number, section in enumerate(form.sections):
        for index, field in enumerate(section.fields):
            yield f"sections[{number}].fields[{index}]", field


def _conditions(form: Form) -> Iterator[tuple[str, Condition]]:
    for number, section in enumerate(form.sections):
        if section.shown_if is not None:
            yield f"sections[{number}].shown_if", section.shown_if
    for at, field in _placed(form):
        if field.shown_if is not None:
            yield f"{at}.shown_if", field.shown_if
        if field.required_if is not None:
            yield f"{at}.required_if", field.required_if


def _condition(form: Form, condition: Condition, at: str, add: _Add) -> None:
    for leaf in leaves(condition):
        target = form.index.get(leaf.field)
        if target is None or not target.answered:
            add(at, leaf.field, "the id of a field that has an answer")
        elif isinstance(target, OneOf | SeveralOf):
            allowed = [option.id for option in target.options] + (["other"] if target.other else [])
            values = getattr(leaf, "values", None) or [one for one in [getattr(leaf, "value", None)] if one is not None]
            for value in values:
                if value not in allowed:
                    add(at, str(value), "an option of " + target.id + ": " + ", ".join(allowed))


def _cycles(form: Form, add: _Add) -> None:
    """A field shown on condition of itself, however far round, could never settle."""
    leads = {
        field: {leaf.field for condition in conditions for leaf in leaves(condition)}
        for field, conditions in form.conditions.items()
    }
    for at, field in _placed(form):
        seen: set[str] = set()
        ahead = set(leads.get(field.id, ()))
        while ahead - seen:
            seen |= ahead
            ahead = {further for one in ahead for further in leads.get(one, ())}
        if field.id in seen:
            add(f"{at}.shown_if", "a condition that depends on the field itself", "conditions without a cycle")


def _field(form: Form, field: AnyField, at: str, add: _Add) -> None:
    if isinstance(field, ShortText | LongText) and not 0 < field.characters <= MOST_CHARACTERS:
        add(f"{at}.characters", str(field.characters), f"1 to {MOST_CHARACTERS}")
    if isinstance(field, OneOf | SeveralOf):
        _unique([option.id for option in field.options], f"{at}.options", add)
        if field.other and any(option.id == "other" for option in field.options):
            add(f"{at}.options", "other", "other options beside the free text")
    if isinstance(field, Scale):
        _levels([level.value for level in field.levels], f"{at}.levels", add)
    if isinstance(field, Date):
        for name, day in (("earliest", field.earliest), ("latest", field.latest)):
            if day is not None and day != "today" and read_day(day) is None:
                add(f"{at}.{name}", day, "a date in a text, like 2025-04-07, or today")
    if isinstance(field, Table):
        _table(field, at, add)
    if isinstance(field, ForeignId) and field.country_field and field.country_field not in form.index:
        add(f"{at}.country_field", field.country_field, "the id of a field")


def _table(table: Table, at: str, add: _Add) -> None:
    _unique([column.id for column in table.columns], f"{at}.columns", add)
    for index, column in enumerate(table.columns):
        if column.shown_if is not None or column.required_if is not None:
            add(f"{at}.columns[{index}]", "a condition", "required or not; columns have no conditions")
    for index, total in enumerate(table.totals):
        if total.column not in table.numeric():
            add(f"{at}.totals[{index}].column", total.column, "a column of numbers: " + ", ".join(table.numeric()))
    if not 0 <= table.least_rows <= table.most_rows <= MOST_ROWS:
        add(f"{at}.most_rows", f"{table.least_rows} to {table.most_rows}", f"0 to {MOST_ROWS}, the least first")


def _levels(values: Sequence[int], at: str, add: _Add) -> None:
    if not values:
        add(at, "an empty list", "one level or more")
    if list(values) != sorted(set(values)):
        add(at, ", ".join(map(str, values)), "levels in rising order, each once")


def _grid(grid: Grid, add: _Add) -> None:
    _unique([criterion.id for criterion in grid.criteria], "criteria", add)
    for index, criterion in enumerate(grid.criteria):
        _criterion(criterion, f"criteria[{index}]", add)
    scales = {(one.lowest, one.highest) for one in grid.criteria if one.levels}
    if len(scales) > 1:
        add("criteria", "levels of different scales", "the same lowest and highest level in every criterion")


def _criterion(criterion: Criterion, at: str, add: _Add) -> None:
    if not 0 < criterion.weight <= 1000:
        add(f"{at}.weight", str(criterion.weight), "1 to 1000")
    _levels([level.value for level in criterion.levels], f"{at}.levels", add)
    for name in ("threshold", "comment_below", "comment_above"):
        value = getattr(criterion, name)
        if value is not None and criterion.levels and not criterion.lowest <= value <= criterion.highest:
            add(f"{at}.{name}", str(value), f"{criterion.lowest} to {criterion.highest}")


_NEEDED: dict[str, tuple[str, ...]] = {
    "eligibility": ("eligible", "ineligible"),
    "review": ("complete", "partial"),
    "synthesis": ("submitted",),
    "committee": (),
    "pilot": (),
}


def _process(process: Process, add: _Add) -> None:
    _unique([stage.id for stage in process.stages], "stages", add)
    for index, stage in enumerate(process.stages):
        at = f"stages[{index}]"
        _stage(stage, at, add)
        targets = [(f"{at}.next", stage.next)]
        targets += [(f"{at}.outcomes[{place}].next", one.next) for place, one in enumerate(stage.outcomes)]
        for where, target in targets:
            if target is not None and process.stage(target) is None:
                add(where, target, "a stage: " + ", ".join(one.id for one in process.stages))
    for status in process.statuses:
        if status not in STATUS_NAMES:
            add(f"statuses.{status}", "an unknown status", ", ".join(STATUS_NAMES))


def _stage(stage: Stage, at: str, add: _Add) -> None:
    _durations(stage, at, add)
    _unique([outcome.id for outcome in stage.outcomes], f"{at}.outcomes", add)
    for needed in _NEEDED[stage.kind]:
        if stage.outcome(needed) is None:
            add(f"{at}.outcomes", ", ".join(one.id for one in stage.outcomes), f"an outcome “{needed}” among them")
    if stage.kind == "eligibility" and stage.completion is None:
        add(f"{at}.completion", "nothing", "how long an applicant has to complete a returned proposal")
    if stage.kind == "review":
        if not 1 <= stage.minimum <= stage.seats <= 20:
            add(f"{at}.minimum", f"minimum {stage.minimum}, seats {stage.seats}", "1 ≤ minimum ≤ seats ≤ 20")
        if stage.invitation is None:
            add(f"{at}.invitation", "nothing", "how long an invited expert has")
    if len(stage.reminders) != 2 or not 0 < stage.reminders[0] < stage.reminders[1] < 1:
        add(f"{at}.reminders", str(list(stage.reminders)), "two fractions between 0 and 1, the first one smaller")


def _durations(stage: Stage, at: str, add: _Add) -> None:
    for name in ("duration", "completion", "invitation"):
        rule = getattr(stage, name)
        try:
            if rule is not None:
                check_rule(rule)
        except BadRuleError:
            add(f"{at}.{name}", rule, "10wd (working days), P14D or PT20S")
