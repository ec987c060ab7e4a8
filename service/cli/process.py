"""`alliance process`: what the workflows are at, and a push where one seems to have stopped."""

import argparse
import os
from collections.abc import Awaitable, Callable

from service.settings import Settings


def add(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """The subcommand and its own subcommands."""
    parser = subparsers.add_parser("process", help="look at the workflow of a proposal, or poke workflows")
    acts = parser.add_subparsers(title="acts", metavar="ACT", required=True)
    poke = acts.add_parser("poke", help="tell workflows to look again; starts those that are missing; always safe")
    chosen = poke.add_mutually_exclusive_group(required=True)
    chosen.add_argument("--all", action="store_true", help="of every proposal that is in a stage")
    chosen.add_argument("reference", nargs="?", help="of this proposal")
    poke.set_defaults(run=lambda arguments: start(lambda settings: poked(settings, arguments.reference)))
    show = acts.add_parser("show", help="where a proposal stands, and its workflow")
    show.add_argument("reference", help="such as AMI-2025-0042")
    show.set_defaults(run=lambda arguments: start(lambda settings: shown(settings, arguments.reference)))


def start(act: Callable[[Settings], Awaitable[int]]) -> int:
    """Run an act with an open database."""
    import asyncio

    from service.store.database import DB

    async def connected() -> int:
        settings = Settings.read(os.environ)
        await DB.connect(settings.database_url)
        try:
            return await act(settings)
        finally:
            await DB.disconnect()

    return asyncio.run(connected())


async def poked(settings: Settings, reference: str | None) -> int:
    """Poke one proposal, or all that are open. Exit status 1 where there is none of that reference."""
    from service import relay
    from service.store.database import rows
    from service.worker import connect

    if reference is None:
        chosen = await relay.open_proposals()
    else:
        found = await rows("SELECT id FROM proposal WHERE reference = {} AND stage <> ''", reference)
        if not found:
            print(f"no proposal {reference} is in a stage")
            return 1
        chosen = [found[0]["id"]]
    try:
        client = await connect(settings)
        await relay.all_of(relay.poke(client, settings.task_queue, proposal) for proposal in chosen)
    except relay.OUTAGES as error:
        print(f"Temporal does not answer at {settings.temporal_address} ({type(error).__name__}): try again")
        return 1
    print(f"{len(chosen)} poked")
    return 0


async def shown(settings: Settings, reference: str) -> int:
    """Tell rows and workflow of a proposal. Exit status 1 where there is none of that reference."""
    from service.store.database import row, rows

    line = await row("SELECT * FROM proposal WHERE reference = {}", reference)
    if line is None:
        print(f"no proposal {reference}")
        return 1
    print(f"{reference}  {line['id']}")
    print(f"status    {line['status']}, stage {line['stage'] or '-'} (visit {line['visit']})")
    print(f"journal   {line['last_seq']} entries, the workflow has seen {line['seen_seq']}")
    for clock in await rows(
        "SELECT * FROM deadline WHERE proposal = {} AND visit = {} AND closed_at IS NULL ORDER BY kind",
        *(line["id"], line["visit"]),
    ):
        how = "paused" if clock["paused_at"] else "passed" if clock["overdue_at"] else "running"
        print(f"clock     {clock['kind']}: {clock['rule']}, due {clock['due_at']:%Y-%m-%d %H:%M %Z}, {how}")
    for seat in await rows("SELECT * FROM assignment WHERE proposal = {} ORDER BY rank", line["id"]):
        due = f", until {seat['due_at']:%Y-%m-%d %H:%M %Z}" if seat["status"] in ("invited", "accepted") else ""
        print(f"expert    {seat['rank']}: {seat['status']}{due}, reminded {seat['reminded']} times")
    print(f"workflow  {await workflow(settings, str(line['id']))}")
    return 0


async def workflow(settings: Settings, proposal: str) -> str:
    """What Temporal says of the workflow of a proposal."""
    from temporalio.service import RPCError

    from service.worker import connect
    from workflows.names import proposal_workflow

    try:
        client = await connect(settings)
        found = await client.get_workflow_handle(proposal_workflow(proposal)).describe()
    except RPCError as error:
        return f"none ({error.status.name.lower()})"
    except (RuntimeError, TimeoutError):
        return f"unknown: Temporal does not answer at {settings.temporal_address}"
    name = found.status.name.lower() if found.status else "unknown"
    return f"{name}, run {found.run_id} since {found.start_time:%Y-%m-%d %H:%M %Z}, {found.history_length} events"
