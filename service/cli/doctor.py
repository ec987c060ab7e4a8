"""`alliance doctor`: whether what must hold of the rows holds, on any database, a production one too."""

import argparse
from typing import TYPE_CHECKING

from service.cli._acting import act

if TYPE_CHECKING:
    from service.invariants import Verdict


def add(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """The subcommand."""
    parser = subparsers.add_parser(
        "doctor",
        help="check what must hold of process, journal and files; only reads; exit status 1 where something does not",
    )
    parser.add_argument("--without-files", action="store_true", help="leave out what needs the object store")
    parser.set_defaults(run=_run)


def _run(arguments: argparse.Namespace) -> int:
    broken: list[str] = []

    async def work() -> None:
        from service import clock, invariants
        from service.cli._running import current_settings
        from service.store import objects

        now = clock.now()
        async for verdict in invariants.checked(now):
            broken.extend(_told(verdict))
        if not arguments.without_files:
            objects.configure(current_settings())
            async for verdict in invariants.compared(now):
                broken.extend(_told(verdict))

    return act(work()) or (1 if broken else 0)


def _told(verdict: "Verdict") -> list[str]:
    """Print a promise and the first faults of it; returns its name where it is broken."""
    print(f"{'broken' if verdict.faults else 'holds ':<7}{verdict.says}")
    for fault in verdict.faults:
        print(f"         {fault.subject}: {fault.what}")
    return [verdict.id] if verdict.faults else []
