"""ODS, the State's own format for spreadsheets (OpenDocument 1.3): a ZIP whose one large part is written row by row.

No maintained library writes one without holding it whole; of the format, what a table needs is small.
"""

import re
import zipfile
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

from reports.tables.model import Kind, Row, Table, Value, flag, moment

MEDIA_TYPE = "application/vnd.oasis.opendocument.spreadsheet"
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")  # what XML can't hold
_SPACES = re.compile(" {2,}")
_WIDTHS = {Kind.TEXT: "7cm", Kind.LIST: "7cm", Kind.NUMBER: "2.4cm", Kind.FLAG: "2cm", Kind.DAY: "2.4cm"}
_WIDTHS[Kind.MOMENT] = "3.4cm"
_NAMES = " ".join(
    f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{what}:1.0"'
    for name, what in (
        *(("office", "office"), ("table", "table"), ("text", "text"), ("style", "style")),
        *(("number", "datastyle"), ("fo", "xsl-fo-compatible"), ("manifest", "manifest")),
    )
)
_XML = '<?xml version="1.0" encoding="UTF-8"?>\n'
_MANIFEST = (
    f'{_XML}<manifest:manifest {_NAMES} manifest:version="1.3">'
    f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{MEDIA_TYPE}" manifest:version="1.3"/>'
    '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/>'
    "</manifest:manifest>"
)
_DAY = '<number:day number:style="long"/><number:text>/</number:text><number:month number:style="long"/>'
_DAY += '<number:text>/</number:text><number:year number:style="long"/>'
_HOUR = '<number:text> </number:text><number:hours number:style="long"/><number:text>:</number:text>'
_HOUR += '<number:minutes number:style="long"/>'
_STYLES = (
    f'<number:date-style style:name="day">{_DAY}</number:date-style>'
    f'<number:date-style style:name="moment">{_DAY}{_HOUR}</number:date-style>'
    '<style:style style:name="head" style:family="table-cell"><style:table-cell-properties'
    ' fo:background-color="#e3e3fd" fo:wrap-option="wrap"/><style:text-properties fo:font-weight="bold"/></style:style>'
    '<style:style style:name="at-day" style:family="table-cell" style:data-style-name="day"/>'
    '<style:style style:name="at-moment" style:family="table-cell" style:data-style-name="moment"/>'
)


def write(table: Table, rows: Iterable[Row], path: Path) -> None:
    """Write the whole file."""
    kinds = [_CELLS[column.kind] for column in table.columns]
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        # By the first bytes of the file its readers know what it is: this part comes first, and is not compressed.
        archive.writestr(zipfile.ZipInfo("mimetype"), MEDIA_TYPE, zipfile.ZIP_STORED)
        archive.writestr("META-INF/manifest.xml", _MANIFEST)
        with archive.open("content.xml", "w", force_zip64=True) as content:
            content.write(_before(table).encode())
            for row in rows:
                cells = (_EMPTY if one is None else cell(one) for cell, one in zip(kinds, row, strict=True))
                content.write(f"<table:table-row>{''.join(cells)}</table:table-row>\n".encode())
            content.write(
                b"</table:table></office:spreadsheet></office:body></office:document-content>\n",
            )


def _before(table: Table) -> str:
    kinds = dict.fromkeys(column.kind for column in table.columns)
    widths = "".join(
        f'<style:style style:name="wide-{kind}" style:family="table-column">'
        f'<style:table-column-properties style:column-width="{_WIDTHS[kind]}"/></style:style>'
        for kind in kinds
    )
    columns = "".join(f'<table:table-column table:style-name="wide-{column.kind}"/>' for column in table.columns)
    titles = "".join(
        f'<table:table-cell table:style-name="head" office:value-type="string">{_paragraphs(column.title)}'
        "</table:table-cell>"
        for column in table.columns
    )
    return (
        f'{_XML}<office:document-content {_NAMES} office:version="1.3">'
        f"<office:automatic-styles>{_STYLES}{widths}</office:automatic-styles>"
        f"<office:body><office:spreadsheet><table:table table:name={quoteattr(table.title)}>{columns}"
        f"<table:table-header-rows><table:table-row>{titles}</table:table-row></table:table-header-rows>\n"
    )


_EMPTY = "<table:table-cell/>"


def _text(value: Value) -> str:
    joined = "; ".join(value) if isinstance(value, Sequence) and not isinstance(value, str) else str(value)
    return f'<table:table-cell office:value-type="string">{_paragraphs(joined)}</table:table-cell>'


def _paragraphs(text: str) -> str:
    """A text as it was typed: lines, tabs and runs of spaces, which XML would fold, are elements."""
    clean = escape(_FORBIDDEN.sub("", text)).replace("\r\n", "\n").replace("\t", "<text:tab/>")
    kept = _SPACES.sub(lambda run: f' <text:s text:c="{len(run[0]) - 1}"/>', clean)
    return "".join(f"<text:p>{line}</text:p>" for line in re.split("[\n\r]", kept))


def _number(value: Value) -> str:
    if isinstance(value, str):
        return _text(value)
    return f'<table:table-cell office:value-type="float" office:value="{value:.15g}"/>'


def _flag(value: Value) -> str:
    return _text(flag(value))


def _date(value: Value) -> str:
    if not isinstance(value, date):
        return _text(value)
    style, told = ("at-moment", moment(value)) if isinstance(value, datetime) else ("at-day", value)
    return (
        f'<table:table-cell table:style-name="{style}" office:value-type="date"'
        f' office:date-value="{told.isoformat()}"/>'
    )


_CELLS: dict[Kind, Callable[[Value], str]] = {
    Kind.TEXT: _text,
    Kind.LIST: _text,
    Kind.NUMBER: _number,
    Kind.FLAG: _flag,
    Kind.DAY: _date,
    Kind.MOMENT: _date,
}
