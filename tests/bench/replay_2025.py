"""The call of 2025 by robots through the API, to its decisions: time, history events, the worker's processor, outcome.

    python -m tests.bench replay-2025 [--proposals 435] [--day 20] [--kills 0] [--dossiers 20] [--seed N]

A copy of the shipped call, in which a working day of the process lasts some seconds: 12 experts in 6 pairs. Accounts
are rows and the call is published by its operation; everything else goes through the API of a whole service on this
machine. Of a tenth of the proposals the pair asked first stays silent, one in twenty is sent back to its applicant, in
one of twenty an expert declares a conflict of interest. `--kills`: kill -9 of the worker so many times, at instants
that the seed draws.

Scores depend on a proposal and a place in the pair that reviews it, and the decisions on the scores. So the seed tells
the outcome of every proposal: status, stage, decision, versions, who was asked, what they did, which reviews count.
`replay-2025-outcome` says where that is not what came of it, and a digest: two runs that came to the same have the
same. Reminders, entries and instants depend on the clock, and are not part of it.
"""

import argparse
import asyncio
import sys
from dataclasses import dataclass, field

from temporalio.client import Client

from forms import parse_edition
from tests.bench.figure import Figure
from tests.bench.metered import Meter
from tests.bench.served import served, settings_of
from tests.support.house import House
from tests.support.replay import outcome
from tests.support.replay.copied import published, shortened
from tests.support.replay.course import DOSSIERS, Course
from tests.support.replay.luck import SEED, Luck
from tests.support.replay.people import EXPERTS, PAIR, crowd

DAY = 20.0  # seconds
GAP = 0.5  # working days that a worker lives before it is killed, in the mean
LONGEST = 3600.0  # seconds, on whatever machine
RUNS = "WorkflowType = 'ProposalWorkflow'"


@dataclass
class Replay:
    """What was seen of one. `spent`: seconds of processor time by part; `events`: of each run of a workflow."""

    course: Course
    seconds: float = 0.0
    kills: int = 0
    spent: dict[str, float] = field(default_factory=dict)
    events: list[int] = field(default_factory=list)
    digest: str = ""
    differences: list[str] = field(default_factory=list)
    stuck: str = ""
    broken: list[str] = field(default_factory=list)

    def figures(self) -> dict[str, Figure]:
        """By what follows the script's name."""
        number = self.course.luck.proposals
        each = {part: seconds / number for part, seconds in sorted(self.spent.items())}
        told = ", ".join(f"{part} {seconds:.2f}" for part, seconds in each.items() if part != "worker")
        steps = ", ".join(f"{name} {seconds:.0f}" for name, seconds in self.course.times.items())
        late = len(self.course.refused)
        stuck = 0 if self.stuck == "none is stuck" else len(self.stuck.splitlines())
        mean = f"{len(self.events)} runs, {sum(self.events) / max(1, len(self.events)):.0f} in the mean"
        same = f"digest {self.digest}, {late} answers of experts too late"
        votes = self.course.sitting.votes
        sat = f"{len(votes)} votes on {sum(votes)} items, {max(votes, default=0)} at once"
        return {
            "": Figure(self.seconds, f"s to {number} decisions", "under 600 s", f"{steps}; {self.kills} kills"),
            "-events": Figure(max(self.events, default=0), "history events of a proposal and stage", "under 200", mean),
            "-worker": Figure(each["worker"], "s CPU of the worker a proposal", "under 0.4 s CPU", f"others: {told}"),
            "-stuck": Figure(stuck, "proposals stuck", "none"),
            "-doctor": Figure(len(self.broken), "promises broken", "none"),
            "-documents": Figure(len(self.course.faults), "faults of what it left on paper and for all", "none", sat),
            "-outcome": Figure(len(self.differences), "differences from what the seed says", "none", same),
        }

    def faults(self) -> list[str]:
        """What may not be, in words."""
        stuck = [] if self.stuck == "none is stuck" else [self.stuck]
        return [*self.differences, *stuck, *self.broken, *self.course.faults]


async def replayed(
    house: House, proposals: int, *, day: float = DAY, kills: int = 0, seed: int = SEED, dossiers: int = DOSSIERS
) -> Replay:
    """Run it on a house whose database is connected, and look at what it came to."""
    files = shortened(day)
    call = await published(files, proposals)
    luck, teams = Luck(proposals, seed), EXPERTS // PAIR
    async with crowd(house.address, call, proposals, teams) as people:
        replay = Replay(Course(people, luck, parse_edition(files), teams, dossiers))
        async with Meter(house).watching() as meter:
            killing = asyncio.create_task(_kill(house, meter, replay, luck.kills(kills, GAP * day)))
            try:
                async with asyncio.timeout(LONGEST):
                    await replay.course.run()
            finally:
                killing.cancel()
                await asyncio.gather(killing, return_exceptions=True)
            replay.seconds = replay.course.times["published"]
        replay.spent = meter.totals()
        await _looked_at(house, replay)
    return replay


async def _kill(house: House, meter: Meter, replay: Replay, gaps: list[float]) -> None:
    """Each so many seconds after the worker is back: on a slow machine too it lives for a while in between."""
    for number, gap in enumerate(gaps):
        while house.log().count(b"Worker is back") < number:
            await asyncio.sleep(0.2)
        await asyncio.sleep(gap)
        meter.look()
        house.kill("worker")
        replay.kills += 1


async def _looked_at(house: House, replay: Replay) -> None:
    came_to = await outcome.found(replay.course)
    replay.digest, replay.differences = outcome.digest(came_to), outcome.differences(replay.course, came_to)
    settings = settings_of(house)
    client = await Client.connect(settings.temporal_address, namespace=settings.temporal_namespace)
    async for run in client.list_workflows(RUNS, page_size=1000):
        replay.events.append(run.history_length)
    stuck = await asyncio.to_thread(house.command, "process", "stuck")
    replay.stuck = stuck.stdout.strip() or stuck.stderr.strip()
    doctor = await asyncio.to_thread(house.command, "doctor")
    replay.broken = [line for line in doctor.stdout.splitlines() if not line.startswith("holds")]
    if doctor.returncode and not replay.broken:
        replay.broken = [doctor.stderr.strip() or "the doctor did not answer"]


async def _main(arguments: argparse.Namespace) -> int:
    async with served() as house:
        replay = await replayed(
            house,
            arguments.proposals,
            day=arguments.day,
            kills=arguments.kills,
            seed=arguments.seed,
            dossiers=arguments.dossiers,
        )
        for fault in [*replay.faults(), *replay.course.refused]:
            print(fault, file=sys.stderr)
        for name, figure in replay.figures().items():
            print(f"{arguments.name}{name}: {figure}", flush=True)
    return 1 if replay.faults() else 0


def run(words: list[str], name: str = "replay-2025", kills: int = 0) -> int:
    """Run what the command line asks for. Returns the exit code."""
    parser = argparse.ArgumentParser(prog=name)
    parser.add_argument("--proposals", type=int, default=435)
    parser.add_argument("--day", type=float, default=DAY, help="seconds that a working day of the process lasts")
    parser.add_argument("--kills", type=int, default=kills, help="how often the worker is killed")
    parser.add_argument("--dossiers", type=int, default=DOSSIERS, help="how many are drawn for the committee")
    parser.add_argument("--seed", type=int, default=SEED)
    arguments = parser.parse_args(words)
    arguments.name = name
    return asyncio.run(_main(arguments))
