"""Answers to inputs of an HTML form and back: for each kind of field, the two directions side by side.

An input is named by the path of its value: `title`, `contact/email`, `budget/rows/2/amount`. Pages draw fields from
`Inputs` alone, whether they come from stored answers or from what a person has just sent, so nothing typed is lost.
"""

import hashlib
import re
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

import msgspec

from forms import Field, kinds
from forms.merging import digests

OTHER = "other"
YES, NO = "oui", "non"
# What static/values.js reads too, by the same rules: digits of ours, no exponent, one comma or point.
_SPACES = re.compile(r"\s")
_NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:[.,][0-9]*)?|[.,][0-9]+)")
_THREE_DECIMALS = re.compile(r"[.,][0-9]{3}$")
_LONGEST_NUMBER = 24
_BETWEEN_WORDS = re.compile(r"[\n,;]")
_FRENCH_DAY = re.compile(r"([0-9]{1,2})[/.]([0-9]{1,2})[/.]([0-9]{4})")
Named = list[tuple[str, str]]


class Inputs:
    """The inputs of a form as sent: every value of every name."""

    def __init__(self, pairs: Iterable[tuple[str, str]] = ()) -> None:
        self.values: dict[str, list[str]] = {}
        for name, value in pairs:
            self.values.setdefault(name, []).append(value)

    def none(self) -> "Inputs":
        """What a form is drawn with that nothing was typed in."""
        return Inputs()

    def one(self, name: str) -> str:
        """The last value of that name, "" where there is none."""
        found = self.values.get(name)
        return found[-1] if found else ""

    def all(self, name: str) -> list[str]:
        """Every value of that name: ticked boxes."""
        return self.values.get(name, [])

    def rows(self, path: str) -> list[int]:
        """The row numbers that occur below `path`, in order."""
        start = f"{path}/rows/"
        numbers = {name[len(start) :].partition("/")[0] for name in self.values if name.startswith(start)}
        return sorted(int(number) for number in numbers if number.isascii() and number.isdigit() and len(number) < 4)

    def below(self, prefix: str) -> dict[str, str]:
        """The last value of each name that begins with `prefix`, by what follows it."""
        return {name[len(prefix) :]: values[-1] for name, values in self.values.items() if name.startswith(prefix)}


def uuids(texts: list[str]) -> tuple[UUID, ...]:
    """The ids among what was ticked."""
    found = []
    for text in texts:
        try:
            found.append(UUID(text))
        except ValueError:
            continue
    return tuple(found)


def to_inputs(field: Field, value: Any, path: str = "") -> Named:  # noqa: PLR0911  one case for each kind
    """The inputs that show a stored value. A value of an unexpected type is shown as its text."""
    at = path or field.id
    if value is None:
        return []
    match field:
        case kinds.YesNo():
            return [(at, YES if value else NO)] if value or not isinstance(field, kinds.Declaration) else []
        case kinds.OneOf():
            return _option_inputs(value, at)
        case kinds.SeveralOf():  # a single option: the answer of a field that took one, on an older edition
            every = value if isinstance(value, list) else [value]
            return [pair for one in every for pair in _option_inputs(one, at)]
        case kinds.Keywords():
            return _keyword_inputs(value if isinstance(value, list) else [value], at)
        case kinds.ObjectField():
            return [(f"{at}/{key}", str(part)) for key, part in items_of(value) if part]
        case kinds.RowsField():
            return [
                pair
                for index, row in enumerate(rows_of_value(value))
                for pair in _row_inputs(field, row, f"{at}/rows/{index}")
            ]
        case kinds.Money() | kinds.Percentage() | kinds.Integer() | kinds.DecimalNumber() if isinstance(
            value, int | float
        ) and not isinstance(value, bool):
            return [(at, shown_number(value))]
        case _:
            return [(at, str(value))]


def from_inputs(field: Field, sent: Inputs, path: str = "") -> Any:  # noqa: C901, PLR0911, PLR0912  one case for each kind
    """The value that the inputs of a field make, None where they say nothing. What cannot be read stays the text that
    was typed, which the field's own check then refuses."""
    at = path or field.id
    match field:
        case kinds.Declaration():
            return True if sent.one(at) == YES else None
        case kinds.YesNo():
            return {YES: True, NO: False}.get(sent.one(at))
        case kinds.OneOf():
            return _option(sent.one(at), sent, at)
        case kinds.SeveralOf():
            return [_option(one, sent, at) for one in sent.all(at) if one] or None
        case kinds.Scale():
            return _integer(sent.one(at))
        case kinds.Keywords():
            return _keywords(sent, at) or None
        case kinds.ObjectField():
            read = _day if isinstance(field, kinds.Period) else _line
            parts = {key: read(sent.one(f"{at}/{key}")) for key in field.parts()}
            return {key: part for key, part in parts.items() if part} or None
        case kinds.RowsField():
            rows = [_row(field, sent, f"{at}/rows/{index}") for index in sent.rows(at)]
            return {"rows": kept} if (kept := [row for row in rows if row]) else None
        case kinds.Integer():
            return _integer(sent.one(at))
        case kinds.Money() | kinds.Percentage() | kinds.DecimalNumber():
            return _number(sent.one(at), euros=isinstance(field, kinds.Money))
        case kinds.Date():
            return _day(sent.one(at))
        case kinds.LongText():
            return sent.one(at).replace("\r\n", "\n").strip() or None
        case _:
            return field.normal(_line(sent.one(at))) or None


def mark(field: Field, value: Any, version: int) -> str:
    """What a form carries beside a field: the version it is based on, a digest that tells a change, and of a block the
    identity and digest of each row.

    There is no digest, so that the next save counts, where the page shows rightly what is stored wrongly: « 12 » kept
    as a text, for a field that takes numbers since the draft was moved to another edition.
    """
    drawn = from_inputs(field, Inputs(to_inputs(field, value)))
    wrong = isinstance(value, str | int | float) and field.accepts(value, field.id)
    righted = wrong and drawn is not None and not field.accepts(drawn, field.id)
    rows = ",".join(f"{identity}:{one}" for identity, one in digests(drawn).items())
    return f"{version}.{'' if righted else _digest(drawn)}{f'.{rows}' if rows else ''}"


def unchanged(carried: str, value: Any) -> bool:
    """Whether a value that was sent is the one that its form was drawn with."""
    return carried.split(".")[1:2] == [_digest(value)]


def rows_of_mark(carried: str) -> dict[str, str]:
    """The rows of a block that a form was drawn with: the digest of each, by its identity, in order."""
    listed = carried.split(".")[2:3]
    pairs = (one.partition(":") for one in listed[0].split(",")) if listed else ()
    return {identity: one for identity, _, one in pairs}


def version_of(carried: str) -> int:
    """The version that a field was based on; 0 for what we did not write."""
    number = carried.partition(".")[0]
    return int(number) if number.isascii() and number.isdigit() and len(number) < 10 else 0


def shown_number(value: float) -> str:
    """A number as it is typed: « 1234,5 », without the spaces of what is only read."""
    text = format(Decimal(str(value)), "f")
    return (text.rstrip("0").rstrip(".") if "." in text else text).replace(".", ",")


def _digest(value: Any) -> str:
    return hashlib.sha256(msgspec.json.encode(value, order="deterministic")).hexdigest()[:12]


def items_of(value: Any) -> Iterable[tuple[str, Any]]:
    """The parts of an answer that has several; none of one that is of another kind."""
    return value.items() if isinstance(value, Mapping) else ()


def rows_of_value(value: Any) -> list[Mapping[str, Any]]:
    """The rows of an answer; none of one that is of another kind."""
    rows = value.get("rows") if isinstance(value, Mapping) else None
    return [row for row in rows if isinstance(row, Mapping)] if isinstance(rows, list) else []


def _row_inputs(field: kinds.RowsField, row: Mapping[str, Any], at: str) -> Named:
    made = [(f"{at}/{key}", str(row[key])) for key in field.row_keys if row.get(key)]
    return made + [pair for cell in field.cells for pair in to_inputs(cell, row.get(cell.id), f"{at}/{cell.id}")]


def _row(field: kinds.RowsField, sent: Inputs, at: str) -> dict[str, Any]:
    """The row that the inputs make; {} where no cell says anything, whatever its identity."""
    cells = {cell.id: from_inputs(cell, sent, f"{at}/{cell.id}") for cell in field.cells}
    said = {name: value for name, value in cells.items() if value is not None}
    keys = {key: text for key in field.row_keys if (text := _line(sent.one(f"{at}/{key}")))}
    return {**keys, **said} if said else {}


def _option_inputs(value: Any, at: str) -> Named:
    if isinstance(value, Mapping):
        return [(at, OTHER), (f"{at}/{OTHER}", str(value.get(OTHER, "")))]
    return [(at, str(value))]


def _keyword_inputs(value: list[Any], at: str) -> Named:
    """Those of the vocabulary ticked, free ones a line each."""
    free = [str(one.get(OTHER, "")) for one in value if isinstance(one, Mapping)]
    chosen = [(at, str(one)) for one in value if not isinstance(one, Mapping)]
    return [*chosen, *([(f"{at}/{OTHER}", "\n".join(free))] if free else [])]


def _keywords(sent: Inputs, at: str) -> list[Any]:
    free = [_line(word) for word in _BETWEEN_WORDS.split(sent.one(f"{at}/{OTHER}"))]
    return [*filter(None, sent.all(at)), *({OTHER: word} for word in free if word)]


def _option(chosen: str, sent: Inputs, at: str) -> Any:
    if chosen == OTHER:
        return {OTHER: _line(sent.one(f"{at}/{OTHER}"))}
    return chosen or None


def _line(text: str) -> str:
    return text.replace("\r\n", "\n").strip()


def _number(text: str, *, euros: bool = False) -> Any:
    plain = _SPACES.sub("", text).rstrip("€%").replace("−", "-")
    # « 12.500 » is twelve thousand five hundred in half of Europe, twelve and a half in the other: nobody guesses.
    guess = euros and _THREE_DECIMALS.search(plain)
    if guess or len(plain) > _LONGEST_NUMBER or not _NUMBER.fullmatch(plain):
        return _line(text) or None
    number = Decimal(plain.replace(",", "."))
    return int(number) if number == number.to_integral_value() else float(number)


def _integer(text: str) -> Any:
    number = _number(text)
    return number if not isinstance(number, float) else _line(text)


def _day(text: str) -> str | None:
    found = _FRENCH_DAY.fullmatch(text.strip())
    if found:
        return f"{found[3]}-{int(found[2]):02d}-{int(found[1]):02d}"
    return _line(text) or None


def day_of(text: str) -> date | None:
    """A day as people or browsers write it; None for anything else."""
    try:
        return date.fromisoformat(_day(text) or "")
    except ValueError:
        return None
