"""A demonstration that was cut is gone on with: in the end there is what there is in one that was told at once."""

import asyncio
import json
import os
import sys

import pytest

from tests.demo.telling import SOME
from tests.support.servers import ROOT, borrow

EVERY = 11  # entries of the journal between two cuts


async def told(worker: str, every: int) -> tuple[int, dict[str, list[str]]]:
    """How many runs it took in a database of its own, and what is there."""
    session = os.environ.get("PYTEST_XDIST_TESTRUNUID", f"pid{os.getpid()}")
    with borrow(f"{worker}{every}", session) as environ:
        words = (sys.executable, "-m", "tests.demo.telling", str(every))
        pipe = asyncio.subprocess.PIPE
        child = await asyncio.create_subprocess_exec(
            *words, cwd=ROOT, env=os.environ | environ, stdout=pipe, stderr=pipe
        )
        out, err = await child.communicate()
    assert child.returncode == 0, err.decode()[-3000:]
    runs, there = json.loads(out.splitlines()[-1])
    return runs, there


@pytest.mark.timeout(240)
async def test_it_is_told_once_however_often_it_is_cut() -> None:
    worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
    once, whole = await told(f"demo{worker}x", 0)
    runs, pieced = await told(f"demo{worker}x", EVERY)
    assert (once, runs > 20) == (1, True)
    assert {what: lines for what, lines in pieced.items() if lines != whole[what]} == {}
    counted = {what: len(whole[what]) for what in ("proposals", "sittings", "decisions", "pilots")}
    assert counted == {"proposals": len(SOME), "sittings": 2, "decisions": 4, "pilots": 2}
