"""`alliance test`: every check, one line each; the details of those that fail, and their names at the end."""

import argparse
import os
import subprocess
import sys
import time
from pathlib import Path

from service.stack.programs import ROOT

WORKERS = 3
SOURCES = ("service", "workflows", "forms", "reports", "tests")
COVERED = ("slipcover", "--source", ",".join(SOURCES[:-1]), "--skip-covered", "--missing-width", "40", "-m")


def add(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """The subcommand and its options."""
    parser = subparsers.add_parser("test", help="run every check")
    parser.add_argument("--long", action="store_true", help="also the tests that take more than a few minutes")
    parser.set_defaults(run=run)


def checks(*, long: bool) -> dict[str, list[str]]:
    """The command of each check, by name."""
    python = [sys.executable, "-m"]
    # Idle workers take over what others have not begun; the slowest are told, since ten minutes are the limit.
    tests = [
        *python,
        *COVERED,
        "pytest",
        "-q",
        "-n",
        str(WORKERS),
        "--dist",
        "worksteal",
        "--no-header",
        "--durations=15",
    ]
    return {
        "ruff check": [*python, "ruff", "check", "--quiet", "."],
        "ruff format": [*python, "ruff", "format", "--check", "--quiet", "."],
        "mypy": [*python, "mypy"],
        "import rules": [str(Path(sys.prefix) / "bin" / "lint-imports"), "--no-logo"],
        "pytest": [*tests, "--long"] if long else tests,
    }


def run(arguments: argparse.Namespace) -> int:
    """Run all, whatever fails on the way; 1 when one failed."""
    failed = []
    for name, command in checks(long=arguments.long).items():
        began = time.monotonic()
        # The tests' own report is worth reading as it comes; of the others only what they complain about.
        shown = name == "pytest"
        done = subprocess.run(  # noqa: S603 - the commands above
            command,
            cwd=ROOT,
            env=environment(),
            stdout=None if shown else subprocess.PIPE,
            stderr=None if shown else subprocess.STDOUT,
            text=True,
            check=False,
        )
        if done.returncode != 0:
            failed.append(name)
            print(done.stdout or "", end="")
        verdict = "failed" if done.returncode else "ok"
        print(f"{name:<14} {verdict:<7} {time.monotonic() - began:6.1f} s", flush=True)
    if failed:
        print(f"failed: {', '.join(failed)}")
    return 1 if failed else 0


def environment() -> dict[str, str]:
    """Without the settings of an installation: tests make their own."""
    return {name: value for name, value in os.environ.items() if not name.startswith("ALLIANCE_")}
