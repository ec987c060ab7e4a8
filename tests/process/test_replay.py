"""Runs that began with older code go on with this one: saved histories are replayed, command by command."""

from pathlib import Path
from typing import get_args

import pytest
from temporalio import workflow
from temporalio.client import WorkflowHistory
from temporalio.worker import Replayer

from forms.process import Kind
from service.worker import RUNNER, WORKFLOWS
from tests.process.altered import AlteredWorkflow
from workflows.stages import STAGES

SAVED = sorted((Path(__file__).parents[1] / "histories").glob("*.json"))


def history(path: Path) -> WorkflowHistory:
    return WorkflowHistory.from_json(path.stem, path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", SAVED, ids=lambda path: path.stem)
async def test_replay(path: Path) -> None:
    await Replayer(workflows=WORKFLOWS, workflow_runner=RUNNER).replay_workflow(history(path))


@pytest.mark.parametrize("path", [path for path in SAVED if path.stem.startswith("review")], ids=lambda path: path.stem)
async def test_another_order_of_acts_is_noticed(path: Path) -> None:
    with pytest.raises(workflow.NondeterminismError):
        await Replayer(workflows=[AlteredWorkflow], workflow_runner=RUNNER).replay_workflow(history(path))


def test_every_kind_of_run_is_saved() -> None:
    kinds = {path.stem.split("-")[0] for path in SAVED}
    assert kinds == {*get_args(Kind), "batch", "call", "document"}
    assert set(STAGES) == set(get_args(Kind))
