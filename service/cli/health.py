"""`alliance health web|worker`: whether the program beside this command works (health checks of containers)."""

import argparse
import asyncio
import os
import socket
import sys

from service.settings import Settings

PATIENCE = 8.0


def add(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """The subcommand and its options."""
    parser = subparsers.add_parser("health", help="whether the web or the worker of this machine works")
    parser.add_argument("program", choices=["web", "worker"])
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """0 when it works, else 1 and a line on stderr."""
    check = web if arguments.program == "web" else worker
    complaint = asyncio.run(check(Settings.read(os.environ)))
    if complaint:
        print(f"alliance: {complaint}", file=sys.stderr)
    return 1 if complaint else 0


async def web(settings: Settings) -> str:
    """What is wrong with the web process; empty when nothing is."""
    from service.stack.probe import get

    status, _ = await get(settings.port, "/health/live", patience=PATIENCE)
    return "" if status == 200 else f"nothing well answers on port {settings.port} (status {status})"


async def worker(settings: Settings) -> str:
    """The same for the worker: Temporal must have seen it ask for work of both kinds."""
    from temporalio.api.enums.v1 import TaskQueueType
    from temporalio.api.taskqueue.v1 import TaskQueue
    from temporalio.api.workflowservice.v1 import DescribeTaskQueueRequest
    from temporalio.client import Client
    from temporalio.service import RPCError

    here = f"@{socket.gethostname()}"
    try:
        async with asyncio.timeout(PATIENCE):
            client = await Client.connect(settings.temporal_address, namespace=settings.temporal_namespace)
            for queue in (settings.task_queue, settings.documents_queue):
                found = await client.workflow_service.describe_task_queue(
                    DescribeTaskQueueRequest(
                        namespace=settings.temporal_namespace,
                        task_queue=TaskQueue(name=queue),
                        task_queue_type=TaskQueueType.TASK_QUEUE_TYPE_ACTIVITY,
                    )
                )
                if not any(poller.identity.endswith(here) for poller in found.pollers):
                    return f"no worker of this machine asks for work on {queue}"
    except (RPCError, RuntimeError, TimeoutError) as error:
        return f"Temporal does not answer at {settings.temporal_address}: {error or 'time out'}"
    return ""
