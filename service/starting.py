"""Starting the workflows that are not a proposal's: of documents, batches and calls. Each is safe to repeat."""

import asyncio
from datetime import timedelta
from uuid import UUID

from temporalio.client import Client
from temporalio.common import WorkflowIDConflictPolicy

from workflows.batches import BatchWorkflow
from workflows.calls import CallWorkflow
from workflows.documents import DocumentWorkflow
from workflows.names import batch_workflow, call_workflow, document_workflow

CALL = 5.0  # seconds that one call to Temporal may take: the client's own limit is not kept
# A killed worker's workflow task is given to another one after this.
TASK = timedelta(seconds=5)


async def start_drawing(client: Client, queue: str, job: UUID) -> None:
    """Have a job's document drawn, unless it is being drawn."""
    async with asyncio.timeout(CALL):
        await client.start_workflow(
            DocumentWorkflow.run,
            str(job),
            id=document_workflow(job),
            task_queue=queue,
            task_timeout=TASK,
            id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
        )


async def poke_call(client: Client, queue: str, call: UUID) -> None:
    """Tell a call's workflow to look, starting it where there is none. Carries nothing; safe to repeat."""
    async with asyncio.timeout(CALL):
        await client.start_workflow(
            CallWorkflow.run,
            str(call),
            id=call_workflow(call),
            task_queue=queue,
            task_timeout=TASK,
            start_signal="poke",
        )


async def carry(client: Client, queue: str, batch: UUID) -> None:
    """Have a batch carried on, unless it is being carried."""
    async with asyncio.timeout(CALL):
        await client.start_workflow(
            BatchWorkflow.run,
            str(batch),
            id=batch_workflow(batch),
            task_queue=queue,
            task_timeout=TASK,
            id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
        )
