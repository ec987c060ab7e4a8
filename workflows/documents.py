"""The workflow of one document: draw it, or say that it cannot be drawn."""

from datetime import timedelta

from temporalio import workflow
from temporalio.common import RetryPolicy
from temporalio.exceptions import ActivityError

with workflow.unsafe.imports_passed_through():
    from workflows import activities as acts
    from workflows.messages import Draw

# Each step of a drawing has a limit of its own, and a pack of hundreds of dossiers as many steps, which are kept.
LONGEST = timedelta(hours=6)
# About a day without object store or database: nobody asks again for a receipt that a night's outage has cost. The
# activity itself gives up at once on a fault of the drawing.
DRAWING = RetryPolicy(
    initial_interval=timedelta(seconds=1), maximum_interval=timedelta(seconds=30), maximum_attempts=3000
)
RECORDING = RetryPolicy(maximum_interval=timedelta(seconds=5))


@workflow.defn
class DocumentWorkflow:
    """Draws the document of one job. Runs wholly on the documents' queue, so that its workers may live apart."""

    @workflow.run
    async def run(self, job: str) -> bool:
        """Whether the document is in the object store."""
        try:
            drawn = await workflow.execute_activity(
                acts.draw_document,
                Draw(job, workflow.now()),
                start_to_close_timeout=LONGEST,
                heartbeat_timeout=timedelta(seconds=15),
                retry_policy=DRAWING,
            )
        except ActivityError:
            drawn = await workflow.execute_activity(
                acts.give_up_document,
                Draw(job, workflow.now()),
                start_to_close_timeout=timedelta(seconds=30),
                retry_policy=RECORDING,
            )
        return drawn.done
