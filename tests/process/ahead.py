"""A server of Temporal whose clock can be set ahead, with our workers on it."""

import asyncio
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

from temporalio.api.testservice.v1 import UnlockTimeSkippingRequest
from temporalio.client import WorkflowExecutionStatus
from temporalio.service import RPCError
from temporalio.testing import WorkflowEnvironment

from forms.clocks import PARIS
from service import starting, worker
from service.drawing import Drawing
from service.settings import Settings
from service.store import objects
from tests.process.call import all_seen, kinds
from tests.process.real import background
from workflows.names import proposal_workflow

PATIENCE = 150.0  # seconds of real time
STILL = 6.0


class Ahead:
    """Time as the server has it. Skips over months while nothing is to be done; acts take their `now` from it."""

    def __init__(self, environment: WorkflowEnvironment, settings: Settings) -> None:
        self.environment = environment
        self.settings = settings

    async def now(self) -> datetime:
        """This moment, there."""
        return await self.environment.get_current_time()

    async def go(self, to: str) -> None:
        """Go to an instant in Paris time, `2042-04-07 10:00`; what is due on the way happens at its time."""
        left = datetime.fromisoformat(to).replace(tzinfo=PARIS) - await self.now()
        assert left >= timedelta(0), f"{to} is past"
        await self.sleep(left)

    async def sleep(self, by: timedelta) -> None:
        """Let time pass. An act that outlives its run is never over for this server, whose clock then stands still:
        it is told to go on."""
        end = await self.now() + by
        while (now := await self.now()) < end:
            sleeping = asyncio.create_task(self.environment.sleep(end - now))
            await asyncio.wait({sleeping}, timeout=STILL)
            while not sleeping.done():
                before = await self.now()
                await asyncio.wait({sleeping}, timeout=STILL)
                if not sleeping.done() and await self.now() - before < timedelta(minutes=1):
                    await self.environment.client.test_service.unlock_time_skipping(UnlockTimeSkippingRequest())
            failed = sleeping.exception()
            if failed is not None and not isinstance(failed, RPCError):  # it answers within half a minute or not
                raise failed

    async def do(self, act: Callable[..., Awaitable[object]], proposal: UUID, *args: object, sees: str = "") -> None:
        """A person acts on a proposal; its workflow is poked, and is given the time to react with entry `sees`."""
        before = len(await kinds(proposal))
        await act(proposal, *args, now=await self.now())
        await self.poke(proposal)
        await self.until(lambda: all_seen(proposal))
        if sees:
            await self.happened(proposal, sees, after=before)

    async def poke(self, proposal: UUID) -> None:
        """What the relay does."""
        await starting.poke(self.environment.client, self.settings.task_queue, proposal)

    async def draw(self, job: UUID) -> None:
        """What the relay does for a queued job."""
        await starting.start_drawing(self.environment.client, self.settings.documents_queue, job)

    async def happened(self, proposal: UUID, kind: str, *, after: int = 0, times: int = 1) -> None:
        """Wait (in real time, the clock stands still) until the journal has the entry."""

        async def seen() -> bool:
            return (await kinds(proposal))[after:].count(kind) >= times

        await self.until(seen)

    async def until(self, test: Callable[[], Awaitable[bool]]) -> None:
        """Wait in real time."""
        async with asyncio.timeout(PATIENCE):
            while not await test():
                await asyncio.sleep(0.02)

    async def poke_call(self, call: UUID) -> None:
        """What the relay does for a call."""
        await starting.poke_call(self.environment.client, self.settings.task_queue, call)

    async def ended(self, proposal: UUID) -> None:
        """Wait until the workflow of a proposal has ended by itself."""
        await self.over(proposal_workflow(proposal))

    async def over(self, workflow: str) -> None:
        """Wait until a workflow has ended by itself."""
        handle = self.environment.client.get_workflow_handle(workflow)

        async def over() -> bool:
            return (await handle.describe()).status is WorkflowExecutionStatus.COMPLETED

        await self.until(over)


@asynccontextmanager
async def ahead_of(settings: Settings) -> AsyncIterator[Ahead]:
    """A time-skipping server of its own, with workers of both queues."""
    objects.configure(settings)
    drawing = Drawing()
    server = Path(sys.prefix) / "bin" / "temporal-test-server"
    try:
        async with AsyncExitStack() as stack:
            environment = await stack.enter_async_context(
                await WorkflowEnvironment.start_time_skipping(test_server_existing_path=str(server))
            )
            those = worker.workers(environment.client, settings, drawing, runner=worker.RUNNER)
            both = (worker.work(one) for one in those)
            await stack.enter_async_context(background(*both))
            yield Ahead(environment, settings)
    finally:
        drawing.close()
