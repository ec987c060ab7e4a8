"""The acts of the process, each as if a worker repeated it, came late with it, or lost the race for it."""

import ast
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from service.operations import process
from service.operations.eligibility import Verdict
from service.store.backlog import missed
from service.store.database import execute, row, rows
from tests.process.call import Trial, kinds, standing
from workflows.messages import Answer, Case, Close, Look, OfSeat, Remind, Seat, Snapshot

START = datetime(2042, 4, 8, 8, 0, tzinfo=UTC)
HALF, LAST, DUE = (START + timedelta(days=days) for days in (10, 16, 20))  # of an invitation of twenty days
MOMENT = timedelta(minutes=1)


class Review:
    """A proposal in review at START, its first seat filled."""

    trial: Trial
    proposal: UUID
    snapshot: Snapshot

    def case(self, now: datetime) -> Case:
        return Case(str(self.proposal), self.snapshot.visit, self.snapshot.mark, now)

    async def assignment(self, expert: int = 0) -> dict[str, Any]:
        found = await row(
            "SELECT * FROM assignment WHERE proposal = {} AND expert = {}",
            *(self.proposal, self.trial.experts[expert].account),
        )
        assert found is not None
        return found

    async def mails(self, expert: int = 0) -> list[str]:
        found = await rows(
            "SELECT template FROM outbox WHERE email = {} ORDER BY created_at, id", self.trial.experts[expert].email
        )
        return [line["template"] for line in found]

    async def begin(self, trial: Trial) -> None:
        self.trial = trial
        self.proposal = await trial.submit(START)
        await trial.propose(self.proposal, trial.experts, START)
        await trial.check(self.proposal, Verdict.ELIGIBLE, START)
        self.snapshot = (await process.look(Look(str(self.proposal), START))).snapshot
        self.snapshot = (await process.close_stage(Close(self.case(START), "eligible"))).snapshot
        self.snapshot = (await process.fill_seat(OfSeat(self.case(START), 0))).snapshot


@pytest.fixture
async def review(database: None) -> Review:
    case = Review()
    await case.begin(await Trial.publish(START))
    return case


async def test_a_seat_is_filled_once(review: Review) -> None:
    for _ in range(3):
        assert (await process.fill_seat(OfSeat(review.case(START), 0))).done
    found = [(await review.assignment(number))["status"] for number in range(4)]
    assert found == ["invited", "proposed", "proposed", "proposed"]
    assert await review.mails() == ["expert_invited"]


@pytest.mark.parametrize(
    ("now", "mails"),
    [
        (HALF, ["expert_reminded"]),
        (LAST - MOMENT, ["expert_reminded"]),
        (LAST, ["expert_last_reminder"]),
        (DUE - MOMENT, ["expert_last_reminder"]),
        (DUE, []),
    ],
)
async def test_after_an_outage_one_reminder_at_most_leaves(review: Review, now: datetime, mails: list[str]) -> None:
    """The workflow asks for every rung that it has missed, one after the other."""
    for number, at in ((1, HALF), (2, LAST)):
        if at <= now:
            assert (await process.remind(Remind(review.case(now), 0, number))).done
    assert await review.mails() == ["expert_invited", *mails]


@pytest.mark.parametrize(
    ("reminders", "mails"),
    [
        ("[]", []),
        ("[0.5]", ["expert_reminded"]),
        ("[0.25, 0.5, 0.9]", ["expert_reminded", "expert_reminded", "expert_last_reminder"]),
    ],
)
async def test_as_many_reminders_as_the_edition_has(database: None, reminders: str, mails: list[str]) -> None:
    edits = [("process.toml", 'invitation = "P20D"', f'invitation = "P20D"\nreminders = {reminders}')]
    case = Review()
    await case.begin(await Trial.publish(START, edits=edits))
    seat = case.snapshot.seats[0]
    rungs = [START + timedelta(days=20) * part for part in ast.literal_eval(reminders)]
    assert seat.reminders == tuple(rungs)
    assert seat.due_at == DUE
    for number, at in enumerate(rungs, start=1):
        assert seat.reminder(number) == at
        assert not (await process.remind(Remind(case.case(at - MOMENT), 0, number))).done
        assert [*await missed(at + 2 * MOMENT, 100_000)]
        for _ in range(2):
            assert (await process.remind(Remind(case.case(at), 0, number))).done
    assert seat.reminder(len(rungs) + 1) is None
    assert (await process.remind(Remind(case.case(DUE - MOMENT), 0, len(rungs) + 1))).done
    assert await case.mails() == ["expert_invited", *mails]
    assert not [line for line in await missed(DUE - MOMENT, 100_000) if line["id"] == case.proposal]


async def test_an_invitation_of_before_keeps_its_two_reminders(review: Review) -> None:
    assignment = await review.assignment()
    await execute("UPDATE assignment SET reminders = NULL WHERE id = {}", assignment["id"])
    seat = (await process.look(Look(str(review.proposal), START))).snapshot.seats[0]
    assert seat.reminders == (HALF, LAST)
    old = Seat(taken=True, reviewed=False, half_at=HALF, last_at=LAST, due_at=DUE)
    assert [old.reminder(number) for number in (1, 2, 3)] == [HALF, LAST, None]


async def test_no_rung_comes_early(review: Review) -> None:
    assert not (await process.remind(Remind(review.case(HALF - MOMENT), 0, 1))).done
    assert not (await process.release_seat(OfSeat(review.case(DUE - MOMENT), 0))).done
    assert await review.mails() == ["expert_invited"]


async def test_a_review_of_the_last_minute_is_not_lost(review: Review) -> None:
    expert = review.trial.experts[0]
    await review.trial.accept(review.proposal, expert, DUE - MOMENT)
    await review.trial.review(review.proposal, expert, DUE)
    answer = await process.release_seat(OfSeat(review.case(DUE), 0))
    assert answer.done
    assert answer.snapshot.seats[0].reviewed
    assert (await review.assignment())["status"] == "done"
    assert "expert_released" not in await kinds(review.proposal)


async def test_a_stage_is_left_only_on_the_state_that_was_seen(review: Review) -> None:
    seen = review.case(START)
    await review.trial.accept(review.proposal, review.trial.experts[0], START)
    await review.trial.review(review.proposal, review.trial.experts[0], START)
    assert not (await process.close_stage(Close(seen, "partial"))).done
    assert await standing(review.proposal) == ("in_progress", "review")


async def test_an_outcome_that_the_edition_does_not_know_changes_nothing(review: Review) -> None:
    with pytest.raises(LookupError, match="no outcome abandoned"):
        await process.close_stage(Close(review.case(START), "abandoned"))
    assert await standing(review.proposal) == ("in_progress", "review")


@pytest.mark.parametrize(
    "act",
    [
        lambda case: process.look(Look(case.proposal, case.now)),
        lambda case: process.close_stage(Close(case, "complete")),
        process.mark_overdue,
        process.lapse_completion,
        lambda case: process.fill_seat(OfSeat(case, 0)),
        lambda case: process.remind(Remind(case, 0, 1)),
        lambda case: process.release_seat(OfSeat(case, 0)),
    ],
)
async def test_what_was_erased_is_over_for_every_act(database: None, act: Any) -> None:
    """Else the workflow would ask again for ever."""
    answer: Answer = await act(Case(str(uuid4()), 3, "0" * 32, START))
    assert (answer.done, answer.snapshot.visit, answer.snapshot.kind) == (True, 0, "")
