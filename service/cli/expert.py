"""`alliance expert`: lists of experts from files."""

import argparse
import sys
from pathlib import Path

from service.cli.call import run


def add(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """The subcommand and its own subcommands."""
    parser = subparsers.add_parser("expert", help="import a list of experts from CSV or XLSX")
    acts = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    read = acts.add_parser("import", help="tell what each line comes to, then apply it; safe to repeat")
    read.add_argument("file", type=Path, metavar="FILE")
    read.add_argument("--call", required=True, metavar="CALL", help="slug of the call they are experts of")
    read.add_argument("--dry-run", action="store_true", help="only tell")
    read.set_defaults(run=_read)


def _read(arguments: argparse.Namespace) -> int:
    try:
        content = arguments.file.read_bytes()
    except OSError as error:
        print(f"alliance: {arguments.file}: {error.strerror}", file=sys.stderr)
        return 2
    return run(imported(arguments.file.name, content, arguments.call, dry=arguments.dry_run))


async def imported(name: str, content: bytes, call: str, *, dry: bool) -> int:
    """Tell each line's verdict, and apply those without faults unless `dry`. Exit status 1 where a line has faults."""
    from service import clock
    from service.domain.actor import PROCESS
    from service.operations import rosters
    from service.views.rosters import roster

    read = await rosters.read_roster(PROCESS, call, name, content, now=clock.now())
    if read.ignored:
        print(f"columns left out: {', '.join(read.ignored)}")
    found = await roster(PROCESS, read.id)
    for line in found.lines:
        said = [f"{fault.column}: {fault.said}" for fault in line.faults] or list(line.changes)
        print(f"{line.number:>6}  {line.verdict:<8}{line.email:<40}{'; '.join(said)}".rstrip())
    if dry:
        await rosters.drop_roster(PROCESS, read.id, now=clock.now())
    else:
        await rosters.begin_roster(PROCESS, read.id, now=clock.now())
        while await rosters.apply_next(read.id, clock.now()):
            pass
        for line in (await roster(PROCESS, read.id)).lines:
            if line.number not in {one.number for one in found.lines if one.verdict == "fault"}:
                print(f"{line.number:>6}  refused {'; '.join(fault.said for fault in line.faults)}")
    counts = found.counts
    told = ", ".join(f"{counts.get(name, 0)} {name}" for name in ("new", "changed", "known", "fault"))
    print(f"{'would be: ' if dry else ''}{told}")
    return 1 if counts.get("fault") else 0
