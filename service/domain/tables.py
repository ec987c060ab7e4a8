"""A table that somebody sends, as rows of texts: CSV in the spellings that spreadsheets write, or XLSX. Pure.

Bounds hold before anything is believed: the bytes of the file, what a zip unpacks to (counted, not announced), rows,
columns, and characters of a cell. An XLSX sheet is read row by row and no further than the bounds, so one that pretends
to have a last cell far away costs nothing; of a formula its kept result is read, nothing is computed.
"""

import csv
import io
import zipfile
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from zlib import error as ZlibError  # noqa: N812  as the library calls it

from service.problems import Problem

LARGEST = 5_000_000  # bytes of a file
LARGEST_UNPACKED = 40_000_000  # bytes
MOST_ENTRIES = 200  # files in a zip
MOST_ROWS = 5000
MOST_COLUMNS = 60
LONGEST_CELL = 8000
_CHUNK = 1 << 16


class TableRefused(Problem):
    """A file that is no table, or a larger one than is read."""

    code = "bad_table"


def rows_of(content: bytes) -> list[list[str]]:
    """The rows of a CSV or XLSX file, by its content and not by its name; blank ones at the end are left out.

    Raises TableRefused.
    """
    if len(content) > LARGEST:
        raise TableRefused(f"Ce fichier dépasse {LARGEST // 1_000_000} Mo.")
    found = list(_xlsx(content) if content.startswith(b"PK\x03\x04") else _csv(content))
    while found and not any(found[-1]):
        found.pop()
    if len(found) > MOST_ROWS:
        raise TableRefused(f"Ce fichier a plus de {MOST_ROWS} lignes : partagez-le en plusieurs.")
    return found


def _row(cells: Sequence[object]) -> list[str]:
    if len(cells) > MOST_COLUMNS and any(cells[MOST_COLUMNS:]):
        raise TableRefused(f"Ce fichier a plus de {MOST_COLUMNS} colonnes.")
    row = [_text(cell) for cell in cells[:MOST_COLUMNS]]
    if any(len(text) > LONGEST_CELL for text in row):
        raise TableRefused(f"Une case de ce fichier a plus de {LONGEST_CELL} caractères.")
    while row and not row[-1]:
        row.pop()
    return row


def _text(cell: object) -> str:
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    return cell.isoformat() if isinstance(cell, date) else str(cell).replace("\0", "").strip()


def _csv(content: bytes) -> Iterator[list[str]]:
    text = _decoded(content)
    head = text.split("\n", 1)[0]
    separator = max(";,\t", key=head.count)  # the first of those that are as many
    csv.field_size_limit(LONGEST_CELL * 4)
    try:
        for number, cells in enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)):
            if number > MOST_ROWS:
                raise TableRefused(f"Ce fichier a plus de {MOST_ROWS} lignes : partagez-le en plusieurs.")
            yield _row(cells)
    except csv.Error as error:
        raise TableRefused(f"Ce fichier n’est pas un tableau CSV bien formé ({error}).") from error


def _decoded(content: bytes) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings = ["utf-16"]
    elif b"\0" in content:
        raise TableRefused("Ce fichier n’est ni un tableau CSV ni un classeur XLSX.")
    else:
        encodings = ["utf-8-sig", "cp1252"]  # a spreadsheet of a French system writes the second
    for encoding in encodings:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise TableRefused("Ce fichier n’est pas du texte en UTF-8 : enregistrez-le en « CSV UTF-8 ».")


def _xlsx(content: bytes) -> Iterator[list[str]]:
    from openpyxl import load_workbook

    _require_bounded(content)
    try:
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
        try:
            sheet = book.worksheets[0]
            for row in sheet.iter_rows(
                max_row=MOST_ROWS + 1, max_col=MOST_COLUMNS + 1, min_row=1, min_col=1, values_only=True
            ):
                yield _row(row)
        finally:
            book.close()
    except TableRefused:
        raise
    except Exception as error:  # the library raises whatever its parsers do
        raise TableRefused("Ce classeur ne peut pas être lu : enregistrez-le à nouveau en XLSX, ou en CSV.") from error


def _require_bounded(content: bytes) -> None:
    """Unpack everything once, keeping nothing: what a zip announces of its sizes need not be true."""
    unpacked = 0
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = archive.infolist()
            if len(entries) > MOST_ENTRIES:
                raise TableRefused("Ce classeur contient trop d’éléments.")
            for entry in entries:
                with archive.open(entry) as member:
                    while chunk := member.read(_CHUNK):
                        unpacked += len(chunk)
                        if unpacked > LARGEST_UNPACKED:
                            raise TableRefused("Ce classeur est trop volumineux une fois décompressé.")
    except (zipfile.BadZipFile, zipfile.LargeZipFile, ZlibError, NotImplementedError, RuntimeError, EOFError) as error:
        raise TableRefused("Ce classeur ne peut pas être lu : il est incomplet, ou protégé.") from error
