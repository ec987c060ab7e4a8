"""Writes one XLSX or ODS: what it is and its rows come in by pieces, the file goes out. Started by whoever has them.

A piece is its length in four bytes, then MessagePack: first the format and the table, then batches of rows.
"""

import os
import resource
import shutil
import struct
import sys
import tempfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any, BinaryIO, cast

import msgspec

from reports.tables import opendocument, workbook
from reports.tables.model import Batch, Format, Kind, Row, Table, by_row

MOST_MEMORY = 1024**3  # bytes
MOST_CPU = 300  # seconds
LAST = 5  # niceness
WRITERS = {Format.XLSX: workbook.write, Format.ODS: opendocument.write}


def main() -> None:
    """Write it, within the limits."""
    os.nice(LAST)
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_CPU, MOST_CPU))
    pieces = _pieces(sys.stdin.buffer)
    wanted, table = msgspec.msgpack.decode(next(pieces), type=tuple[Format, Table])
    with tempfile.TemporaryDirectory(prefix="alliance-table-") as folder:
        path = Path(folder) / "table"
        WRITERS[wanted](table, _rows(pieces, table), path)
        with path.open("rb") as written:
            shutil.copyfileobj(written, sys.stdout.buffer)
    sys.stdout.buffer.flush()


def _pieces(source: BinaryIO) -> Iterator[bytes]:
    """Those that come in, until the empty one; a source that ends before it is cut, and nothing is written."""
    while size := struct.unpack(">I", source.read(4))[0]:
        yield source.read(size)


def _rows(pieces: Iterator[bytes], table: Table) -> Iterator[Row]:
    decoder = msgspec.msgpack.Decoder(list[list[Any]])
    days = [place for place, column in enumerate(table.columns) if column.kind is Kind.DAY]
    for piece in pieces:
        batch = decoder.decode(piece)
        for place in days if batch else ():  # a day comes as a text
            batch[place] = [one and date.fromisoformat(one) for one in batch[place]]
        yield from by_row(cast(Batch, batch))


if __name__ == "__main__":
    main()
