"""`python -m service.cli <subcommand>`: what `./alliance` hands over to."""

import argparse
import contextlib
import errno
import importlib
import os
import pkgutil
import sys
from typing import NoReturn

import service.cli
from service.settings import SettingsError
from service.stack.folder import StackError


def modules(words: list[str]) -> list[str]:
    """The subcommands to import: the one that is called, or all when help is wanted."""
    names = [module.name for module in pkgutil.iter_modules(service.cli.__path__) if not module.name.startswith("_")]
    return [words[0]] if words and words[0] in names else names


def main(words: list[str]) -> int:
    """Run one subcommand; mistakes of the installation are one line each on stderr and exit status 2."""
    parser = argparse.ArgumentParser(prog="alliance", description="Receive proposals, have them reviewed, decide.")
    subparsers = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for name in modules(words):
        importlib.import_module(f"service.cli.{name}").add(subparsers)
    arguments = parser.parse_args(words)
    try:
        return int(arguments.run(arguments) or 0)
    except SettingsError as error:
        mistakes = error.mistakes
    except StackError as error:
        mistakes = (str(error),)
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EDQUOT):
            raise
        mistakes = (f"the disk is full{f' ({error.filename})' if error.filename else ''}: make room, then start again",)
    except KeyboardInterrupt:
        return 130
    for mistake in mistakes:
        print(f"alliance: {mistake}", file=sys.stderr)
    return 2


def leave(status: int) -> NoReturn:
    """End the process with this exit status.

    The threads of Temporal's library do not bear the interpreter's own end: now and then one aborts the process, and a
    container that works is taken for ill. Nothing is left to be done by then.
    """
    if "temporalio.bridge" not in sys.modules:
        sys.exit(status)
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError):  # nobody reads it any more
            stream.flush()
    os._exit(status)


if __name__ == "__main__":
    leave(main(sys.argv[1:]))
