"""The people of a call whom hypothesis has act: applicants, officers, experts, the committee, and time."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from service.domain.actor import Actor
from service.operations import rechecking, reviews, teams
from service.operations.eligibility import Verdict
from service.operations.reviews import ReviewContent
from service.operations.teams import TeamContent
from service.problems import Problem, Unavailable
from service.store.database import execute, row, rows
from tests.process.call import DISAGREEING, EDITION, Trial
from tests.process.engines import Engine

PROPOSALS, EXPERTS = 3, 5
WHICH, WHO = st.integers(0, PROPOSALS - 1), st.integers(0, EXPERTS - 1)
SPANS = st.sampled_from([timedelta(hours=5), timedelta(days=3), timedelta(days=11), timedelta(days=40)])
LOOP: dict[str, Any] = {}


class People(RuleBasedStateMachine):
    """A call with three proposals and five experts, of whom two take one review at a time, and two are a team. It runs
    beside the test's event loop, which does what it asks."""

    def __init__(self) -> None:
        super().__init__()
        self.proposals: list[UUID] = []
        self.decided: dict[UUID, tuple[str, str]] = {}
        self.engine: Engine = LOOP["engine"]()

    def run(self, work: Coroutine[Any, Any, Any]) -> Any:
        """Have it done by the event loop."""
        return asyncio.run_coroutine_threadsafe(work, LOOP["loop"]).result(120)

    trial: Trial
    team: UUID

    async def _begin(self, variant: Path) -> None:
        now = await self.engine.now()
        trial = self.trial = await Trial.publish(now, experts=EXPERTS, variant=variant)
        for expert in trial.experts[:2]:
            await execute(
                "INSERT INTO profile (account, most, saved_at) VALUES ({}, 1, {})",
                expert.person,
                datetime.min.replace(tzinfo=UTC),
            )
        content = TeamContent("Un binôme", tuple(expert.person for expert in trial.experts[-2:]))
        self.team = (await teams.form_team(trial.officer, trial.slug, content, now=now)).id

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

    @initialize(depth=st.integers(0, 14), variant=st.sampled_from([EDITION, DISAGREEING]))
    def come_so_far(self, depth: int, variant: Path) -> None:
        """The first proposal goes its way for a while before anybody does anything odd."""
        self.run(self._begin(variant))
        self.submit()
        self.go_on(0, depth)

    # What applicants do -------------------------------------------------------------------------------------------

    @precondition(lambda self: len(self.proposals) < PROPOSALS)
    @rule()
    def submit(self) -> None:
        async def submitted() -> None:
            now = await self.engine.now()
            self.proposals.append(await self.trial.submit(now))
            await rechecking.recheck_untraced(self.proposals[-1:], now)  # as the relay does
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
    @rule(which=WHICH, who=WHO, what=st.sampled_from(["accept", "decline", "declare", "review", "confirm"]))
    def judge(self, which: int, who: int, what: str) -> None:
        proposal = self.one(which)
        asked = self.run(self._asked(proposal, "invited", "accepted", "done")) or self.trial.experts
        self.act(getattr(self.trial, what), proposal, asked[who % len(asked)])

    @precondition(lambda self: self.proposals)
    @rule(which=WHICH, who=WHO, score=st.sampled_from([0, 5]))
    def review(self, which: int, who: int, score: int) -> None:
        proposal = self.one(which)
        asked = self.run(self._asked(proposal, "accepted", "done")) or self.trial.experts
        self.act(self._review, proposal, asked[who % len(asked)], score)

    async def _review(self, proposal: UUID, expert: Actor, score: int, now: datetime) -> None:
        await self.trial.review(proposal, expert, now, ReviewContent({"impact": score}, {}))

    @precondition(lambda self: self.proposals)
    @rule(which=WHICH, who=WHO, submits=st.booleans())
    def write(self, which: int, who: int, submits: bool) -> None:  # noqa: FBT001
        """Save a draft, whoever it is whose turn it is; or give what was saved, late or not."""
        self.act(self._write, self.one(which), self.trial.experts[who], submits)

    async def _write(self, proposal: UUID, expert: Actor, submits: bool, now: datetime) -> None:  # noqa: FBT001
        line = await row(
            "SELECT r.id, r.version FROM review r JOIN assignment a ON a.review = r.id JOIN proposal p"
            " ON p.id = a.proposal AND p.round = a.round WHERE p.id = {} AND a.expert = {}",
            *(proposal, expert.account),
        )
        if line is not None and submits:
            await reviews.submit_review(expert, line["id"], line["version"], now=now)
        elif line is not None:
            content = ReviewContent({"impact": 5}, {})
            await reviews.save_review(expert, line["id"], content, line["version"], now=now)

    async def _asked(self, proposal: UUID, *status: str) -> list[Actor]:
        found = await rows(
            "SELECT expert FROM assignment WHERE proposal = {} AND status = ANY({}) ORDER BY rank", proposal, status
        )
        experts = {one.person: one for one in self.trial.experts}
        return [experts[line["expert"]] for line in found]

    async def _asked_again(self, proposal: UUID) -> list[Actor]:
        found = await rows("SELECT expert FROM assignment WHERE proposal = {} AND asked_again IS NOT NULL", proposal)
        return [one for one in self.trial.experts if one.person in {line["expert"] for line in found}]

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
        if line["returned"]:
            return [partial(trial.complete, proposal)]
        if line["stage"] == "review":
            return await self._reviewing(proposal)
        if line["stage"] == "conciliation":
            return [partial(trial.confirm, proposal, one) for one in await self._asked_again(proposal)]
        ways: dict[str, list[Callable[..., Awaitable[object]]]] = {
            "eligibility": [partial(trial.check, proposal, Verdict.ELIGIBLE)],
            "synthesis": [partial(trial.sum_up, proposal)],
            "committee": [partial(trial.decide, proposal, "retained"), trial.publish_decisions],
        }
        return ways.get(line["stage"], [])

    async def _reviewing(self, proposal: UUID) -> list[Callable[..., Awaitable[object]]]:
        invited, accepted = await self._asked(proposal, "invited"), await self._asked(proposal, "accepted")
        if done := await self._asked_again(proposal):
            return [partial(self.trial.confirm, proposal, one) for one in done]
        if not invited and not accepted:
            return [partial(self.trial.propose, proposal, self.trial.experts)]
        return [
            *(partial(self.trial.accept, proposal, one) for one in invited),
            *(partial(self.trial.review, proposal, one) for one in accepted),
        ]

    @rule(span=SPANS)
    def wait(self, span: timedelta) -> None:
        self.run(self.engine.advance(span, self.proposals))
