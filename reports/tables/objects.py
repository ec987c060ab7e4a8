"""JSON: one object a row, after what the columns are, so that a program needs nothing else to read it."""

import msgspec

from reports.tables.model import Batch, Table, by_row

_encode = msgspec.json.Encoder().encode


class Objects:
    """One file in the making; each method gives the bytes that it adds."""

    def __init__(self, table: Table) -> None:
        self._table = table
        self._names = [column.id for column in table.columns]
        self._begun = False

    def head(self) -> bytes:
        """Up to the first row."""
        columns = [{"id": one.id, "title": one.title, "kind": one.kind} for one in self._table.columns]
        about = _encode({"table": self._table.name, "title": self._table.title, "columns": columns})
        return about[:-1] + b',"rows":['

    def rows(self, batch: Batch) -> bytes:
        """Some more rows."""
        told = b",\n".join(_encode(dict(zip(self._names, row, strict=True))) for row in by_row(batch))
        before, self._begun = (b",\n" if self._begun and told else b"\n"), self._begun or bool(told)
        return before + told if told else b""

    def end(self) -> bytes:
        """After the last row."""
        return b"\n]}\n"
