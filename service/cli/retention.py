"""`alliance retention`: what has had its time goes to the archives, or is deleted."""

import argparse
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from service.cli._acting import act

if TYPE_CHECKING:
    from service.domain.retention import Step

DAY = "%Y-%m-%d"


def add(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """The subcommand and its own subcommands."""
    parser = subparsers.add_parser("retention", help="archive and delete proposals by the rules of their editions")
    acts = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    run = acts.add_parser(
        "run",
        help="delete drafts, write packages for the archives; with their visa, delete the rest; safe to repeat",
    )
    run.add_argument("--dry-run", action="store_true", help="only tell what a run would do")
    run.add_argument("--archives", type=Path, metavar="FOLDER", help="where packages are written, and found again")
    run.add_argument("--visa", default="", metavar="TEXT", help="reference of the archives' agreement to eliminate")
    run.set_defaults(run=_run)


def _run(arguments: argparse.Namespace) -> int:
    failed: list[str] = []

    async def work() -> None:
        from service import clock
        from service.cli._running import current_settings
        from service.store import objects

        objects.configure(current_settings())
        plan = await plan_of(clock.now(), arguments.archives, arguments.visa)
        if arguments.dry_run:
            done = plan
        else:
            done = await carry_out(plan, arguments.archives, arguments.visa, clock.now(), failed)
        print("\n".join(told(done)))

    return act(work()) or (1 if failed else 0)


def told(steps: "tuple[Step, ...]") -> list[str]:
    """The lines of a run, planned or done."""
    lines = [
        f"{step.act:<18} {step.due.reference or step.due.proposal}  {step.due.call}, {step.due.status}"
        f" since {step.due.since:{DAY}}, kept until {step.due.until:{DAY}}"
        for step in steps
    ]
    return lines or ["nothing has had its time"]


async def plan_of(now: datetime, archives: Path | None, visa: str) -> "tuple[Step, ...]":
    """The steps of a run, without doing any."""
    from service.cli._packages import whole
    from service.domain.actor import PROCESS
    from service.domain.retention import planned
    from service.views.retention import due

    dues = await due(PROCESS, now)
    packages = None if archives is None else whole(archives, dues)
    return planned(dues, visa.strip(), packages)


async def carry_out(
    plan: "tuple[Step, ...]", archives: Path | None, visa: str, now: datetime, failed: list[str]
) -> "tuple[Step, ...]":
    """Do the steps one by one; those that were done. One that is refused is told, and the others go on."""
    import sys

    from service.cli._packages import write
    from service.domain.actor import PROCESS
    from service.operations.retaining import delete_due, note_packages
    from service.problems import Problem

    done, written = [], {}
    try:
        for step in plan:
            try:
                if step.act in ("delete", "delete archived"):
                    await delete_due(PROCESS, step, visa.strip(), now=now)
                elif step.act == "package" and archives is not None:
                    written[step.due.package] = await write(archives, step.due, now)
            except Problem as problem:
                failed.append(step.due.reference)
                print(f"alliance: {step.due.reference or step.due.proposal}: {problem.detail}", file=sys.stderr)
                continue
            done.append(step)
    finally:  # a full disk ends the run; what it wrote before is there
        if written:
            await note_packages(PROCESS, written, now=now)
    return tuple(done)
