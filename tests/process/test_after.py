"""A question stops the clock, a withdrawal is undone: the workflow follows the rows. Every date is exact.

2042 begins on a Wednesday. Easter Monday is 7 April; 1 and 8 May, Ascension (15 May) and Whit Monday are holidays.
"""

from collections.abc import Awaitable, Callable
from datetime import datetime
from uuid import UUID

from forms.clocks import PARIS
from service.operations import extending, steering, threads
from service.operations.eligibility import Verdict
from service.operations.extending import Extend
from service.operations.steering import GoBack, Reopen, Skip, Stop
from service.store import journal
from tests.process.ahead import Ahead
from tests.process.call import Trial, standing, told
from tests.process.save_histories import runs
from tests.process.test_months import mails
from workflows.names import proposal_workflow


async def test_a_question_stops_the_clock_until_it_is_answered(ahead: Ahead) -> None:
    await ahead.go("2042-04-08 10:00")
    trial = await Trial.publish(await ahead.now())
    proposal = await trial.submit(await ahead.now())
    await ahead.poke(proposal)
    await ahead.go("2042-04-10 09:00")
    await ahead.do(trial.ask, proposal)
    await ahead.go("2042-05-12 10:00")
    assert [kind for _, kind in await told(proposal)] == ["draft_opened", "proposal_submitted", "question_asked"]
    # Returned meanwhile as well: the answer alone does not let the clock go on, the completion does.
    await ahead.do(trial.check, proposal, Verdict.RETURNED)
    await ahead.go("2042-05-13 09:00")
    await ahead.do(trial.reply, proposal)
    await ahead.go("2042-05-16 09:00")
    await ahead.do(trial.complete, proposal)
    await ahead.go("2042-06-02 09:00")
    # Ten working days from 8 April, eight of them left on the 10th, counted again from 16 May (26 May is a holiday).
    assert (await told(proposal))[3:] == [
        ("2042-05-12 10:00", "eligibility_returned"),
        ("2042-05-13 09:00", "question_answered"),
        ("2042-05-16 09:00", "proposal_completed"),
        ("2042-05-29 23:59", "deadline_passed"),
    ]
    await ahead.do(trial.ask, proposal)
    await threads.close_questions(trial.officer, proposal, now=await ahead.now())
    await ahead.do(trial.check, proposal, Verdict.INELIGIBLE, sees="stage_closed")
    assert (await mails(trial, proposal))["applicant"] == [
        *("receipt", "question", "returned", "receipt", "question", "letter"),
    ]
    assert await journal.verify(f"proposal:{proposal}") == []


async def test_a_withdrawal_that_is_undone_brings_everything_back(ahead: Ahead) -> None:
    await ahead.go("2042-04-08 10:00")
    trial = await Trial.publish(await ahead.now(), durations={"P60D": "P25D"})
    proposal = await trial.submit(await ahead.now())
    first, second, third = trial.experts[:3]
    await trial.propose(proposal, [first, second, third], await ahead.now())
    await ahead.do(trial.check, proposal, Verdict.ELIGIBLE)
    await ahead.happened(proposal, "expert_invited", times=2)
    for expert in (first, second):
        await ahead.do(trial.accept, proposal, expert)
    await ahead.do(trial.review, proposal, first)

    await ahead.go("2042-04-18 10:00")
    await ahead.do(trial.withdraw, proposal)
    await ahead.ended(proposal)
    await ahead.go("2042-04-28 10:00")
    await ahead.do(trial.undo, proposal, sees="expert_invited")
    assert await standing(proposal) == ("in_progress", "review")
    # The second is asked again before the third, who was never asked, and has twenty new days.
    await ahead.go("2042-05-13 09:00")
    assert (await told(proposal))[10:] == [
        ("2042-04-18 10:00", "proposal_withdrawn"),
        ("2042-04-28 10:00", "withdrawal_undone"),
        ("2042-04-28 10:00", "expert_invited"),
        ("2042-05-08 10:00", "expert_reminded"),
    ]
    # Twenty-five days for the stage, ten of them passed before: it ends fifteen after, with the review given before.
    await ahead.go("2042-05-13 10:30")
    await ahead.happened(proposal, "stage_closed", times=2)
    assert (await told(proposal))[-1] == ("2042-05-13 10:00", "stage_closed")
    assert await standing(proposal) == ("in_progress", "synthesis")
    found = await mails(trial, proposal)
    assert found["applicant"] == ["receipt", "withdrawn", "resumed"]
    assert found["officer"][-1] == "officer_resumed"
    assert found["silent"] == ["expert_invited"]
    assert found["declining"] == [
        "expert_invited",
        "expert_dismissed",
        "expert_invited",
        "expert_reminded",
        "expert_dismissed",
    ]
    assert found["conflicted"] == []
    assert await journal.verify(f"proposal:{proposal}") == []


async def test_the_workflow_follows_the_officers_hand(ahead: Ahead) -> None:
    """Skipped, given more time, brought back, stopped and reopened: every run ends because the row has moved."""
    await ahead.go("2042-04-08 10:00")
    trial = await Trial.publish(await ahead.now())
    proposal = await trial.submit(await ahead.now())
    await trial.propose(proposal, trial.experts[:2], await ahead.now())

    async def hand(act: Callable[..., Awaitable[object]], content: object, sees: str = "") -> None:
        async def acted(of: UUID, *, now: datetime) -> object:
            return await act(trial.officer, of, content, now=now)

        await ahead.do(acted, proposal, sees=sees)

    await hand(steering.skip_stage, Skip("eligibility", "eligible", "Vérifiée ailleurs."), "stage_closed")
    await ahead.happened(proposal, "expert_invited", times=2)
    await ahead.go("2042-05-29 09:00")
    until = datetime(2042, 6, 30, 10, 0, tzinfo=PARIS)
    await hand(extending.extend_stage, Extend("review", until, "Congés."))
    await ahead.go("2042-06-30 11:00")
    await hand(steering.go_back, GoBack("review", "eligibility", "Une pièce manque."))
    await ahead.go("2042-07-20 11:00")
    await hand(steering.stop, Stop("eligibility", "ineligible", "Hors de l’Union."))
    await ahead.ended(proposal)
    await hand(steering.reopen, Reopen("review", "Recours gracieux."))
    assert await standing(proposal) == ("in_progress", "review")
    kinds = [(at, kind) for at, kind in await told(proposal) if kind not in ("expert_reminded", "expert_released")]
    assert kinds[3:] == [
        ("2042-04-08 10:00", "stage_skipped"),
        ("2042-04-08 10:00", "stage_closed"),
        ("2042-04-08 10:00", "expert_invited"),
        ("2042-04-08 10:00", "expert_invited"),
        ("2042-05-29 09:00", "stage_extended"),
        ("2042-06-30 10:00", "deadline_passed"),
        ("2042-06-30 11:00", "stage_reentered"),
        ("2042-07-15 23:59", "deadline_passed"),
        ("2042-07-20 11:00", "process_stopped"),
        ("2042-07-20 11:00", "proposal_reopened"),
    ]
    lengths = [len(run.events) for run in await runs(ahead.environment.client, proposal_workflow(proposal))]
    assert max(lengths) < 200
    assert await journal.verify(f"proposal:{proposal}") == []
