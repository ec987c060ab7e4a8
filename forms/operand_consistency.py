"""What types cannot say of expressions: fields that exist, and parts that can be worked with."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias

from forms.base import Field
from forms.kinds import LongText
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

Add: TypeAlias = Callable[[str, str, str], None]
"""Takes key path, what was found, what is allowed."""
Scope: TypeAlias = Mapping[str, Field]
"""The fields that a condition may look at, by id: those of the form, or inside `where` the cells of a row."""
_MOST_MONTHS, _MOST_DAYS = 1200, 36525
SORTS = {
    "yes_no": "yes or no",
    "number": "a number",
    "day": "a day",
    "text": "a text",
    "list": "a list of options",
    "rows": "rows",
    "parts": "several parts",
}


def sort_of(field: Field) -> str:
    """What sort of value a field has, by the shape of its value: a key of `SORTS`."""
    return _sort_of_shape(field.shape())


def _sort_of_shape(shape: Mapping[str, Any]) -> str:
    if "rows" in shape.get("properties", {}):
        return "rows"
    if "const" in shape:
        return "yes_no"
    if "oneOf" in shape or shape.get("type") == "string":
        return "day" if shape.get("format") == "date" else "text"
    sorts = {"boolean": "yes_no", "number": "number", "integer": "number", "array": "list"}
    return sorts.get(str(shape.get("type")), "parts")


def sort_of_value(value: Any, wanted: str = "") -> str:
    if isinstance(value, bool):
        return "yes_no"
    if isinstance(value, int | float):
        return "number"
    return "day" if wanted != "text" and is_day(value) else "text"


def target_of(scope: Scope, field: str, at: str, add: Add) -> Field | None:
    target = scope.get(field)
    if target is None or not (target.answered or target.computed):
        add(f"{at}.field", field, "the id of a field that has an answer")
        return None
    return target


def side_of(  # noqa: C901, PLR0911, PLR0912  one case for each
    scope: Scope, operand: Operand, at: str, add: Add, beside: str | None = ""
) -> str | None:
    """The sort of what an operand comes to; None where it has a fault, which is told. `beside`: the sort of what stands
    on the other side, which tells a text that looks like a day from a day."""
    match operand:
        case Answer(field=field, part=part):
            target = target_of(scope, field, at, add)
            if target is not None and isinstance(target, LongText):
                add(f"{at}.field", f"{field}, a long text", "a field whose answer is short enough to compare")
                return None
            if target is None or part is None:
                return sort_of(target) if target is not None else None
            return _part(target, part, at, add)
        case Total(field=field, column=column):
            return _column(scope, field, column, ("number",), at, add)
        case Lowest(field=field, column=column) | Highest(field=field, column=column):
            return _column(scope, field, column, ("number", "day"), at, add)
        case Rows(field=field):
            target = target_of(scope, field, at, add)
            if target is not None and not target.cells:
                add(f"{at}.field", field, "the id of a field whose answer is rows")
            return "number" if target is not None and target.cells else None
        case Sum(of=parts) | Product(of=parts):
            return _parts(scope, parts, ("number",), at, add)
        case Difference(of=parts):
            return _parts(scope, parts, ("number",), at, add, least=2)
        case Least(of=parts) | Most(of=parts):
            return _parts(scope, parts, ("number", "day"), at, add)
        case Ratio(of=one, to=other):
            return _both(scope, (("of", one), ("to", other)), "number", at, add)
        case Days(since=one, until=other):
            return _both(scope, (("since", one), ("until", other)), "day", at, add)
        case Today(months=months, days=days):
            if abs(months) > _MOST_MONTHS or abs(days) > _MOST_DAYS:
                add(at, f"{months} months, {days} days", f"{_MOST_MONTHS} months and {_MOST_DAYS} days at most")
            return "day"
        case _:
            return sort_of_value(operand, beside or "")


def _part(target: Field, part: str, at: str, add: Add) -> str | None:
    parts = {} if target.cells else target.shape().get("properties", {})
    if part not in parts:
        add(f"{at}.part", part, f"a part of {target.id}: {', '.join(parts)}" if parts else f"nothing, of {target.id}")
        return None
    return _sort_of_shape(parts[part])


def _column(  # noqa: PLR0917  where it stands, and what it may be
    scope: Scope, field: str, column: str, wanted: Sequence[str], at: str, add: Add
) -> str | None:
    target = target_of(scope, field, at, add)
    if target is None:
        return None
    known = {cell.id: sort for cell in target.cells if (sort := sort_of(cell)) in wanted}
    if column not in known:
        what = " or ".join(f"{one}s" for one in wanted)
        add(f"{at}.column", column, f"a column of {what} of {field}: " + ", ".join(known))
    return known.get(column)


def _parts(
    scope: Scope, parts: Sequence[Operand], wanted: Sequence[str], at: str, add: Add, *, least: int = 1
) -> str | None:
    """The one sort of all these parts."""
    found = [side_of(scope, part, f"{at}.of[{index}]", add) for index, part in enumerate(parts)]
    sorts = [one for one in found if one is not None]
    if len(parts) < least or len(set(sorts)) > 1 or not set(sorts) <= set(wanted):
        allowed = " or ".join(f"{one}s" for one in wanted) + (f", {least} or more" if least > 1 else "")
        add(f"{at}.of", ", ".join(SORTS[one] for one in sorts) or "an empty list", allowed)
        return None
    return sorts[0] if sorts and len(sorts) == len(parts) else None


def _both(scope: Scope, sides: Sequence[tuple[str, Operand]], wanted: str, at: str, add: Add) -> str | None:
    """Two parts of one sort, which work out to a number."""
    found = [(name, side_of(scope, part, f"{at}.{name}", add)) for name, part in sides]
    for name, sort in found:
        if sort not in (wanted, None):
            add(f"{at}.{name}", SORTS[str(sort)], SORTS[wanted])
    return "number" if all(sort == wanted for _, sort in found) else None
