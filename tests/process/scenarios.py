"""What happens to a proposal, told once for the tests of dates and for the saved histories."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from uuid import UUID

from forms.clocks import PARIS
from service.operations import deadlines, pilots
from service.operations.deadlines import MoreTime
from service.operations.eligibility import Verdict
from service.operations.pilots import PilotEnd, PilotReviewContent
from service.operations.reviews import ReviewContent
from tests.process.ahead import Ahead
from tests.process.call import DISAGREEING, TWO_ROUNDS, Trial
from workflows.names import call_workflow


async def four_months(ahead: Ahead) -> tuple[Trial, UUID]:
    """Submitted on 8 April 2042, a pilot on 11 August; all that can happen in between."""
    await ahead.go("2042-04-08 10:00")
    trial = await Trial.publish(await ahead.now())
    silent, declining, conflicted, steady = trial.experts
    proposal = await trial.submit(await ahead.now())
    await ahead.poke(proposal)

    await ahead.go("2042-04-10 09:00")
    await ahead.do(trial.check, proposal, Verdict.RETURNED)
    await ahead.go("2042-04-18 15:00")
    await ahead.do(trial.complete, proposal)
    await ahead.go("2042-05-06 11:00")
    await ahead.do(trial.propose, proposal, [silent, declining])
    await ahead.do(trial.check, proposal, Verdict.ELIGIBLE, sees="stage_closed")
    await ahead.happened(proposal, "expert_invited", times=2)

    # The first stays silent. When the second declines nobody is left, until others are proposed.
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

    await ahead.go("2042-07-07 09:00")
    await ahead.do(trial.sum_up, proposal, sees="stage_closed")
    await ahead.go("2042-08-11 09:00")
    await ahead.do(trial.decide, proposal, "retained")
    await trial.publish_decisions(await ahead.now())
    await ahead.poke(proposal)
    await ahead.happened(proposal, "stage_closed", times=4)
    return trial, proposal


async def tried_out(ahead: Ahead, trial: Trial, proposal: UUID) -> None:
    """A pilot from August 2042 on: a review in February, the next one late in September, which stops it; its outcome a
    year later."""
    officer = trial.officer
    await ahead.go("2043-02-09 10:00")
    go, stop = (PilotReviewContent(*said, "Motifs.") for said in (("investigation", "go"), ("construction", "stop")))
    await ahead.do(partial(pilots.hold_review, officer), proposal, go)
    await ahead.go("2043-09-01 10:00")
    await ahead.do(partial(pilots.hold_review, officer), proposal, stop)
    await ahead.go("2044-09-01 10:00")  # a stop waits for its outcome, and convenes nothing any more
    await ahead.do(partial(pilots.end_pilot, officer), proposal, PilotEnd("completed", "Vu."), sees="stage_closed")


async def a_call(ahead: Ahead) -> Trial:
    """Open from 9 to 30 April 2042, then until 5 May; one proposal checked on the 17th, one draft never submitted."""
    await ahead.go("2042-04-07 10:00")
    dates = "opens = 2042-04-09T10:00:00+02:00\ncloses = 2042-04-30T12:00:00+02:00"
    trial = await Trial.publish(await ahead.now(), edits=(("call.toml", "opens = 2020-01-01", dates),))
    await ahead.poke_call(trial.call)
    await ahead.go("2042-04-14 15:00")
    proposal = await trial.submit(await ahead.now())
    await trial.draft(await ahead.now(), "Un brouillon")
    await ahead.poke(proposal)
    await ahead.go("2042-04-17 15:00")
    await ahead.do(trial.check, proposal, Verdict.INELIGIBLE, sees="stage_closed")
    await ahead.go("2042-05-02 09:00")
    more = MoreTime(datetime(2042, 5, 5, 12, tzinfo=PARIS), "Une panne du service.")
    await deadlines.extend_deadline(trial.officer, trial.slug, more, now=await ahead.now())
    await ahead.poke_call(trial.call)
    await ahead.go("2042-05-06 09:00")
    await ahead.over(call_workflow(trial.call))
    return trial


async def preselected(ahead: Ahead) -> tuple[Trial, UUID]:
    """Of a call in two rounds: an outline that its committee has invited to go on."""
    await ahead.go("2042-04-08 10:00")
    trial = await Trial.publish(await ahead.now(), variant=TWO_ROUNDS)
    proposal = await trial.submit(await ahead.now())
    await trial.propose(proposal, trial.experts[:1], await ahead.now())
    await ahead.do(trial.check, proposal, Verdict.ELIGIBLE, sees="expert_invited")
    await ahead.do(trial.accept, proposal, trial.experts[0])
    await ahead.do(trial.review, proposal, trial.experts[0], sees="stage_closed")
    await ahead.do(trial.decide, proposal, "invited")
    await trial.publish_decisions(await ahead.now())
    await ahead.poke(proposal)
    await ahead.happened(proposal, "stage_closed", times=3)
    return trial, proposal


async def apart(ahead: Ahead, edits: Sequence[tuple[str, str, str]] = ()) -> tuple[Trial, UUID]:
    """On 8 April 2042 two experts have given reviews that lie too far apart; a third one is on the list."""
    await ahead.go("2042-04-08 10:00")
    trial = await Trial.publish(await ahead.now(), variant=DISAGREEING, edits=edits)
    proposal = await trial.submit(await ahead.now())
    await trial.propose(proposal, trial.experts[:3], await ahead.now())
    await ahead.do(trial.check, proposal, Verdict.ELIGIBLE)
    await ahead.happened(proposal, "expert_invited", times=2)
    for expert, score in zip(trial.experts[:2], (5, 0), strict=True):
        await trial.accept(proposal, expert, await ahead.now())
        await trial.review(proposal, expert, await ahead.now(), ReviewContent({"impact": score}, {}))
    await ahead.poke(proposal)
    await ahead.happened(proposal, "expert_wanted" if edits else "stage_closed", times=1 if edits else 2)
    return trial, proposal
