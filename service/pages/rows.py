"""The rows of a table or a repeatable block as a page draws them, and what a block's buttons do without a script."""

import re
import secrets
from typing import Any

import msgspec

import forms
from forms import kinds
from forms.base import Context
from forms.operands import ROW_ID
from forms.showing import withheld
from service.pages.aloud import computed_text
from service.pages.inputs import Inputs, from_inputs

_ADD = re.compile(r"ajouter:([a-z0-9_]+)")
_ACT = re.compile(r"(enlever|monter|descendre):([a-z0-9_]+)/rows/([0-9]{1,3})")


class RowPage(msgspec.Struct, frozen=True):
    """One row: its place in the page, from 0, its identity and name, its fields that are shown, those that may stay
    empty, what is computed in it, in words, and by field the choices that are not offered. A row of a table has neither
    identity nor name."""

    number: int
    identity: str
    name: str
    shown: frozenset[str]
    optional: frozenset[str]
    computed: dict[str, str]
    gone: dict[str, frozenset[str]]


def rows_of(block: kinds.Block, sent: Inputs, around: Context, *, more: bool = False) -> tuple[RowPage, ...]:
    """Those that there are, empty ones up to the fewest there must be (one at least), and one `more` if asked for.
    `around`: the answers to the form that count, and the day."""
    there = sent.rows(block.id)
    count = max((max(there) + 1 if there else 0) + more, block.least_rows, 1)
    return tuple(_row(block, sent, number, around) for number in range(min(count, max(block.most_rows, len(there)))))


def blank_row(block: kinds.Block, around: Context) -> RowPage:
    """The row that the page's script copies."""
    return _row(block, Inputs(), 0, around)


def table_rows(table: kinds.Table, sent: Inputs, count: int, around: Context) -> tuple[RowPage, ...]:
    """The rows of a table in which something depends on something else; none of another one."""
    return tuple(_row(table, sent, number, around) for number in range(count)) if table.settling else ()


def _row(rows: kinds.RowsField, sent: Inputs, number: int, around: Context) -> RowPage:
    today = around.today
    at = f"{rows.id}/rows/{number}"
    row = {cell.id: from_inputs(cell, sent, f"{at}/{cell.id}") for cell in rows.cells}
    shown, seen = rows.shown_in(row, today, around.answers)
    block = rows if isinstance(rows, kinds.Block) else None
    return RowPage(
        number,
        (sent.one(f"{at}/{ROW_ID}") or secrets.token_hex(6)) if block else "",
        block.name_of(row, number) if block else "",
        frozenset(shown),
        frozenset(cell.id for cell in rows.cells if not forms.required(cell, seen, today)),
        {cell.id: computed_text(cell, seen.get(cell.id)) for cell in rows.cells if isinstance(cell, kinds.Computed)},
        {cell.id: withheld(cell.offers, seen, today) for cell in rows.cells if cell.offers},
    )


def rules_of_row(rows: kinds.RowsField) -> dict[str, dict[str, Any]]:
    """For the page's script: what must hold for each field of a row to be shown, and to be required, for its choices to
    be offered, and the formula of a computed one; each after those that it looks at."""
    told: dict[str, dict[str, Any]] = {
        step.field: {
            "shown": step.conditions or None,
            "formula": step.formula and step.formula._asdict(),
            "offers": step.offers or None,
        }
        for step in rows.settling
    }
    for cell in rows.cells:
        told.setdefault(cell.id, {})["required"] = None if cell.required else cell.required_if
    return {name: {key: one for key, one in rule.items() if one is not None} for name, rule in told.items()}


def rearranged(sent: Inputs) -> tuple[Inputs, str]:
    """The inputs as a block's button leaves them, and where the page then goes: a query and an anchor, "" without such
    a button."""
    button = sent.one("_suite")
    added = _ADD.fullmatch(button)
    if added is not None:
        path = added[1]
        return sent, f"&plus={path}#c-{path}-rows-{max(sent.rows(path), default=-1) + 1}"
    found = _ACT.fullmatch(button)
    if found is None:
        return sent, ""
    act, path, number = found[1], found[2], int(found[3])
    order = sent.rows(path)
    if number in order:
        place = order.index(number)
        if act == "enlever":
            order.pop(place)
        else:
            other = max(0, min(len(order) - 1, place + (1 if act == "descendre" else -1)))
            order[place], order[other] = order[other], order[place]
    return _renumbered(sent, path, order), f"#c-{path}-rows"


def _renumbered(sent: Inputs, path: str, order: list[int]) -> Inputs:
    """Only these rows, in this order."""
    places = {str(number): str(place) for place, number in enumerate(order)}
    start = f"{path}/rows/"
    kept: list[tuple[str, str]] = []
    for name, values in sent.values.items():
        number, slash, rest = name[len(start) :].partition("/") if name.startswith(start) else ("", "", "")
        if slash and number in places:
            name = f"{start}{places[number]}/{rest}"  # noqa: PLW2901  under its new place
        elif slash:
            continue
        kept += [(name, value) for value in values]
    return Inputs(kept)
