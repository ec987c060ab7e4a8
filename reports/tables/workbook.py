"""XLSX, by openpyxl's writer that forgets each row once it is written."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter

from reports.tables.model import Kind, Row, Table, Value, flag, moment

LONGEST = 32_767  # characters of a cell, as its readers take them
CUT = " […]"
WIDTHS = {Kind.TEXT: 32, Kind.LIST: 32, Kind.NUMBER: 12, Kind.FLAG: 10, Kind.DAY: 12, Kind.MOMENT: 17}
FORMATS = {Kind.DAY: "dd/mm/yyyy", Kind.MOMENT: "dd/mm/yyyy hh:mm"}


def write(table: Table, rows: Iterable[Row], path: Path) -> None:
    """Write the whole file."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(table.title[:31].translate(str.maketrans("[]:*?/\\", "       ")))
    sheet.freeze_panes = "A2"
    for number, column in enumerate(table.columns, start=1):
        sheet.column_dimensions[get_column_letter(number)].width = WIDTHS[column.kind]
    sheet.append([_heading(sheet, column.title) for column in table.columns])
    kinds = [column.kind for column in table.columns]
    for row in rows:
        sheet.append([_cell(sheet, kind, one) for kind, one in zip(kinds, row, strict=True)])
    book.save(path)


def _heading(sheet: Any, title: str) -> Any:
    cell = WriteOnlyCell(sheet, title)
    cell.font = Font(bold=True)
    cell.fill = PatternFill("solid", fgColor="E3E3FD")
    cell.alignment = Alignment(wrap_text=True, vertical="top")
    return cell


def _cell(sheet: Any, kind: Kind, value: Value) -> Any:
    """What `append` takes: a value as it is, or a cell where the library would take it for something else."""
    if value is None or (kind is Kind.NUMBER and not isinstance(value, str)):
        return value
    if kind is Kind.FLAG:
        return flag(value)
    if isinstance(value, date):
        cell = WriteOnlyCell(sheet, moment(value) if isinstance(value, datetime) else value)
        cell.number_format = FORMATS[kind]
        return cell
    text = _text(value)
    if not text.startswith("="):
        return text
    cell = WriteOnlyCell(sheet, text)
    cell.data_type = "s"  # a text, whatever it looks like
    return cell


def _text(value: Value) -> str:
    joined = "; ".join(value) if isinstance(value, Sequence) and not isinstance(value, str) else str(value)
    text: str = ILLEGAL_CHARACTERS_RE.sub("", joined).replace("\r\n", "\n").replace("\r", "\n")
    return text if len(text) <= LONGEST else text[: LONGEST - len(CUT)] + CUT
