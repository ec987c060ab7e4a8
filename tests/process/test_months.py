"""A call that lasts four months, in seconds: who stays silent, declines, has a conflict, is late. Every date is exact.

2042 begins on a Wednesday, as 2025 did. Easter Monday is 7 April, Ascension 15 May, Whit Monday 26 May.
"""

from service.operations.eligibility import Verdict
from tests.process.call import Trial, standing, told
from tests.process.conftest import Ahead


async def test_four_months(ahead: Ahead) -> None:
    await ahead.go("2042-04-08 10:00")
    trial = await Trial.publish(await ahead.now())
    silent, declining, conflicted, steady = trial.experts
    proposal = await trial.submit(await ahead.now())
    await ahead.poke(proposal)

    # Ten working days from 8 April: 22 April. Returned on the 10th with eight days left, completed on the 18th.
    await ahead.go("2042-04-10 09:00")
    await ahead.do(trial.check, proposal, Verdict.RETURNED)
    await ahead.go("2042-04-18 15:00")
    await ahead.do(trial.complete, proposal)
    await ahead.go("2042-05-06 11:00")
    await ahead.do(trial.propose, proposal, [silent, declining])
    await ahead.do(trial.check, proposal, Verdict.ELIGIBLE, sees="stage_closed")
    await ahead.happened(proposal, "expert_invited", times=2)
    assert await standing(proposal) == ("in_progress", "review")

    # The first stays silent for 20 days; the second declines on the 8th, and nobody is left until others are proposed.
    await ahead.go("2042-05-08 12:00")
    await ahead.do(trial.decline, proposal, declining)
    await ahead.go("2042-05-20 09:00")
    await ahead.do(trial.propose, proposal, [conflicted, steady], sees="expert_invited")
    await ahead.go("2042-05-21 10:00")
    await ahead.do(trial.declare, proposal, conflicted, sees="expert_invited")
    await ahead.go("2042-05-23 10:00")
    await ahead.do(trial.accept, proposal, steady)
    await ahead.go("2042-06-03 18:00")
    await ahead.do(trial.review, proposal, steady)

    # Nobody can be invited to the other seat any more: partial at the deadline, 60 days from 6 May.
    await ahead.go("2042-07-07 09:00")
    assert await standing(proposal) == ("in_progress", "synthesis")
    await ahead.do(trial.sum_up, proposal, sees="stage_closed")
    await ahead.go("2042-08-11 09:00")
    await ahead.do(trial.decide, proposal, "retained")
    assert await standing(proposal) == ("in_progress", "committee")
    await trial.publish_decisions(await ahead.now())
    await ahead.poke(proposal)
    await ahead.happened(proposal, "stage_closed", times=4)

    assert await standing(proposal) == ("accepted", "pilot")
    assert await told(proposal) == [
        ("2042-04-08 10:00", "draft_opened"),
        ("2042-04-08 10:00", "proposal_submitted"),
        ("2042-04-10 09:00", "eligibility_returned"),
        ("2042-04-18 15:00", "proposal_completed"),
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
        ("2042-07-05 11:00", "stage_closed"),
        ("2042-07-07 09:00", "synthesis_submitted"),
        ("2042-07-07 09:00", "stage_closed"),
        ("2042-08-06 09:00", "deadline_passed"),
        ("2042-08-11 09:00", "decision_taken"),
        ("2042-08-11 09:00", "decision_published"),
        ("2042-08-11 09:00", "stage_closed"),
    ]
