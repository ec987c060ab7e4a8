"""A proposal whose process a test carries on by hand, stage after stage."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from service.operations import process
from service.operations.eligibility import Verdict
from tests.process.call import Trial
from workflows.messages import Answer, Case, Close, Look, OfSeat

START = datetime(2042, 4, 8, 8, 0, tzinfo=UTC)


WHY = "Motif de l’acte."


DAY = timedelta(days=1)


class Course:
    """A proposal of a trial, its process carried on by hand; `now` goes on by an hour at each act."""

    trial: Trial
    id: UUID
    now: datetime = START

    def later(self, by: timedelta = timedelta(hours=1)) -> datetime:
        self.now += by
        return self.now

    async def look(self) -> Answer:
        return await process.look(Look(str(self.id), self.now))

    async def case(self) -> Case:
        seen = (await self.look()).snapshot
        return Case(str(self.id), seen.visit, seen.mark, self.now)

    async def close(self, outcome: str = "") -> None:
        outcome = outcome or (await self.look()).snapshot.outcome
        assert (await process.close_stage(Close(await self.case(), outcome))).done

    async def seats(self) -> None:
        for number in range(2):
            await process.fill_seat(OfSeat(await self.case(), number))

    async def to(self, stage: str) -> None:
        """As far as that stage, by the usual way."""
        for present, act in STEPS:
            if present == stage:
                break
            await act(self)

    async def as_officer(self, act: Callable[..., Awaitable[Any]], content: object) -> Any:
        return await act(self.trial.officer, self.id, content, now=self.later())


async def checked(c: Course) -> None:
    await c.trial.propose(c.id, c.trial.experts[:3], c.later())
    await c.trial.check(c.id, Verdict.ELIGIBLE, c.later())
    await c.close()
    await c.seats()


async def reviewed(c: Course) -> None:
    for expert in c.trial.experts[:2]:
        await c.trial.accept(c.id, expert, c.later())
        await c.trial.review(c.id, expert, c.later())
    await c.close()


async def summed_up(c: Course) -> None:
    await c.trial.sum_up(c.id, c.later())
    await c.close()


async def decided(c: Course) -> None:
    await c.trial.decide(c.id, "retained", c.later())
    await c.trial.publish_decisions(c.later())
    await c.close()


STEPS = (
    ("eligibility", checked),
    ("review", reviewed),
    ("synthesis", summed_up),
    ("committee", decided),
    ("pilot", decided),
)


@pytest.fixture
async def course(database: None) -> Course:
    case = Course()
    case.trial = await Trial.publish(START)
    case.id = await case.trial.submit(START)
    return case
