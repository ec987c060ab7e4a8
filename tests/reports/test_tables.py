"""Tables: whoever reads a file back finds the values that were written, in every format; no text is ever a formula."""

import csv
import io
import json
import zipfile
from collections.abc import AsyncIterator, Callable, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reports.tables import opendocument, workbook
from reports.tables.model import Batch, Column, Format, Kind, Row, Table, Value, by_column
from reports.tables.objects import Objects
from reports.tables.separated import Separated
from service.doors.tabling import chosen, written
from tests.support.thorough import many

COLUMNS = tuple(Column(kind.value, f"Colonne {kind.value}", kind) for kind in Kind)
TABLE = Table("essai", "Un essai", COLUMNS)
AT = datetime(2026, 7, 14, 22, 30, 15, 250_000, tzinfo=UTC)
# Spreadsheets know no zones: the clock of Paris.
BARE_DAY, BARE = datetime(2026, 7, 14), datetime(2026, 7, 15, 0, 30, 15)  # noqa: DTZ001
PLAIN: Row = ("Zoé", 2.5, True, date(2026, 7, 14), AT, ("a", "b"))
# What each kind of reader finds of `PLAIN`.
TOLD: dict[Format, list[Any]] = {
    Format.CSV: ["Zoé", "2.5", "true", "2026-07-14", "2026-07-14T22:30:15+00:00", "a; b"],
    Format.CSV_FR: ["Zoé", "2,5", "oui", "14/07/2026", "15/07/2026 00:30", "a; b"],
    Format.JSON: ["Zoé", 2.5, True, "2026-07-14", "2026-07-14T22:30:15.250000Z", ["a", "b"]],
    Format.XLSX: ["Zoé", 2.5, "oui", BARE_DAY, BARE, "a; b"],
    Format.ODS: ["Zoé", "2.5", "oui", "2026-07-14", "2026-07-15T00:30:15", "a; b"],
}
# Any character that a spreadsheet or an XML reader may meet; lone halves of a pair are in no text of ours.
TEXTS = st.text(st.characters(codec="utf-8"), max_size=30)
NAMES = {
    "office": "urn:oasis:names:tc:opendocument:xmlns:office:1.0",
    "table": "urn:oasis:names:tc:opendocument:xmlns:table:1.0",
    "text": "urn:oasis:names:tc:opendocument:xmlns:text:1.0",
}


def of_xlsx(content: bytes) -> list[list[Any]]:
    sheet = openpyxl.load_workbook(io.BytesIO(content)).active
    assert sheet is not None
    assert {cell.data_type for row in sheet.iter_rows() for cell in row} <= {"s", "inlineStr", "n", "d"}  # no formula
    return [list(row) for row in sheet.iter_rows(values_only=True)]


def of_ods(content: bytes) -> list[list[Any]]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        first = archive.infolist()[0]
        assert (first.filename, first.compress_type) == ("mimetype", zipfile.ZIP_STORED)
        assert archive.read("mimetype").decode() == opendocument.MEDIA_TYPE
        root = ET.fromstring(archive.read("content.xml"))  # noqa: S314  we wrote it
    assert root.findall(".//*[@table:formula]", NAMES) == []
    return [[_cell(cell) for cell in row] for row in root.findall(".//table:table-row", NAMES)]


def _cell(cell: ET.Element) -> str | None:
    office = f"{{{NAMES['office']}}}"
    value = cell.get(f"{office}value") or cell.get(f"{office}date-value")
    lines = cell.findall("text:p", NAMES)
    return value if value or not lines else "\n".join(_line(line) for line in lines)


def _line(line: ET.Element) -> str:
    text = line.text or ""
    for piece in line:
        spaces = int(piece.get(f"{{{NAMES['text']}}}c", "1"))
        text += ("\t" if piece.tag.endswith("}tab") else " " * spaces) + (piece.tail or "")
    return text


def of_csv(content: bytes, separator: str) -> list[list[Any]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=separator))


def of_json(content: bytes) -> list[list[Any]]:
    found = json.loads(content)
    assert [column["id"] for column in found["columns"]] == [column.id for column in COLUMNS]
    return [[column["title"] for column in found["columns"]], *([*row.values()] for row in found["rows"])]


READERS: dict[Format, Callable[[bytes], list[list[Any]]]] = {
    Format.XLSX: of_xlsx,
    Format.ODS: of_ods,
    Format.CSV: lambda content: of_csv(content, ","),
    Format.CSV_FR: lambda content: of_csv(content, ";"),
    Format.JSON: of_json,
}


async def batches(*found: Sequence[Row]) -> AsyncIterator[Batch]:
    for batch in found:
        yield by_column(batch)


@pytest.mark.parametrize("wanted", Format)
async def test_whoever_reads_it_back_finds_the_values(wanted: Format) -> None:
    nothing: Row = (None,) * len(COLUMNS)
    content = b"".join([part async for part in written(TABLE, batches([PLAIN], [], [nothing, PLAIN]), wanted)])
    head, *rows = READERS[wanted](content)
    assert head == [column.id if wanted is Format.CSV else column.title for column in COLUMNS]
    empty = "" if wanted in (Format.CSV, Format.CSV_FR) else None
    assert rows == [TOLD[wanted], [empty] * len(COLUMNS), TOLD[wanted]]


async def test_a_table_without_rows_is_one() -> None:
    for wanted in Format:
        content = b"".join([part async for part in written(TABLE, batches(), wanted)])
        assert len(READERS[wanted](content)) == 1


async def test_rows_that_cannot_be_read_leave_no_whole_file() -> None:
    async def failing() -> AsyncIterator[Batch]:
        yield by_column([PLAIN])
        raise KeyError("rows")

    for wanted in Format:
        with pytest.raises((KeyError, BrokenPipeError, ConnectionResetError)):
            _ = [part async for part in written(TABLE, failing(), wanted)]


def clean(text: str, kept: str) -> str:
    """Without the characters that XML cannot hold; lines end in one way."""
    return "".join(one for one in text if one in kept or (ord(one) >= 32 and one not in "\ufffe\uffff"))


@settings(max_examples=many(60))
@given(st.lists(TEXTS | st.sampled_from(["=1+1", "+33", "-", "@x", "\t=1", "＝1", "  a   b "]), min_size=1, max_size=4))
def test_any_text_comes_back_and_none_is_a_formula(tmp_path_factory: pytest.TempPathFactory, texts: list[str]) -> None:
    table = Table("t", "T", (Column("a", "A"),))
    rows: list[Row] = [(text,) for text in texts]
    path: Path = tmp_path_factory.getbasetemp() / "any"
    for french, separator in ((True, ";"), (False, ",")):
        file = Separated(table, french=french)
        for (text,), told in zip(rows, of_csv(file.head() + file.rows(by_column(rows)), separator)[1:], strict=True):
            assert told in ([text], [f"'{text}"])
            assert not told[0].startswith(("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"))
    objects = Objects(table)
    told = json.loads(objects.head() + objects.rows(by_column(rows)) + objects.end())
    assert [row["a"] for row in told["rows"]] == texts
    workbook.write(table, rows, path)
    assert [row[0] or "" for row in of_xlsx(path.read_bytes())[1:]] == [_in_xlsx(text) for text in texts]
    opendocument.write(table, rows, path)
    assert [row[0] or "" for row in of_ods(path.read_bytes())[1:]] == [
        clean(text, "\t\n\r").replace("\r\n", "\n").replace("\r", "\n") for text in texts
    ]


def _in_xlsx(text: str) -> str:
    return clean(text, "\t\n\r").replace("\r\n", "\n").replace("\r", "\n")


@pytest.mark.parametrize(
    ("wanted", "found"),
    [((), ["a"]), (("b",), ["b"]), (("b", "a"), ["a", "b"]), (("nothing",), ["a"]), (("nothing", "b"), ["b"])],
)
def test_columns_are_chosen_in_the_order_of_the_table(wanted: tuple[str, ...], found: list[str]) -> None:
    table = Table("t", "T", (Column("a", "A"), Column("b", "B", asked=True)))
    picked, places = chosen(table, wanted)
    assert [column.id for column in picked.columns] == found
    assert [table.columns[place].id for place in places] == found


def test_a_text_too_long_for_a_cell_says_so(tmp_path: Path) -> None:
    long: Value = "é" * 40_000
    workbook.write(Table("t", "T", (Column("a", "A"),)), [(long,)], tmp_path / "t")
    told = of_xlsx((tmp_path / "t").read_bytes())[1][0]
    assert (len(told), told[-4:]) == (32_767, " […]")
