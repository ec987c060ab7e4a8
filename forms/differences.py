"""What two editions of a call differ in, by stable ids, and what answers given on one are on the other."""

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any, Literal

import msgspec

from forms.answers import validate
from forms.base import FieldError, FileFact, blank
from forms.edition import Edition
from forms.form import Form
from forms.kinds import File, RowsField

Change = Literal["added", "removed", "moved", "changed"]
# What tells the elements of a list apart, in this order: options, criteria, stages; levels; totals of a table.
_IDENTITIES = ("id", "value", "column")


class Difference(msgspec.Struct, frozen=True):
    """One difference. `part`: call, form, eligibility, grid or process; `path`: what it is about, by ids
    (`fields/budget/columns/amount/at_most`). `old` and `new` are JSON values: the whole of what was removed or added,
    the two values of an attribute, the two places of what was moved (`organisation after country`)."""

    part: str
    path: str
    change: Change
    old: Any = None
    new: Any = None


class Misfit(msgspec.Struct, frozen=True):
    """Answers on another form. `gone`: fields that are asked no longer, or columns (`budget/amount`), whose answers
    stay stored; `errors`: what was
    right on the old form, or not judged, and is wrong on the new one."""

    gone: tuple[str, ...]
    errors: tuple[FieldError, ...]


def differences(old: Edition, new: Edition) -> tuple[Difference, ...]:
    """Every difference, in the order of the new edition."""
    was, now = _plain(old), _plain(new)
    found: list[Difference] = []
    for part in now:
        found += _form(was[part], now[part]) if part == "form" else _compare(part, "", was[part], now[part])
    return tuple(found)


def form_differences(old: Form, new: Form) -> tuple[Difference, ...]:
    """Those of the form alone."""
    return tuple(_form(_plain(old), _plain(new)))


def changed_fields(old: Form, new: Form) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    """The ids of the fields that are new, that ask or accept something else, and that are gone: what somebody must know
    who began on the old form."""
    told: dict[str, list[str]] = {"added": [], "changed": [], "removed": []}
    for one in form_differences(old, new):
        kind, _, rest = one.path.partition("/")
        field, _, attribute = rest.partition("/")
        if kind != "fields" or one.change == "moved" or attribute in ("audience", "label/en", "help/en", "example/en"):
            continue
        place = told["changed" if attribute else one.change]
        if field not in place:
            place.append(field)
    return tuple(told["added"]), tuple(told["changed"]), tuple(told["removed"])


def _plain(part: msgspec.Struct) -> Any:
    """As JSON has it: lists, not tuples."""
    return msgspec.json.decode(msgspec.json.encode(part))


def _form(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Difference]:
    """A field is the same one wherever it stands: its section is its place."""
    bare = [{**form, "sections": [{**one, "fields": []} for one in form["sections"]]} for form in (old, new)]
    yield from _compare("form", "", *bare)
    was, now = _placed(old), _placed(new)
    yield from (Difference("form", f"fields/{one}", "removed", was[one][1]) for one in was if one not in now)
    stayed = {
        one
        for section in new["sections"]
        for one in _in_order(
            [one for one in was if was[one][0] == section["id"]],
            [field["id"] for field in section["fields"]],
        )
    }
    for one, (_, content) in now.items():
        if one not in was:
            yield Difference("form", f"fields/{one}", "added", new=content)
            continue
        if one not in stayed:
            yield Difference("form", f"fields/{one}", "moved", _after(was, one), _after(now, one))
        yield from _compare("form", f"fields/{one}", was[one][1], content)


def _placed(form: Mapping[str, Any]) -> dict[str, tuple[str, Any]]:
    return {field["id"]: (section["id"], field) for section in form["sections"] for field in section["fields"]}


def _after(placed: Mapping[str, tuple[str, Any]], one: str) -> str:
    section = placed[one][0]
    order = [other for other in placed if placed[other][0] == section]
    before = order.index(one)
    return f"{section} after {order[before - 1]}" if before else f"{section} first"


def _compare(part: str, at: str, old: Any, new: Any) -> Iterator[Difference]:
    if old == new:
        return
    if isinstance(old, dict) and isinstance(new, dict) and not {"op"} & (old.keys() | new.keys()):
        yield from _by_key(part, at, old, new)
    elif isinstance(old, list) and isinstance(new, list) and (key := _identity([*old, *new])):
        yield from _by_identity(part, at, _named(old, key), _named(new, key))
    else:
        yield Difference(part, at, "changed", old, new)


def _by_key(part: str, at: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Difference]:
    for key in [*new, *(one for one in old if one not in new)]:
        where = f"{at}/{key}" if at else key
        if key not in old:
            yield Difference(part, where, "added", new=new[key])
        elif key not in new:
            yield Difference(part, where, "removed", old[key])
        else:
            yield from _compare(part, where, old[key], new[key])


def _by_identity(part: str, at: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Difference]:
    yield from (Difference(part, f"{at}/{one}", "removed", old[one]) for one in old if one not in new)
    stayed = _in_order(list(old), list(new))
    for one, content in new.items():
        if one not in old:
            yield Difference(part, f"{at}/{one}", "added", new=content)
            continue
        if one not in stayed:
            yield Difference(part, f"{at}/{one}", "moved", *(_before(list(every), one) for every in (old, new)))
        yield from _compare(part, f"{at}/{one}", old[one], content)


def _before(order: Sequence[str], one: str) -> str:
    place = order.index(one)
    return f"after {order[place - 1]}" if place else "first"


def _identity(elements: Sequence[Any]) -> str:
    """The key by which every element of two lists has a name, "" where there is none."""
    if not elements or not all(isinstance(one, dict) for one in elements):
        return ""
    return next((key for key in _IDENTITIES if all(key in one for one in elements)), "")


def _named(elements: Sequence[Mapping[str, Any]], key: str) -> dict[str, Any]:
    return {str(one[key]): one for one in elements}


def _in_order(old: Sequence[str], new: Sequence[str]) -> set[str]:
    """The most elements of both that kept their order (a longest increasing subsequence): the others were moved."""
    places = {one: place for place, one in enumerate(old)}
    common = [one for one in new if one in places]
    ends: list[int] = []
    lasts: list[str] = []
    before: dict[str, str | None] = {}
    for one in common:
        at = bisect_left(ends, places[one])
        before[one] = lasts[at - 1] if at else None
        ends[at : at + 1] = [places[one]]
        lasts[at : at + 1] = [one]
    kept: set[str] = set()
    one_more = lasts[-1] if lasts else None
    while one_more is not None:
        kept.add(one_more)
        one_more = before[one_more]
    return kept


def asked(form: Form, answers: Mapping[str, Any]) -> dict[str, Any]:
    """The answers to what the form asks. Others are those of an edition that the draft was moved from, to fields or to
    columns of a table: they stay stored and are no part of a submission."""
    return {
        one: _without(value, lost) if isinstance(field, RowsField) and (lost := _lost(field, value)) else value
        for one, value in answers.items()
        if (field := form.field(one)) is not None and field.answered
    }


def _lost(field: RowsField, value: Any) -> set[str]:
    """The columns, or fields of a block, with answers that the rows no longer have."""
    known = {*(cell.id for cell in field.cells), *field.row_keys}
    return {key for row in _rows(value) for key, cell in row.items() if key not in known and not blank(cell)}


def _rows(value: Any) -> list[Mapping[str, Any]]:
    rows = value.get("rows") if isinstance(value, Mapping) else None
    return [row for row in rows if isinstance(row, Mapping)] if isinstance(rows, list) else []


def _without(value: Mapping[str, Any], lost: set[str]) -> dict[str, Any]:
    return {**value, "rows": [{key: cell for key, cell in row.items() if key not in lost} for row in _rows(value)]}


def asked_files(form: Form, files: Mapping[str, Sequence[FileFact]]) -> dict[str, list[FileFact]]:
    """The files of the form's file fields."""
    return {one: list(facts) for one, facts in files.items() if isinstance(form.field(one), File)}


def misfit(
    old: Form, new: Form, answers: Mapping[str, Any], files: Mapping[str, Sequence[FileFact]], today: date
) -> Misfit:
    """What of the answers and files given on the old form the new one asks no longer, or refuses. An answer that is not
    there is no misfit."""
    kept, kept_files = asked(new, answers), asked_files(new, files)
    gone = [one for one, value in answers.items() if one not in kept and not blank(value)]
    for one, value in answers.items():
        field = new.field(one)
        if isinstance(field, RowsField):
            gone += [f"{one}/{column}" for column in _lost(field, value)]
    gone += [one for one, facts in files.items() if one not in kept_files and one not in gone and facts]
    before = {(error.path, error.code) for error in validate(old, asked(old, answers), asked_files(old, files), today)}
    return Misfit(
        tuple(sorted(gone)),
        tuple(
            error
            for error in validate(new, kept, kept_files, today)
            if (error.path, error.code) not in before and not (error.code == "required" and "/" not in error.path)
        ),
    )
