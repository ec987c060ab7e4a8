"""A pilot from its beginning to its outcome: the process convenes its reviews, people hold them and report."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from msgspec.structs import replace

from service.domain.actor import Actor, Role
from service.domain.evidence import field_of
from service.domain.files import StoredFile
from service.operations import files, pilots, process, steering
from service.operations.pilots import (
    MeasureContent,
    MilestoneContent,
    PilotContent,
    PilotEnd,
    PilotReviewContent,
)
from service.operations.steering import GoBack
from service.problems import Conflict, Forbidden, Invalid, NotFound, Problem, Stale
from service.store import journal
from service.store.database import execute, rows, value
from service.views import attachments, hindsight
from service.views import pilots as views
from tests.operations.course import START, Course
from tests.process.call import Trial, kinds, standing
from tests.support.people import person

WHAT = PilotContent("Mairie de Valmont", "Une cheffe de projet", "Délai de réponse", "jours", 12.0, 4.0)
DAY = timedelta(days=1)


@pytest.fixture
async def course(database: None) -> Course:
    case = Course()
    case.trial = await Trial.publish(START)
    case.id = await case.trial.submit(START)
    await case.to("pilot")
    return case


def review(phase: str, verdict: str, day: date | None = None) -> PilotReviewContent:
    return PilotReviewContent(phase, verdict, "Motifs de la revue.", day)


async def convened(c: Course) -> None:
    """What the workflow does when the deadline of its snapshot has come."""
    seen = (await c.look()).snapshot
    assert seen.deadline is not None
    c.now = seen.deadline
    assert (await process.mark_overdue(await c.case())).done
    assert (await process.mark_overdue(await c.case())).done  # a repeat convenes nothing


async def test_from_the_first_day_to_the_outcome(course: Course) -> None:
    """Phases, clocks, texts, mails and journal of a whole pilot; its outcome lets the process leave the stage."""
    c, officer, applicant = course, course.trial.officer, course.trial.applicant
    begun = await views.pilot(applicant, c.id)
    assert (begun.phase, begun.version, begun.convened, begun.may) == ("investigation", 1, False, PARTS)
    assert begun.next_review is not None
    assert timedelta(weeks=25) < begun.next_review - c.now < timedelta(weeks=27)
    await pilots.describe_pilot(officer, c.id, WHAT, 1, now=c.later())
    planned = MilestoneContent("Mise en service", c.now.date())
    milestone = (await pilots.plan_milestone(applicant, c.id, planned, now=c.later())).id
    reached = MilestoneContent("Mise en service", c.now.date(), c.now.date(), "Compte rendu signé.")
    await pilots.report_milestone(officer, milestone, reached, now=c.later(DAY))
    for day, number in ((0, 10.0), (1, 9.0), (1, 8.0)):
        measured = MeasureContent(c.now.date() - DAY + day * DAY, number, "Tableau de bord")
        await pilots.add_measure(applicant, c.id, measured, now=c.later())
    await convened(c)
    waiting = await views.pilot(officer, c.id)
    assert (waiting.convened, [(one.number, one.verdict) for one in waiting.reviews]) == (True, [(1, "")])
    for phase, verdict in (("investigation", "go"), ("construction", "go"), ("acceleration", "stay")):
        held = await pilots.hold_review(officer, c.id, review(phase, verdict), now=c.later())
        assert held.next_review == (await c.look()).snapshot.deadline
        assert not (await c.look()).snapshot.overdue
    chosen = c.now.date() + 40 * DAY
    await pilots.hold_review(officer, c.id, review("acceleration", "go", chosen), now=c.later())
    found = await views.pilot(officer, c.id)
    assert (found.phase, found.progress, len(found.reviews)) == ("handover", 0.5, 4)
    assert [(one.day, one.value) for one in found.measures][-1][1] == 8.0
    assert found.next_review is not None
    assert found.next_review.date() == chosen
    assert [(one.title, one.late, one.evidence) for one in found.milestones] == [
        ("Mise en service", False, "Compte rendu signé.")
    ]
    await pilots.end_pilot(officer, c.id, PilotEnd("completed", "Quatre jours au lieu de douze."), now=c.later())
    assert (await c.look()).snapshot.outcome == "completed"
    await c.close()
    over = await views.pilot(applicant, c.id)
    assert (over.outcome, over.may, over.ended_at is not None) == ("completed", (), True)
    assert {one.author for one in over.reviews} == {""}
    assert await standing(c.id) == ("completed", "")
    thought = await hindsight.hindsight(officer, c.trial.slug, c.now.year)
    assert (thought.n, thought.handed_over, thought.thirds[2].progress) == (1, 1, 0.5)
    for nobody in (applicant, c.trial.experts[0]):
        assert (await hindsight.hindsight(nobody, c.trial.slug)).n == 0
    assert await journal.verify(f"proposal:{c.id}") == []
    said = [kind for kind in await kinds(c.id) if "pilot" in kind]
    assert said == ["pilot_described", "pilot_review_convened", *["pilot_reviewed"] * 4, "pilot_ended"]
    entries = await rows("SELECT data FROM entry WHERE stream = {}", f"proposal:{c.id}")
    assert not [line for line in entries for text in TEXTS if text in line["data"]]
    told = await rows("SELECT template, email FROM outbox WHERE template LIKE '%pilot%' ORDER BY created_at, id")
    mine = {applicant.email, officer.email}
    assert [line["template"] for line in told if line["email"] in mine] == [
        "officer_pilot_review", "pilot_review", *["pilot_reviewed"] * 4,
    ]  # fmt: skip


PARTS = ("pilot:read", "pilot:report")
TEXTS = ("Motifs de la revue", "Compte rendu", "Tableau de bord", "Valmont", "Quatre jours")


async def test_a_stop_waits_for_its_outcome_and_a_return_begins_anew(course: Course) -> None:
    c, officer = course, course.trial.officer
    held = await pilots.hold_review(officer, c.id, review("investigation", "stop"), now=c.later())
    assert (held.phase, held.next_review, (await c.look()).snapshot.deadline) == ("stopped", None, None)
    await pilots.end_pilot(officer, c.id, PilotEnd("completed", "Rien."), now=c.later())
    await steering.go_back(officer, c.id, GoBack("pilot", "pilot", "Repris."), now=c.later())
    again = await views.pilot(officer, c.id)
    assert (again.phase, again.outcome, again.ended_at, len(again.reviews)) == ("investigation", "", None, 1)
    assert (await c.look()).snapshot.deadline == again.next_review


Act = Callable[[Course], Any]
REFUSED: list[tuple[Callable[..., Any], Callable[[Course], tuple[Any, ...]], type[Problem], str]] = [
    (pilots.describe_pilot, lambda _: (WHAT, 7), Stale, "stale"),
    (pilots.describe_pilot, lambda _: (PilotContent(" "), 1), Invalid, "partner"),
    (pilots.describe_pilot, lambda _: (PilotContent("M", baseline=float("inf")), 1), Invalid, "baseline"),
    (pilots.plan_milestone, lambda c: (MilestoneContent("", c.now.date()),), Invalid, "title"),
    (pilots.plan_milestone, lambda c: (MilestoneContent("J", c.now.date(), c.now.date()),), Invalid, "evidence"),
    *(
        (pilots.plan_milestone, lambda c, link=link: (MilestoneContent("J", c.now.date(), link=link),), Invalid, "link")
        for link in ("mairie.test", "javascript:alert(1)", "https://mairie .test", f"https://mairie.test/{'x' * 500}")
    ),
    (pilots.add_measure, lambda c: (MeasureContent(c.now.date() + 2 * DAY, 1.0),), Invalid, "day"),
    (pilots.hold_review, lambda _: (review("construction", "go"),), Conflict, "phase_left"),
    (pilots.hold_review, lambda _: (review("investigation", "fly"),), Invalid, "verdict"),
    (pilots.hold_review, lambda c: (review("investigation", "go", c.now.date()),), Invalid, "next_review"),
    (pilots.end_pilot, lambda _: (PilotEnd("completed", "Tout."),), Conflict, "not_over"),
]


async def test_what_is_refused_changes_nothing(course: Course) -> None:
    """Whoever asks: wrong contents of the officer; everything of whoever has no such right."""
    c = course
    before = await value("SELECT last_seq FROM proposal WHERE id = {}", c.id)
    for act, content, problem, code in REFUSED:
        with pytest.raises(problem) as refused:
            await act(c.trial.officer, c.id, *content(c), now=c.later())
        found = refused.value
        assert code in ({one.path for one in found.errors} if isinstance(found, Invalid) else {found.code})
    strangers: dict[Actor, type[Problem]] = {
        c.trial.applicant: Forbidden,
        c.trial.experts[0]: NotFound,
        await person((Role.AUDITOR, None)): Forbidden,
        await person(): NotFound,
    }
    for who, refusal in strangers.items():
        with pytest.raises(refusal):
            await pilots.hold_review(who, c.id, review("investigation", "go"), now=c.later())
    for expert in c.trial.experts:
        with pytest.raises(NotFound):
            await views.pilot(expert, c.id)
        assert (await views.pilots(expert)).items == ()
    assert await value("SELECT last_seq FROM proposal WHERE id = {}", c.id) == before
    listed = await views.pilots(c.trial.officer, c.trial.slug, "investigation")
    assert [one.proposal for one in listed.items] == [c.id]
    assert (await views.pilots(c.trial.officer, c.trial.slug, "handover")).items == ()


async def test_a_milestone_is_shown_by_an_address_and_by_files(course: Course) -> None:
    """They come in by the door of attachments, are read by whoever reads the pilot, and stay once it is over."""
    c, officer, applicant = course, course.trial.officer, course.trial.applicant
    today, strangers = c.now.date(), (c.trial.experts[0], c.trial.chair, await person())
    milestone = (await pilots.plan_milestone(applicant, c.id, MilestoneContent("Jalon", today), now=c.later())).id
    field = field_of(milestone)

    def sent(number: int = 0, where: str = field) -> StoredFile:
        return StoredFile(uuid4(), where, f"preuve-{number}.pdf", 9, "ab" * 32, "application/pdf")

    reached = MilestoneContent("Jalon", today, today)
    with pytest.raises(Invalid):
        await pilots.report_milestone(applicant, milestone, reached, now=c.later())
    file = sent()
    await files.add_attachment(officer, c.id, file, now=c.later())
    await pilots.report_milestone(applicant, milestone, reached, now=c.later())
    for who in (applicant, officer, await person((Role.AUDITOR, None))):
        [told] = (await views.pilot(who, c.id)).milestones
        assert ([one.id for one in told.files], told.link, told.withheld) == ([file.id], "", 0)
        assert (await attachments.attachment(who, file.id)).name == "preuve-0.pdf"
    for who in strangers:
        with pytest.raises(NotFound):
            await attachments.attachment(who, file.id)
        with pytest.raises((NotFound, Forbidden)):
            await files.add_attachment(who, c.id, sent(), now=c.later())
    with pytest.raises(Conflict) as only:
        await files.remove_attachment(applicant, file.id, now=c.later())
    assert only.value.code == "only_evidence"
    link = "https://mairie.test/mise-en-service"
    await pilots.report_milestone(applicant, milestone, replace(reached, link=link), now=c.later())
    await files.remove_attachment(applicant, file.id, now=c.later())
    [told] = (await views.pilot(officer, c.id)).milestones
    assert (told.files, told.link) == ((), link)
    for who in (applicant, officer):
        with pytest.raises(NotFound):
            await attachments.attachment(who, file.id)
    for number in range(5):
        await files.add_attachment(applicant, c.id, sent(number), now=c.later())
    for wrong, problem in ((sent(6), Invalid), (sent(where=field_of(uuid4())), NotFound)):
        with pytest.raises(problem):
            await files.add_attachment(applicant, c.id, wrong, now=c.later())
    # What has not been found clean is its sender's alone.
    await execute("UPDATE attachment SET scan = 'waiting' WHERE field = {}", field)
    told_to = {who: (await views.pilot(who, c.id)).milestones[0] for who in (applicant, officer)}
    assert [(len(one.files), one.withheld) for one in told_to.values()] == [(5, 0), (0, 5)]
    await pilots.hold_review(officer, c.id, review("investigation", "stop"), now=c.later())
    await pilots.end_pilot(officer, c.id, PilotEnd("completed", "Rien."), now=c.later())
    with pytest.raises(Conflict) as over:
        await files.add_attachment(applicant, c.id, sent(7), now=c.later())
    assert over.value.code == "pilot_over"
    assert len((await views.pilot(applicant, c.id)).milestones[0].files) == 5
