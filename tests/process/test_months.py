"""A call that lasts four months, in seconds: who stays silent, declines, has a conflict, is late. Every date is exact.

2042 begins on a Wednesday, as 2025 did. Easter Monday is 7 April, Ascension 15 May, Whit Monday 26 May.
"""

from uuid import UUID

import pytest

from service.operations import submissions
from service.operations.eligibility import Verdict
from service.problems import NotFound
from service.store import journal
from service.store.database import rows
from tests.process.ahead import Ahead
from tests.process.call import Trial, kinds, standing, told
from tests.process.scenarios import four_months, tried_out


async def test_four_months(ahead: Ahead) -> None:
    trial, proposal = await four_months(ahead)

    assert await standing(proposal) == ("accepted", "pilot")
    assert await told(proposal) == [
        ("2042-04-08 10:00", "draft_opened"),
        ("2042-04-08 10:00", "proposal_submitted"),
        ("2042-04-10 09:00", "eligibility_returned"),
        ("2042-04-18 15:00", "proposal_completed"),
        # Ten working days from 8 April, eight of them left on the 10th, counted again from the 18th.
        ("2042-04-30 23:59", "deadline_passed"),
        ("2042-05-06 11:00", "experts_proposed"),
        ("2042-05-06 11:00", "eligibility_eligible"),
        ("2042-05-06 11:00", "stage_closed"),
        ("2042-05-06 11:00", "expert_invited"),
        ("2042-05-06 11:00", "expert_invited"),
        ("2042-05-08 12:00", "assignment_declined"),
        ("2042-05-16 11:00", "expert_reminded"),
        ("2042-05-20 09:00", "experts_proposed"),
        ("2042-05-20 09:00", "expert_invited"),
        ("2042-05-21 10:00", "conflict_declared"),
        ("2042-05-21 10:00", "expert_invited"),
        ("2042-05-22 11:00", "expert_reminded"),
        ("2042-05-23 10:00", "assignment_accepted"),
        ("2042-05-26 11:00", "expert_released"),
        ("2042-05-31 10:00", "expert_reminded"),
        ("2042-06-03 18:00", "review_submitted"),
        # Sixty days from 6 May: one review of two is enough then.
        ("2042-07-05 11:00", "stage_closed"),
        ("2042-07-07 09:00", "synthesis_submitted"),
        ("2042-07-07 09:00", "stage_closed"),
        ("2042-08-06 09:00", "deadline_passed"),
        ("2042-08-11 09:00", "decision_taken"),
        ("2042-08-11 09:00", "decision_published"),
        ("2042-08-11 09:00", "stage_closed"),
    ]
    assert await journal.verify(f"proposal:{proposal}") == []
    assert await mails(trial, proposal) == {
        "applicant": ["receipt", "returned", "receipt", "letter"],
        "officer": [
            *("officer_submitted", "officer_completed", "officer_overdue", "officer_nobody_left"),
            *("officer_conflict", "officer_nobody_left", "officer_overdue"),
        ],
        "silent": ["expert_invited", "expert_reminded", "expert_last_reminder", "expert_released"],
        "declining": ["expert_invited"],
        "conflicted": ["expert_invited"],
        "steady": ["expert_invited", "expert_reminded"],
    }
    await piloted(ahead, trial, proposal)


async def piloted(ahead: Ahead, trial: Trial, proposal: UUID) -> None:
    """Half a year after it began, and after each review, the next one is convened; an outcome ends the process."""
    before = len(await kinds(proposal))
    await tried_out(ahead, trial, proposal)
    await ahead.ended(proposal)
    assert await standing(proposal) == ("completed", "")
    assert (await told(proposal))[before:] == [
        ("2043-02-09 09:00", "pilot_review_convened"),
        ("2043-02-09 10:00", "pilot_reviewed"),
        ("2043-08-10 10:00", "pilot_review_convened"),
        ("2043-09-01 10:00", "pilot_reviewed"),
        ("2044-09-01 10:00", "pilot_ended"),
        ("2044-09-01 10:00", "stage_closed"),
    ]


async def mails(trial: Trial, proposal: UUID) -> dict[str, list[str]]:
    """What each person was told of a proposal, in order."""
    names = dict(zip(("silent", "declining", "conflicted", "steady"), trial.experts, strict=True))
    found = await rows(
        "SELECT email, template FROM outbox WHERE data ->> 'proposal' = {} ORDER BY created_at, id", str(proposal)
    )
    return {
        name: [line["template"] for line in found if line["email"] == one.email]
        for name, one in {"applicant": trial.applicant, "officer": trial.officer, **names}.items()
    }


async def test_completion_that_never_comes(ahead: Ahead) -> None:
    await ahead.go("2042-04-08 10:00")
    trial = await Trial.publish(await ahead.now())
    proposal = await trial.submit(await ahead.now())
    await ahead.do(trial.check, proposal, Verdict.RETURNED)
    await ahead.go("2042-05-02 09:00")
    # Fourteen days for the applicant; then the stage's ten working days, none of which had passed, from 22 April.
    assert (await told(proposal))[2:] == [
        ("2042-04-08 10:00", "eligibility_returned"),
        ("2042-04-22 10:00", "completion_lapsed"),
    ]
    await ahead.go("2042-05-08 09:00")
    assert (await told(proposal))[4:] == [("2042-05-07 23:59", "deadline_passed")]
    await ahead.do(trial.check, proposal, Verdict.INELIGIBLE, sees="stage_closed")
    assert await standing(proposal) == ("ineligible", "")
    await ahead.ended(proposal)


async def test_returned_twice_each_time_with_all_its_time(ahead: Ahead) -> None:
    await ahead.go("2042-04-08 10:00")
    trial = await Trial.publish(await ahead.now())
    proposal = await trial.submit(await ahead.now())
    await ahead.go("2042-04-10 09:00")
    await ahead.do(trial.check, proposal, Verdict.RETURNED)
    await ahead.go("2042-04-18 15:00")
    await ahead.do(trial.complete, proposal)
    await ahead.go("2042-04-22 09:00")
    await ahead.do(trial.check, proposal, Verdict.RETURNED)
    await ahead.go("2042-07-01 09:00")
    await ahead.happened(proposal, "deadline_passed")
    assert (await told(proposal))[2:] == [
        ("2042-04-10 09:00", "eligibility_returned"),
        ("2042-04-18 15:00", "proposal_completed"),
        ("2042-04-22 09:00", "eligibility_returned"),
        # Fourteen days from the second return, and not from the first.
        ("2042-05-06 09:00", "completion_lapsed"),
        # Of ten working days two were used before the first return, two between both; 8 and 15 May are holidays.
        ("2042-05-16 23:59", "deadline_passed"),
    ]
    assert (await mails(trial, proposal))["officer"] == [
        *("officer_submitted", "officer_completed", "officer_lapsed", "officer_overdue")
    ]


async def test_reviews_too_few_at_the_deadline_close_with_the_first_late_one(ahead: Ahead) -> None:
    await ahead.go("2042-04-08 10:00")
    trial = await Trial.publish(await ahead.now(), durations={"P60D": "P10D"})
    proposal = await trial.submit(await ahead.now())
    await trial.propose(proposal, trial.experts, await ahead.now())
    await ahead.do(trial.check, proposal, Verdict.ELIGIBLE)
    await ahead.happened(proposal, "expert_invited", times=2)
    await ahead.do(trial.accept, proposal, trial.experts[0])
    await ahead.go("2042-04-20 10:00")
    assert ("2042-04-18 10:00", "deadline_passed") in await told(proposal)
    await ahead.do(trial.review, proposal, trial.experts[0], sees="stage_closed")
    assert (await told(proposal))[-2:] == [
        ("2042-04-20 10:00", "review_submitted"),
        ("2042-04-20 10:00", "stage_closed"),
    ]


async def test_all_seats_reviewed_close_the_stage_before_its_deadline(ahead: Ahead) -> None:
    await ahead.go("2042-04-08 10:00")
    trial = await Trial.publish(await ahead.now())
    proposal = await trial.submit(await ahead.now())
    await trial.propose(proposal, trial.experts[:2], await ahead.now())
    await ahead.do(trial.check, proposal, Verdict.ELIGIBLE)
    await ahead.happened(proposal, "expert_invited", times=2)
    for expert in trial.experts[:2]:
        await ahead.do(trial.accept, proposal, expert)
    await ahead.do(trial.review, proposal, trial.experts[0])
    assert await standing(proposal) == ("in_progress", "review")
    await ahead.do(trial.review, proposal, trial.experts[1], sees="stage_closed")
    assert await standing(proposal) == ("in_progress", "synthesis")


async def test_a_conflict_declared_after_the_review_opens_the_seat_again(ahead: Ahead) -> None:
    await ahead.go("2042-04-08 10:00")
    trial = await Trial.publish(await ahead.now())
    first, second, third, _ = trial.experts
    proposal = await trial.submit(await ahead.now())
    await trial.propose(proposal, trial.experts[:3], await ahead.now())
    await ahead.do(trial.check, proposal, Verdict.ELIGIBLE)
    await ahead.happened(proposal, "expert_invited", times=2)
    await ahead.do(trial.accept, proposal, first)
    await ahead.do(trial.review, proposal, first)
    await ahead.do(trial.declare, proposal, first, sees="expert_invited")
    await ahead.do(trial.accept, proposal, third)
    seats = await rows("SELECT expert, status FROM assignment WHERE proposal = {}", proposal)
    assert {seat["expert"]: seat["status"] for seat in seats} == {
        first.account: "declined",
        second.account: "invited",
        third.account: "accepted",
    }


@pytest.mark.parametrize("reminders", [[], [0.25, 0.5, 0.75]])
async def test_experts_are_reminded_as_often_as_the_edition_says(ahead: Ahead, reminders: list[float]) -> None:
    await ahead.go("2042-04-08 10:00")
    edits = [("process.toml", 'invitation = "P20D"', f'invitation = "P20D"\nreminders = {reminders}')]
    trial = await Trial.publish(await ahead.now(), edits=edits)
    proposal = await trial.submit(await ahead.now())
    await trial.propose(proposal, trial.experts[:1], await ahead.now())
    await ahead.do(trial.check, proposal, Verdict.ELIGIBLE)
    await ahead.happened(proposal, "expert_invited")
    await ahead.go("2042-04-28 11:00")
    await ahead.happened(proposal, "expert_released")
    days = ["2042-04-13 10:00", "2042-04-18 10:00", "2042-04-23 10:00"][: len(reminders)]
    assert (await told(proposal))[5:] == [
        ("2042-04-08 10:00", "expert_invited"),
        *((day, "expert_reminded") for day in days),
        ("2042-04-28 10:00", "expert_released"),
    ]


async def test_a_withdrawal_ends_the_workflow(ahead: Ahead) -> None:
    await ahead.go("2042-04-08 10:00")
    trial = await Trial.publish(await ahead.now())
    proposal = await trial.submit(await ahead.now())
    await trial.propose(proposal, trial.experts, await ahead.now())
    await ahead.do(trial.check, proposal, Verdict.ELIGIBLE)
    await ahead.happened(proposal, "expert_invited", times=2)
    await submissions.withdraw_proposal(trial.applicant, proposal, now=await ahead.now())
    await ahead.poke(proposal)
    await ahead.ended(proposal)
    await ahead.go("2042-12-01 10:00")
    assert (await kinds(proposal))[-1] == "proposal_withdrawn"
    assert await standing(proposal) == ("withdrawn", "")
    assert list((await mails(trial, proposal)).values()) == [
        ["receipt", "withdrawn"],
        ["officer_submitted", "officer_withdrawn"],
        *[["expert_invited", "expert_dismissed"]] * 2,  # the two who were asked; two were only on the list
        *[[]] * 2,
    ]


async def test_whoever_still_writes_when_enough_have_reviewed_is_told(ahead: Ahead) -> None:
    """Invited late, the second expert has time until July; the stage closes at its deadline, with the first review."""
    await ahead.go("2042-04-08 10:00")
    trial = await Trial.publish(await ahead.now(), durations={"P20D": "P90D"})
    proposal = await trial.submit(await ahead.now())
    first, second = trial.experts[:2]
    await trial.propose(proposal, [first, second], await ahead.now())
    await ahead.do(trial.check, proposal, Verdict.ELIGIBLE)
    await ahead.happened(proposal, "expert_invited", times=2)
    for expert in (first, second):
        await ahead.do(trial.accept, proposal, expert)
    await ahead.do(trial.review, proposal, first)
    await ahead.go("2042-06-08 10:00")
    await ahead.happened(proposal, "stage_closed", times=2)
    with pytest.raises(NotFound):
        await trial.review(proposal, second, await ahead.now())
    told_of_it = await mails(trial, proposal)
    assert told_of_it["silent"] == ["expert_invited"]
    assert told_of_it["declining"] == ["expert_invited", "expert_reminded", "expert_dismissed"]
