"""Told to stop, a worker ends, whatever the library under it still waits for."""

import asyncio
import contextlib
import time
from datetime import timedelta
from uuid import uuid4

from temporalio import activity, workflow
from temporalio.worker import UnsandboxedWorkflowRunner, Worker

from service.settings import Settings
from service.worker import GRACE, LONGEST_END, work
from tests.process.real import client_of

begun, released = asyncio.Event(), asyncio.Event()


@activity.defn
async def stubborn() -> None:
    """Heeds no cancellation."""
    begun.set()
    while not released.is_set():
        with contextlib.suppress(asyncio.CancelledError):
            await released.wait()


@workflow.defn
class Stubborn:
    """One act that never ends."""

    @workflow.run
    async def run(self) -> None:
        await workflow.execute_activity(stubborn, start_to_close_timeout=timedelta(minutes=5))


async def test_a_worker_that_waits_for_ever_is_left(settings: Settings, database: None) -> None:
    client = await client_of(settings)
    queue = f"stubborn-{uuid4()}"
    running = asyncio.create_task(
        work(
            Worker(
                client,
                task_queue=queue,
                workflows=[Stubborn],
                activities=[stubborn],
                workflow_runner=UnsandboxedWorkflowRunner(),
                graceful_shutdown_timeout=GRACE,
            )
        )
    )
    handle = await client.start_workflow(Stubborn.run, id=queue, task_queue=queue)
    async with asyncio.timeout(120):
        await begun.wait()
    before = time.monotonic()
    running.cancel()
    await asyncio.wait({running}, timeout=120)
    took = time.monotonic() - before
    assert running.cancelled()
    assert GRACE.total_seconds() <= took < LONGEST_END + 30
    released.set()
    await handle.terminate()
