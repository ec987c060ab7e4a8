"""`alliance process`, as an administrator runs it."""

import asyncio
import os
import subprocess
import sys
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from temporalio import workflow
from temporalio.client import Client, WorkflowExecutionStatus, WorkflowHandle
from temporalio.worker import UnsandboxedWorkflowRunner, Worker

from service import clock
from service.operations import process
from service.operations.rechecking import recheck_untraced
from service.settings import Settings
from service.starting import poke
from service.store.database import value
from service.worker import work
from tests.process.call import Trial, all_seen
from tests.process.real import background, client_of, until, workers
from workflows.names import proposal_workflow

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
    assert lines[4] == "workflow  none (not_found)"
    assert lines[5] == "waits     for an officer's checklist"
    assert lines[6].startswith("timer     2")
    assert [line.partition(",")[0] for line in lines[7:]] == [
        "entry     1: draft_opened",
        "entry     2: proposal_submitted",
    ]

    assert await alliance(servers, "poke", reference) == (0, "1 poked\n")
    async with workers(settings):
        await until(partial(all_seen, proposal))
    assert "the workflow has seen 2" in (await alliance(servers, "show", reference))[1]

    open_now = await value("SELECT count(*) FROM proposal WHERE stage <> ''")
    assert await alliance(servers, "poke", "--all") == (0, f"{open_now} poked\n")


async def test_what_is_stuck_and_why(
    servers: dict[str, str], settings: Settings, database: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    trial = await Trial.publish(clock.now() - timedelta(days=1), experts=0)
    proposal = await trial.submit(clock.now() - timedelta(hours=1))
    reference = await value("SELECT reference FROM proposal WHERE id = {}", proposal)
    status, said = await alliance(servers, "stuck")
    assert status == 1
    for told in (f"{reference}  unseen since ", f"{trial.slug}  a call that should have gone on since "):
        assert any(line.startswith(told) for line in said.splitlines()), told

    async def faulty(_: object) -> None:
        raise KeyError("a fault of ours")

    monkeypatch.setattr(process, "snapshot", faulty)
    assert await alliance(servers, "poke", reference) == (0, "1 poked\n")
    async with workers(settings):

        async def fails() -> bool:
            shown = (await alliance(servers, "show", reference))[1].splitlines()
            return any(line.startswith("failing   look, attempt ") and line.endswith(": KeyError") for line in shown)

        await until(fails)
        monkeypatch.undo()
        await until(partial(all_seen, proposal))
        # What it waits for, and until when, can be searched for in Temporal.
        query = f"AllianceStage = 'eligibility' AND AllianceCall = '{trial.call}' AND AllianceDeadline IS NOT NULL"
        client = await client_of(settings)
        await until(lambda: counted(client, query))
    left = [line for line in (await alliance(servers, "stuck"))[1].splitlines() if line.startswith(reference)]
    assert [line.partition(" since ")[0] for line in left] == [f"{reference}  its conflicts are not looked for"]
    await recheck_untraced([proposal], clock.now())
    assert reference not in (await alliance(servers, "stuck"))[1]
    measured = (await alliance(servers, "metrics"))[1].splitlines()
    for name in ("alliance_proposals_stuck ", "alliance_calls_stuck "):
        assert [line for line in measured if line.startswith(name)] != []
    status, said = await alliance(servers, "replay", "--live")
    assert (status, said.endswith(" histories played, 0 would not go on\n")) == (0, True)
    assert "failing" not in (await alliance(servers, "show", reference))[1]


async def test_a_run_that_cannot_go_on_is_replaced(
    servers: dict[str, str], settings: Settings, database: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    trial = await Trial.publish(clock.now(), experts=0)
    proposal = await trial.submit(clock.now())
    reference = await value("SELECT reference FROM proposal WHERE id = {}", proposal)
    client = await client_of(settings)
    handle = client.get_workflow_handle(proposal_workflow(proposal))
    async with background(work(other_program(client, settings))):  # one whose histories ours cannot follow
        await poke(client, settings.task_queue, proposal)
        await until(lambda: waits(handle))
    first = (await handle.describe()).run_id
    async with workers(settings):
        await poke(client, settings.task_queue, proposal)

        async def fails() -> bool:
            shown = (await alliance(servers, "show", reference))[1].splitlines()
            return any(line.startswith("failing   the workflow itself, attempt ") for line in shown)

        await until(fails)
        assert await alliance(servers, "restart", reference) == (0, "1 restarted\n")
        await until(partial(all_seen, proposal))
    assert (await handle.describe()).run_id != first
    replaced = await client.get_workflow_handle(handle.id, run_id=first).describe()
    assert replaced.status is WorkflowExecutionStatus.TERMINATED


async def counted(client: Client, query: str) -> bool:
    return (await client.count_workflows(query)).count == 1


@workflow.defn(name="ProposalWorkflow")
class OtherProgram:
    """Sleeps where ours looks."""

    @workflow.run
    async def run(self, proposal: str) -> str:
        await workflow.sleep(3600)
        return proposal

    @workflow.signal
    def poke(self) -> None:
        """Heeds nothing."""


def other_program(client: Client, settings: Settings) -> Worker:
    return Worker(
        client, task_queue=settings.task_queue, workflows=[OtherProgram], workflow_runner=UnsandboxedWorkflowRunner()
    )


async def waits(handle: WorkflowHandle[Any, Any]) -> bool:
    """Whether the run has gone as far as its sleep."""
    return (await handle.describe()).history_length >= 5


async def test_what_is_not_there(servers: dict[str, str], database: None) -> None:
    assert await alliance(servers, "show", "RIEN-0001") == (1, "no proposal RIEN-0001\n")
    assert await alliance(servers, "poke", "RIEN-0001") == (1, "no proposal RIEN-0001 is in a stage\n")
    nowhere = {**servers, "ALLIANCE_TEMPORAL_ADDRESS": "127.0.0.1:1"}
    status, said = await alliance(nowhere, "poke", "--all")
    assert status == 1
    assert said.startswith("Temporal does not answer at 127.0.0.1:1 (")
