"""`alliance conflicts`: those of interest of a call: who with which proposal, by which rule, and what became of it."""

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from service.cli.call import run

if TYPE_CHECKING:
    from reports.tables.model import Row
    from service.views.conflicts import CallConflict

COLUMNS = ("proposal", "state", "strength", "rule", "expert", "address", "what", "field", "listed", "reason", "since")


def add(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """The subcommand."""
    parser = subparsers.add_parser("conflicts", help="list the conflicts of interest of a call, as text or CSV")
    parser.add_argument("call", metavar="CALL", help="its slug, for instance ami-2025")
    parser.add_argument("--csv", type=Path, metavar="FILE", help="write them there; - for the standard output")
    parser.add_argument("--standing", action="store_true", help="those alone that stop somebody")
    parser.set_defaults(run=lambda arguments: run(listed(arguments.call, arguments.csv, standing=arguments.standing)))


async def listed(call: str, file: Path | None, *, standing: bool = False) -> int:
    """Tell each conflict whose ground is still there."""
    from service.views.conflicts import of_call

    found = [one async for one in of_call(call) if one.conflict.stands or not standing]
    if file is None:
        for one in found:
            print(_told(one))
        print(f"{len(found)} conflicts, {sum(one.conflict.stands for one in found)} of them stand")
    else:
        _give(file, _csv(found))
    return 0


def _give(file: Path, content: bytes) -> None:
    if str(file) == "-":
        sys.stdout.buffer.write(content)
    else:
        file.write_bytes(content)


def state(one: "CallConflict") -> str:
    """What it comes to now."""
    if one.conflict.dismissed_at is not None:
        return "dismissed"
    return "stands" if one.conflict.stands else "shown"


def _told(one: "CallConflict") -> str:
    told = one.conflict
    where = f" ({told.field})" if told.field else ""
    who = f"{told.name} <{one.email}>"
    return f"{one.reference}  {state(one):<9}  {told.strength:<7}  {told.rule:<17}  {who}  {told.what}{where}".rstrip()


def _csv(found: "list[CallConflict]") -> bytes:
    from reports.tables.model import Column, Kind, Table, by_column
    from reports.tables.separated import Separated

    columns = tuple(Column(name, name, Kind.MOMENT if name == "since" else Kind.TEXT) for name in COLUMNS)
    written = Separated(Table("conflicts", "Conflicts of interest", columns), french=False)
    return written.head() + written.rows(by_column([_values(one) for one in found]))


def _values(one: "CallConflict") -> "Row":
    told = one.conflict
    return (
        *(one.reference, state(one), told.strength, told.rule, told.name, one.email, told.what, told.field),
        *(told.listed, told.dismissal or told.reason, told.created_at),
    )
