"""Workflows started where there is none, and told to look where there is one. Each act is safe to repeat."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from uuid import UUID

from temporalio.client import Client
from temporalio.common import WorkflowIDConflictPolicy
from temporalio.service import RPCError, RPCStatusCode

from service import clock
from service.operations import process
from workflows.batches import BatchWorkflow
from workflows.calls import CallWorkflow
from workflows.documents import DocumentWorkflow
from workflows.messages import Look
from workflows.names import batch_workflow, call_workflow, document_workflow, proposal_workflow
from workflows.proposal import ProposalWorkflow

CALL = 5.0  # seconds that one call to Temporal may take: the client's own limit is not kept
# A killed worker's workflow task is given to another one after this.
TASK = timedelta(seconds=5)


async def poke(client: Client, queue: str, proposal: UUID, *, anew: bool = False) -> None:
    """Tell a proposal's workflow to look, starting it where there is none. Carries nothing; safe to repeat.

    `anew`: in the place of the one that runs, which holds nothing that its successor could not read again.
    """
    async with asyncio.timeout(CALL):
        await client.start_workflow(
            ProposalWorkflow.run,
            str(proposal),
            id=proposal_workflow(proposal),
            task_queue=queue,
            task_timeout=TASK,
            id_conflict_policy=(
                WorkflowIDConflictPolicy.TERMINATE_EXISTING if anew else WorkflowIDConflictPolicy.UNSPECIFIED
            ),
            start_signal="poke",
        )


async def poke_closed(client: Client, proposal: UUID) -> None:
    """Tell the workflow of a proposal whose process is over, if one still runs; none is started for it."""
    async with asyncio.timeout(CALL):
        try:
            await client.get_workflow_handle(proposal_workflow(proposal)).signal("poke")
        except RPCError as error:
            if error.status is not RPCStatusCode.NOT_FOUND:
                raise
            await process.look(Look(str(proposal), clock.now()))


async def start_drawing(client: Client, queue: str, job: UUID) -> None:
    """Have a job's document drawn, unless it is being drawn."""
    await _start(client, queue, DocumentWorkflow.run, job, document_workflow(job))


async def carry(client: Client, queue: str, batch: UUID) -> None:
    """Have a batch carried on, unless it is being carried."""
    await _start(client, queue, BatchWorkflow.run, batch, batch_workflow(batch))


async def poke_call(client: Client, queue: str, call: UUID) -> None:
    """Tell a call's workflow to look, starting it where there is none. Carries nothing."""
    async with asyncio.timeout(CALL):
        await client.start_workflow(
            CallWorkflow.run,
            str(call),
            id=call_workflow(call),
            task_queue=queue,
            task_timeout=TASK,
            start_signal="poke",
        )


async def _start(client: Client, queue: str, run: Callable[..., Awaitable[object]], of: UUID, name: str) -> None:
    async with asyncio.timeout(CALL):
        await client.start_workflow(
            run,
            str(of),
            id=name,
            task_queue=queue,
            task_timeout=TASK,
            id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
        )
