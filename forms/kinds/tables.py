"""A table with fixed columns and computed totals. Value: `{"rows": [{column id: value}]}`."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, TypeAlias

import msgspec

from forms.base import MOST_ROWS, Context, Field, FieldError, Text, blank, missing, wrong_type
from forms.kinds.choices import OneOf, YesNo
from forms.kinds.identity import unknown_keys
from forms.kinds.numbers import Date, Integer, Money, NumberField, Percentage, between
from forms.kinds.texts import Email, LongText, ShortText, Url

Cell: TypeAlias = ShortText | LongText | Email | Url | Integer | Money | Percentage | Date | YesNo | OneOf


class Total(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The sum of a column of numbers, shown below it, with its limits."""

    column: str
    label: Text
    at_least: int | float | None = None
    at_most: int | float | None = None


class Table(Field, frozen=True, kw_only=True, tag="table"):
    """Rows that the applicant adds. A row without any answer does not count. Sums are computed, never stored."""

    columns: tuple[Cell, ...]
    totals: tuple[Total, ...] = ()
    least_rows: int = 0
    most_rows: int = 50

    @property
    def cells(self) -> tuple[Field, ...]:
        return self.columns

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
            return [*found, _too_many_rows(f"{at}/rows", MOST_ROWS, "too_large")]
        return found + [
            error for index, row in enumerate(rows) for error in self._accept_row(row, f"{at}/rows/{index}")
        ]

    def _accept_row(self, row: Any, at: str) -> list[FieldError]:
        if not isinstance(row, dict):
            return [wrong_type(at, "une ligne, objet dont les clés sont les colonnes", "a row, an object by column")]
        known = [column.id for column in self.columns]
        found = unknown_keys(at, row, known)
        for column in self.columns:
            if row.get(column.id) is not None and row[column.id] != "":
                found += column.accepts(row[column.id], f"{at}/{column.id}")
        return found

    def faults(self, value: dict[str, Any], at: str, context: Context) -> list[FieldError]:
        found: list[FieldError] = []
        filled = 0
        for index, row in enumerate(value.get("rows") or []):
            if blank(row):
                continue
            filled += 1
            for column in self.columns:
                cell = row.get(column.id)
                where = f"{at}/rows/{index}/{column.id}"
                if blank(cell):
                    found += [missing(where)] if column.required else []
                else:
                    found += column.faults(cell, where, context)
        if filled < self.least_rows:
            found.append(
                FieldError(
                    f"{at}/rows",
                    "too_few_rows",
                    f"Remplissez {self.least_rows} ligne{'s' if self.least_rows > 1 else ''} au moins.",
                    f"Fill in at least {self.least_rows} row{'s' if self.least_rows > 1 else ''}.",
                )
            )
        if filled > self.most_rows:
            found.append(_too_many_rows(f"{at}/rows", self.most_rows, "too_many_rows"))
        for total in self.totals:
            for error in between(self.sums(value)[total.column], f"{at}/rows", total.at_least, total.at_most):
                found.append(
                    FieldError(
                        error.path,
                        f"total_{error.code}",
                        f"{total.label.fr} : {error.fr[0].lower()}{error.fr[1:]}",
                        f"{total.label.en}: {error.en[0].lower()}{error.en[1:]}",
                    )
                )
        return found

    def sums(self, value: Any) -> dict[str, Decimal]:
        """The total of each column that has one; cells that are no number count for nothing."""
        rows = value.get("rows") if isinstance(value, Mapping) else None
        listed = [row for row in rows if isinstance(row, Mapping)] if isinstance(rows, list) else []
        return {
            total.column: sum((_decimal(row.get(total.column)) for row in listed), Decimal(0)) for total in self.totals
        }

    def shape(self) -> dict[str, Any]:
        row = {
            "type": "object",
            "properties": {column.id: column.shape() for column in self.columns},
            "required": [column.id for column in self.columns if column.required],
            "additionalProperties": False,
        }
        rows = {"type": "array", "items": row, "minItems": self.least_rows, "maxItems": self.most_rows}
        return {"type": "object", "properties": {"rows": rows}, "required": ["rows"], "additionalProperties": False}

    def numeric(self) -> set[str]:
        """The columns that can have a total."""
        return {column.id for column in self.columns if isinstance(column, NumberField)}


def _decimal(value: Any) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return Decimal(0)
    number = Decimal(str(value))
    return number if number.is_finite() else Decimal(0)


def _too_many_rows(at: str, most: int, code: str) -> FieldError:
    return FieldError(at, code, f"Ce tableau compte {most} lignes au plus.", f"This table has at most {most} rows.")
