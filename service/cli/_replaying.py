"""Histories played against the code that is here: what a deployment would meet, before it does."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import TYPE_CHECKING

from service.settings import Settings

if TYPE_CHECKING:
    from temporalio.client import WorkflowHistory

SAVED = Path(__file__).parents[2] / "tests" / "histories"
MOST = 200  # faults told


async def replayed(settings: Settings | None, folder: Path) -> int:
    """Play the saved histories of a folder, and with `settings` those of all open workflows; tell each that this code
    would not go on with. Exit status 1 if there is one, or nothing to play."""
    from temporalio.client import WorkflowHistory
    from temporalio.worker import Replayer

    from service.worker import RUNNER, WORKFLOWS

    player = Replayer(workflows=WORKFLOWS, workflow_runner=RUNNER)
    saved = sorted(folder.glob("*.json"))  # noqa: ASYNC240  a command of its own

    async def histories() -> AsyncIterator[WorkflowHistory]:
        for path in saved:
            yield WorkflowHistory.from_json(path.stem, path.read_text(encoding="utf-8"))
        if settings is not None:
            async for history in _open(settings):
                yield history

    played, faults = 0, 0
    async for history in histories():
        played += 1
        result = await player.replay_workflow(history, raise_on_replay_failure=False)
        if result.replay_failure is not None:
            faults += 1
            if faults <= MOST:
                said = str(result.replay_failure).splitlines()[0][:200]
                print(f"{history.workflow_id}  run {history.run_id}: {said}")
    print(f"{played} histories played, {faults} would not go on" if played else f"no histories in {folder}")
    return 1 if faults or not played else 0


async def _open(settings: Settings) -> "AsyncIterator[WorkflowHistory]":
    from service.worker import WORKFLOWS, connect

    client = await connect(settings)
    query = " OR ".join(f"WorkflowType = '{kind.__name__}'" for kind in WORKFLOWS)
    async for found in client.list_workflows(f"({query}) AND ExecutionStatus = 'Running'"):
        yield await client.get_workflow_handle(found.id, run_id=found.run_id).fetch_history()
