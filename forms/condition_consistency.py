"""What types cannot say of conditions and rules: fields that exist, values that fit them, limits that can be met."""

from collections.abc import Sequence
from typing import Any, TypeAlias

from forms.base import Field
from forms.conditions import (
    AllOf,
    AllRows,
    Among,
    AnyOf,
    AnyRow,
    AtLeast,
    AtMost,
    Compare,
    Condition,
    Contains,
    Count,
    Equals,
    Filled,
    Not,
)
from forms.kinds import File
from forms.operand_consistency import SORTS, Add, Scope, side_of, sort_of, sort_of_value, target_of
from forms.operands import fields_of
from forms.rules import Rule
from forms.showing import OUTSIDE

OneLeaf: TypeAlias = Equals | Among | Contains | Filled | AtLeast | AtMost | Count | AnyRow | AllRows
_LISTED = 30
_VALUES = {"yes_no": "true or false", "number": "a number", "day": "a day in a text, like 2025-04-07", "text": "a text"}
_ONE_VALUE = ("yes_no", "number", "day", "text")
_WANTED: dict[type, tuple[str, ...]] = {
    Equals: _ONE_VALUE,
    Among: _ONE_VALUE,
    Contains: ("list",),
    AtLeast: ("number",),
    AtMost: ("number",),
    Count: ("list", "rows"),
    AnyRow: ("rows",),
    AllRows: ("rows",),
}
_RELATIONS = {
    "equal": _ONE_VALUE,
    "at_least": ("number", "day"),
    "at_most": ("number", "day"),
    "before": ("day",),
    "after": ("day",),
}


def _options(field: Field) -> list[Any] | None:
    """The values to choose from; None where anything may be said."""
    shape = field.shape()
    shape = shape.get("items", shape)
    if "oneOf" in shape:
        return [*shape["oneOf"][0].get("enum", ()), "other"]
    return list(shape["enum"]) if "enum" in shape else None


def condition_faults(scope: Scope, condition: Condition, at: str, add: Add) -> None:
    """Every fault of a condition whose types are right."""
    match condition:
        case AllOf(of=parts) | AnyOf(of=parts):
            if not parts:
                add(f"{at}.of", "an empty list", "one condition or more")
            for index, part in enumerate(parts):
                condition_faults(scope, part, f"{at}.of[{index}]", add)
        case Not(of=part):
            condition_faults(scope, part, f"{at}.of", add)
        case Compare():
            _compare(scope, condition, at, add)
        case _:
            target = target_of(scope, condition.field, at, add)
            if target is not None:
                _leaf(target, condition, at, add)


def _leaf(target: Field, leaf: OneLeaf, at: str, add: Add) -> None:
    wanted = _WANTED.get(type(leaf))
    if wanted is not None and not _sorted(target, wanted, at, add):
        return
    match leaf:
        case Equals(value=value) | Contains(value=value):
            _value(target, value, f"{at}.value", add)
        case Among(values=values):
            for index, one in enumerate(values):
                _value(target, one, f"{at}.values[{index}]", add)
        case Count():
            _count(target, leaf, at, add)
        case AnyRow(where=where) | AllRows(where=where):
            condition_faults(cells_of(target), where, f"{at}.where", add)


def _sorted(target: Field, wanted: Sequence[str], at: str, add: Add) -> bool:
    found = sort_of(target)
    if found not in wanted:
        allowed = " or ".join(SORTS[one] for one in wanted)
        add(f"{at}.field", f"{target.id}, whose answer is {SORTS[found]}", f"a field whose answer is {allowed}")
    return found in wanted


def _value(target: Field, value: Any, at: str, add: Add) -> None:
    options, sort = _options(target), sort_of(target)
    if options is not None and value not in options:
        listed = ", ".join(map(str, options[:_LISTED])) + ("…" if len(options) > _LISTED else "")
        add(at, str(value), f"an option of {target.id}: {listed}")
    elif sort in _VALUES and sort_of_value(value, sort) != sort:
        add(at, str(value), f"{_VALUES[sort]}, as {target.id} asks for")


def _count(target: Field, leaf: Count, at: str, add: Add) -> None:
    least, most = leaf.at_least, leaf.at_most
    if least is None and most is None:
        add(at, "no limit", "at_least, at_most or both")
    for name, limit in (("at_least", least), ("at_most", most)):
        if limit is not None and limit < 0:
            add(f"{at}.{name}", str(limit), "0 or more")
    if least is not None and most is not None and least > most:
        add(f"{at}.at_most", str(most), f"{least} or more, as at_least says")
    if leaf.where is not None:
        if target.cells:
            condition_faults(cells_of(target), leaf.where, f"{at}.where", add)
        else:
            add(f"{at}.where", f"a condition on {target.id}, which has no rows", "nothing")


def cells_of(target: Field) -> Scope:
    """The cells of a row of a table or block, by id."""
    return {cell.id: cell for cell in target.cells}


def in_row(target: Field, around: Scope) -> Scope:
    """What conditions in a row may look at: its cells, and the fields around it by their names from there."""
    return {**cells_of(target), **{f"{OUTSIDE}{name}": field for name, field in around.items()}}


def _compare(scope: Scope, leaf: Compare, at: str, add: Add) -> None:
    if not fields_of(leaf.left) | fields_of(leaf.right):
        add(at, "two values that no answer changes", "an answer on one side at least")
        return
    left = side_of(scope, leaf.left, f"{at}.left", add)
    # A text beside another text is a text, even where it looks like a day.
    right = side_of(scope, leaf.right, f"{at}.right", add, left)
    if isinstance(leaf.left, str):
        left = side_of(scope, leaf.left, f"{at}.left", add, right)
    if left is None or right is None:
        return
    if left != right:
        add(at, f"{SORTS[left]} beside {SORTS[right]}", "two values of the same sort")
    elif left not in _RELATIONS[leaf.relation]:
        allowed = " or ".join(SORTS[one] for one in _RELATIONS[leaf.relation])
        add(f"{at}.is", f"{leaf.relation}, of {SORTS[left]}", f"{leaf.relation} of {allowed}")


def rule_faults(fields: Scope, rule: Rule, at: str, add: Add) -> None:
    """Every fault of a rule whose types are right."""
    scope: Scope = fields
    looks: Scope = fields
    if rule.each_row is not None:
        target = fields.get(rule.each_row)
        if target is None or not target.cells:
            add(f"{at}.each_row", rule.each_row, "the id of a field whose answer is rows")
            return
        scope = cells_of(target)
        looks = in_row(target, fields)
    if not rule.fields:
        add(f"{at}.fields", "an empty list", "the ids of the fields at which the message is said")
    for index, field in enumerate(rule.fields):
        known = scope.get(field)
        if known is None or not (known.answered or known.computed or isinstance(known, File)):
            add(
                f"{at}.fields[{index}]",
                field,
                "the id of a field" if scope is fields else "the id of a cell of the rows",
            )
    for name, condition in (("when", rule.when), ("must", rule.must)):
        if condition is not None:
            condition_faults(looks, condition, f"{at}.{name}", add)
