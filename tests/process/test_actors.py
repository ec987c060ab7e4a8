"""Random people do what they like in a call: whatever they do, and when, the promises of the process hold.

A short run always; `--long` tries ten thousand sequences on the rules alone, and three hundred on Temporal.
"""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from service import invariants
from service.domain.actor import Actor
from service.operations.eligibility import Verdict
from service.problems import Problem, Unavailable
from service.store import journal
from service.store.database import execute, row, rows
from tests.process.ahead import Ahead
from tests.process.call import Trial
from tests.process.engines import Engine, OnPaper, OnTemporal
from tests.process.paper import on_paper
from tests.support.thorough import many

START = datetime(2042, 4, 8, 8, 0, tzinfo=UTC)
PROPOSALS, EXPERTS = 3, 5
WHICH, WHO = st.integers(0, PROPOSALS - 1), st.integers(0, EXPERTS - 1)
SPANS = st.sampled_from([timedelta(hours=5), timedelta(days=3), timedelta(days=11), timedelta(days=40)])
LOOP: dict[str, Any] = {}


class Actors(RuleBasedStateMachine):
    """A call with three proposals and five experts, two of whom take one review at a time. It runs beside the test's
    event loop, which does what it asks."""

    def __init__(self) -> None:
        super().__init__()
        self.proposals: list[UUID] = []
        self.decided: dict[UUID, tuple[str, str]] = {}
        self.engine: Engine = LOOP["engine"]()
        self.trial: Trial = self.run(self._begin())

    def run(self, work: Coroutine[Any, Any, Any]) -> Any:
        """Have it done by the event loop."""
        return asyncio.run_coroutine_threadsafe(work, LOOP["loop"]).result(120)

    async def _begin(self) -> Trial:
        trial = await Trial.publish(await self.engine.now(), experts=EXPERTS)
        for expert in trial.experts[:2]:
            await execute(
                "INSERT INTO profile (account, most, saved_at) VALUES ({}, 1, {})",
                expert.person,
                datetime.min.replace(tzinfo=UTC),
            )
        return trial

    def act(self, what: Callable[..., Awaitable[object]], *args: object) -> None:
        """Somebody does it, or is refused; then everything that follows by itself happens."""

        async def done() -> None:
            try:
                await what(*args, await self.engine.now())
            except Unavailable:
                raise
            except Problem:
                pass
            await self.engine.settle(self.proposals)

        self.run(done())

    def one(self, which: int) -> UUID:
        """One of the proposals."""
        return self.proposals[which % len(self.proposals)]

    @initialize(depth=st.integers(0, 14))
    def come_so_far(self, depth: int) -> None:
        """The first proposal goes its way for a while before anybody does anything odd."""
        self.submit()
        self.go_on(0, depth)

    # What applicants do -------------------------------------------------------------------------------------------

    @precondition(lambda self: len(self.proposals) < PROPOSALS)
    @rule()
    def submit(self) -> None:
        async def submitted() -> None:
            self.proposals.append(await self.trial.submit(await self.engine.now()))
            await self.engine.settle(self.proposals)

        self.run(submitted())

    @precondition(lambda self: self.proposals)
    @rule(which=WHICH, what=st.sampled_from(["withdraw", "undo", "complete", "reply"]))
    def apply(self, which: int, what: str) -> None:
        self.act(getattr(self.trial, what), self.one(which))

    # What officers and the chair do -------------------------------------------------------------------------------

    @precondition(lambda self: self.proposals)
    @rule(which=WHICH, verdict=st.sampled_from(list(Verdict)))
    def check(self, which: int, verdict: Verdict) -> None:
        self.act(self.trial.check, self.one(which), verdict)

    @precondition(lambda self: self.proposals)
    @rule(which=WHICH, who=st.lists(WHO, min_size=1, max_size=3, unique=True))
    def propose(self, which: int, who: list[int]) -> None:
        self.act(self.trial.propose, self.one(which), [self.trial.experts[one] for one in who])

    @precondition(lambda self: self.proposals)
    @rule(which=WHICH, what=st.sampled_from(["ask", "sum_up"]))
    def instruct(self, which: int, what: str) -> None:
        self.act(getattr(self.trial, what), self.one(which))

    @precondition(lambda self: self.proposals)
    @rule(which=WHICH, outcome=st.sampled_from(["retained", "declined"]))
    def decide(self, which: int, outcome: str) -> None:
        self.act(self.trial.decide, self.one(which), outcome)

    @rule()
    def publish(self) -> None:
        self.act(self.trial.publish_decisions)

    # What experts do ----------------------------------------------------------------------------------------------

    @precondition(lambda self: self.proposals)
    @rule(which=WHICH, who=WHO, what=st.sampled_from(["accept", "decline", "declare", "review"]))
    def judge(self, which: int, who: int, what: str) -> None:
        proposal = self.one(which)
        asked = self.run(self._asked(proposal, "invited", "accepted", "done")) or self.trial.experts
        self.act(getattr(self.trial, what), proposal, asked[who % len(asked)])

    async def _asked(self, proposal: UUID, *status: str) -> list[Actor]:
        found = await rows(
            "SELECT expert FROM assignment WHERE proposal = {} AND status = ANY({}) ORDER BY rank", proposal, status
        )
        experts = {one.person: one for one in self.trial.experts}
        return [experts[line["expert"]] for line in found]

    @precondition(lambda self: self.proposals)
    @rule(which=WHICH, who=WHO)
    def take_on(self, which: int, who: int) -> None:
        self.act(self.trial.accept, self.one(which), self.trial.experts[who])

    # What leads on: so that sequences come far --------------------------------------------------------------------

    @precondition(lambda self: self.proposals)
    @rule(which=WHICH, times=st.integers(1, 5))
    def go_on(self, which: int, times: int) -> None:
        for _ in range(times):
            for what in self.run(self._next(self.one(which))):
                self.act(what)

    async def _next(self, proposal: UUID) -> list[Callable[..., Awaitable[object]]]:
        line = await row("SELECT stage, returned FROM proposal WHERE id = {}", proposal)
        assert line is not None
        trial = self.trial
        match line["stage"]:
            case "eligibility" if line["returned"]:
                return [partial(trial.complete, proposal)]
            case "eligibility":
                return [partial(trial.check, proposal, Verdict.ELIGIBLE)]
            case "review":
                return await self._reviewing(proposal)
            case "synthesis":
                return [partial(trial.sum_up, proposal)]
            case "committee":
                return [partial(trial.decide, proposal, "retained"), trial.publish_decisions]
        return []

    async def _reviewing(self, proposal: UUID) -> list[Callable[..., Awaitable[object]]]:
        invited, accepted = await self._asked(proposal, "invited"), await self._asked(proposal, "accepted")
        if not invited and not accepted:
            return [partial(self.trial.propose, proposal, self.trial.experts)]
        return [
            *(partial(self.trial.accept, proposal, one) for one in invited),
            *(partial(self.trial.review, proposal, one) for one in accepted),
        ]

    @rule(span=SPANS)
    def wait(self, span: timedelta) -> None:
        self.run(self.engine.advance(span, self.proposals))

    # What must hold after every step ------------------------------------------------------------------------------

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
        """A stage that the edition gives a time has its clock."""
        clocks = await rows(
            "SELECT due_at FROM deadline WHERE proposal = {} AND visit = {} AND kind = 'stage' AND closed_at IS NULL",
            *(line["id"], line["visit"]),
        )
        assert len(clocks) == (line["stage"] not in ("", "pilot"))

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
        self.run(self.engine.advance(timedelta(days=366), self.proposals))
        self.run(self._hold())


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


async def test_whatever_people_do_the_promises_hold(database: None) -> None:
    with on_paper(START) as paper:
        LOOP.update(loop=asyncio.get_running_loop(), engine=lambda: OnPaper(paper))
        try:
            await asyncio.to_thread(run_state_machine_as_test, Actors, settings=_steps(many(4, long=10_000), 20))
        finally:
            await paper.stop()


@pytest.mark.long
async def test_the_same_on_temporal(ahead: Ahead) -> None:
    LOOP.update(loop=asyncio.get_running_loop(), engine=lambda: OnTemporal(ahead))
    await asyncio.to_thread(run_state_machine_as_test, Actors, settings=_steps(300, 25))
