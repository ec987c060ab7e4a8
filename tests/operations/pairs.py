"""Two teams of two, on a proposal's list."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from service.domain.actor import Actor
from service.operations import assignments, process, reviews, teams
from service.operations.eligibility import Verdict
from service.operations.reviews import ReviewContent
from service.operations.teams import TeamContent
from service.store.database import execute, rows, value
from service.store.ids import uuid7
from tests.operations.review_case import case
from tests.process.call import Trial
from workflows.messages import Close, Look, OfSeat, Seat

START = datetime(2044, 4, 8, 8, 0, tzinfo=UTC)


HALF, DUE = START + timedelta(days=10), START + timedelta(days=20)


SCORES = ReviewContent({"impact": 5}, {})


class Pair:
    """Two teams of two on a proposal's list; the first holds the first seat."""

    trial: Trial
    proposal: UUID
    teams: list[UUID]

    @staticmethod
    async def begin(kind: str) -> "Pair":
        pair = Pair()
        edits = [("process.toml", "minimum = 1", f'minimum = 1\nreviews = "{kind}"')]
        pair.trial = trial = await Trial.publish(START, experts=4, edits=edits)
        pair.teams = []
        for number, name in enumerate(("Un", "Deux")):
            members = tuple(one.person for one in trial.experts[2 * number : 2 * number + 2])
            formed = await teams.form_team(trial.officer, trial.slug, TeamContent(name, members), now=START)
            pair.teams.append(formed.id)
        pair.proposal = await trial.submit(START)
        await assignments.propose_experts(trial.officer, pair.proposal, (), tuple(pair.teams), now=START)
        await trial.check(pair.proposal, Verdict.ELIGIBLE, START)
        await process.close_stage(Close(await case(pair.proposal), "eligible"))
        return pair

    async def fill(self, seat: int = 0, now: datetime = START) -> bool:
        return (await process.fill_seat(OfSeat(await case(self.proposal, now), seat))).done

    async def seats(self, now: datetime = START) -> list[tuple[bool, bool]]:
        snapshot = (await process.look(Look(str(self.proposal), now))).snapshot
        return [(seat.taken, seat.reviewed) for seat in snapshot.seats]

    async def seat(self) -> Seat:
        return (await process.look(Look(str(self.proposal), START))).snapshot.seats[0]

    async def statuses(self) -> list[str]:
        return await self.each("status")

    async def each(self, column: str) -> list[Any]:
        """Of the assignments, in the order of the experts."""
        accounts = [one.account for one in self.trial.experts]
        found = await rows(
            f"SELECT {column} AS it FROM assignment WHERE proposal = {{}} ORDER BY array_position({{}}, expert)",  # noqa: S608
            *(self.proposal, accounts),
        )
        return [line["it"] for line in found]

    async def review_of(self, expert: Actor) -> UUID:
        found: UUID = await value(
            "SELECT review FROM assignment WHERE proposal = {} AND expert = {}", self.proposal, expert.account
        )
        return found

    async def give(self, expert: Actor, now: datetime) -> None:
        review = await self.review_of(expert)
        version = await value("SELECT version FROM review WHERE id = {}", review)
        saved = await reviews.save_review(expert, review, SCORES, version, now=now)
        await reviews.submit_review(expert, review, saved.version, now=now)


async def hint(pair: Pair, expert: Actor) -> UUID:
    """A weak conflict that was found; looking again, which would close it, is none of this."""
    found = uuid7(START)
    await execute(
        "INSERT INTO conflict (id, proposal, expert, origin, rule, strength, value, field, reason, created_at)"
        " VALUES ({}, {}, {}, 'found', 'mentioned', 'weak', 'un nom', '', '', {})",
        *(found, pair.proposal, expert.account, START),
    )
    return found
