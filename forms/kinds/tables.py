"""A table with fixed columns and computed totals. Value: `{"rows": [{column id: value}]}`."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, TypeAlias

import msgspec

from forms.base import Context, Field, FieldError, Text
from forms.kinds.choices import OneOf, YesNo
from forms.kinds.numbers import Date, DecimalNumber, Integer, Money, NumberField, Percentage, between
from forms.kinds.rows import RowsField
from forms.kinds.texts import Email, LongText, ShortText, Url

Cell: TypeAlias = (
    ShortText | LongText | Email | Url | Integer | DecimalNumber | Money | Percentage | Date | YesNo | OneOf
)


class Total(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The sum of a column of numbers, shown below it, with its limits."""

    column: str
    label: Text
    at_least: int | float | None = None
    at_most: int | float | None = None


class Table(RowsField, frozen=True, kw_only=True, tag="table", dict=True):
    """Rows of fixed columns. Sums are computed, never stored. Where a column's condition does not hold in a row, its
    cell there is not asked, and is part of no sum."""

    columns: tuple[Cell, ...]
    totals: tuple[Total, ...] = ()

    @property
    def cells(self) -> tuple[Field, ...]:
        return self.columns

    def too_many(self, at: str, most: int, code: str) -> FieldError:
        return FieldError(
            at,
            code,
            f"Ce tableau compte {most} {'lignes' if most > 1 else 'ligne'} au plus.",
            f"This table has at most {most} rows.",
        )

    def too_few(self, at: str) -> FieldError:
        several = "s" if self.least_rows > 1 else ""
        return FieldError(
            at,
            "too_few_rows",
            f"Remplissez {self.least_rows} ligne{several} au moins.",
            f"Fill in at least {self.least_rows} row{several}.",
        )

    def faults(self, value: dict[str, Any], at: str, context: Context) -> list[FieldError]:
        found = super().faults(value, at, context)
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

    def numeric(self) -> set[str]:
        """The columns that can have a total."""
        return {column.id for column in self.columns if isinstance(column, NumberField)}


def _decimal(value: Any) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return Decimal(0)
    number = Decimal(str(value))
    return number if number.is_finite() else Decimal(0)
