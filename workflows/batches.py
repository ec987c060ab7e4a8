"""The workflow of one act on many proposals: carry on until none is left to do."""

from datetime import timedelta

from temporalio import workflow
from temporalio.common import RetryPolicy

with workflow.unsafe.imports_passed_through():
    from workflows import activities as acts
    from workflows.messages import Carried, Carry

RETRY = RetryPolicy(initial_interval=timedelta(seconds=1), maximum_interval=timedelta(seconds=10))
ROUNDS = 50  # activities of one run: a history stays short


@workflow.defn
class BatchWorkflow:
    """Carries one batch. Its input is the batch's id, and nothing else; what is left stands in the rows."""

    @workflow.run
    async def run(self, batch: str) -> str:
        """Some items at a time. A worker that dies is replaced within seconds, and goes on where that one stopped."""
        carried = Carried(left=1)
        for _ in range(ROUNDS):
            carried = await workflow.execute_activity(
                acts.carry_batch,
                Carry(batch, workflow.now()),
                start_to_close_timeout=timedelta(minutes=10),
                heartbeat_timeout=timedelta(seconds=5),
                retry_policy=RETRY,
            )
            if not carried.left:
                break
        if carried.left:
            workflow.continue_as_new(batch)
        return "done"
