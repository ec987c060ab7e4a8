"""`alliance process`, as an administrator runs it."""

import asyncio
from collections.abc import Awaitable, Callable
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
from tests.process.real import OwnTemporal, background, client_of, until, workers
from tests.support.commands import Commands
from workflows.names import proposal_workflow

Alliance = Callable[..., Awaitable[tuple[int, str]]]


def process_of(commands: Commands, environ: dict[str, str]) -> Alliance:
    """Runs `alliance process` with these settings; exit status and output."""

    async def run(*words: str, **others: str) -> tuple[int, str]:
        ended = await asyncio.to_thread(commands.run, environ | others, "process", *words)
        assert ended.err == ""
        return ended.status, ended.out

    return run


@pytest.fixture
def alliance(servers: dict[str, str], commands: Commands) -> Alliance:
    """On the servers of this module."""
    return process_of(commands, servers)


async def test_show_and_poke(alliance: Alliance, settings: Settings, database: None) -> None:
    trial = await Trial.publish(clock.now(), experts=0)
    proposal = await trial.submit(clock.now())
    reference = await value("SELECT reference FROM proposal WHERE id = {}", proposal)
    status, said = await alliance("show", reference)
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

    assert await alliance("poke", reference) == (0, "1 poked\n")
    async with workers(settings):
        await until(partial(all_seen, proposal))
    assert "the workflow has seen 2" in (await alliance("show", reference))[1]

    open_now = await value("SELECT count(*) FROM proposal WHERE stage <> ''")
    assert await alliance("poke", "--all") == (0, f"{open_now} poked\n")


async def test_what_is_stuck_and_why(  # noqa: PLR0917  fixtures
    servers: dict[str, str],
    commands: Commands,
    settings: Settings,
    database: None,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    """With a Temporal of its own: `replay --live` plays whatever is open there."""
    async with OwnTemporal(tmp_path / "own", settings) as own:
        alliance = process_of(commands, servers | {"ALLIANCE_TEMPORAL_ADDRESS": own.server.address})
        trial = await Trial.publish(clock.now() - timedelta(days=1), experts=0)
        proposal = await trial.submit(clock.now() - timedelta(hours=1))
        reference = await value("SELECT reference FROM proposal WHERE id = {}", proposal)
        status, said = await alliance("stuck")
        assert status == 1
        for told in (f"{reference}  unseen since ", f"{trial.slug}  a call that should have gone on since "):
            assert any(line.startswith(told) for line in said.splitlines()), told

        async def faulty(_: object) -> None:
            raise KeyError("a fault of ours")

        monkeypatch.setattr(process, "snapshot", faulty)
        assert await alliance("poke", reference) == (0, "1 poked\n")
        async with workers(own.settings):

            async def fails() -> bool:
                shown = (await alliance("show", reference))[1].splitlines()
                return any(
                    line.startswith("failing   look, attempt ") and line.endswith(": KeyError") for line in shown
                )

            await until(fails)
            monkeypatch.undo()
            await until(partial(all_seen, proposal))
            # What it waits for, and until when, can be searched for in Temporal.
            query = f"AllianceStage = 'eligibility' AND AllianceCall = '{trial.call}' AND AllianceDeadline IS NOT NULL"
            client = await client_of(own.settings)
            await until(lambda: counted(client, query))
            shown = (await alliance("show", reference))[1].splitlines()
            (searched,) = [line for line in shown if line.startswith("searched ")]
            assert searched == f"searched  AllianceCall = '{trial.call}' AND AllianceStage = 'eligibility'"
            assert await counted(client, searched.removeprefix("searched  "))
        left = [line for line in (await alliance("stuck"))[1].splitlines() if line.startswith(reference)]
        assert [line.partition(" since ")[0] for line in left] == [f"{reference}  its conflicts are not looked for"]
        await recheck_untraced([proposal], clock.now())
        assert reference not in (await alliance("stuck"))[1]
        measured = (await alliance("metrics"))[1].splitlines()
        for name in ("alliance_proposals_stuck ", "alliance_calls_stuck "):
            assert [line for line in measured if line.startswith(name)] != []
        # A folder without saved histories: those that come with the program are played in `test_replay`.
        (tmp_path / "saved").mkdir()
        assert await alliance("replay", str(tmp_path / "saved"), "--live") == (
            0,
            "1 histories played, 0 would not go on\n",
        )
        assert "failing" not in (await alliance("show", reference))[1]


async def test_a_run_that_cannot_go_on_is_replaced(
    alliance: Alliance, settings: Settings, database: None, monkeypatch: pytest.MonkeyPatch
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
            shown = (await alliance("show", reference))[1].splitlines()
            return any(line.startswith("failing   the workflow itself, attempt ") for line in shown)

        await until(fails)
        assert await alliance("restart", reference) == (0, "1 restarted\n")
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


async def test_what_is_not_there(alliance: Alliance, database: None) -> None:
    assert await alliance("show", "RIEN-0001") == (1, "no proposal RIEN-0001\n")
    assert await alliance("poke", "RIEN-0001") == (1, "no proposal RIEN-0001 is in a stage\n")
    status, said = await alliance("poke", "--all", ALLIANCE_TEMPORAL_ADDRESS="127.0.0.1:1")
    assert status == 1
    assert said.startswith("Temporal does not answer at 127.0.0.1:1 (")
