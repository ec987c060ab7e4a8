"""What is counted of a call: each figure on a case that one can count by hand, and what of it everybody may be told."""

from datetime import timedelta
from uuid import UUID

import pytest
from msgspec import structs

from forms import Form, kinds
from forms.base import Audience, Text
from forms.form import Section
from forms.kinds import Option
from reports.figures import (
    AnswerGroup,
    Breakdown,
    CriterionFigures,
    FunnelStep,
    LoadBand,
    ReachFigures,
    RoundFigures,
    ScoreBand,
)
from service.domain.actor import Actor, Role
from service.domain.figures import FEW, FEW_SCORED, grouped, public_reach, public_round, reach
from service.operations import drafts, submissions
from service.problems import NotFound
from service.store.database import value
from service.views.figures import figures
from tests.operations.course import START, Course, checked
from tests.process.call import Trial
from tests.support.people import person

QUESTIONS = """label = { fr = "Titre", en = "Title" }

[[sections.fields]]
id = "nature"
kind = "one_of"
label = { fr = "Nature", en = "Kind" }
audience = "public"
options = [
    { id = "local", label = { fr = "Collectivité", en = "Local" } },
    { id = "company", label = { fr = "Entreprise", en = "Company" } },
]

[[sections.fields]]
id = "users"
kind = "several_of"
label = { fr = "Publics", en = "Users" }
other = true
options = [
    { id = "citizens", label = { fr = "Usagers", en = "Citizens" } },
    { id = "agents", label = { fr = "Agents", en = "Agents" } },
]

[[sections.fields]]
id = "reach"
kind = "integer"
label = { fr = "Personnes par an", en = "People per year" }

[[sections.fields]]
id = "inner"
kind = "one_of"
label = { fr = "Pour le service", en = "For officers" }
audience = "officers"
options = [{ id = "a", label = { fr = "A", en = "A" } }]
"""
DAY = timedelta(days=1)


async def proposed(trial: Trial, **answers: object) -> UUID:
    opened = await drafts.open_draft(trial.applicant, trial.slug, now=START)
    changes = {
        name: drafts.Change(answer)
        for name, answer in {"title": "Projet", "organisation": "Zqorganisme", "inner": "a", **answers}.items()
    }
    await drafts.save_answers(trial.applicant, opened.id, changes, now=START)
    return opened.id


async def a_call() -> Trial:
    """Four proposals: decided and retained, under review, withdrawn, a draft."""
    trial = await Trial.publish(START, edits=(("form.toml", 'label = { fr = "Titre", en = "Title" }', QUESTIONS),))
    for answers in (
        {"nature": "local", "users": ["citizens", "agents"], "reach": 1000},
        {"nature": "company", "users": ["agents", {"other": "Zqautre"}], "reach": 3000},
        {"nature": "local", "users": ["citizens"]},
    ):
        course = Course()
        course.trial, course.id, course.now = trial, await proposed(trial, **answers), START
        await submissions.submit_proposal(trial.applicant, course.id, now=START)
        if answers.get("reach") == 1000:
            await course.to("committee")
            await trial.decide(course.id, "retained", course.later())
            await trial.publish_decisions(course.later(timedelta(days=10)))
            await course.close()
        elif "reach" in answers:
            await checked(course)
        else:
            await trial.withdraw(course.id, course.later())
    await proposed(trial)
    return trial


async def test_figures_of_a_call(database: None) -> None:
    trial = await a_call()
    found = await figures(trial.officer, trial.slug)
    reached = {"drafts": 1, "submitted": 3, "withdrawn": 1, "eligible": 2, "reviewed": 1, "committee": 1}
    assert found.funnel == tuple(FunnelStep(*one) for one in {**reached, "decided": 1, "retained": 1}.items())
    assert {one.code: one.count for one in found.statuses} == {"in_progress": 1, "accepted": 1, "withdrawn": 1}
    assert [(one.id, one.entered, one.here, one.left) for one in found.stages] == [
        ("eligibility", 3, 0, 2),
        ("review", 2, 1, 1),
        ("synthesis", 1, 0, 1),
        ("committee", 1, 0, 1),
        ("pilot", 1, 1, 0),
    ]
    assert found.stages[0].median == pytest.approx(2 / 24)  # two acts, an hour each
    local, company = AnswerGroup("local", "Collectivité", 2, 1, 1, 1), AnswerGroup("company", "Entreprise", 1, 0, 0, 0)
    users = (
        AnswerGroup("citizens", "Usagers", 2, 1, 1, 1),
        AnswerGroup("agents", "Agents", 2, 1, 1, 1),
        AnswerGroup("@other", "Autre réponse", 1, 0, 0, 0),
    )
    assert found.breakdowns == (
        Breakdown("nature", "Nature", several=False, groups=(local, company)),
        Breakdown("users", "Publics", several=True, groups=users, beneficiaries=True),
    )
    assert found.reach == ReachFigures("Personnes par an", 2, 4000, 2000, 1, 1000)
    decision, answer, review = found.delays
    assert (decision.code, decision.n, decision.median) == ("decision", 1, decision.most)
    assert decision.median > 10
    assert (answer.code, answer.n, review.code, review.n) == ("answer", 2, "review", 2)
    load = found.load
    assert load is not None
    assert (load.experts, load.asked, load.waiting, load.done, load.late) == (2, 4, 2, 2, 0)
    assert [band for band in load.bands if band.experts] == [LoadBand(1, 2, 2)]
    assert [(one.asked, one.done) for one in found.named] == [(2, 1), (2, 1)]
    (scores,) = found.rounds
    assert (scores.scored, scores.mean, scores.alpha, [one.mean for one in scores.criteria]) == (1, 5, None, [5])
    # The committee is told no expert's name; what stands apart changes nothing of what is counted of all.
    shown = await figures(trial.chair, trial.slug)
    assert structs.replace(shown, named=found.named, at=found.at) == found
    assert shown.named == ()
    # Nor what somebody of it has read as an expert, before it is the committee's.
    expert = trial.experts[0]
    under_review = await value("SELECT id FROM proposal WHERE call = {} AND stage = 'review'", trial.call)
    await trial.accept(under_review, expert, START + DAY)
    await trial.review(under_review, expert, START + DAY)
    both = structs.replace(expert, roles=expert.roles | {(Role.COMMITTEE, trial.call)})
    assert [one.scored for one in (await figures(both, trial.slug)).rounds] == [1]
    assert [one.scored for one in (await figures(trial.officer, trial.slug)).rounds] == [2]


async def test_whoever_may_read_a_report_and_what_everybody_is_told(database: None) -> None:
    trial = await a_call()
    for stranger in (await person(), trial.applicant, trial.experts[0], await person((Role.ADMIN, None))):
        with pytest.raises(NotFound):
            await figures(stranger, trial.slug)
    with pytest.raises(NotFound):
        await figures(Actor(), trial.slug)
    told = await figures(None, trial.slug)
    assert (told.breakdowns, told.rounds, told.delays, told.named) == ((), (), (), ())
    assert (told.reach, told.load, {(one.median, one.most) for one in told.stages}) == (None, None, {(None, None)})
    assert told.count("submitted") == 3


async def test_everybody_is_told_nothing_of_a_single_proposal(database: None) -> None:
    """Ten decided proposals of which one is retained: neither what it says, nor what one of the others does."""
    asked = 'label = { fr = "Personnes par an", en = "People per year" }'
    questions = QUESTIONS.replace(asked, f'{asked}\naudience = "public"')
    trial = await Trial.publish(START, edits=(("form.toml", 'label = { fr = "Titre", en = "Title" }', questions),))
    courses = [Course() for _ in range(FEW_SCORED)]
    for number, course in enumerate(courses):
        course.trial, course.id, course.now = trial, await proposed(trial, reach=10**number), START
        await submissions.submit_proposal(trial.applicant, course.id, now=START)
        await course.to("committee")
        await trial.decide(course.id, "declined" if number else "retained", course.later())
    await trial.publish_decisions(course.later(timedelta(days=10)))
    for one in courses:
        one.now = course.later()
        await one.close()
    staff, everybody = await figures(trial.officer, trial.slug), await figures(None, trial.slug)
    total, median = sum(10**number for number in range(FEW_SCORED)), (10**4 + 10**5) / 2
    asked_of = ReachFigures("Personnes par an", FEW_SCORED, total, median, 1, 1)
    assert (staff.reach, everybody.reach) == (asked_of, structs.replace(asked_of, retained=None, retained_total=None))
    (scores,), (told,) = staff.rounds, everybody.rounds
    assert told == structs.replace(
        scores,
        below=None,
        totals=(),
        spreads=(),
        criteria=tuple(structs.replace(one, below=None) for one in scores.criteria),
    )
    # Two experts have given all reviews: how long each of them took is nobody's to know.
    codes = [[one.code for one in found.delays] for found in (staff, everybody)]
    assert codes == [["decision", "answer", "review"], ["decision"]]


@pytest.mark.parametrize("audience", ["public", "reviewers", "officers"])
@pytest.mark.parametrize("identifying", [False, True])
def test_how_many_people_are_reached_is_told_to_whoever_reads_it(audience: Audience, identifying: bool) -> None:  # noqa: FBT001
    field = kinds.Integer(id="reach", label=Text("R", "R"), audience=audience, identifying=identifying)
    form = Form(title_field="", organisation_field="", sections=(Section("s", Text("S", "S"), fields=(field,)),))
    found = [reach(form, public=public) == field for public in (True, False)]
    assert found == [audience == "public" and not identifying, audience != "officers" and not identifying]


@pytest.mark.parametrize("n", [0, 1, FEW - 1, FEW, FEW_SCORED - 1, FEW_SCORED])
def test_to_the_public_no_sum_or_score_is_of_a_few(n: int) -> None:
    bands = (ScoreBand(0, 5, n),)
    many, criterion = (CriterionFigures("C", of, 0, 5, 3.5, 3, 1, 0.5) for of in (FEW_SCORED, n))
    one_round = RoundFigures(1, FEW_SCORED, 0, 5, 3.5, 3, 2, 1, 0.5, bands, bands, (many, criterion))
    kept = [structs.replace(one, below=None) for one in (many, criterion) if one.n >= FEW_SCORED]
    told = structs.replace(one_round, below=None, totals=(), spreads=(), criteria=tuple(kept))
    assert public_round(one_round) == told
    scored = structs.replace(one_round, scored=n)
    assert public_round(scored) == (structs.replace(told, scored=n) if n >= FEW_SCORED else None)
    said = ReachFigures("R", n, 100, 3, n, 90)
    assert public_reach(said) == (structs.replace(said, retained=None, retained_total=None) if n >= FEW else None)


@pytest.mark.parametrize(
    ("sizes", "shown"),
    [
        ((9, 8, 7), [("a", 9), ("b", 8), ("c", 7)]),
        ((9, 8, 2), [("a", 9), ("", 10)]),
        ((9, 3, 2), [("a", 9), ("", 5)]),
        ((6, 1, 0), [("", 7)]),
        ((2, 1, 1), []),
    ],
)
def test_to_the_public_no_group_is_of_a_few(sizes: tuple[int, ...], shown: list[tuple[str, int]]) -> None:
    """And what is told together cannot be told apart by taking the others from the whole."""
    options = tuple(Option(code, Text(code.upper(), code)) for code in "abc")
    field = kinds.OneOf(id="nature", label=Text("Nature", "Kind"), options=options)
    counts = {
        code: AnswerGroup(code, "", size, size, size, size) for code, size in zip("abc", sizes, strict=True) if size
    }
    assert [(one.code, one.submitted) for one in grouped(field, counts, public=True)] == shown
    assert [one.submitted for one in grouped(field, counts, public=False)] == [size for size in sizes if size]
