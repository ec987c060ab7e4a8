"""The workflow of a call: it opens and closes by itself, and tells its people what waits for them."""

from datetime import timedelta

from temporalio import workflow
from temporalio.common import RetryPolicy

with workflow.unsafe.imports_passed_through():
    from workflows import activities as acts
    from workflows.messages import Course, LookAtCall, TakeStep

# As for proposals: an outage of the database is waited out.
RETRY = RetryPolicy(initial_interval=timedelta(milliseconds=500), maximum_interval=timedelta(seconds=5))


@workflow.defn
class CallWorkflow:
    """Takes the steps of one call, each at its instant. What they are and when is in the rows: its input is the id."""

    def __init__(self) -> None:
        self.poked = False

    @workflow.run
    async def run(self, call: str) -> str:
        """Wait for the next step, take it, look again; "over" when nothing happens any more by itself."""
        course = await self.look(call)
        while course.step:
            if course.at is not None and course.at > workflow.now():
                await self.pause(until=course.at - workflow.now())
                course = await self.look(call)
            else:
                course = await workflow.execute_activity(
                    acts.take_step,
                    TakeStep(call, course.step, course.at, workflow.now()),
                    start_to_close_timeout=timedelta(minutes=2),
                    retry_policy=RETRY,
                )
            if workflow.info().is_continue_as_new_suggested():
                workflow.continue_as_new(call)
        return "over"

    async def look(self, call: str) -> Course:
        """What is next, as the rows say."""
        self.poked = False  # before reading: a poke that comes meanwhile is another one
        return await workflow.execute_activity(
            acts.look_at_call,
            LookAtCall(call, workflow.now()),
            start_to_close_timeout=timedelta(seconds=30),
            retry_policy=RETRY,
        )

    async def pause(self, *, until: timedelta) -> None:
        """Sleep, or be woken by a change of the rows: more time, say."""
        try:
            await workflow.wait_condition(lambda: self.poked, timeout=until)
        except TimeoutError:
            return

    @workflow.signal
    def poke(self) -> None:
        """Something was written: look again. Carries nothing."""
        self.poked = True
