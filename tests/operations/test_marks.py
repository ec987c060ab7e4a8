"""What an expert keeps for themselves, a review saved by parts, and the way through a list of reviews."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import UNSET

from service.demo.advancing import advance
from service.domain.actor import PROCESS, Actor
from service.domain.reviewing import ReviewContent, ReviewPart, part, with_parts
from service.operations.assignments import decline_assignment
from service.operations.eligibility import Verdict
from service.operations.erasing import erase_person
from service.operations.marks import MarkContent, SavedMark, save_mark
from service.operations.reviews import PartChange, save_parts, save_review, submit_review
from service.problems import Conflict, Invalid, NotFound
from service.store.database import row, rows, value
from service.views import reviews
from service.views.walks import Show
from tests.process.call import Trial

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
database = pytest.mark.usefixtures("database")


async def under_review(trial: Trial, number: int = 1) -> list[UUID]:
    """The reviews of the first expert, who accepted so many proposals, the first the most urgent."""
    found = []
    for place in range(number):
        at = NOW + place * MINUTE
        proposal = await trial.submit(at, f"Projet {place}")
        await trial.propose(proposal, trial.experts[:2], at)
        await trial.check(proposal, Verdict.ELIGIBLE, at)
        await advance(proposal, at)
        for expert in trial.experts[:2]:
            await trial.accept(proposal, expert, at)
        found.append(await value("SELECT review FROM assignment WHERE proposal = {} AND rank = 1", proposal))
    return found


def change(based_on: str, **said: object) -> PartChange:
    return PartChange(based_on=based_on, **said)  # type: ignore[arg-type]


@database
async def test_parts_merge_and_the_same_part_twice_is_asked_about() -> None:
    trial = await Trial.publish(NOW)
    (review,), expert = await under_review(trial), trial.experts[0]
    begun = (await reviews.review(expert, review)).marks
    first = await save_parts(expert, review, {"impact": change(begun["impact"], score=5)}, now=NOW)
    assert (first.version, first.clashes) == (1, {})
    # Another window, which was opened before: what it says of something else is added, of the same it is asked.
    other = {"impact": change(begun["impact"], score=0), "@general": change(begun["@general"], comment="Solide.")}
    second = await save_parts(expert, review, other, now=NOW)
    assert (second.version, second.clashes) == (2, {"impact": ReviewPart(score=5)})
    found = await reviews.review(expert, review)
    assert (found.scores, found.comments) == ({"impact": 5}, {"": "Solide."})
    assert second.marks == {name: found.marks[name] for name in other}
    # The same again, as a script that got no answer does, is nothing new; on the present state it counts.
    again = await save_parts(expert, review, {"@general": other["@general"]}, now=NOW)
    assert (again.version, again.clashes) == (2, {})
    settled = await save_parts(expert, review, {"impact": change(found.marks["impact"], score=0)}, now=NOW)
    assert (settled.version, (await reviews.review(expert, review)).scores) == (3, {"impact": 0})
    for wrong in ({"nowhere": change("")}, {"impact": change(settled.marks["impact"], score=99)}):
        with pytest.raises(Invalid):
            await save_parts(expert, review, wrong | {"@general": change(found.marks["@general"])}, now=NOW)
    for somebody in (trial.experts[1], trial.officer, trial.applicant):
        with pytest.raises(NotFound):
            await save_parts(somebody, review, {}, now=NOW)


SCORES = st.sampled_from([UNSET, None, 0, 3, 4.5])
PARTS = st.builds(ReviewPart, score=SCORES, comment=st.sampled_from(["", "a", "é"]), confidential=st.just(""))


@given(
    before=st.dictionaries(st.sampled_from(["impact", "risk"]), PARTS, max_size=2),
    after=st.dictionaries(st.sampled_from(["impact", "risk"]), PARTS, min_size=1),
)
def test_a_part_is_what_was_put_there_and_the_others_stay(
    before: dict[str, ReviewPart], after: dict[str, ReviewPart]
) -> None:
    kept = with_parts(ReviewContent(), before)
    made = with_parts(kept, after)
    wanted = {name: part(kept, name) for name in ("impact", "risk", "@general")} | after
    assert {name: part(made, name) for name in wanted} == wanted
    assert ReviewPart(score=3.0).mark == ReviewPart(score=3).mark
    assert len({one.mark for one in (ReviewPart(), ReviewPart(score=None), ReviewPart(score=0))}) == 3


@database
async def test_a_mark_is_its_authors_alone_and_goes_with_them() -> None:
    trial = await Trial.publish(NOW)
    (review,), (expert, other, *_) = await under_review(trial), trial.experts
    entries = await value("SELECT count(*) FROM entry")
    noted = await save_mark(expert, review, MarkContent(note="À comparer."), now=NOW)
    assert noted == SavedMark(review, doubt=False, note="À comparer.", version=1)
    assert await save_mark(expert, review, MarkContent(doubt=True), now=NOW) == SavedMark(
        review, doubt=True, note="À comparer.", version=1
    )
    late = await save_mark(expert, review, MarkContent(note="D’une autre fenêtre.", based_on=0), now=NOW)
    assert (late.clash, late.note, late.version) == (True, "À comparer.", 1)
    same = await save_mark(expert, review, MarkContent(note="À comparer.", based_on=0), now=NOW)
    assert (same.clash, same.version) == (False, 1)
    with pytest.raises(Invalid):
        await save_mark(expert, review, MarkContent(note="x" * 10_001, based_on=1), now=NOW)
    assert await value("SELECT count(*) FROM entry") == entries
    for somebody in (other, trial.officer, trial.chair, trial.applicant, Actor()):
        with pytest.raises(NotFound):
            await save_mark(somebody, review, MarkContent(doubt=False), now=NOW)
    assert (await reviews.review(expert, review)).own == reviews.OwnMark(doubt=True, note="À comparer.", version=1)
    await trial.review(await value("SELECT proposal FROM review WHERE id = {}", review), expert, NOW)
    await erase_person(PROCESS, expert.person, now=NOW)
    assert await rows("SELECT * FROM mark WHERE expert = {}", expert.person) == []


@database
async def test_one_word_says_why_a_proposal_is_not_taken() -> None:
    trial = await Trial.publish(NOW)
    (review,), expert = await under_review(trial), trial.experts[0]
    line = await row("SELECT id, proposal FROM assignment WHERE review = {}", review)
    assert line is not None
    await decline_assignment(expert, line["id"], "Optique quantique.", "not_my_field", now=NOW)
    kept = await row("SELECT status, code, reason FROM assignment WHERE id = {}", line["id"])
    assert kept == {"status": "declined", "code": "not_my_field", "reason": "Optique quantique."}
    told = await value("SELECT data ->> 'code' FROM entry WHERE kind = 'assignment_declined' AND stream = {}",
                       f"proposal:{line['proposal']}")  # fmt: skip
    assert told == "not_my_field"
    with pytest.raises((Conflict, NotFound)):
        await save_mark(expert, review, MarkContent(doubt=True), now=NOW)


WALKS: dict[Show, list[int]] = {"all": [0, 1, 2, 3], "todo": [0, 2, 3], "done": [1, 2], "doubt": [0, 2]}


@database
@pytest.mark.parametrize("show", WALKS)
async def test_one_walks_through_the_list_that_a_filter_makes(show: Show) -> None:
    """From the third of four, of which the second is done and the first in doubt; the third is on every list."""
    trial = await Trial.publish(NOW)
    ids, expert = await under_review(trial, 4), trial.experts[0]
    for place, score in ((0, 5), (1, 0), (2, 5)):
        await save_review(expert, ids[place], ReviewContent({"impact": score}, {"": "Avis.", "impact": "Avis."}), 0,
                          now=NOW + place * MINUTE)  # fmt: skip
    await submit_review(expert, ids[1], 1, now=NOW)
    await save_mark(expert, ids[0], MarkContent(doubt=True), now=NOW)
    here, found = 2, await reviews.review(expert, ids[2], show)
    way, line = found.walk, WALKS[show]
    place = line.index(here)
    before, after = line[:place], line[place + 1 :]
    around = [ids[before[-1]] if before else None, ids[after[0]] if after else None]
    assert (way.place, way.count) == (place + 1, len(line))
    assert [way.previous, way.following] == [found.previous, found.following] == around
    assert (way.todo, way.doubt, way.done, way.all) == (3, 1, 1, 4)
    # One's own scores elsewhere, the last ones first; this one is not among them.
    told = found.earlier["impact"]
    assert (told.count, told.mean, told.values) == (2, 2.5, {"0": 1, "5": 1})
    assert [(one.review, one.score) for one in told.last] == [(ids[1], 0), (ids[0], 5)]
    listed = await reviews.my_reviews(expert, show)
    shown = {"all": {0, 1, 2, 3}, "todo": {0, 2, 3}, "done": {1}, "doubt": {0}}[show]
    assert {task.review for task in listed.items} == {ids[one] for one in shown}
    told_again = await reviews.standing(expert, ids[here], show)
    assert isinstance(told_again, reviews.Standing)
    assert (told_again.marks, told_again.walk, told_again.own) == (found.marks, found.walk, found.own)
    assert await reviews.standing(expert, ids[here], show, told_again.mark) == told_again.mark
