"""The `alliance` command for tests: each run is a process of its own, forked from one that has imported what commands
import, which takes ten times as long as most of them. What is typed, the settings, the input, the output and the exit
status are as anybody's; that a command starts by itself is shown by `tests/stack`."""

import json
import os
import subprocess
import sys
import threading
import traceback
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec

ROOT = Path(__file__).parents[2]


class Ended(msgspec.Struct, frozen=True):
    """What a run came to: exit status, output, complaints."""

    status: int
    out: str
    err: str


class Commands:
    """Runs commands, one at a time. The process that they come from starts with the first."""

    def __init__(self) -> None:
        self._parent: subprocess.Popen[bytes] | None = None
        self._turn = threading.Lock()

    def run(self, settings: Mapping[str, str], *words: str, typed: str = "") -> Ended:
        """One command with these settings (`ALLIANCE_…`) beside the environment of the tests."""
        asked = {"words": words, "environ": {**os.environ, **settings}, "typed": typed}
        with self._turn:
            parent = self._parent = self._parent or self._start()
            assert parent.stdin is not None
            assert parent.stdout is not None
            parent.stdin.write(msgspec.json.encode(asked) + b"\n")
            parent.stdin.flush()
            answer = parent.stdout.readline()
        assert answer, "the process that commands come from ended"
        return msgspec.json.decode(answer, type=Ended)

    def close(self) -> None:
        """End the process that they come from."""
        if self._parent is not None:
            self._parent.communicate(timeout=60)

    @staticmethod
    def _start() -> "subprocess.Popen[bytes]":
        return subprocess.Popen(
            [sys.executable, "-m", "tests.support.commands"], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )


def serve() -> None:
    """For each line of the input a command; its end is a line of the output."""
    import gc
    import importlib

    from service.cli.__main__ import modules

    for name in modules([]):
        importlib.import_module(f"service.cli.{name}")
    for name in ("service.worker", "service.preview.study", "service.views.metrics"):  # and all that these import
        importlib.import_module(name)
    gc.collect()
    gc.freeze()
    while line := sys.stdin.buffer.readline():
        ended = _forked(json.loads(line))
        sys.stdout.buffer.write(msgspec.json.encode(ended) + b"\n")
        sys.stdout.buffer.flush()


def _forked(asked: dict[str, Any]) -> Ended:
    typed, out, err = (os.memfd_create(name) for name in ("typed", "out", "err"))
    os.write(typed, asked["typed"].encode())
    os.lseek(typed, 0, os.SEEK_SET)
    child = os.fork()
    if child == 0:
        status = 1
        try:
            status = _command((typed, out, err), asked)
        finally:
            os._exit(status)
    _, ended = os.waitpid(child, 0)
    said = []
    for one in (typed, out, err):
        with os.fdopen(one, "rb") as file:
            file.seek(0)
            said.append(file.read().decode())
    return Ended(os.waitstatus_to_exitcode(ended), said[1], said[2])


def _command(files: tuple[int, int, int], asked: dict[str, Any]) -> int:
    """In the child: its exit status."""
    from service.cli.__main__ import main

    for number, file in enumerate(files):
        os.dup2(file, number)
    sys.stdin, sys.stdout, sys.stderr = (
        open(number, mode, encoding="utf-8", closefd=False)  # noqa: SIM115  these are no paths
        for number, mode in enumerate("rww")
    )
    os.environ.clear()
    os.environ.update(asked["environ"])
    try:
        return main(asked["words"])
    except SystemExit as ended:
        return ended.code if isinstance(ended.code, int) else int(ended.code is not None)
    except BaseException:  # noqa: BLE001  told as the interpreter tells it
        traceback.print_exc()
        return 1
    finally:
        sys.stdout.flush()
        sys.stderr.flush()


if __name__ == "__main__":
    serve()
