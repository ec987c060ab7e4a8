"""Experts who disagree: they talk and answer, or somebody more is asked; every date is exact, nobody else reads it."""

from datetime import timedelta
from uuid import UUID

import pytest

from service.operations import conciliations, extending, reviews, steering
from service.operations.conciliations import TalkContent
from service.operations.eligibility import Verdict
from service.operations.extending import Extend
from service.operations.reviews import ReviewContent
from service.operations.steering import GoBack
from service.problems import NotFound, Problem
from service.store import journal
from service.store.database import rows, value
from service.views import conciliation as views
from service.views.dossiers import dossier
from service.views.reviews import my_reviews
from tests.process.ahead import Ahead
from tests.process.call import DISAGREEING, Trial, standing, told
from tests.process.scenarios import apart
from tests.process.test_months import mails


async def test_they_talk_and_one_revises_while_the_other_stays_silent(ahead: Ahead) -> None:
    trial, proposal = await apart(ahead)
    first, second = trial.experts[:2]
    assert await standing(proposal) == ("in_progress", "conciliation")
    seen = await views.conciliation(first, proposal)
    assert (seen.open, seen.awaited, seen.awaiting, len(seen.reviews)) == (True, True, 2, 2)
    (task,) = (await my_reviews(first)).items
    assert (task.status, task.again, task.talks) == ("done", True, True)
    talk = TalkContent("Je lis l’impact autrement.")
    await conciliations.write_talk(first, proposal, talk, now=await ahead.now())
    assert [(one.author, one.mine) for one in (await views.conciliation(second, proposal)).talk] == [
        ("Évaluateur A", False)
    ]
    official = await views.conciliation(trial.officer, proposal)
    assert [one.author for one in official.talk] == [f"{first.name} (Évaluateur A)"]
    for stranger in (trial.applicant, trial.chair, trial.experts[2]):
        with pytest.raises(NotFound):
            await views.conciliation(stranger, proposal)
        with pytest.raises(Problem):
            await conciliations.write_talk(stranger, proposal, talk, now=await ahead.now())
    position = await value("SELECT last_seq FROM proposal WHERE id = {}", proposal)
    said = {who: (await dossier(proposal, position, who)).conciliation for who in ("committee", "officer", "applicant")}
    assert {who: [one.author for one in messages] for who, messages in said.items()} == {
        "committee": ["Évaluateur A"],
        "officer": [first.name],
        "applicant": [],
    }
    await ahead.go("2042-04-11 09:00")
    review = await value("SELECT review FROM assignment WHERE expert = {}", first.account)
    version = await value("SELECT version FROM review WHERE id = {}", review)
    saved = await reviews.save_review(first, review, ReviewContent({"impact": 0}, {}), version, now=await ahead.now())
    await reviews.submit_review(first, review, saved.version, now=await ahead.now())
    await ahead.poke(proposal)
    await ahead.go("2042-04-18 11:00")
    assert (await told(proposal))[11:] == [
        ("2042-04-08 10:00", "stage_closed"),
        ("2042-04-08 10:00", "conciliation_message"),
        ("2042-04-11 09:00", "review_submitted"),
        ("2042-04-13 10:00", "expert_reminded"),
        ("2042-04-18 10:00", "stage_closed"),
    ]
    assert await standing(proposal) == ("in_progress", "synthesis")
    assert await value("SELECT count(*) FROM revision WHERE subject = 'review' AND subject_id = {}", review) == 2
    last = "SELECT data ->> 'outcome' FROM entry WHERE stream = {} ORDER BY seq DESC LIMIT 1"
    closed = await value(last, stream(proposal))
    assert closed == "unsettled"
    found = await mails(trial, proposal)
    assert found["officer"][-1] == "officer_disagreement"
    assert found["declining"][-3:] == ["expert_conciliation", "expert_conciliation_message", "expert_reminded"]
    assert await journal.verify(stream(proposal)) == []


def stream(proposal: UUID) -> str:
    return f"proposal:{proposal}"


async def test_it_ends_when_each_has_answered_and_begins_again_where_they_still_disagree(ahead: Ahead) -> None:
    trial, proposal = await apart(ahead)
    for expert in trial.experts[:2]:
        review = await value("SELECT review FROM assignment WHERE expert = {}", expert.account)
        for _ in range(2):
            await conciliations.confirm_review(expert, review, now=await ahead.now())
    await ahead.poke(proposal)
    await ahead.happened(proposal, "stage_closed", times=3)
    assert await standing(proposal) == ("in_progress", "synthesis")
    await ahead.do(steered_back, proposal, trial, sees="stage_reentered")
    for expert in trial.experts[:2]:
        review = await value("SELECT review FROM assignment WHERE expert = {}", expert.account)
        await conciliations.confirm_review(expert, review, now=await ahead.now())
    await ahead.poke(proposal)
    await ahead.happened(proposal, "stage_closed", times=4)
    assert await standing(proposal) == ("in_progress", "conciliation")


async def steered_back(proposal: UUID, trial: Trial, *, now: object) -> None:
    await steering.go_back(trial.officer, proposal, GoBack("synthesis", "review", "À revoir."), now=now)  # type: ignore[arg-type]


async def test_one_expert_more_is_asked_once(ahead: Ahead) -> None:
    way = '    { id = "disagreed", name = { fr = "En désaccord", en = "Disagreed" }, next = "conciliation" },\n'
    edits = [("process.toml", way, ""), ("process.toml", 'then = "conciliation"', 'then = "expert"')]
    trial, proposal = await apart(ahead, edits)
    await ahead.happened(proposal, "expert_invited", times=3)
    assert await standing(proposal) == ("in_progress", "review")
    third = trial.experts[2]
    await ahead.do(trial.accept, proposal, third)
    await ahead.do(trial.review, proposal, third, sees="stage_closed")
    assert await standing(proposal) == ("in_progress", "synthesis")
    kinds = [kind for _, kind in await told(proposal)]
    assert kinds.count("expert_wanted") == 1
    assert await value("SELECT count(*) FROM assignment WHERE proposal = {} AND status = 'done'", proposal) == 3


async def test_the_officers_are_told_of_a_silent_expert_before_the_release(ahead: Ahead) -> None:
    await ahead.go("2042-04-08 10:00")
    trial = await Trial.publish(await ahead.now(), variant=DISAGREEING)
    proposal = await trial.submit(await ahead.now())
    await trial.propose(proposal, trial.experts[:1], await ahead.now())
    await ahead.do(trial.check, proposal, Verdict.ELIGIBLE, sees="expert_invited")
    await ahead.go("2042-04-28 11:00")
    found = [(at, kind) for at, kind in await told(proposal) if kind.startswith("expert_")]
    assert found == [
        ("2042-04-08 10:00", "expert_invited"),
        ("2042-04-18 10:00", "expert_reminded"),
        ("2042-04-24 10:00", "expert_reminded"),
        ("2042-04-26 10:00", "expert_silent"),
        ("2042-04-28 10:00", "expert_released"),
    ]
    last = await rows("SELECT template FROM outbox WHERE email = {} ORDER BY created_at, id", trial.experts[0].email)
    assert [line["template"] for line in last][1:3] == ["expert_reminded", "expert_last_reminder"]
    assert "officer_silent" in (await mails(trial, proposal))["officer"]


async def test_more_time_for_it_is_more_time_for_whoever_has_not_answered(ahead: Ahead) -> None:
    trial, proposal = await apart(ahead)
    running = "SELECT due_at FROM deadline WHERE proposal = {} AND kind = 'stage' AND closed_at IS NULL"
    due = await value(running, proposal)
    more = Extend("conciliation", due + timedelta(days=10), "Congés.")
    await extending.extend_stage(trial.officer, proposal, more, now=await ahead.now())
    asked = "SELECT due_at, reminded FROM assignment WHERE proposal = {} AND asked_again IS NOT NULL"
    assert await rows(asked, proposal) == [{"due_at": more.until, "reminded": 0}] * 2
    found = await mails(trial, proposal)
    assert (found["silent"][-1], found["declining"][-1]) == ("expert_extended", "expert_extended")
    await ahead.poke(proposal)
    await ahead.sleep(timedelta(days=11))  # the deadline that it had before is past
    assert await standing(proposal) == ("in_progress", "conciliation")
