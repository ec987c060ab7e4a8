"""A table that somebody sends: every usual spelling of it is read, and no file costs more than it says."""

import io
import zipfile
from datetime import date

import pytest
from openpyxl import Workbook

from service.domain import tables
from service.domain.rosters import Fault, Line, lines_of
from service.domain.tables import TableRefused, rows_of
from service.identity.addresses import normalised

HEAD = ["Adresse électronique", "Nom", "Langues"]
ROW = ["alix@institut.test", "Alix Exemple", "français, anglais"]


def workbook(*rows: list[object]) -> bytes:
    book = Workbook()
    for row in rows:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def csv_of(separator: str, encoding: str) -> bytes:
    quoted = [f'"{cell}"' if separator in cell else cell for cell in ROW]
    return "\r\n".join((separator.join(HEAD), separator.join(quoted), "")).encode(encoding)


@pytest.mark.parametrize(
    "content",
    [
        csv_of(";", "utf-8"),
        csv_of(",", "utf-8-sig"),
        csv_of("\t", "utf-16"),
        csv_of(";", "cp1252"),
        workbook(list(HEAD), list(ROW)),
    ],
    ids=["utf-8", "utf-8 with its mark", "utf-16", "windows", "xlsx"],
)
def test_every_spelling_of_a_table_says_the_same(content: bytes) -> None:
    assert rows_of(content) == [HEAD, ROW]


def test_numbers_and_days_of_a_workbook_read_as_people_write_them() -> None:
    assert rows_of(workbook([12.0, 1.5, True, date(2026, 3, 1), None, "x"])) == [
        ["12", "1.5", "True", "2026-03-01", "", "x"]
    ]


def packed(name: str, content: bytes) -> bytes:
    """A workbook with one of its files replaced."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook(["a"]))) as made, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as again:
        for entry in made.infolist():
            if entry.filename != name:
                again.writestr(entry, made.read(entry))
        again.writestr(name, content)
    return out.getvalue()


SHEET = (
    '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{}</sheetData></worksheet>'
)
FAR = SHEET.format('<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>2</v></c></row>')
FORMULA = SHEET.format('<row r="1"><c r="A1"><f>HYPERLINK("x")</f><v>7</v></c></row>')
BOMB = (
    '<?xml version="1.0"?><!DOCTYPE z [<!ENTITY a "'
    + "a" * 100
    + '">'
    + "".join(f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 20}">' for n in range(8))
    + "]>"
    + SHEET.format('<row r="1"><c r="A1" t="inlineStr"><is><t>&i;</t></is></c></row>')
)


def test_a_sheet_with_a_far_last_cell_costs_nothing_and_a_formula_is_not_computed() -> None:
    sheet = "xl/worksheets/sheet1.xml"
    assert rows_of(packed(sheet, FAR.encode())) == [["1"]]
    assert rows_of(packed(sheet, FORMULA.encode()))[0][0] == "7"


@pytest.mark.parametrize(
    "content",
    [
        b"x" * (tables.LARGEST + 1),
        packed("xl/media/big.bin", bytes(tables.LARGEST_UNPACKED + 1)),
        packed("xl/worksheets/sheet1.xml", BOMB.encode()),
        workbook(["a"])[:-200],
        b"PK\x03\x04 not a zip",
        ("\n".join(["a"] * (tables.MOST_ROWS + 2))).encode(),
        (";" * tables.MOST_COLUMNS + "x").encode(),
        ("x" * (tables.LONGEST_CELL + 1)).encode(),
        b'a;"b',
        b"\x7fELF\0\0\0",
    ],
    ids=["large", "zip bomb", "entities", "cut", "no zip", "rows", "columns", "cell", "quote", "program"],
)
def test_what_is_no_table_or_too_large_a_one_is_refused(content: bytes) -> None:
    with pytest.raises(TableRefused):
        rows_of(content)


def faults(line: Line) -> list[str]:
    return [fault.column for fault in line.faults]


def test_each_line_tells_its_faults_by_column() -> None:
    table = [
        ["Courriel", "Prénom", "Nom", "Organisme", "SIREN", "Langues", "Limite", "Mots-clés", "Remarque"],
        ["Alix@Institut.TEST", "Alix", "Exemple", "Institut", "732 829 320", "Grec; en", "8", "santé, Santé", "x"],
        ["alix@institut.test", "", "", "", "", "", "", "", ""],
        ["nulle part", "=1+1", "", "", "12", "klingon", "beaucoup", "", ""],
        ["", "", "", "", "", "", "", "", ""],
        ["", "", "Sans adresse", "", "", "", "", "", ""],
    ]
    reading = lines_of(table, normalised)
    assert reading.ignored == ("Remarque",)
    assert reading.lines[0] == Line(
        2, "alix@institut.test", "Alix Exemple", "Institut", "732829320", "", ("santé", "Santé"), ("el", "en"), 8
    )
    assert reading.lines[1].faults == (Fault("Adresse électronique", "Cette adresse figure déjà à la ligne 2."),)
    assert set(faults(reading.lines[2])) == {
        *("Adresse électronique", "Nom", "SIREN", "Langues", "Limite tous appels"),
    }
    assert [line.number for line in reading.lines] == [2, 3, 4, 6]
    assert faults(reading.lines[3]) == ["Adresse électronique"]


@pytest.mark.parametrize("table", [[], [["Nom"], ["x"]], [["email", "courriel"], ["a", "b"]], [["email"]]])
def test_a_table_without_its_heads_or_lines_is_refused(table: list[list[str]]) -> None:
    with pytest.raises(TableRefused):
        lines_of(table, normalised)
