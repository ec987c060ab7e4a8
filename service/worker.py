"""The worker: carries the workflows, draws the documents, relays what the database says."""

import asyncio
import contextlib
import logging
import signal
from collections.abc import Awaitable, Callable
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import TypeVar

import asyncpg
from temporalio.api.enums.v1 import IndexedValueType
from temporalio.api.operatorservice.v1 import AddSearchAttributesRequest, ListSearchAttributesRequest
from temporalio.client import Client
from temporalio.runtime import LogForwardingConfig, LoggingConfig, Runtime, TelemetryConfig, TelemetryFilter
from temporalio.service import RPCError
from temporalio.worker import UnsandboxedWorkflowRunner, Worker, WorkflowRunner
from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner, SandboxRestrictions

import workflows
from service import logs
from service.activities import acts_of, drawers
from service.drawing import Drawing
from service.identity import secrets
from service.inspecting import Inspection
from service.planning import Planning
from service.relay import Relay
from service.settings import Settings
from service.store import objects
from service.store.database import DB
from workflows.batches import BatchWorkflow
from workflows.calls import CallWorkflow
from workflows.documents import DocumentWorkflow
from workflows.names import CALL, DEADLINE, STAGE
from workflows.proposal import ProposalWorkflow

log = logs.logger(__name__)

GRACE = timedelta(seconds=2)  # for acts in flight, when told to stop
LONGEST_END = 4.5  # seconds, of which `GRACE` is part
REGISTERING = 5.0  # seconds
ATTRIBUTES = {
    CALL.name: IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD,
    STAGE.name: IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD,
    DEADLINE.name: IndexedValueType.INDEXED_VALUE_TYPE_DATETIME,
}
SLOWEST = 10.0  # seconds between two attempts to reach a server

WORKFLOWS = (CallWorkflow, ProposalWorkflow, BatchWorkflow, DocumentWorkflow)

# Watches the workflows' code for what no replay could repeat, which is the same code each time: so tests and
# `alliance process replay` run it here, and a worker without. Messages and declarations have no state: they are shared.
RUNNER = SandboxedWorkflowRunner(
    restrictions=SandboxRestrictions.default.with_passthrough_modules("workflows.messages", "workflows.activities")
)

# What the Temporal library logs beneath Python goes where our own events go.
TELEMETRY = TelemetryConfig(
    logging=LoggingConfig(
        filter=TelemetryFilter(core_level="WARN", other_level="ERROR"),
        forwarding=LogForwardingConfig(logger=logging.getLogger("temporalio.core")),
    )
)


# Which code carried a run is told in its history. The library's own digest reads every module that is imported.
SOURCES = sorted(Path(workflows.__file__).parent.rglob("*.py"))
BUILD = sha256(b"".join(path.read_bytes() for path in SOURCES)).hexdigest()[:16]


async def main(settings: Settings) -> None:
    """Work until SIGTERM or SIGINT; then end within five seconds, leaving nothing half done that is not done again."""
    logging.getLogger("temporalio.activity").setLevel(logging.ERROR)  # our own line says it: `activity_failed`
    Runtime.set_default(Runtime(telemetry=TELEMETRY), error_if_already_set=False)
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    work = asyncio.create_task(run(settings))
    stopped = asyncio.create_task(stop.wait())
    try:
        await asyncio.wait({work, stopped}, return_when=asyncio.FIRST_COMPLETED)
        work.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await work
    finally:
        stopped.cancel()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.remove_signal_handler(number)


async def run(settings: Settings) -> None:
    """Work until cancelled. Servers that are not there yet, or not there any more, are waited for."""
    objects.configure(settings)
    secrets.configure(settings.secret)
    await reach("database", lambda: DB.connect(settings.database_url), OSError, asyncpg.PostgresError)
    drawing = Drawing()
    try:
        client = await connect(settings, lazy=True)
        async with asyncio.TaskGroup() as group:
            group.create_task(Relay(settings, client).run())
            group.create_task(serve(settings, drawing))
            group.create_task(Inspection(settings.clamd).run())
            group.create_task(Planning().run())
    finally:
        drawing.close()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(1):
                await DB.disconnect()


async def serve(settings: Settings, drawing: Drawing) -> None:
    """Take tasks from both queues until cancelled; connect again when Temporal lost what the workers rest on."""
    while True:
        client = await reach("temporal", lambda: connect(settings), RuntimeError, TimeoutError)
        try:
            listed = await searchable(client)
            async with asyncio.TaskGroup() as group:
                for worker in workers(client, settings, drawing, listed=listed):
                    group.create_task(work(worker))
        except* Exception as failed:
            log.warning("worker_failed", exc_info=failed)
            await asyncio.sleep(1)


async def work(worker: Worker) -> None:
    """Run this worker until cancelled, and then end within `LONGEST_END`.

    Once told to stop, the library may wait for its own core for ever, seen on a busy machine after the last task was
    done. What it would still do is not needed: an act that Temporal does not know to be done is done again.
    """
    running = asyncio.create_task(worker.run())
    try:
        await asyncio.wait({running})
    except asyncio.CancelledError:
        running.cancel()
        await asyncio.wait({running}, timeout=LONGEST_END)
        if not running.done():
            log.warning("worker_abandoned", queue=worker.task_queue)
            running.cancel()
            await asyncio.wait({running}, timeout=0.2)
        raise
    await running


async def searchable(client: Client) -> bool:
    """Whether operators can search workflows by call, stage and deadline: registers the attributes where they are not
    known. Without them, or without the right to ask, everything else goes on."""
    try:
        async with asyncio.timeout(REGISTERING):
            known = await client.operator_service.list_search_attributes(
                ListSearchAttributesRequest(namespace=client.namespace)
            )
            missing = {name: kind for name, kind in ATTRIBUTES.items() if name not in known.custom_attributes}
            if missing:
                request = AddSearchAttributesRequest(namespace=client.namespace, search_attributes=missing)
                await client.operator_service.add_search_attributes(request)
    except (RPCError, TimeoutError, RuntimeError) as error:
        log.warning("search_attributes_unknown", error=type(error).__name__)
        return False
    return True


async def connect(settings: Settings, *, lazy: bool = False) -> Client:
    """A client of Temporal. Not lazy: raises RuntimeError or TimeoutError where it does not answer."""
    async with asyncio.timeout(10):
        return await Client.connect(settings.temporal_address, namespace=settings.temporal_namespace, lazy=lazy)


def workers(
    client: Client, settings: Settings, drawing: Drawing, *, listed: bool = False, runner: WorkflowRunner | None = None
) -> list[Worker]:
    """One worker for the process, one for the documents: a night of drawing delays no stage."""
    runner = runner or UnsandboxedWorkflowRunner()
    return [
        Worker(
            client,
            task_queue=settings.task_queue,
            workflows=[one for one in WORKFLOWS if one is not DocumentWorkflow],
            activities=acts_of(listed=listed),
            workflow_runner=runner,
            build_id=BUILD,
            max_concurrent_activities=20,
            graceful_shutdown_timeout=GRACE,
        ),
        Worker(
            client,
            task_queue=settings.documents_queue,
            workflows=[DocumentWorkflow],
            activities=drawers(drawing, settings.address),
            workflow_runner=runner,
            build_id=BUILD,
            max_concurrent_activities=8,  # of which packs wait for one another
            graceful_shutdown_timeout=GRACE,
        ),
    ]


T = TypeVar("T")


async def reach(what: str, attempt: Callable[[], Awaitable[T]], *failures: type[Exception]) -> T:
    """Try until a server answers."""
    wait = 0.5
    while True:
        try:
            return await attempt()
        except failures as error:
            log.warning("server_not_reached", server=what, error=type(error).__name__, again=wait)
            await asyncio.sleep(wait)
            wait = min(2 * wait, SLOWEST)
