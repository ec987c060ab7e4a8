"""Figures of the service, measured one script at a time.

    python -m tests.bench             lists the scripts
    python -m tests.bench NAME [...]  runs one, which prints `NAME: value unit, goal …`

A script is a module beside this one; its name on the command line has hyphens for underscores, and what the list says
of it is the first line of its docstring. One that defines `measure(*arguments) -> Figure` is measured here; one of many
figures defines `run(arguments)`, prints them, and returns its exit code; any other is run as the program that it is. To
add one, write such a module: nothing else has to know it.

How to measure: CPU is `time.process_time()`, which counts the processor time of this process alone, so that a busy
machine changes it little; take the median of many runs (`tests.bench.figure.cpu_ms` does both), after a first one that
fills what is kept for the life of a process. Nothing here is asserted in the test suite.
"""

import importlib
import pkgutil
import runpy
import sys
from types import ModuleType

from tests import bench

SHARED = ("__main__", "examined", "figure", "matching_made", "metered", "reviewing", "served")


def scripts() -> dict[str, str]:
    """Module by the name that the command line knows it by."""
    found = [one.name for one in pkgutil.iter_modules(bench.__path__) if one.name not in SHARED]
    return {name.replace("_", "-"): f"{bench.__name__}.{name}" for name in sorted(found)}


def line_of(module: ModuleType) -> str:
    """What the list says of a script."""
    return (module.__doc__ or "").strip().partition("\n")[0]


def main(arguments: list[str]) -> int:
    """Run what the command line asks for. Returns the exit code."""
    known = scripts()
    if not arguments:
        width = max(map(len, known))
        for name, path in known.items():
            print(f"{name:{width}}  {line_of(importlib.import_module(path))}")
        return 0
    name, *rest = arguments
    if name not in known:
        print(f"No such script: {name}. There are: {', '.join(known)}.", file=sys.stderr)
        return 2
    module = importlib.import_module(known[name])
    if hasattr(module, "run"):
        return int(module.run(rest))
    if not hasattr(module, "measure"):
        sys.argv = [name, *rest]
        runpy.run_module(known[name], run_name="__main__")
        return 0
    print(f"{name}: {module.measure(*rest)}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
