"""Random people do what they like in a call: whatever they do, and when, the promises of the process hold.

A short run always; `--long` tries ten thousand sequences on the rules alone, and three hundred on Temporal.
"""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import invariant, run_state_machine_as_test

from service import invariants
from service.store import journal
from service.store.database import rows, value
from tests.process.actors import LOOP
from tests.process.ahead import Ahead
from tests.process.engines import OnPaper, OnTemporal
from tests.process.hands import Hands
from tests.process.paper import on_paper
from tests.support.thorough import LONG, many

START = datetime(2042, 4, 8, 8, 0, tzinfo=UTC)
A_NIGHT = 12 * 3600  # seconds, for sequences by the thousand
PARTS = 40  # of ten thousand: what looks at all rows takes longer with each sequence that came before


class Actors(Hands):
    """What must hold after every step, whatever they do."""

    @invariant()
    def promises_hold(self) -> None:
        self.run(self._hold())

    async def _hold(self) -> None:
        found = await rows(
            "SELECT id, reference, status, stage, visit, seen_seq, last_seq FROM proposal WHERE id = ANY({})",
            self.proposals,
        )
        subjects = [line["reference"] for line in found] + [str(one.person) for one in self.trial.experts]
        assert await invariants.broken(*invariants.PROMISES, of=subjects) == {}
        assert [line["id"] for line in found if line["seen_seq"] != line["last_seq"]] == []
        for line in found:
            assert await journal.verify(f"proposal:{line['id']}") == []
            await self._timed(line)
        await self._kept()

    async def _timed(self, line: dict[str, Any]) -> None:
        """A stage that the edition gives a time has its clock; a pilot that of its next review, until it is stopped."""
        clocks = await rows(
            "SELECT due_at FROM deadline WHERE proposal = {} AND visit = {} AND kind = 'stage' AND closed_at IS NULL",
            *(line["id"], line["visit"]),
        )
        stopped = line["stage"] == "pilot" and await value(
            "SELECT phase = 'stopped' FROM pilot WHERE proposal = {}", line["id"]
        )
        assert len(clocks) == (line["stage"] != "" and not stopped)

    async def _kept(self) -> None:
        """A published decision stays as it was."""
        found = await rows(
            "SELECT proposal, outcome, reasons FROM decision WHERE proposal = ANY({}) AND publication IS NOT NULL",
            self.proposals,
        )
        now = {line["proposal"]: (line["outcome"], line["reasons"]) for line in found}
        assert {one: now.get(one) for one in self.decided} == self.decided
        self.decided = now

    def teardown(self) -> None:
        """Nobody does anything for a year: nothing is stuck, and nobody is forgotten."""
        try:
            self.run(self.engine.advance(timedelta(days=366), self.proposals))
            self.run(self._hold())
        finally:
            self.run(self.engine.end(self.trial.call, self.proposals))


def _steps(examples: int, steps: int) -> settings:
    return settings(
        max_examples=examples,
        stateful_step_count=steps,
        deadline=None,
        # A sequence is short enough to be read as it is; making it shorter takes minutes.
        phases=set(Phase) - ({Phase.shrink} if examples < 100 else set()),
        suppress_health_check=list(HealthCheck),
        print_blob=True,
    )


@pytest.mark.timeout(A_NIGHT if LONG["now"] else 300)
@pytest.mark.parametrize("part", range(many(1, long=PARTS)))
async def test_whatever_people_do_the_promises_hold(part: int, emptied: None) -> None:
    with on_paper(START) as paper:
        LOOP.update(loop=asyncio.get_running_loop(), engine=lambda: OnPaper(paper))
        try:
            steps = _steps(many(4, long=10_000 // PARTS), 20)
            await asyncio.to_thread(run_state_machine_as_test, Actors, settings=steps)
        finally:
            await paper.stop()


@pytest.mark.long
@pytest.mark.timeout(A_NIGHT)
async def test_the_same_on_temporal(ahead: Ahead) -> None:
    LOOP.update(loop=asyncio.get_running_loop(), engine=lambda: OnTemporal(ahead))
    await asyncio.to_thread(run_state_machine_as_test, Actors, settings=_steps(300, 25))
