"""What tables and blocks share: rows that the applicant adds. Value: `{"rows": [{cell id: value}]}`."""

from collections.abc import Collection, Mapping
from datetime import date
from functools import cached_property
from typing import Any

from forms.base import MOST_ROWS, Context, Field, FieldError, blank, missing, required, wrong_type
from forms.conditions import asked
from forms.kinds.computed import Computed
from forms.kinds.identity import unknown_keys
from forms.operands import fields_of, said_rows
from forms.showing import OUTSIDE, Formula, Step, beside, in_order, outside, settle


class RowsField(Field, frozen=True, kw_only=True):
    """A row without any answer does not count: it is neither asked for nor reported, and limits pass it over.
    Conditions and computed fields look at the answers of their own row, and at others by names such as `../country`."""

    least_rows: int = 0
    most_rows: int = 50

    @property
    def row_keys(self) -> tuple[str, ...]:
        """What a row may hold beside its cells."""
        return ()

    @cached_property
    def settling(self) -> tuple[Step, ...]:
        """The conditions and computed fields inside a row, in the order in which they settle."""
        return in_order(
            {cell.id: (cell.shown_if,) for cell in self.cells if cell.shown_if is not None},
            {cell.id: Formula(cell.value, cell.decimals) for cell in self.cells if isinstance(cell, Computed)},
            {cell.id: cell.offers for cell in self.cells if cell.offers},
        )

    @cached_property
    def hangs_on(self) -> frozenset[str]:
        """The fields of the form that its rows look at to know what of them counts."""
        looks: set[str] = set()
        for cell in self.cells:
            for condition in (*cell.offers.values(), *((cell.shown_if,) if cell.shown_if is not None else ())):
                looks |= asked(condition)
            looks |= fields_of(cell.value) if isinstance(cell, Computed) else set()
        return outside(looks)

    @cached_property
    def looks_at(self) -> frozenset[str]:
        """The same, and those that a cell is required on, or is checked against."""
        needed = (asked(cell.required_if) for cell in self.cells if cell.required_if is not None)
        against = {str(getattr(cell, "country_field", None)) for cell in self.cells}
        return self.hangs_on | outside(against.union(*needed))

    def shown_in(
        self, row: dict[str, Any], today: date, answers: Mapping[str, Any]
    ) -> tuple[Collection[str], dict[str, Any]]:
        """The cells that are asked in this row, and the answers of it that count, beside those outside that it looks
        at. `answers`: those that count, by field of the form."""
        return settle(self.settling, (cell.id for cell in self.cells), beside(row, answers, self.looks_at), today)

    def counted(self, value: Any, today: date, answers: Mapping[str, Any]) -> Any:
        rows = value.get("rows") if isinstance(value, dict) else None
        if not self.settling or not isinstance(rows, list):
            return value
        return {**value, "rows": [self._counted(row, today, answers) if isinstance(row, dict) else row for row in rows]}

    def _counted(self, row: dict[str, Any], today: date, answers: Mapping[str, Any]) -> dict[str, Any]:
        seen = self.shown_in(row, today, answers)[1]
        return {name: said for name, said in seen.items() if not name.startswith(OUTSIDE)}

    def too_many(self, at: str, most: int, code: str) -> FieldError:
        """The error of more rows than there may be."""
        raise NotImplementedError(self.kind)

    def too_few(self, at: str) -> FieldError:
        """The error of fewer."""
        raise NotImplementedError(self.kind)

    def accepts(self, value: Any, at: str) -> list[FieldError]:
        if not isinstance(value, dict):
            return [wrong_type(at, 'un objet {"rows": […]}', 'an object {"rows": […]}')]
        found = unknown_keys(at, value, ["rows"])
        rows = value.get("rows")
        if rows is None:
            return found
        if not isinstance(rows, list):
            return [*found, wrong_type(f"{at}/rows", "une liste de lignes", "a list of rows")]
        if len(rows) > MOST_ROWS:
            return [*found, self.too_many(f"{at}/rows", MOST_ROWS, "too_large")]
        return found + [
            error for index, row in enumerate(rows) for error in self._accept_row(row, f"{at}/rows/{index}")
        ]

    def _accept_row(self, row: Any, at: str) -> list[FieldError]:
        if not isinstance(row, dict):
            return [wrong_type(at, "une ligne, objet dont les clés sont les champs", "a row, an object by field")]
        found = unknown_keys(at, row, [*(cell.id for cell in self.cells), *self.row_keys])
        for cell in self.cells:
            # What is computed is made anew wherever it counts; a submission holds it.
            if row.get(cell.id) is not None and row[cell.id] != "" and not cell.computed:
                found += cell.accepts(row[cell.id], f"{at}/{cell.id}")
        return found

    def normal(self, value: Any) -> Any:
        named = {cell.id: cell for cell in self.cells}
        if not value.get("rows"):
            return value
        rows = [
            {key: named[key].normal(part) if key in named and part is not None else part for key, part in row.items()}
            for row in value["rows"]
        ]
        return {**value, "rows": rows}

    def faults(self, value: dict[str, Any], at: str, context: Context) -> list[FieldError]:
        found: list[FieldError] = []
        for index, row in enumerate(value.get("rows") or []):
            if not blank(row):
                found += self._row_faults(row, f"{at}/rows/{index}", context)
        filled = len(said_rows(value))
        if filled < self.least_rows:
            found.append(self.too_few(f"{at}/rows"))
        if filled > self.most_rows:
            found.append(self.too_many(f"{at}/rows", self.most_rows, "too_many_rows"))
        return found

    def _row_faults(self, row: dict[str, Any], at: str, around: Context) -> list[FieldError]:
        """Of one row, whose cells are judged beside each other."""
        today = around.today
        shown, seen = self.shown_in(row, today, around.answers)
        context = Context(seen, today)
        found: list[FieldError] = []
        for cell in self.cells:
            where, value = f"{at}/{cell.id}", seen.get(cell.id)
            if cell.id not in shown:
                continue
            if not blank(value):
                found += cell.faults(value, where, context)
            elif required(cell, seen, today):
                found.append(missing(where))
        return found

    def shape(self) -> dict[str, Any]:
        row = {
            "type": "object",
            "properties": {cell.id: cell.shape() for cell in self.cells} | self.keys_shape(),
            "required": [cell.id for cell in self.cells if cell.required and cell.shown_if is None],
            "additionalProperties": False,
        }
        rows = {"type": "array", "items": row, "minItems": self.least_rows, "maxItems": self.most_rows}
        return {"type": "object", "properties": {"rows": rows}, "required": ["rows"], "additionalProperties": False}

    def keys_shape(self) -> dict[str, Any]:
        """JSON Schema of what a row may hold beside its cells."""
        return {}
