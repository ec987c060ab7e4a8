"""Save one history of every kind of run into tests/histories, for test_replay.py.

    python -m tests.process.save_histories [SUFFIX]

Run it when workflow code has changed on purpose (under `workflow.patched`) or has a new kind of stage. Histories are
added beside the old ones, which stay as long as a run that began with the old code may be open: give a SUFFIX, such as
the date, where a file of that name is kept. Ids in them are random, and nothing else than ids, numbers and dates is.
"""

import asyncio
import json
import re
import sys
import uuid
from pathlib import Path
from uuid import UUID

from temporalio.client import Client, WorkflowHistory

from service import starting
from service.operations import batches, conciliations
from service.operations.batches import NewBatch
from service.settings import Settings
from service.store.database import DB, rows, value
from tests.process.ahead import Ahead, ahead_of
from tests.process.scenarios import a_call, apart, four_months, preselected, tried_out
from tests.support.servers import borrow
from workflows.names import batch_workflow, call_workflow, document_workflow, proposal_workflow

FOLDER = Path(__file__).parents[1] / "histories"
# Who polled and where is no part of a decision.
IDENTITY = re.compile(r'"(identity|workerId|binaryChecksum|buildId|sdkVersion)": "[^"]*"')


async def runs(client: Client, workflow: str) -> list[WorkflowHistory]:
    """The histories of all runs of a workflow, the first one first."""
    found: list[WorkflowHistory] = []
    run: str | None = None
    while run is None or run:
        history = await client.get_workflow_handle(workflow, run_id=run).fetch_history()
        found.insert(0, history)
        run = history.events[0].workflow_execution_started_event_attributes.continued_execution_run_id
    return found


async def histories(ahead: Ahead, proposal: UUID) -> dict[str, WorkflowHistory]:
    """One history per kind of stage that the scenario goes through, in its order, and a document's."""
    client = ahead.environment.client
    kinds = ("eligibility", "review", "synthesis", "committee", "pilot")
    found = dict(zip(kinds, await runs(client, proposal_workflow(proposal)), strict=True))
    job = (await rows("SELECT id FROM job WHERE proposal = {} AND kind = 'receipt' ORDER BY position", proposal))[0][
        "id"
    ]
    await starting.start_drawing(client, ahead.settings.documents_queue, job)
    await client.get_workflow_handle(document_workflow(job)).result()
    return {**found, "document": (await runs(client, document_workflow(job)))[0]}


async def submission(ahead: Ahead) -> WorkflowHistory:
    """The history of a stage that asks the applicant for more, and gets it."""
    trial, proposal = await preselected(ahead)
    await ahead.do(trial.hand_in, proposal)
    _, _, _, asked, *_ = await runs(ahead.environment.client, proposal_workflow(proposal))
    return asked


async def conciliation(ahead: Ahead) -> tuple[WorkflowHistory, WorkflowHistory]:
    """The history of experts who disagree, one of whom answers; and that of an act on many proposals."""
    trial, proposal = await apart(ahead)
    review = await value("SELECT review FROM assignment WHERE expert = {}", trial.experts[0].account)
    await conciliations.confirm_review(trial.experts[0], review, now=await ahead.now())
    await ahead.poke(proposal)
    await ahead.go("2042-04-18 11:00")
    await ahead.happened(proposal, "stage_closed", times=3)
    _, _, talked, _ = await runs(ahead.environment.client, proposal_workflow(proposal))
    new = NewBatch("skip", "Motif.", "synthesis", outcome="submitted")
    begun = await batches.begin_batch(trial.officer, trial.slug, new, now=await ahead.now())
    client = ahead.environment.client
    await starting.carry(client, ahead.settings.task_queue, begun.id)
    await client.get_workflow_handle(batch_workflow(begun.id)).result()
    return talked, (await runs(client, batch_workflow(begun.id)))[0]


def written(history: WorkflowHistory) -> str:
    """A history as a file, without the names of machines."""
    content = json.dumps(json.loads(history.to_json()), indent=1, ensure_ascii=False)
    return IDENTITY.sub(r'"\1": ""', content) + "\n"


async def main(environ: dict[str, str], suffix: str) -> None:
    """Play the scenario and save its runs."""
    settings = Settings.read(environ)
    await DB.connect(settings.database_url)
    try:
        async with ahead_of(settings) as ahead:
            trial, proposal = await four_months(ahead)
            found = await histories(ahead, proposal)
            await tried_out(ahead, trial, proposal)
            *_, found["pilot-reviewed"] = await runs(ahead.environment.client, proposal_workflow(proposal))
        async with ahead_of(settings) as ahead:
            found["conciliation"], found["batch"] = await conciliation(ahead)
        async with ahead_of(settings) as ahead:
            found["submission"] = await submission(ahead)
        async with ahead_of(settings) as ahead:
            trial = await a_call(ahead)
            (found["call"],) = await runs(ahead.environment.client, call_workflow(trial.call))
            for kind, history in found.items():
                (FOLDER / f"{kind}{suffix}.json").write_text(written(history), encoding="utf-8")
    finally:
        await DB.disconnect()


if __name__ == "__main__":
    with borrow("main", uuid.uuid4().hex[:8]) as environ:
        asyncio.run(main(environ, f"-{sys.argv[1]}" if sys.argv[1:] else ""))
