"""The officer's hand: what moves, what stays, what is refused, and that the journal says all of it without a word."""

from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

import pytest

from service.domain.actor import Actor
from service.operations import extending, process, reassigning, reviews, steering
from service.operations.eligibility import Verdict
from service.operations.extending import Extend
from service.operations.reassigning import Reassign
from service.operations.steering import GoBack, Reopen, Skip, Stop
from service.problems import Conflict, Forbidden, Invalid, NotFound, Problem
from service.store import journal
from service.store.database import row, rows, value
from service.views import documents, proposals
from service.views import steering as views
from tests.operations.course import DAY, START, WHY, Course, course
from tests.process.call import Trial, kinds, standing
from workflows.messages import OfSeat

__all__ = ["course"]  # fixture


@pytest.mark.parametrize(
    ("stage", "skips", "stops"),
    [
        ("eligibility", ["eligible"], ["declined", "ineligible"]),
        ("review", ["complete", "partial"], ["declined", "ineligible"]),
        ("synthesis", ["submitted"], ["declined", "ineligible"]),
        ("committee", [], ["declined", "ineligible"]),
        ("pilot", ["completed"], ["completed"]),
    ],
)
async def test_in_every_stage(course: Course, stage: str, skips: list[str], stops: list[str]) -> None:
    """What may be done there is offered; each of it works and leaves the next stage, or none, in one commit."""
    await course.to(stage)
    ids = ["eligibility", "review", "synthesis", "committee", "pilot"]
    behind = ids[: ids.index(stage) + 1] if stage != "pilot" else ["pilot"]
    shown = await views.steering(course.trial.officer, course.id)
    assert (shown.stage, [way.id for way in shown.skips], [way.id for way in shown.stops]) == (stage, skips, stops)
    assert [way.id for way in shown.back] == behind
    assert (shown.reopens, shown.acts) == ((), ())
    visit = (await course.look()).snapshot.visit
    await refuses_and_changes_nothing(course, stage)
    for target in reversed(behind):
        done = await course.as_officer(steering.go_back, GoBack((await stage_of(course)), target, WHY))
        visit += 1
        assert (done.stage, done.status) == (target, "accepted" if stage == "pilot" else "in_progress")
        assert (await course.look()).snapshot.visit == visit
    for outcome in [one for one in skips if behind == [stage]]:
        await course.as_officer(steering.skip_stage, Skip(stage, outcome, WHY))
    if await stage_of(course):
        present = await stage_of(course)
        status = "completed" if present == "pilot" else "declined"
        stopped = await course.as_officer(steering.stop, Stop(present, status, WHY))
        assert (stopped.stage, stopped.status) == ("", status)
    assert await journal.verify(f"proposal:{course.id}") == []
    said = await rows("SELECT data FROM entry WHERE stream = {}", f"proposal:{course.id}")
    assert not [line for line in said if WHY in line["data"]]
    acts = (await views.steering(course.trial.officer, course.id)).acts
    assert {(line.reason, line.author) for line in acts} == {(WHY, course.trial.officer.name)}


async def mails(to: Actor) -> list[str]:
    found = await rows("SELECT template FROM outbox WHERE email = {} ORDER BY created_at, id", to.email)
    return [line["template"] for line in found]


async def stage_of(course: Course) -> str:
    return (await standing(course.id))[1]


Refused = tuple[Callable[..., Awaitable[Any]], Callable[[Course], object], type[Problem], str]
FAR = START + 900 * DAY
REFUSED: dict[str, list[Refused]] = {
    "eligibility": [
        (steering.skip_stage, lambda _: Skip("eligibility", "ineligible", WHY), Conflict, "needs_decision"),
    ],
    "review": [
        (steering.skip_stage, lambda _: Skip("eligibility", "eligible", WHY), Conflict, "stage_left"),
        (steering.skip_stage, lambda _: Skip("review", "nowhere", WHY), Invalid, "invalid"),
        (steering.go_back, lambda _: GoBack("review", "synthesis", WHY), Conflict, "not_behind"),
        (steering.go_back, lambda _: GoBack("review", "nowhere", WHY), Invalid, "invalid"),
        (steering.reopen, lambda _: Reopen("review", WHY), Conflict, "not_closed"),
        (steering.stop, lambda _: Stop("review", "accepted", WHY), Invalid, "invalid"),
        (steering.stop, lambda _: Stop("review", "declined", " \n"), Invalid, "invalid"),
        (steering.stop, lambda _: Stop("review", "declined", "x" * 2001), Invalid, "invalid"),
        (extending.extend_stage, lambda c: Extend("review", c.now + DAY, WHY), Invalid, "invalid"),
        (extending.extend_stage, lambda _: Extend("review", FAR, WHY), Invalid, "invalid"),
        (extending.extend_stage, lambda _: Extend("review", FAR.replace(tzinfo=None), WHY), Invalid, "invalid"),
        (extending.extend_stage, lambda _: Extend("review", FAR, WHY, "completion"), Conflict, "no_clock"),
        (reassigning.reassign, lambda _: Reassign(WHY), Invalid, "invalid"),
        (reassigning.reassign, lambda _: Reassign(WHY, (UUID(int=7),)), Invalid, "invalid"),
    ],
    "synthesis": [
        (reassigning.reassign, lambda c: Reassign(WHY, (), (c.trial.experts[3].person,)), Conflict, "wrong_phase"),
    ],
    "committee": [
        (steering.skip_stage, lambda _: Skip("committee", "retained", WHY), Conflict, "needs_decision"),
    ],
    "pilot": [
        (steering.go_back, lambda _: GoBack("pilot", "committee", WHY), Conflict, "decision_published"),
    ],
}


async def refuses_and_changes_nothing(course: Course, stage: str) -> None:
    before = await row("SELECT * FROM proposal WHERE id = {}", course.id)
    for act, content, problem, code in REFUSED[stage]:
        with pytest.raises(problem) as refused:
            await course.as_officer(act, content(course))
        assert refused.value.code == code
    assert await row("SELECT * FROM proposal WHERE id = {}", course.id) == before
    assert await value("SELECT count(*) FROM steering WHERE proposal = {}", course.id) == 0


async def test_it_is_the_officers_hand_alone(course: Course) -> None:
    await course.to("review")
    skip = Skip("review", "partial", WHY)
    others: dict[Actor, type[Problem]] = {
        course.trial.applicant: Forbidden, course.trial.chair: NotFound, course.trial.experts[0]: Forbidden,
    }  # fmt: skip
    for somebody, problem in others.items():
        with pytest.raises(problem):
            await steering.skip_stage(somebody, course.id, skip, now=course.later())
    with pytest.raises(NotFound):
        await views.steering(course.trial.applicant, course.id)


async def test_going_back_keeps_what_was_given_and_asks_for_it_again(course: Course) -> None:
    """From before the committee, with a decision that waits, to the review: everything that it will rest on anew."""
    await course.to("committee")
    await course.trial.decide(course.id, "declined", course.later())
    await course.as_officer(steering.go_back, GoBack("committee", "review", WHY))
    seen = (await course.look()).snapshot
    first, second, third = course.trial.experts[:3]
    assert [(seat.taken, seat.reviewed) for seat in seen.seats] == [(True, False)] * 2
    assert (seen.enough, seen.outcome, seen.candidates) == (True, "", 1)  # what was given counts; the third is back
    assert await value("SELECT count(*) FROM decision WHERE proposal = {}", course.id) == 0
    assert await value("SELECT count(*) FROM revision WHERE proposal = {} AND subject = 'decision'", course.id) == 1
    assert len((await proposals.proposal(course.trial.officer, course.id)).reviews) == 2
    # One gives it again, the other stays silent: theirs stands, and the stage is complete.
    version = await value("SELECT version FROM review WHERE expert = {}", first.account)
    review = await value("SELECT id FROM review WHERE expert = {}", first.account)
    await reviews.submit_review(first, review, version, now=course.later())
    due = seen.seats[1].due_at
    assert due is not None
    course.now = due
    assert (await process.release_seat(OfSeat(await course.case(), 1))).done
    await course.close("complete")
    assert await standing(course.id) == ("in_progress", "synthesis")
    # The synthesis of before is not this visit's, and is still there to begin from.
    assert (await course.look()).snapshot.outcome == ""
    shown = await proposals.proposal(course.trial.officer, course.id)
    assert shown.synthesis is not None
    assert shown.synthesis.text == "Deux avis concordants."
    assert [kind for kind in await kinds(course.id) if kind.startswith("review_")] == [
        *["review_submitted"] * 3,
        "review_kept",
    ]
    assert await mails(second) == ["expert_invited", "expert_again"]
    assert third.account in {line.expert for line in shown.assignments}


async def test_a_stopped_process_is_told_by_a_letter_and_may_be_reopened(course: Course) -> None:
    await course.to("review")
    await course.as_officer(steering.stop, Stop("review", "ineligible", "L’organisme a été dissous."))
    position = await value("SELECT last_seq FROM proposal WHERE id = {}", course.id)
    letter = await documents.letter(course.id, position)
    assert (letter.outcome, letter.reasons) == ("Non éligible", "L’organisme a été dissous.")
    assert letter.author == course.trial.officer.name
    mine = await proposals.proposal(course.trial.applicant, course.id)
    assert [(line.act, line.reason) for line in mine.reasons] == [("stop", "L’organisme a été dissous.")]
    await course.as_officer(steering.reopen, Reopen("review", "Recours gracieux."))
    assert await standing(course.id) == ("in_progress", "review")
    # Whom the stop had dismissed are on the list again.
    await course.seats()
    assert [seat.taken for seat in (await course.look()).snapshot.seats] == [True, True]
    told = await rows(
        "SELECT template FROM outbox WHERE email = {} ORDER BY created_at, id", course.trial.applicant.email
    )
    assert [line["template"] for line in told] == ["receipt", "letter", "reopened"]


async def test_whoever_leaves_while_asked_again_is_not_waited_for(course: Course) -> None:
    """A review is entered again, and one of those asked to confirm theirs declares a conflict of interest."""
    await course.to("synthesis")
    await course.as_officer(steering.go_back, GoBack("synthesis", "review", WHY))
    leaving = course.trial.experts[0]
    mine = await course.trial.assignment(course.id, leaving)
    assert await value("SELECT asked_again IS NOT NULL FROM assignment WHERE id = {}", mine)
    await course.trial.declare(course.id, leaving, course.later())
    assert await row("SELECT status, asked_again FROM assignment WHERE id = {}", mine) == {
        "status": "declined", "asked_again": None,
    }  # fmt: skip
    more = extending.ExtendExpert(course.now + 30 * DAY, WHY)
    with pytest.raises(Conflict, match="Aucune évaluation n’est attendue"):
        await extending.extend_expert(course.trial.officer, mine, more, now=course.later())
    shown = await proposals.proposal(course.trial.officer, course.id)
    assert leaving.name not in [line.whose for line in shown.deadlines]
    assert course.trial.experts[1].name in [line.whose for line in shown.deadlines]


DELEGATION = """[letters.delegation]
fr = "Par délégation, arrêté du 3 mars 2042 ({reference})"
en = "By delegation, order of 3 March 2042 ({reference})"
"""


async def test_what_the_service_signs_names_its_delegation(database: None) -> None:
    """A refusal for ineligibility and an end of the examination: who signs, in what capacity, by which act."""
    trial = await Trial.publish(START, letters=DELEGATION)
    refused, stopped = Course(), Course()
    for one, title in ((refused, "Un projet"), (stopped, "Un autre")):
        one.trial, one.id = trial, await trial.submit(START, title)
    await trial.check(refused.id, Verdict.INELIGIBLE, refused.later())
    await refused.close()
    await stopped.as_officer(steering.stop, Stop("eligibility", "ineligible", "L’organisme a été dissous."))
    for one in (refused, stopped):
        [found] = await rows("SELECT last_seq, reference FROM proposal WHERE id = {}", one.id)
        letter = await documents.letter(one.id, found["last_seq"])
        assert (letter.author, letter.capacity, letter.delegation) == (
            trial.officer.name,
            f"Agent chargé de l’appel, {letter.sender}",
            f"Par délégation, arrêté du 3 mars 2042 ({found['reference']})",
        )


@pytest.mark.parametrize("how", ["withdrawn", "decided"])
async def test_what_may_not_be_reopened(course: Course, how: str) -> None:
    if how == "withdrawn":
        await course.to("review")
        await course.trial.withdraw(course.id, course.later())
    else:
        await course.to("committee")
        await course.trial.decide(course.id, "declined", course.later())
        await course.trial.publish_decisions(course.later())
        await course.close()
    shown = await views.steering(course.trial.officer, course.id)
    assert shown.reopens == ()
    with pytest.raises(Conflict) as refused:
        await course.as_officer(steering.reopen, Reopen("review", WHY))
    assert refused.value.code == {"withdrawn": "withdrawn", "decided": "decision_published"}[how]


async def test_a_decision_of_another_stage_is_not_published(course: Course) -> None:
    """Taken before the officer went back, it is no decision any more."""
    await course.to("committee")
    await course.trial.decide(course.id, "retained", course.later())
    await course.as_officer(steering.go_back, GoBack("committee", "synthesis", WHY))
    with pytest.raises(Conflict):
        await course.trial.publish_decisions(course.later())
