"""How a command ends: Temporal's threads never meet the interpreter's own end, which some of them do not survive."""

import os
import subprocess
import sys

import pytest

from tests.support.up import ROOT

PROGRAM = """
import atexit, os, sys
{imports}
from service.cli.__main__ import leave
atexit.register(os._exit, 99)
print("said")
leave(3)
"""


@pytest.mark.parametrize(("imports", "status"), [("import temporalio.client", 3), ("", 99)])
def test_the_status_and_all_that_was_said_get_out(imports: str, status: int) -> None:
    program = PROGRAM.format(imports=imports)
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout if imports else "said\n", done.stderr) == (status, "said\n", "")


def test_nobody_reads_what_was_said() -> None:
    program = PROGRAM.format(imports="import temporalio.client")
    buffered = {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}
    run = subprocess.Popen(
        [sys.executable, "-c", program],
        cwd=ROOT,
        env=buffered,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert run.stdout is not None
    run.stdout.close()
    assert run.wait(120) == 3
    assert run.stderr is not None
    assert run.stderr.read() == ""
    run.stderr.close()
