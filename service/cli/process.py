"""`alliance process`: what the workflows are at, which are stuck and why, and a push for those that are."""

import argparse
import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from service.cli._replaying import SAVED, replayed
from service.settings import Settings

if TYPE_CHECKING:
    from temporalio.client import WorkflowExecutionDescription

MOST = 1000  # of each kind that is stuck
MOMENT = "%Y-%m-%d %H:%M %Z"


def add(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """The subcommand and its own subcommands."""
    parser = subparsers.add_parser("process", help="look at the workflow of a proposal, poke or restart workflows")
    acts = parser.add_subparsers(title="acts", metavar="ACT", required=True)
    poke = acts.add_parser("poke", help="tell workflows to look again; starts those that are missing; always safe")
    _choice(poke)
    poke.set_defaults(run=lambda arguments: start(lambda settings: poked(settings, arguments.reference)))
    again = acts.add_parser(
        "restart",
        help="put new workflows in the place of those that run, which cannot go on after a change of the program;"
        " safe: they go on from the rows",
    )
    _choice(again)
    again.set_defaults(run=lambda arguments: start(lambda settings: poked(settings, arguments.reference, anew=True)))
    show = acts.add_parser("show", help="where a proposal stands, its workflow, and what fails there")
    show.add_argument("reference", help="such as AMI-2025-0042")
    show.set_defaults(run=lambda arguments: start(lambda settings: shown(settings, arguments.reference)))
    stuck = acts.add_parser(
        "stuck", help="what should have gone on a minute ago: proposals, calls; exit status 1 if any"
    )
    stuck.set_defaults(run=lambda _: start(lambda _: listed()))
    metrics = acts.add_parser("metrics", help="the same as a number, and others, in the text format of Prometheus")
    metrics.set_defaults(run=lambda _: start(lambda _: measured()))
    replay = acts.add_parser(
        "replay",
        help="play histories against the program that is here, before it is put in place; exit status 1 where a run"
        " could not go on with it (`restart` then is the way out)",
    )
    replay.add_argument("folder", nargs="?", type=Path, default=SAVED, help="of saved histories (*.json)")
    replay.add_argument("--live", action="store_true", help="also those of every workflow that is open now")
    replay.set_defaults(run=lambda arguments: _replay(arguments.folder, live=arguments.live))


def _replay(folder: Path, *, live: bool) -> int:
    from service.cli._running import current_settings

    return asyncio.run(replayed(current_settings() if live else None, folder))


async def measured() -> int:
    """Print the metrics."""
    from service.views.metrics import gathered

    print(await gathered(), end="")
    return 0


def _choice(parser: argparse.ArgumentParser) -> None:
    chosen = parser.add_mutually_exclusive_group(required=True)
    chosen.add_argument("--all", action="store_true", help="of every proposal that is in a stage")
    chosen.add_argument("reference", nargs="?", help="of this proposal")


def start(act: Callable[[Settings], Awaitable[int]]) -> int:
    """Run an act with an open database. Raises StackError, SettingsError."""
    from service.cli._database import database
    from service.cli._running import current_settings

    async def connected() -> int:
        settings = current_settings()
        async with database(settings):
            return await act(settings)

    return asyncio.run(connected())


async def poked(settings: Settings, reference: str | None, *, anew: bool = False) -> int:
    """Poke one proposal, or all that are open. Exit status 1 where there is none of that reference."""
    from service.patience import OUTAGES, all_of
    from service.starting import poke
    from service.store import backlog
    from service.store.database import rows
    from service.worker import connect

    if reference is None:
        chosen = await backlog.opened()
    else:
        found = await rows("SELECT id FROM proposal WHERE reference = {} AND stage <> ''", reference)
        if not found:
            print(f"no proposal {reference} is in a stage")
            return 1
        chosen = [found[0]["id"]]
    try:
        client = await connect(settings)
        await all_of(poke(client, settings.task_queue, proposal, anew=anew) for proposal in chosen)
    except OUTAGES as error:
        print(f"Temporal does not answer at {settings.temporal_address} ({type(error).__name__}): try again")
        return 1
    print(f"{len(chosen)} {'restarted' if anew else 'poked'}")
    return 0


async def listed() -> int:
    """Tell which proposals and calls are stuck, the longest first. Exit status 1 where one is."""
    from service import clock
    from service.store import backlog

    late = clock.now() - backlog.LATE
    found = [("unseen since", line) for line in await backlog.unseen(MOST) if line["since"] < late]
    found += [("should have gone on since", line) for line in await backlog.missed(clock.now(), MOST)]
    found += [("its conflicts are not looked for since", line) for line in await backlog.unchecked(clock.now(), MOST)]
    found += [("a call that should have gone on since", line) for line in await backlog.calls_stuck(clock.now(), MOST)]
    for what, line in sorted(found, key=lambda one: one[1]["since"]):
        print(f"{line['reference']}  {what} {line['since']:{MOMENT}}")
    if not found:
        print("none is stuck")
    return 1 if found else 0


async def shown(settings: Settings, reference: str) -> int:
    """Tell rows and workflow of a proposal. Exit status 1 where there is none of that reference."""
    from service.store import backlog
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
        print(f"clock     {clock['kind']}: {clock['rule']}, due {clock['due_at']:{MOMENT}}, {how}")
    for seat in await rows("SELECT * FROM assignment WHERE proposal = {} ORDER BY rank", line["id"]):
        due = f", until {seat['due_at']:{MOMENT}}" if seat["status"] in ("invited", "accepted") else ""
        print(f"expert    {seat['rank']}: {seat['status']}{due}, reminded {seat['reminded']} times")
    for said in await workflow(settings, str(line["id"])):
        print(said)
    print(f"waits     for {await waited_for(line)}")
    at = await backlog.next_timer(line["id"])
    print(f"timer     {f'{at:{MOMENT}}' if at else 'none'}")
    last = await rows(
        "SELECT seq, kind, actor, at FROM entry WHERE stream = {} ORDER BY seq DESC LIMIT 10", f"proposal:{line['id']}"
    )
    for entry in reversed(last):
        who = entry["actor"] or "the process"
        print(f"entry     {entry['seq']}: {entry['kind']}, {entry['at']:{MOMENT}}, by {who}")
    return 0


async def waited_for(line: dict[str, Any]) -> str:
    """What the present stage of a proposal (its row) waits for, in a few words."""
    from service.store.backlog import seats_of
    from service.store.database import value

    asked = "SELECT EXISTS (SELECT FROM message WHERE proposal = {} AND question AND closed_at IS NULL)"
    taken = "SELECT EXISTS (SELECT FROM decision WHERE proposal = {} AND round = {} AND publication IS NULL)"
    if not line["stage"]:
        return "nothing: its process is over" if line["status"] != "draft" else "its applicant"
    if line["returned"]:
        return "the applicant, to complete it"
    if await value(asked, line["id"]):
        return "the applicant, to answer a question"
    match line["stage_kind"]:
        case "review" | "conciliation":
            return await seats_of(line["id"])
        case "committee":
            pending = await value(taken, line["id"], line["round"])
            return "the publication of its decision" if pending else "a decision"
        case kind:
            known = {"submission": "the applicant, to hand in the next part", "eligibility": "an officer's checklist"}
            return {**known, "synthesis": "an officer's synthesis"}.get(kind, "an officer, to say how it ends")


async def workflow(settings: Settings, proposal: str) -> list[str]:
    """What Temporal says of the workflow of a proposal: one line, one of what it is searched by, and one for each thing
    that fails there."""
    from temporalio.service import RPCError

    from service.worker import connect
    from workflows.names import proposal_workflow

    try:
        client = await connect(settings)
        found = await client.get_workflow_handle(proposal_workflow(proposal)).describe()
    except RPCError as error:
        return [f"workflow  none ({error.status.name.lower()})"]
    except (RuntimeError, TimeoutError):
        return [f"workflow  unknown: Temporal does not answer at {settings.temporal_address}"]
    name = found.status.name.lower() if found.status else "unknown"
    since = f"{found.start_time:{MOMENT}}"
    running = f"workflow  {name}, run {found.run_id} since {since}, {found.history_length} events"
    return [running, *_searched(found), *_failing(found)]


def _searched(found: "WorkflowExecutionDescription") -> list[str]:
    """By what operators find it in Temporal, with those that stand where it does: as a query is written there."""
    from workflows.names import CALL, STAGE

    told = found.typed_search_attributes
    kept = [f"{key.name} = '{told[key]}'" for key in (CALL, STAGE) if told.get(key)]
    return [f"searched  {' AND '.join(kept)}"] if kept else []


def _failing(found: "WorkflowExecutionDescription") -> list[str]:
    """Activities that fail and are tried again; a run that cannot go on with the program that is there."""
    raw = found.raw_description
    lines = [
        f"failing   {one.activity_type.name}, attempt {one.attempt}: {one.last_failure.message}"
        for one in raw.pending_activities
        if one.HasField("last_failure")
    ]
    if raw.pending_workflow_task.attempt > 1:
        lines.append(f"failing   the workflow itself, attempt {raw.pending_workflow_task.attempt}: see worker log")
    return lines
