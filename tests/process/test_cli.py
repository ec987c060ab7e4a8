"""`alliance process`, as an administrator runs it."""

import asyncio
import os
import subprocess
import sys
from functools import partial
from pathlib import Path

from service import clock
from service.settings import Settings
from service.store.database import value
from tests.process.call import Trial, all_seen
from tests.process.real import until, workers

ROOT = Path(__file__).parents[2]


async def alliance(servers: dict[str, str], *words: str) -> tuple[int, str]:
    """Run the command line; exit status and output."""
    ended = await asyncio.to_thread(
        subprocess.run,
        [sys.executable, "-m", "service.cli", "process", *words],
        cwd=ROOT,
        env={**os.environ, **servers},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ended.stderr == ""
    return ended.returncode, ended.stdout


async def test_show_and_poke(servers: dict[str, str], settings: Settings, database: None) -> None:
    trial = await Trial.publish(clock.now(), experts=0)
    proposal = await trial.submit(clock.now())
    reference = await value("SELECT reference FROM proposal WHERE id = {}", proposal)
    status, said = await alliance(servers, "show", reference)
    assert status == 0
    lines = said.splitlines()
    assert lines[:3] == [
        f"{reference}  {proposal}",
        "status    in_progress, stage eligibility (visit 1)",
        "journal   2 entries, the workflow has seen 0",
    ]
    assert lines[3].startswith("clock     stage: 10wd, due ")
    assert lines[4:] == ["workflow  none (not_found)"]

    assert await alliance(servers, "poke", reference) == (0, "1 poked\n")
    async with workers(settings):
        await until(partial(all_seen, proposal))
    assert "the workflow has seen 2" in (await alliance(servers, "show", reference))[1]

    open_now = await value("SELECT count(*) FROM proposal WHERE stage <> ''")
    assert await alliance(servers, "poke", "--all") == (0, f"{open_now} poked\n")


async def test_what_is_not_there(servers: dict[str, str], database: None) -> None:
    assert await alliance(servers, "show", "RIEN-0001") == (1, "no proposal RIEN-0001\n")
    assert await alliance(servers, "poke", "RIEN-0001") == (1, "no proposal RIEN-0001 is in a stage\n")
    nowhere = {**servers, "ALLIANCE_TEMPORAL_ADDRESS": "127.0.0.1:1"}
    status, said = await alliance(nowhere, "poke", "--all")
    assert status == 1
    assert said.startswith("Temporal does not answer at 127.0.0.1:1 (")
