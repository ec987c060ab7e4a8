"""What if: over what the reader may see, nothing saved, the grid's own rule where nothing is tried."""

from typing import Any

import pytest

from service.domain.actor import PROCESS
from service.operations import drafts, submissions
from service.operations.drafts import Change
from service.operations.migration import migrate_proposal
from service.problems import NotFound
from service.store.database import value
from service.views import agendas
from service.views.agendas import Taken
from service.views.calls import call
from service.views.figures import figures
from service.views.ranking import ranking
from service.views.whatif import Trial as Tried
from service.views.whatif import TriedLine, whatif
from tests.operations.sitting_case import Committee
from tests.operations.test_migration import publish
from tests.support.people import person
from tests.views.test_ranking import NOW, a_call

pytestmark = pytest.mark.usefixtures("database")
QUESTIONS = """
[[sections.fields]]
id = "cost"
kind = "money"
label = { fr = "Coût", en = "Cost" }
audience = "%s"

[[sections.fields]]
id = "lines"
kind = "table"
label = { fr = "Budget", en = "Budget" }
audience = "%s"
columns = [{ id = "paid", kind = "money", label = { fr = "Payé", en = "Paid" } }]

[[sections.fields]]
id = "nature"
kind = "one_of"
label = { fr = "Nature", en = "Kind" }
audience = "%s"
options = [{ id = "a", label = { fr = "A", en = "A" } }]

[[sections.fields]]
id = "reach"
kind = "integer"
label = { fr = "Personnes par an", en = "People per year" }
audience = "%s"
"""
ANSWERS: dict[str, Any] = {"cost": 70, "lines": {"rows": [{"paid": 20}, {"paid": 10}]}, "nature": "a", "reach": 500}


def said(lines: tuple[TriedLine, ...]) -> list[tuple[float | None, int | None, bool, bool]]:
    return [(one.total, one.rank, one.before, one.now) for one in lines]


async def test_a_try_is_counted_over_the_ranking_and_changes_nothing() -> None:
    trial, ids = await a_call()
    before = await value("SELECT sum(last_seq) FROM proposal WHERE call = {}", trial.call)
    found = await whatif(trial.officer, trial.slug, Tried(places=2))
    assert [one.id for one in found.lines] == [line.id for line in (await ranking(trial.officer, trial.slug)).lines]
    assert {one.id for one in found.lines} == set(ids)
    assert said(found.lines) == [(5.0, 1, True, True), (2.5, 2, True, True), (2.5, 2, False, False)]
    assert (found.taken, found.entering, found.leaving, found.proposals) == (2, (), (), 3)
    stricter = await whatif(trial.officer, trial.slug, Tried(places=2, thresholds={"impact": 3.0}))
    assert said(stricter.lines) == [(5.0, 1, True, True), (2.5, 2, True, False), (2.5, 2, False, False)]
    assert [one.id for one in stricter.leaving] == [found.lines[1].id]
    assert stricter.lines[0].firm == 1.0
    assert 0 < stricter.lines[1].firm < 1
    second = await whatif(trial.officer, trial.slug, Tried(places=2), after=1, limit=1)
    assert ([one.id for one in second.lines], second.next) == ([found.lines[1].id], 2)
    assert await value("SELECT sum(last_seq) FROM proposal WHERE call = {}", trial.call) == before


async def test_of_what_one_may_not_see_nothing_is_counted() -> None:
    trial, _ = await a_call()
    with pytest.raises(NotFound):
        await whatif(trial.officer, trial.slug, Tried(), 2)
    for stranger in (await person(), trial.experts[1], trial.applicant):
        with pytest.raises(NotFound):
            await whatif(stranger, trial.slug, Tried())
    # Before the committee's stage its members read no reviews yet.
    assert (await whatif(trial.chair, trial.slug, Tried())).proposals == 0


async def asking(first: str, second: str) -> Committee:
    """A committee, before which there is a proposal whose questions were for `first` on the edition that it was
    submitted on, and are for `second` on its present one, which counts a budget where the committee may read it."""
    organisation, stages = 'label = { fr = "Organisme", en = "Organisation" }', '[[stages]]\nid = "eligibility"'
    form = QUESTIONS.replace("%s", first)
    found = await Committee.gather(0, now=NOW, more=[("form.toml", organisation, organisation + form)])
    trial = found.trial
    opened = await drafts.open_draft(trial.applicant, trial.slug, now=found.now)
    changes = {code: Change(said) for code, said in {"title": "T", "organisation": "O", **ANSWERS}.items()}
    await drafts.save_answers(trial.applicant, opened.id, changes, now=found.now)
    await submissions.submit_proposal(trial.applicant, opened.id, now=found.now)
    await found.enter(opened.id, "committee", "committee")
    budget = "" if second == "officers" else '[committee]\nbudget = 100\namount = "cost"\n\n'
    to = await publish(trial, replace=((stages, budget + stages),), form=QUESTIONS.replace("%s", second))
    await migrate_proposal(PROCESS, trial.slug, opened.id, to, now=found.now)
    await trial.decide(opened.id, "retained", found.now)
    return found


@pytest.mark.parametrize("first", ["public", "reviewers", "officers"])
@pytest.mark.parametrize("second", ["public", "reviewers", "officers"])
async def test_no_figure_rests_on_what_officers_alone_read(first: str, second: str) -> None:
    """By the form that an answer was given on, or by that of the present edition."""
    found, told = await asking(first, second), "officers" not in (first, second)
    for reader in (found.chair, found.officer, found.members[1]):
        for code, asked in (("cost", 70.0), ("lines/paid", 30.0), ("nature", 0.0)):
            tried = await whatif(reader, found.trial.slug, Tried(amount=code, budget=1000.0))
            assert [one.amount for one in tried.lines] == [asked if told and code != "nature" else 70.0 * told]
            codes = [] if second == "officers" else ["cost", "lines/paid"]
            assert [one for one, _ in tried.amounts] == codes
        left = await agendas.taken(reader, await call(reader, found.trial.slug))
        assert left == (None if second == "officers" else Taken(None, 100.0, 1, 70.0 * told))
        report = await figures(reader, found.trial.slug)
        assert (report.breakdowns != (), report.reach is not None) == (told, told)


async def test_an_answer_that_officers_alone_read_now_is_not_counted_as_it_was_before() -> None:
    found = await asking("reviewers", "reviewers")
    tried = Tried(amount="cost")
    assert [one.amount for one in (await whatif(found.chair, found.trial.slug, tried)).lines] == [70.0]
    to = await publish(found.trial, form=QUESTIONS.replace("%s", "officers"))
    proposal = await value("SELECT id FROM proposal WHERE call = {}", found.trial.call)
    await publish(found.trial, form=QUESTIONS.replace("%s", "reviewers"))
    await migrate_proposal(PROCESS, found.trial.slug, proposal, to, now=found.now)
    assert [one.amount for one in (await whatif(found.chair, found.trial.slug, tried)).lines] == [0.0]
